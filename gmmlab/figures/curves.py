"""Curves over a whole number, of components or clusters, and marks on them."""

from collections.abc import Iterable
from itertools import count

from gmmlab.figures.figure import Figure, Trace

HEIGHT = 380


_MOST_TICKS = 12


def over_k(traces: list[Trace], y: str, alt: str, x: str = "components K") -> Figure:
    """Curves over whole numbers, which alone have ticks; `y` and `x` are the axes' titles."""
    Ks = [K for trace in traces for K in trace["x"] if K is not None]
    axis = {"zeroline": False, "title_standoff": 6}
    layout = {
        "height": HEIGHT,
        "margin": {"l": 66, "r": 12, "t": 8, "b": 44},
        "xaxis": {**axis, "title": {"text": x}, "dtick": whole_step(Ks), "tick0": 0},
        "yaxis": {**axis, "title": {"text": y}, "nticks": 7},
        "hovermode": "closest",
        "dragmode": "pan",
        "meta": {"alt": alt},
    }
    return Figure(traces, layout)


def whole_step(Ks: Iterable[float]) -> int:
    """From tick to tick on an axis of whole numbers from the least to the largest of `Ks`."""
    known = list(Ks) or [1]
    return next(
        step
        for power in count()
        for step in (10**power, 2 * 10**power, 5 * 10**power)
        if (max(known) - min(known)) / step <= _MOST_TICKS
    )


def marked_point(x: float, y: float | None, symbol: str, name: str, size: int) -> Trace:
    marker = {"symbol": symbol, "size": size, "color": "#e0004d", "line": {"width": 2}}
    at = {"x": [x], "y": [y], "mode": "markers", "marker": marker}
    return {"type": "scatter", **at, "name": name, "hoverinfo": "skip"}
