"""The one way to show a figure: a chart that stays while its page is changed.

Streamlit's own chart is made anew for every figure. This one keeps its element, and with it zoom,
camera and legend, as long as `keep` stays equal; the browser's side of it is in `assets/`.
"""

import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import streamlit as st

from gmmlab.figures.figure import Figure
from gmmlab.ui.chart.component import component, fall_back, fell_back, taken
from gmmlab.ui.chart.packing import packed

_NAME = "gmm-lab"
_SOLID = ("surface", "scatter3d")
_A_MOMENT = 0.05  # seconds
_AROUND = 260  # pixels of a page above and below its pictures
# Plotly's own toolbar offers to upload a chart: nothing leaves this app.
_PLAIN = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["sendChartToCloud"],
    "plotlyServerURL": "",
}


@dataclass(frozen=True)
class Pad:
    """A chart to draw on: the drawing so far, and what to do with it as it changes.

    `changed(code, done)` is called during a stroke, and with `done` at its end. One chart of a page
    has the `toolbar`; with `centres` it has a tool to drag these.
    """

    code: str
    limit: int
    changed: Callable[[str, bool], None]
    toolbar: bool = True
    centres: bool = False


def chart(
    figure: Figure,
    key: str,
    *,
    title: str = "",
    keep: Hashable = None,
    linked: str | None = None,
    tall: bool = False,
    around: int = _AROUND,
    handles: Sequence[tuple[float, float]] = (),
    moved: Callable[[int, float, float], None] | None = None,
    asks: bool = False,
    picked: Callable[[dict[str, Any]], None] | None = None,
    roves: bool = False,
    pad: Pad | None = None,
) -> None:
    """Show a figure over the full width; its `alt` says it in words.

    `title` stands above it, beside the buttons to look closer and to save it. `keep`: what the
    visitor did to the view stays as long as this is equal. `linked`: charts that name the same
    group show the same part of the plane, or space from the same side, in pictures of one size.
    `tall`: the page's main picture, which takes most of the window, and more the more there is,
    leaving `around` pixels to the rest of the page; its own height counts only where it is not.
    `handles`: places in the plane that can be dragged, by `moved(index, x, y)`; the first `asks`
    for it until one is touched. `picked` is told what was clicked; if it `roves`, also what was
    chosen by arrow keys and Enter, of which it is told only what that is about.
    """
    if fell_back():
        _fallback(figure, key)
        return
    options = {
        "alt": figure.alt,
        "keep": repr(keep),
        "linked": linked,
        "title": title,
        "tall": tall,
        "around": around,
        "height": figure.layout.get("height", 450),
        "handles": [list(map(float, place)) for place in handles] if moved else None,
        "asks": asks,
        "picks": picked is not None,
        "roves": roves,
        "pad": None if pad is None else _told(pad),
        "filename": _NAME,
        "frame_ms": 400,
        "solid": any(trace["type"] in _SOLID for trace in figure.data),
        "still": figure.layout.get("dragmode") is False,
    }
    content = {"data": figure.data, "layout": figure.layout, "frames": figure.frames}
    component("chart", "gmm-chart")(
        key=key,
        data=packed({"figure": content, "options": options}),
        height="content",
        on_failed_change=fall_back,
        **_callbacks(key, moved, picked, pad),
    )


def _told(pad: Pad) -> dict[str, Any]:
    """What the browser is told of a pad."""
    return {each.name: getattr(pad, each.name) for each in fields(pad) if each.name != "changed"}


def pictures_first() -> None:
    """Let the browser draw what it has before the rest of the page is sent.

    It takes in what comes together as one piece, tables and all: a moment's pause makes two pieces
    of it, and the picture is there a third sooner.
    """
    time.sleep(_A_MOMENT)


def _callbacks(key: str, moved: Any, picked: Any, pad: Pad | None) -> dict[str, Callable[[], None]]:
    calls: dict[str, Callable[[], None]] = {}
    if moved is not None:
        calls["on_moved_change"] = taken(key, "moved", lambda event: moved(**event))
    if picked is not None:
        calls["on_picked_change"] = taken(key, "picked", picked)
    if pad is not None:
        draw = pad.changed
        calls["on_drawn_change"] = taken(
            key, "drawn", lambda event: draw(str(event["code"]), bool(event["done"]))
        )
    return calls


def _fallback(figure: Figure, key: str) -> None:
    plain = {"data": figure.data, "layout": figure.layout}
    st.plotly_chart(plain, key=f"{key} fallback", alt=figure.alt, config=_PLAIN)
    st.caption(
        "The script of the lab's own chart did not load, so this is a plain one: it forgets its "
        "zoom, and nothing in it can be drawn or dragged. Reload the page to try again."
    )
