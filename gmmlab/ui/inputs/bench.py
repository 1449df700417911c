"""The bench of the pages about points: data and K that a visitor chose go along from page to page.

A link says all by itself and wins; what a page shows by default or as a scene is nobody's choice,
and stays where it is.
"""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from gmmlab.guide.scenes import is_scene
from gmmlab.settings import flat
from gmmlab.ui.shell.address import Address, by_navigation, own_query
from gmmlab.ui.shell.scenes import just_clicked

_BENCH = "data and K that were chosen"


@dataclass(frozen=True)
class _Bench:
    """The data that lie on the bench, the K that was shown with them, and whether it was chosen."""

    data: Any
    k: int | None
    k_chosen: bool


def carried(settings: Any) -> Any:
    """A page's settings, as it was left, with what lies on the bench."""
    bench: _Bench | None = st.session_state.get(_BENCH)
    if bench is None:
        return settings
    there = replace(settings, data=bench.data)
    if bench.k_chosen and bench.k is not None:
        return there.with_k(bench.k)
    return settings if there == settings else there.with_own_k(bench.k)


def lay_on_the_bench(settings: Any, before: Any) -> None:
    """Note what was chosen, from what a page shows and what it showed `before`.

    `before` is None if the settings came by the address.
    """
    if by_navigation():
        return
    if before is None:
        if own_query():
            own = is_scene(settings) or settings == type(settings)()
            st.session_state[_BENCH] = None if own else _of(settings, None)
    elif (settings.data, settings.k) != (before.data, before.k):
        scene = just_clicked(settings)
        st.session_state[_BENCH] = None if scene else _of(settings, before)


def choose_data(address: Address[Any]) -> None:
    """In a callback: another data set comes with the K that it suggests."""
    address.put(address.touched.with_own_k())


def change_data(address: Address[Any]) -> None:
    """In a callback: K goes with the number of groups, if it was that number before."""
    old, new = address.current, address.touched
    groups = [getattr(each.data, "n_groups", None) for each in (old, new)]
    if groups[0] != groups[1] and old.with_own_k() == old:
        address.put(new.with_own_k())


def _of(settings: Any, before: Any) -> _Bench:
    own = settings.with_own_k()
    chosen = settings.k is not None and settings.k != own.k
    if before is not None and type(before.data) is type(settings.data) and not chosen:
        # K was chosen though it is the one suggested, or stays chosen while a stroke goes on.
        known: _Bench | None = st.session_state.get(_BENCH)
        same = flat(before.data) == flat(settings.data)
        chosen = settings.k != before.k if same else known is not None and known.k_chosen
    return _Bench(settings.data, settings.k, chosen)
