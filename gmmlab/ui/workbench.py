"""The frame of every page with data, a model and a view: the sidebar's groups, and the address."""

from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from gmmlab.data.datasets import Dataset, drawn
from gmmlab.data.drawing import Drawing
from gmmlab.data.own import OwnTable
from gmmlab.settings import specs
from gmmlab.ui.address import Address
from gmmlab.ui.caching import cached
from gmmlab.ui.controls import control, controls
from gmmlab.ui.drawing import draw_on, drawing_controls, drawn_points, recalled_drawing, under_way
from gmmlab.ui.own_table import has_points, own_points, recalled, table_controls, table_points

S = TypeVar("S")


def workbench(address: Address[S]) -> S:
    """Draw the sidebar of a page and give its settings, kept the same as its address.

    The settings class has the parts `data` (a variant), `model` and `view`.
    """
    settings, notices = address.arrive()
    parts: Any = settings
    if isinstance(parts.data, OwnTable | Drawing):
        shown, more = (
            recalled(parts.data)
            if isinstance(parts.data, OwnTable)
            else recalled_drawing(parts.data)
        )
        settings = parts = replace(parts, data=shown)
        address.put(settings)
        notices += more
    with st.sidebar:
        with _group("Data"):
            name, spec, _ = next(specs(settings))
            control(spec, address.key(name))
            if isinstance(parts.data, OwnTable):
                table_controls(address, parts.data)
                if has_points(parts.data):
                    draw_on(address, lambda: _points(settings))
            elif isinstance(parts.data, Drawing):
                drawing_controls(address, parts.data)
            else:
                draw = partial(draw_on, address, lambda: _points(settings))
                controls(address, parts.data, "data_", last=draw)
        with _group("Model"):
            controls(address, parts.model)
        with _group("View"):
            controls(address, parts.view)
    address.write(settings, later=under_way())
    for notice in notices:
        st.warning(notice)
    return settings


def points(address: Address[Any], data: Any) -> Dataset:
    """The points that the settings' `data` name; the page ends here, with a word, without any."""
    if isinstance(data, OwnTable):
        if (own := table_points(address, data)) is None:
            st.stop()
        return own
    return _points(address.current)


def _points(settings: Any) -> Dataset:
    """The points that settings name, which are known to exist."""
    data = settings.data
    if isinstance(data, OwnTable):
        return own_points(data)
    if isinstance(data, Drawing):
        return drawn_points(data)
    name = next(value for _, _, value in specs(settings))
    return cached(lambda: drawn(name, data), "points", data)


def _group(title: str) -> Any:
    group = st.container(gap="xsmall")
    group.markdown(f"**{title}**")
    return group
