"""The frame of every page with data, a model and a view: the sidebar's groups, and the address."""

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from gmmlab.ui.shell.address import Address, Correction
from gmmlab.ui.shell.controls import controls, has_more

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
    address.write(settings)
    with st.container():  # there without notices too: what stands below it stays in its place
        for notice in notices:
            st.warning(notice)
    return settings


def _more(
    address: Address[S],
    settings: S,
    left_out: Any,
    of_data: Callable[[Address[S], S], None] | None,
) -> None:
    """Few controls first: the others are one click away, and stay open once they were opened."""
    parts: Any = settings
    groups = {"Model": parts.model, "View": parts.view}
    groups = {title: part for title, part in groups.items() if has_more(part, left_out)}
    if not groups and of_data is None:
        return
    with st.expander("More", key=f"more of {address.page}"):
        if of_data is not None:
            of_data(address, settings)
        for title, part in groups.items():
            with _group(title):
                controls(address, part, left_out=left_out, more=True)


def _group(title: str) -> Any:
    group = st.container(gap="xsmall")
    group.markdown(f"**{title}**")
    return group
