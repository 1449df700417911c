"""The frame of every page with data, a model and a view: the sidebar's groups, and the address."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from gmmlab.data.points.datasets import Dataset, drawn
from gmmlab.data.points.drawing import Drawing
from gmmlab.data.points.own_table import OwnTable
from gmmlab.settings import specs
from gmmlab.ui.inputs.drawing import (
    draw_on,
    drawing_controls,
    drawn_points,
    recalled_drawing,
    under_way,
)
from gmmlab.ui.inputs.own_table import (
    has_points,
    own_points,
    recalled,
    table_controls,
    table_points,
)
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.caching import cached
from gmmlab.ui.shell.controls import control, controls

S = TypeVar("S")


def workbench(
    address: Address[S], data_controls: Callable[[Address[Any], Any], None] | None = None
) -> S:
    """Draw the sidebar of a page and give its settings, kept the same as its address.

    The settings class has the parts `model` and `view`, and `data`, a variant of points in the
    plane; a page about something else draws its own `data_controls`.
    """
    settings, notices = address.arrive()
    parts: Any = settings
    if data_controls is None:
        shown, more = _recalled(parts.data)
        if shown != parts.data:
            settings = parts = replace(parts, data=shown)
            address.put(settings)
        notices += more
        settings = parts = _without_stale_centers(address, settings)
    with st.sidebar:
        with _group("Data"):
            (data_controls or _point_controls)(address, settings)
        with _group("Model"):
            controls(address, parts.model)
        with _group("View"):
            controls(address, parts.view)
    address.write(settings, later=under_way())
    with st.container():  # there without notices too: what stands below it stays in its place
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


def _without_stale_centers(address: Address[Any], settings: Any) -> Any:
    """The settings without centres that were placed by hand among other points.

    Points that are drawn are other points at every stroke; there the centres may stay.
    """
    key = f"data that {address.page} showed last"
    before = st.session_state.get(key, settings.data)
    st.session_state[key] = settings.data
    model = settings.model
    drawing = isinstance(settings.data, Drawing) and isinstance(before, Drawing)
    if before == settings.data or drawing or getattr(model, "init", "") != "hand":
        return settings
    settings = replace(settings, model=replace(model, init="kmeans", centers=""))
    address.put(settings)
    return settings


def _recalled(data: Any) -> tuple[Any, tuple[str, ...]]:
    """The data that can be shown, and what to say about them: one's own come from the session."""
    if isinstance(data, OwnTable):
        return recalled(data)
    if isinstance(data, Drawing):
        return recalled_drawing(data)
    return data, ()


def _point_controls(address: Address[Any], settings: Any) -> None:
    """Draw the choice of a data set, and what belongs to the chosen one."""
    name, spec, _ = next(specs(settings))
    control(spec, address.key(name))
    data = settings.data
    if isinstance(data, OwnTable):
        table_controls(address, data)
        if has_points(data):
            draw_on(address, lambda: _points(settings))
    elif isinstance(data, Drawing):
        drawing_controls(address, data)
    else:
        draw = partial(draw_on, address, lambda: _points(settings))
        controls(address, data, "data_", last=draw)


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
