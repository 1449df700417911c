"""A slider on a logarithmic scale, which its page follows while it is dragged."""

from collections.abc import Callable

from gmmlab.settings import Integer
from gmmlab.ui.chart.component import component, fall_back, fell_back, taken
from gmmlab.ui.chart.packing import packed


def log_slider(key: str, value: int, spec: Integer, moved: Callable[[int, bool], None]) -> None:
    """A slider from `spec.low` to `spec.high`; `moved` gets each value, and whether it is the last.

    One value at a time is on its way, the newest next. The field that a page has beside it is all
    there is if its script does not load.
    """
    if fell_back():
        return
    content = {"value": value, "low": spec.low, "high": spec.high, "label": spec.label}
    component("logslider", "gmm-logslider")(
        key=key,
        data=packed(content),
        height="content",
        on_failed_change=fall_back,
        on_moved_change=taken(
            key,
            "moved",
            lambda event: moved(spec.checked(event["value"]), bool(event["done"])),
        ),
    )
