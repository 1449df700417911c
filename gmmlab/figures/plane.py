"""The plane in which two-dimensional data are shown: its window, and the shapes drawn in it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

Array = NDArray[np.float64]
Trace = dict[str, Any]

# Up to this many points are drawn as SVG, which is crisp and prints well; more by WebGL.
SVG_LIMIT = 1_500
_CIRCLE = np.column_stack([f(np.linspace(0, 2 * np.pi, 73)) for f in (np.cos, np.sin)])


@dataclass(frozen=True)
class Window:
    """The part of the plane that is shown, and whether a unit is as long across as up."""

    x: tuple[float, float]
    y: tuple[float, float]
    equal: bool

    @property
    def surroundings(self) -> tuple[float, float, float, float]:
        """(x low, x high, y low, y high) of all that a picture may show of the plane.

        Equal units can widen one axis beyond the window, at most to the shape of the picture.
        """
        if not self.equal:
            return (*self.x, *self.y)
        reach = 1.25 * max(self.x[1] - self.x[0], self.y[1] - self.y[0])
        middle_x, middle_y = sum(self.x) / 2, sum(self.y) / 2
        return (middle_x - reach, middle_x + reach, middle_y - reach, middle_y + reach)


def window(X: Array, margin: float = 0.12) -> Window:
    """The window around points (n, 2), the same for every picture of them.

    Units are equal on both axes unless one range is more than eight times the other: then discs
    look like ellipses, but the points can be seen at all.
    """
    low, high = X.min(axis=0), X.max(axis=0)
    spans = high - low
    widest = spans.max() or max(1.0, float(np.abs(X).max())) * 0.1
    equal = bool(spans.min() * 8 >= spans.max() or spans.min() == 0)
    pads = margin * (np.full(2, widest) if equal else spans)
    return Window(
        (float(low[0] - pads[0]), float(high[0] + pads[0])),
        (float(low[1] - pads[1]), float(high[1] + pads[1])),
        equal,
    )


def plane(
    traces: list[Trace], view: Window, columns: tuple[str, str], *, height: int, alt: str
) -> go.Figure:
    """A figure of that window with quiet axes, and `alt` to say it in words.

    Units are equal on both axes if the window says so. Traces are plain dictionaries, which plotly
    checks once, here: building them as objects takes three times as long.
    """
    axis = {"zeroline": False, "showline": False, "nticks": 7, "title_standoff": 6}
    up = {"scaleanchor": "x", "scaleratio": 1} if view.equal else {}
    layout = {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 30, "b": 8},
        "hoverlabel": {"align": "left"},
        "legend": {
            "orientation": "h",
            "y": 1.0,
            "yanchor": "bottom",
            "x": 0,
            "xanchor": "left",
            "itemclick": False,
            "itemdoubleclick": False,
        },
        "dragmode": "pan",
        "xaxis": {**axis, "range": view.x, "title": {"text": columns[0]}, "automargin": True},
        "yaxis": {**axis, "range": view.y, "title": {"text": columns[1]}, "automargin": True, **up},
        "meta": {"alt": alt},
    }
    return go.Figure(data=traces, layout=layout)


def scatter_type(n: int) -> str:
    """The plotly trace type for n points."""
    return "scatter" if n <= SVG_LIMIT else "scattergl"


def point_style(n: int) -> tuple[float, float]:
    """Diameter in pixels and opacity of n points: the more there are, the smaller and fainter."""
    shrink = min(1.0, (1_500 / n) ** 0.35)
    return 6.5 * shrink, 0.3 + 0.35 * shrink


def circle(center: Array, radius: float) -> Array:
    """The outline of a disc, (73, 2)."""
    return center + radius * _CIRCLE


def ellipse(mean: Array, covariance: Array, sigmas: float) -> Array:
    """The outline where the Mahalanobis distance from `mean` (2,) is `sigmas`, (73, 2)."""
    # The symmetric root exists for singular covariances too, where a Cholesky factor does not.
    variances, axes = np.linalg.eigh(covariance)
    root = axes * np.sqrt(np.maximum(variances, 0))
    return mean + sigmas * _CIRCLE @ root.T


def mass_within(sigmas: float) -> float:
    """The share of a two-dimensional Gaussian inside its `sigmas` σ ellipse: 1 − exp(−σ²/2)."""
    return float(1 - np.exp(-(sigmas**2) / 2))


def area(path: Array, fill: str) -> Trace:
    """The inside of a closed curve (m, 2), as a trace that does not answer the pointer."""
    return _curve(path) | {"line": {"width": 0}, "fill": "toself", "fillcolor": fill}


def outline(path: Array, line: str, dash: str = "solid") -> Trace:
    """A closed curve (m, 2), as a trace that does not answer the pointer."""
    return _curve(path) | {"line": {"color": line, "width": 1.8, "dash": dash}}


def _curve(path: Array) -> Trace:
    return {
        "type": "scatter",
        "x": path[:, 0],
        "y": path[:, 1],
        "mode": "lines",
        "hoverinfo": "skip",
        "showlegend": False,
    }
