"""The points that a page is about: the choice among data sets, a drawing and a table."""

from dataclasses import replace
from functools import partial
from typing import Any, TypeVar, cast

import streamlit as st

from gmmlab.data.points.datasets import Dataset, drawn
from gmmlab.data.points.drawing import Drawing
from gmmlab.data.points.own_table import OwnTable
from gmmlab.settings import specs
from gmmlab.studies.mixtures.points_page import knows_groups
from gmmlab.ui.inputs.bench import carried, change_data, choose_data, lay_on_the_bench
from gmmlab.ui.inputs.drawing import draw_on, drawing_controls, drawn_points, recalled_drawing
from gmmlab.ui.inputs.own_table import (
    has_points,
    own_points,
    recalled,
    table_controls,
    table_points,
)
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.asking import ask
from gmmlab.ui.shell.controls import control, controls, has_more
from gmmlab.ui.shell.workbench import workbench

S = TypeVar("S")


def point_bench(address: Address[S]) -> S:
    """The sidebar of a page about points in the plane, and the page's settings.

    The settings class has the parts `data`, a variant of points, `model` and `view`, and is a
    `PointsPage`, so that data and K come along from other such pages.
    """
    return workbench(address, _point_controls, _as_can_be_shown, carried, _more_of_points)


def arrive_at_points(address: Address[S]) -> tuple[S, tuple[str, ...]]:
    """The settings of a page about points without a sidebar, and notices: `Address.arrive`."""
    return address.arrive(_as_can_be_shown, carried)


def points(address: Address[Any], data: Any) -> Dataset:
    """The points that the settings' `data` name; the page ends here, with a word, without any."""
    if isinstance(data, OwnTable):
        if (own := table_points(address, data)) is None:
            st.stop()
        return own
    return _points(address.current)


def points_of(settings: Any) -> Dataset | None:
    """The points that settings name, as this session knows them; None if there are none."""
    data = settings.data
    if isinstance(data, OwnTable) and not has_points(data):
        return None
    dataset = _points(settings)
    return dataset if len(dataset.X) else None


def _as_can_be_shown(settings: Any, before: Any) -> tuple[Any, tuple[str, ...]]:
    """The settings with data that this session has, and without centres meant for other points."""
    data, notices = settings.data, cast("tuple[str, ...]", ())
    if isinstance(data, OwnTable):
        data, notices = recalled(data)
    elif isinstance(data, Drawing):
        data, notices = recalled_drawing(data)
    if data != settings.data:
        settings = replace(settings, data=data)
    if getattr(settings.view, "color", "") == "truth" and not knows_groups(data):
        settings = replace(settings, view=replace(settings.view, color="label"))
        notices += ("Nobody knows the true groups of these points: they are coloured by cluster.",)
    settings = _without_stale_centers(settings, before)
    if before is not None:
        settings = settings.since(before)
    lay_on_the_bench(settings, before)
    return settings, notices


def _without_stale_centers(settings: Any, before: Any) -> Any:
    """The settings without centres that were placed by hand among other points.

    Points that are drawn are other points at every stroke; there the centres may stay.
    """
    if before is None or getattr(settings.model, "init", "") != "hand":
        return settings
    drawing = isinstance(settings.data, Drawing) and isinstance(before.data, Drawing)
    if before.data == settings.data or drawing:
        return settings
    return replace(settings, model=replace(settings.model, init="kmeans", centers=""))


def _point_controls(address: Address[Any], settings: Any) -> None:
    """Draw the choice of a data set, and what belongs to the chosen one."""
    name, spec, _ = next(specs(settings))
    control(spec, address.key(name), partial(choose_data, address))
    data = settings.data
    st.caption(data.lesson)
    if isinstance(data, OwnTable):
        table_controls(address, data)
        if has_points(data):
            draw_on(address, lambda: _points(settings))
    elif isinstance(data, Drawing):
        drawing_controls(address, data)
    else:
        draw = partial(draw_on, address, lambda: _points(settings))
        changed = partial(change_data, address)
        controls(address, data, "data_", last=draw, changed=changed)


def _more_of_points(address: Address[Any], settings: Any) -> None:
    """Draw what belongs to a data set and is for a second look."""
    if not has_more(settings.data):
        return
    st.markdown("**Data**")
    changed = partial(change_data, address)
    controls(address, settings.data, "data_", changed=changed, more=True)


def _points(settings: Any) -> Dataset:
    """The points that settings name, which are known to exist."""
    data = settings.data
    if isinstance(data, OwnTable):
        return own_points(data)
    if isinstance(data, Drawing):
        return drawn_points(data)
    name = next(value for _, _, value in specs(settings))
    found: Dataset = ask(drawn, name, data)
    return found
