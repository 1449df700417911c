"""Pictures of what a class answers: tallies, and clicks in the plane."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from gmmlab.data.points.datasets import Dataset
from gmmlab.figures import palette
from gmmlab.figures.curves import over_k, whole_step
from gmmlab.figures.figure import Figure, Trace
from gmmlab.figures.layers import SIGMA_DASHES, Points, Shape, layered
from gmmlab.figures.plane import Array, Window, ellipse, on_paper, plane, window
from gmmlab.studies.em.course import Course

_SQUARES = 24  # across and up, to which keys can move
_OFF = 45  # pixels
_MARK = "#e0004d"  # as other pictures mark what is best


def points_figure(dataset: Dataset, height: int = 430) -> Figure:
    """The points alone, all alike."""
    n = len(dataset.X)
    points = Points(dataset.X, np.zeros(n, dtype=np.intp), np.full(n, palette.color(0)))
    return plane(
        layered(points, []),
        window(dataset.X) if dataset.paper is None else on_paper(dataset.paper),
        dataset.columns,
        height=height,
        alt=f"{n} points, all alike.",
    )


def tally_figure(
    counts: Sequence[int], names: Sequence[str], title: str, *, marked: Sequence[int] = ()
) -> Figure:
    """How often each answer was given, by its name; those in the places `marked` stand out."""
    shown = [palette.color(1 if place in marked else 0) for place in range(len(counts))]
    bars: Trace = {
        "type": "bar",
        "x": [place + 1 for place in range(len(counts))],
        "y": list(counts),
        "marker": {"color": shown},
        "text": [str(count) if count else "" for count in counts],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertemplate": "%{y} answers<extra></extra>",
        "showlegend": False,
    }
    given = ", ".join(
        f"{name}: {count}" for name, count in zip(names, counts, strict=True) if count
    )
    figure = over_k([bars], "answers", f"{title}. Answers: {given or 'none yet'}.", x=title)
    places = {"tickmode": "array", "tickvals": bars["x"], "ticktext": list(names)}
    most = max([3, *counts])
    return figure.with_layout(
        xaxis={**places, "range": [0.4, len(counts) + 0.6], "fixedrange": True},
        yaxis={"range": [0, 1.15 * most], "dtick": whole_step([0, most]), "fixedrange": True},
        margin={"t": 30},
        bargap=0.25,
        dragmode=False,
    )


def next_mean_figure(
    run: Course,
    index: int,
    component: int,
    places: Sequence[tuple[float, float]] = (),
    *,
    shown: bool = False,
    height: int = 430,
) -> Figure:
    """A mixture of a run in the data's own units, one mean of which is asked about.

    `places` were clicked; `shown` adds where the mean goes. Each place of the plane tells itself.
    """
    ground, mixture = run.ground, run.mixtures[index]
    X, means = ground.own(ground.points), ground.own(mixture.means)
    covariances = mixture.full_covariances * ground.scale**2
    responsibilities = mixture.responsibilities(ground.points)
    curves = [
        Shape(ellipse(means[k], covariances[k], sigmas), k, f"ellipse-{k}-{sigmas}", dash)
        for k in range(len(means))
        for sigmas, dash in SIGMA_DASHES.items()
        if sigmas < 3
    ]
    colors = np.array(palette.blended(responsibilities))
    view = window(X, [each.path for each in curves if each.k == component])
    traces = layered(Points(X, responsibilities.argmax(axis=1), colors), curves)
    own = ground.own(run.mixtures[index + 1].means)[component] if shown else None
    traces += [_everywhere(view), *_clicks(places)]
    if own is not None:
        traces.append(_star(own[0], own[1]))
    figure = plane(
        traces,
        view,
        (ground.columns[0], ground.columns[-1]),
        height=height,
        alt=f"Mean {component + 1} of {len(means)}, and {len(places)} clicks where it may be next.",
        centers=means,
    )
    label = figure.layout["annotations"][component]
    label |= _aside(np.array([0.0, -1.0]) if own is None else own - means[component])
    if own is None:
        label |= {"text": f"<b>{component + 1}?</b>", "font": {**label["font"], "size": 18}}
    return figure


def _everywhere(view: Window) -> Trace:
    """What is not seen, and tells a click or a key where in the plane it is."""
    left, right, low, high = view.surroundings
    xs, ys = (
        np.linspace(a, b, _SQUARES + 1)[:-1] + (b - a) / (2 * _SQUARES)
        for a, b in ((left, right), (low, high))
    )
    places = [[[float(x), float(y)] for x in xs] for y in ys]
    return {
        "type": "heatmap",
        "x": xs,
        "y": ys,
        "z": np.zeros((_SQUARES, _SQUARES), dtype=np.float32),
        "customdata": places,
        "text": [[f"{x:.3g}, {y:.3g}" for x, y in row] for row in places],
        "opacity": 0,
        "showscale": False,
        "hovertemplate": "%{text}<extra></extra>",
    }


def _clicks(places: Sequence[tuple[float, float]]) -> list[Trace]:
    if not places:
        return []
    return [
        {
            "type": "scatter",
            "x": [x for x, _ in places],
            "y": [y for _, y in places],
            "mode": "markers",
            "marker": {
                "symbol": "circle",
                "size": 12,
                "color": _MARK,
                "opacity": 0.75,
                "line": {"width": 1.5, "color": "white"},
            },
            "hoverinfo": "skip",
            "showlegend": False,
        }
    ]


def _aside(way: Array) -> dict[str, Any]:
    """Where the number of a mean stands, pointing at it, so that neither end of its way is hid."""
    length = float(np.linalg.norm(way)) or 1.0
    across, up = -_OFF * way / length
    return {
        "showarrow": True,
        "arrowhead": 2,
        "arrowwidth": 2,
        "arrowcolor": palette.MUTED,
        "ax": float(across),
        "ay": float(-up),
    }


def _star(x: float, y: float) -> Trace:
    """Where the mean goes."""
    return {
        "type": "scatter",
        "x": [x],
        "y": [y],
        "mode": "markers",
        "marker": {
            "symbol": "star",
            "size": 26,
            "color": "#ffd400",
            "line": {"width": 2, "color": "#10131a"},
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }
