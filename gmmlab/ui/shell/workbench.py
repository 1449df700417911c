"""The frame of every page with data, a model and a view: the sidebar's groups, and the address."""

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from gmmlab.ui.shell.address import Address, Correction
from gmmlab.ui.shell.controls import controls

S = TypeVar("S")


def workbench(
    address: Address[S],
    data_controls: Callable[[Address[S], S], None],
    correct: Correction[S] | None = None,
    carried: Callable[[S], S] | None = None,
) -> S:
    """Draw the sidebar of a page and give its settings, kept the same as its address.

    The settings class has the parts `model` and `view`, whose widgets follow from their
    declarations, but for those that the property `left_out` names; `data_controls` draws those of
    the data. `correct` and `carried` are those of
    `Address.arrive`.
    """
    settings, notices = address.arrive(correct, carried)
    parts: Any = settings
    left_out = getattr(settings, "left_out", None)
    with st.sidebar:
        with _group("Data"):
            data_controls(address, settings)
        with _group("Model"):
            controls(address, parts.model, left_out=left_out)
        with _group("View"):
            controls(address, parts.view, left_out=left_out)
    address.write(settings)
    with st.container():  # there without notices too: what stands below it stays in its place
        for notice in notices:
            st.warning(notice)
    return settings


def _group(title: str) -> Any:
    group = st.container(gap="xsmall")
    group.markdown(f"**{title}**")
    return group
