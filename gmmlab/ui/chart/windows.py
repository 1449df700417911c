"""Two windows of one browser that know of each other: a slide, and the speaker's notes to it."""

from collections.abc import Callable

from gmmlab.ui.chart.component import component, fall_back, fell_back, taken
from gmmlab.ui.chart.packing import packed


def say_slide(slide: int) -> None:
    """Tell the windows that follow which slide is shown."""
    if not fell_back():
        component("tour", "gmm-tour")(
            key="tour says", data=packed({"slide": slide, "follows": False}), height="content",
            on_failed_change=fall_back,
        )  # fmt: skip


def follow_slides(slide: int, turned: Callable[[int], None]) -> None:
    """Be told, by `turned(number)`, when another window shows another slide than this."""
    if not fell_back():
        component("tour", "gmm-tour")(
            key="tour follows", data=packed({"slide": slide, "follows": True}), height="content",
            on_failed_change=fall_back,
            on_turned_change=taken(
                "tour follows", "turned", lambda event: turned(int(event["slide"]))
            ),
        )  # fmt: skip
