"""What is drawn in the plane, layer by layer: regions, insides of shapes, points, outlines."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmmlab.engine.mixture import Mixture
from gmmlab.figures import palette
from gmmlab.figures.plane import (
    Array,
    Trace,
    area,
    ellipse,
    outline,
    point_style,
    scatter_type,
)

Labels = NDArray[np.intp]
SIGMA_DASHES = {1: "solid", 2: "dash", 3: "dot"}
_MOST_HOVERED = 6  # components named when hovering a point


class Shape(NamedTuple):
    """A closed curve that belongs to cluster k: how it is lined, and how strongly it shows, 0…1."""

    path: Array
    k: int
    dash: str = "solid"
    strength: float = 1.0


class Points(NamedTuple):
    """Points (n, 2) to be drawn: their clusters (n,), colours, certainties and hover texts.

    `colors` are one per cluster, or one per point. Point area is proportional to `certainty`² (n,),
    as in the chapter, so diameter is to `certainty`; None draws all alike. `words` (n,) are shown
    on hover; None answers no pointer. `marked` gives each cluster a marker shape of its own.
    """

    X: Array
    labels: Labels
    colors: list[str] | NDArray[np.str_]
    certainty: Array | None = None
    words: NDArray[np.str_] | None = None
    marked: bool = False


def ellipses(mixture: Mixture) -> list[Shape]:
    """The ellipses at 1, 2 and 3 σ of every component, the stronger the more it weighs."""
    strengths = np.sqrt(mixture.weights / mixture.weights.max())
    return [
        Shape(
            ellipse(mixture.means[k], mixture.full_covariances[k], sigmas),
            k,
            dash,
            float(strengths[k]),
        )
        for k in range(mixture.n_components)
        for sigmas, dash in SIGMA_DASHES.items()
    ]


def layered(points: Points, shapes: list[Shape], shading: Trace | None = None) -> list[Trace]:
    """From below: shaded regions, insides of shapes, points, outlines of shapes."""
    n = len(points.X)
    return [
        *([] if shading is None else [shading]),
        *(area(s.path, palette.faded(s.k, 0.10 * s.strength)) for s in shapes),
        *_clusters(points),
        *(outline(s.path, palette.faded(s.k, 0.3 + 0.7 * s.strength), s.dash, n) for s in shapes),
    ]


def shaded(x: Array, y: Array, labels: Labels, K: int) -> Trace:
    """The plane, each node of a grid in the colour of its cluster."""
    return {
        "type": "heatmap",
        "x": x,
        "y": y,
        "z": labels.astype(np.uint8),
        "zmin": -0.5,
        "zmax": K - 0.5,
        "colorscale": [[edge / K, palette.color(k)] for k in range(K) for edge in (k, k + 1)],
        "opacity": 0.22,
        "showscale": False,
        "hoverinfo": "skip",
    }


def legend_entry(name: str, dash: str) -> Trace:
    """A line in the legend that stands for no trace in particular."""
    return {
        "type": "scatter",
        "x": [None],
        "y": [None],
        "mode": "lines",
        "line": {"color": palette.MUTED, "width": 1.6, "dash": dash},
        "name": name,
        "showlegend": True,
    }


def posterior_words(shares: Array) -> NDArray[np.str_]:
    """For every row of `shares` (n, K) its largest posteriors in words, without negligible ones."""
    order = np.argsort(-shares, axis=1, kind="stable")[:, :_MOST_HOVERED]
    lines = [
        "<br>".join(f"p(component {k + 1}) = {row[k]:.3f}" for k in ks if row[k] >= 5e-4)
        for row, ks in zip(shares.tolist(), order.tolist(), strict=True)
    ]
    return np.array(lines)


def _clusters(points: Points) -> Iterator[Trace]:
    X, labels = points.X, points.labels
    size, opacity = point_style(len(X))
    for k in range(labels.max() + 1):
        own = labels == k
        per_point = isinstance(points.colors, np.ndarray)
        yield {
            "type": scatter_type(len(X)),
            "x": X[own, 0],
            "y": X[own, 1],
            "mode": "markers",
            "marker": {
                "color": points.colors[own] if per_point else points.colors[k],
                "size": size if points.certainty is None else 1.3 * size * points.certainty[own],
                "opacity": opacity,
                "symbol": palette.symbol(k) if points.marked else "circle",
                "line": {"width": 0},
            },
            "name": f"cluster {k + 1}",
            "showlegend": False,
            **_answers(points, own, k),
        }


def _answers(points: Points, own: NDArray[np.bool_], k: int) -> Trace:
    """What a pointer over a point of cluster k is told."""
    if points.words is None:
        return {"hoverinfo": "skip"}
    return {
        "text": points.words[own],
        "customdata": np.flatnonzero(own) + 1,
        "hovertemplate": (
            "point %{customdata} at (%{x:.4~g}, %{y:.4~g})"
            f"<br>cluster {k + 1}<br>%{{text}}<extra></extra>"
        ),
    }
