"""The frame of every page with data, a model and a view: the sidebar's groups, and the address."""

from collections.abc import Callable, Collection
from typing import Any, TypeVar

import streamlit as st

from gmmlab.settings import specs
from gmmlab.ui.shell.address import Address, Correction
from gmmlab.ui.shell.controls import control, controls, has_more, second_look
from gmmlab.ui.shell.sharing import sharing, way_back
from gmmlab.ui.shell.showing import showing, wrong_with_the_link

S = TypeVar("S")


def workbench(
    address: Address[S],
    data_controls: Callable[[Address[S], S], None],
    correct: Correction[S] | None = None,
    carried: Callable[[S], S] | None = None,
    more_of_data: Callable[[Address[S], S], None] | None = None,
    rest: Callable[[S], None] | None = None,
) -> S:
    """Draw the sidebar of a page and give its settings, kept the same as its address.

    The settings class has the parts `model` and `view`, whose widgets follow from their
    declarations, but for those that the property `left_out` names; `data_controls` draws those of
    the data, and `more_of_data` those of them that are for a second look. `correct` and `carried`
    are those of `Address.arrive`. A page whose controls depend on one another draws all but those
    of the data itself, with `rest`.
    """
    settings, notices = address.arrive(correct, carried)
    if not _few(address, settings):
        _all(address, settings, data_controls, more_of_data, rest)
    address.write(settings)
    _said(notices)
    return settings


def _said(notices: Collection[str]) -> None:
    """Say what could not be shown as it was asked for."""
    with st.container():  # there without notices too: what stands below it stays in its place
        for notice in (*wrong_with_the_link(), *notices):
            st.warning(notice)


def bench_of_its_own(address: Address[S], settings: S, notices: Collection[str]) -> bool:
    """The frame of a page whose controls lie elsewhere; whether few of them are kept, and drawn."""
    few = _few(address, settings)
    address.write(settings)
    _said(notices)
    return few


def _few(address: Address[Any], settings: Any) -> bool:
    """Draw the controls that a lesson or a stage keeps, if the page is shown so; whether it is.

    On a stage they lie under the picture.
    """
    if (kept := showing().kept) is None:
        return False
    known = [(name, spec) for name, spec, _ in specs(settings) if name in kept and spec.has_widget]
    if not showing().on_stage:
        with st.sidebar:
            for name, spec in known:
                control(spec, address.key(name))
        return True
    with st.container(horizontal=True, vertical_alignment="bottom", gap="large", key="stage"):
        for name, spec in known:
            with st.container(width=260):
                control(spec, address.key(name))
        way_back(address, settings)
    return True


def _all(
    address: Address[Any],
    settings: Any,
    data_controls: Callable[[Address[Any], Any], None],
    more_of_data: Callable[[Address[Any], Any], None] | None,
    rest: Callable[[Any], None] | None,
) -> None:
    parts: Any = settings
    left_out = getattr(settings, "left_out", None)
    with st.sidebar:
        with _group("Data"):
            data_controls(address, settings)
        if rest is not None:
            rest(settings)
        else:
            with _group("Model"):
                controls(address, parts.model, left_out=left_out)
            with _group("View"):
                controls(address, parts.view, left_out=left_out)
            _more(address, settings, left_out, more_of_data)
        sharing(address, settings)


def _more(
    address: Address[S],
    settings: S,
    left_out: Any,
    of_data: Callable[[Address[S], S], None] | None,
) -> None:
    """Few controls first: the others are one click away."""
    parts: Any = settings
    groups = {"Model": parts.model, "View": parts.view}
    groups = {title: part for title, part in groups.items() if has_more(part, left_out)}
    if not groups and of_data is None:
        return

    def draw() -> None:
        if of_data is not None:
            of_data(address, settings)
        for title, part in groups.items():
            with _group(title):
                controls(address, part, left_out=left_out, more=True)

    second_look(address, draw)


def _group(title: str) -> Any:
    group = st.container(gap="xsmall")
    group.markdown(f"**{title}**")
    return group
