"""Curves over a whole number, of components or clusters, and marks on them."""

from gmmlab.figures.figure import Figure, Trace

HEIGHT = 380


def over_k(traces: list[Trace], y: str, alt: str, x: str = "components K") -> Figure:
    axis = {"zeroline": False, "title_standoff": 6}
    layout = {
        "height": HEIGHT,
        "margin": {"l": 66, "r": 12, "t": 8, "b": 44},
        "xaxis": {**axis, "title": {"text": x}, "nticks": 12},
        "yaxis": {**axis, "title": {"text": y}, "nticks": 7},
        "hovermode": "closest",
        "dragmode": "pan",
        "meta": {"alt": alt},
    }
    return Figure(traces, layout)


def marked_point(x: float, y: float | None, symbol: str, name: str, size: int) -> Trace:
    marker = {"symbol": symbol, "size": size, "color": "#e0004d", "line": {"width": 2}}
    at = {"x": [x], "y": [y], "mode": "markers", "marker": marker}
    return {"type": "scatter", **at, "name": name, "hoverinfo": "skip"}
