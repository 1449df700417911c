"""Charts of points in the plane, side by side: they move together, and can be drawn on."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import streamlit as st

from gmmlab.data.points.datasets import Dataset
from gmmlab.data.points.drawing import Drawing
from gmmlab.engine.arrays import Array
from gmmlab.figures.plane import blank
from gmmlab.studies.mixtures.centers import moved
from gmmlab.ui.chart.chart import chart, pictures_first
from gmmlab.ui.inputs.drawing import pad
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.navigation import path_of


class Picture(NamedTuple):
    """A titled figure of the page's points; `centers` (K, 2), if any, can be dragged."""

    title: str
    figure: Any
    centers: Array | None = None
    key: str = ""  # what it is known by, if not by its title


def blank_pictures(
    dataset: Dataset, titles: Sequence[str], keys: Sequence[str] = ()
) -> list[Picture] | None:
    """Pictures to begin a drawing on, if it has no points yet; else None.

    They are known by the `keys` or titles of those that the first point brings: a stroke goes on.
    """
    if len(dataset.X):
        return None
    assert dataset.paper is not None
    names = keys or titles
    return [
        Picture(title, blank(dataset.paper, height=430), key=key)
        for title, key in zip(titles, names, strict=True)
    ]


def drawn_elsewhere(dataset: Dataset) -> None:
    """End a page that has no pad, if it shows a drawing without points, with a way to one."""
    if len(dataset.X) == 0:
        st.info("There is nothing drawn yet. Draw on the page Clusters, and come back.")
        st.page_link(path_of("clusters"), label="Draw on the page Clusters →")
        st.stop()


def pictures_in_a_row(
    address: Address[Any],
    pictures: Sequence[Picture],
    picked: Callable[[dict[str, Any]], None] | None = None,
    asks: bool = False,
) -> None:
    """Draw the pictures in columns, as tall as the window allows.

    A centre that is dragged is where the models start from next. The first picture has the drawing
    tools, if the points are a drawing; else a click is told to `picked`. A picture is known by its
    key or title: it stays while that does. A centre of the first `asks` to be dragged.
    """
    data = address.current.data
    drawing = isinstance(data, Drawing)
    columns = st.columns(len(pictures), gap="small")
    for place, (column, picture) in enumerate(zip(columns, pictures, strict=True)):
        with column:
            chart(
                picture.figure,
                f"{address.page} {picture.key or picture.title}",
                title=picture.title,
                keep="drawing" if drawing else data,
                linked="plane",
                tall=True,
                handles=() if picture.centers is None else picture.centers.tolist(),
                moved=_restart(address, picture.centers),
                asks=asks and place == 0,
                picked=picked,
                pad=pad(address, data, toolbar=place == 0) if drawing and _flat(picture) else None,
            )
    if drawing and picked is not None and any(map(_flat, pictures)):
        st.caption("With the tool **Look**, hover and click as in a picture that is not drawn on.")
    pictures_first()


def _flat(picture: Picture) -> bool:
    return all(trace["type"] != "surface" for trace in picture.figure.data)


def _restart(address: Address[Any], centers: Array | None) -> Any:
    if centers is None:
        return None

    def restart(index: int, x: float, y: float) -> None:
        settings = address.current
        model = replace(settings.model, init="hand", centers=moved(centers, index, x, y))
        address.put(replace(settings, model=model))

    return restart
