"""What is drawn in the plane, layer by layer: regions, insides of shapes, points, outlines."""

import base64
import io
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gmmlab.engine.model.mixture import Mixture
from gmmlab.figures import palette
from gmmlab.figures.figure import Trace
from gmmlab.figures.plane import (
    Array,
    at,
    closed_curve,
    ellipse,
    mass_within,
    point_style,
    scatter_type,
)

Labels = NDArray[np.intp]
SIGMA_DASHES = {1: "solid", 2: "dash", 3: "dot"}
_MOST_HOVERED = 3  # components named when hovering a point


class Shape(NamedTuple):
    """A closed curve that belongs to cluster k: how it is lined, and how strongly it shows, 0…1.

    A curve of the same `name` in the next figure is the same curve, and is seen to move there.
    """

    path: Array
    k: int
    name: str
    dash: str = "solid"
    strength: float = 1.0


class Answers(NamedTuple):
    """Numbers (n, m) about each point, and the template that tells them from `customdata[1]` on."""

    numbers: Array
    template: str


class Points(NamedTuple):
    """Points (n, 2) to be drawn: their clusters (n,), colours, certainties and hover texts.

    `colors` are one per cluster, or one per point. Point area is proportional to `certainty`² (n,),
    as in the chapter, so diameter is to `certainty`; None draws all alike. `answers` are what a
    pointer over a point is told; None answers no pointer. `marked` gives each cluster a marker
    shape of its own.
    """

    X: Array
    labels: Labels
    colors: list[str] | NDArray[np.str_]
    certainty: Array | None = None
    answers: Answers | None = None
    marked: bool = False


def ellipses(mixture: Mixture) -> list[Shape]:
    """The ellipses at 1, 2 and 3 σ of every component, the stronger the more it weighs."""
    strengths = np.sqrt(mixture.weights / mixture.weights.max())
    return [
        Shape(
            ellipse(mixture.means[k], mixture.full_covariances[k], sigmas),
            k,
            f"ellipse-{k}-{sigmas}",
            dash,
            float(strengths[k]),
        )
        for k in range(mixture.n_components)
        for sigmas, dash in SIGMA_DASHES.items()
    ]


def layered(points: Points, shapes: list[Shape]) -> list[Trace]:
    """From below: points, shapes, so faintly filled that points shine through."""
    return [
        *_clusters(points),
        *(
            closed_curve(
                s.path,
                s.name,
                palette.faded(s.k, 0.3 + 0.7 * s.strength),
                palette.faded(s.k, 0.10 * s.strength),
                s.dash,
            )
            for s in shapes
        ),
    ]


def shaded(box: tuple[float, float, float, float], labels: NDArray[np.uint8], K: int) -> Trace:
    """The plane below all else, its squares (m, m) in the colours of their clusters: an image.

    `box` is (x low, x high, y low, y high); browsers draw an image's pixels without steps.
    """
    picture = Image.fromarray(np.ascontiguousarray(labels[::-1]), "P")
    picture.putpalette(
        [channel for k in range(K) for channel in palette.channels(palette.color(k))]
    )
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    return {
        "source": "data:image/png;base64," + base64.b64encode(file.getvalue()).decode(),
        "xref": "x",
        "yref": "y",
        "x": box[0],
        "y": box[3],
        "sizex": box[1] - box[0],
        "sizey": box[3] - box[2],
        "sizing": "stretch",
        "opacity": 0.22,
        "layer": "below",
    }


def legend_entry(name: str, dash: str, color: str = palette.MUTED) -> Trace:
    """A line in the legend that stands for no trace in particular."""
    return {
        "type": "scatter",
        "x": [None],
        "y": [None],
        "mode": "lines",
        "line": {"color": color, "width": 1.6, "dash": dash},
        "name": name,
        "showlegend": True,
    }


def ellipse_legend() -> list[Trace]:
    """How much of a Gaussian each of its ellipses holds, so short that narrow pictures hold it."""
    return [
        legend_entry(f"{sigmas} σ: {mass_within(sigmas):.1%}", dash)
        for sigmas, dash in SIGMA_DASHES.items()
    ]


def posteriors(responsibilities: Array) -> Answers:
    """The largest of every row of `responsibilities` (n, K), for a pointer over its point."""
    most = min(_MOST_HOVERED, responsibilities.shape[1])
    order = np.argsort(-responsibilities, axis=1, kind="stable")[:, :most]
    numbers = np.empty((len(responsibilities), 2 * most))
    numbers[:, ::2] = order + 1
    numbers[:, 1::2] = np.take_along_axis(responsibilities, order, axis=1)
    return Answers(
        numbers,
        "".join(
            f"<br>responsibility of component %{{customdata[{1 + 2 * i}]}}: "
            f"%{{customdata[{2 + 2 * i}]:.3f}}"
            for i in range(most)
        ),
    )


def with_groups(answers: Answers, groups: Labels | None) -> Answers:
    """The same answers and each point's true group, where it is known."""
    if groups is None:
        return answers
    place = answers.numbers.shape[1] + 1
    return Answers(
        np.column_stack([answers.numbers, groups + 1]),
        f"{answers.template}<br>true group %{{customdata[{place}]}}",
    )


def colors_of(
    color: str, responsibilities: Array, groups: Labels | None
) -> list[str] | NDArray[np.str_]:
    """The colours of points (one for each component, or one for each point) under a choice.

    The choice is "label", "blend", "truth" (where the `groups` are known) or "plain".
    """
    n, K = responsibilities.shape
    if color == "blend":
        return np.array(palette.blended(responsibilities))
    if color == "truth" and groups is not None:
        return np.array([palette.color(group) for group in groups.tolist()])
    if color == "plain":
        return np.full(n, palette.MUTED)
    return [palette.color(k) for k in range(K)]


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
    if points.answers is None:
        return {"hoverinfo": "skip"}
    numbers, template = points.answers
    return {
        # Half the bytes: these numbers are only read, with three digits.
        "customdata": np.column_stack([np.flatnonzero(own) + 1, numbers[own]]).astype(np.float32),
        "hovertemplate": (
            f"point %{{customdata[0]}} at {at(points.X)}"
            f"<br>cluster {k + 1}{template}<extra></extra>"
        ),
    }
