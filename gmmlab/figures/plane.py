"""The plane in which two-dimensional data are shown: its window, and the shapes drawn in it."""

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gmmlab.figures import palette
from gmmlab.figures.figure import Figure, Trace

Array = NDArray[np.float64]

# Up to this many points are drawn as SVG, which is crisp and prints well; more by WebGL.
SVG_LIMIT = 1_500
_MOST_DECIMALS, _MOST_PLAIN = 6, 1e12  # beyond, a place is told in powers of ten
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


def window(X: Array, shapes: Sequence[Array] = (), margin: float = 0.06) -> Window:
    """The window around points (n, 2) and, as far as is sane, around closed curves (m, 2).

    A curve may widen the window by 40 % of the points' range on each side, no more: a component
    far wider than the data would make dots of them. Units are equal on both axes unless one range
    is more than eight times the other: then discs look like ellipses, but the points can be seen.
    """
    low, high = X.min(axis=0), X.max(axis=0)
    spans = high - low
    widest = spans.max() or max(1.0, float(np.abs(X).max())) * 0.1
    equal = bool(spans.min() * 8 >= spans.max() or spans.min() == 0)
    reach = 0.4 * (np.full(2, widest) if equal else spans)
    lowest = np.min([low, *(curve.min(axis=0) for curve in shapes)], axis=0)
    highest = np.max([high, *(curve.max(axis=0) for curve in shapes)], axis=0)
    low, high = np.maximum(lowest, low - reach), np.minimum(highest, high + reach)
    pads = margin * (np.full(2, widest) if equal else spans)
    return Window(
        (float(low[0] - pads[0]), float(high[0] + pads[0])),
        (float(low[1] - pads[1]), float(high[1] + pads[1])),
        equal,
    )


def on_paper(paper: tuple[float, float, float, float]) -> Window:
    """The window that shows just this part of the plane: (x low, x high, y low, y high)."""
    across, up = paper[1] - paper[0], paper[3] - paper[2]
    return Window(paper[:2], paper[2:], equal=max(across, up) < 8 * min(across, up))


def blank(paper: tuple[float, float, float, float], height: int) -> Figure:
    """An empty picture of that part of the plane, with a word on what to do with it."""
    figure = plane([], on_paper(paper), ("x", "y"), height=height, alt="An empty drawing pad.")
    invitation = dict(
        text="Click or drag here to draw points",
        x=0.5,
        y=0.5,
        xref="paper",
        yref="paper",
        showarrow=False,
        font={"size": 18, "color": palette.MUTED},
    )
    return figure.with_layout(annotations=[invitation])


def plane(
    traces: list[Trace],
    view: Window,
    columns: tuple[str, str],
    *,
    height: int,
    alt: str,
    centers: Array | None = None,
) -> Figure:
    """A figure of that window with quiet axes, `alt` to say it in words, and numbered `centers`.

    Margins are fixed, so that figures of one size have plots of one size, and show the same part of
    the plane, whatever their legends and labels.

    Units are equal on both axes if the window says so.
    """
    axis = {"zeroline": False, "showline": False, "nticks": 7, "title_standoff": 6}
    up = {"scaleanchor": "x", "scaleratio": 1} if view.equal else {}
    layout = {
        "height": height,
        "margin": {"l": 52, "r": 8, "t": 8, "b": 44},
        "hoverlabel": {"align": "left"},
        "legend": {"itemclick": False, "itemdoubleclick": False},
        "dragmode": "pan",
        "xaxis": {**axis, "range": view.x, "title": {"text": literal(columns[0])}},
        "yaxis": {**axis, "range": view.y, "title": {"text": literal(columns[1])}, **up},
        "annotations": [] if centers is None else _numbers(centers),
        "meta": {"alt": alt},
    }
    return Figure(traces, layout)


def scatter_type(n: int) -> str:
    """The plotly trace type for n points."""
    return "scatter" if n <= SVG_LIMIT else "scattergl"


def point_style(n: int) -> tuple[float, float]:
    """Diameter in pixels and opacity of n points: the more there are, the smaller and fainter."""
    shrink = min(1.0, (1_500 / n) ** 0.35)
    return 6.5 * shrink, 0.35 + 0.4 * shrink


def at(X: Array) -> str:
    """The template of a place among points (n, 2), with as many decimals as tell them apart."""
    parts = []
    for axis, values in zip("xy", X.T, strict=True):
        reach, largest = float(np.ptp(values)), float(np.abs(values).max())
        digits = 3 - math.floor(math.log10(reach or largest or 1.0))
        plain = digits <= _MOST_DECIMALS and largest < _MOST_PLAIN
        parts.append(f"%{{{axis}:,.{max(digits, 0)}f}}" if plain else f"%{{{axis}:.4~g}}")
    return f"({', '.join(parts)})"


def literal(text: str) -> str:
    """A visitor's text as plotly must be given it to show just that: no markup, no templates."""
    return html.escape(text, quote=False).replace("%{", "%\u200b{")


def _numbers(centers: Array) -> list[dict[str, Any]]:
    """The number of each cluster at its centre, above all else: colour is never the only sign."""
    return [
        {
            "x": x,
            "y": y,
            "text": f"<b>{k + 1}</b>",
            "showarrow": False,
            "font": {"color": palette.ink(k), "size": 13},
            "bgcolor": palette.color(k),
            "bordercolor": "white",
            "borderwidth": 1,
            "borderpad": 2,
        }
        for k, (x, y) in enumerate(centers.tolist())
    ]


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


def closed_curve(path: Array, name: str, line: str, fill: str, dash: str) -> Trace:
    """A closed curve (m, 2), lined and filled, as a trace that does not answer the pointer.

    Browsers find it again by its `name`, and let it glide from one figure to the next; for that it
    keeps all its m points.
    """
    return {
        "type": "scatter",
        "uid": f"glide-{name}",
        "x": path[:, 0],
        "y": path[:, 1],
        "mode": "lines",
        "line": {"color": line, "width": 1.8, "dash": dash, "simplify": False},
        "fill": "toself",
        "fillcolor": fill,
        "hoverinfo": "skip",
        "showlegend": False,
    }
