"""A film on a page: it plays in the browser, and tells the page where it rests."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from gmmlab.figures.film import Film
from gmmlab.ui.chart.component import component, fall_back, fell_back, taken
from gmmlab.ui.chart.packing import packed


def film(
    shown: Film,
    key: str,
    *,
    step: int,
    rested: Callable[[int], None],
    placed: Callable[[int, float, float, int], None] | None = None,
    predict: bool = False,
) -> None:
    """Show a film at frame `step`.

    `rested(step)` is told where it stands when it has not moved for a moment; `placed(index, x, y,
    step)`, that a mean was dragged to (x, y), in the data's units, at that frame. `predict` asks
    before each half-step what it will do.
    """
    if fell_back():
        st.warning("The script that plays this picture did not load. Reload the page to try again.")
        return

    def stands(event: dict[str, Any]) -> None:
        if event["film"] == shown.identity:  # and not the one before it, which has just been left
            rested(int(event["step"]))

    options = {"step": step, "predict": predict, "drag": placed is not None, "alt": shown.alt}
    calls = {"on_rested_change": taken(key, "rested", stands)}
    if placed is not None:
        place = placed
        calls["on_placed_change"] = taken(
            key,
            "placed",
            lambda event: place(int(event["index"]), event["x"], event["y"], int(event["step"])),
        )
    component("film", "gmm-film")(
        key=key,
        data=packed({"film": shown.content(), "options": options}),
        height="content",
        on_failed_change=fall_back,
        **calls,
    )
