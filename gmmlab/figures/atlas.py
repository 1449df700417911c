"""The atlas of optima: how often each was found, and a small picture of it."""

from collections.abc import Sequence

import numpy as np

from gmmlab.engine.model.mixture import Mixture
from gmmlab.figures import palette
from gmmlab.figures.curves import over_k
from gmmlab.figures.figure import Figure, Trace
from gmmlab.figures.layers import Points, ellipses, layered
from gmmlab.figures.plane import plane, window
from gmmlab.numbers import number
from gmmlab.studies.em.atlas import Optimum
from gmmlab.studies.em.ground import Ground
from gmmlab.studies.mixtures.projection import projected


def atlas_figure(optima: Sequence[Optimum], n_ended: int, n_starts: int) -> Figure:
    """How often each distinct optimum was found, over its log-likelihood per point, best first."""
    counts = [len(each.ends) for each in optima]
    values = [each.best.objective for each in optima]
    spurious = [each.spurious for each in optima]
    bars: Trace = {
        "type": "bar",
        "x": [place + 1 for place in range(len(optima))],
        "y": counts,
        "customdata": [
            [place, values[place], optima[place].n_iter] for place in range(len(optima))
        ],
        "marker": {
            "color": [palette.MUTED if odd else palette.color(0) for odd in spurious],
            "pattern": {"shape": ["/" if odd else "" for odd in spurious]},
        },
        "text": [number(value) for value in values],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertemplate": "optimum %{x}: %{customdata[1]:.4f} per point<br>found %{y} times, after "
        "%{customdata[2]} iterations (median)<extra></extra>",
        "showlegend": False,
    }
    found = "optimum" if len(optima) == 1 else "optima"
    figure = over_k(
        [bars],
        "starts that end there",
        f"{n_ended} of {n_starts} starts have ended in {len(optima)} distinct {found}.",
        x="distinct optima, best first; above each its log-likelihood per point",
    )
    return figure.with_layout(
        yaxis={"rangemode": "tozero"},
        margin={"t": 30},
        bargap=0.25,
    )


def optimum_figure(optimum: Optimum, ground: Ground, height: int = 190) -> Figure:
    """One optimum as a small picture."""
    mixture, points = optimum.best.mixture, ground.points
    responsibilities = mixture.responsibilities(points)
    K = mixture.n_components
    if ground.d == 1:
        return _small_line(mixture, ground, height)
    shapes = ellipses(projected(mixture, np.eye(2)))
    dots = Points(points, responsibilities.argmax(axis=1), [palette.color(k) for k in range(K)])
    figure = plane(
        layered(dots, shapes),
        window(points),
        ("", ""),
        height=height,
        alt=f"An optimum with log-likelihood {number(optimum.best.objective)} per point, found "
        f"{len(optimum.ends)} times.",
    )
    return _bare(figure)


def _small_line(mixture: Mixture, ground: Ground, height: int) -> Figure:
    low, high = float(ground.points.min()), float(ground.points.max())
    at = np.linspace(low - 0.1 * (high - low), high + 0.1 * (high - low), 200)
    joint = np.exp(mixture.log_joint(at[:, None]))
    traces: list[Trace] = [
        {
            "type": "scatter",
            "x": at,
            "y": joint[:, k],
            "mode": "lines",
            "line": {"color": palette.color(k), "width": 2},
            "hoverinfo": "skip",
            "showlegend": False,
        }
        for k in range(mixture.n_components)
    ]
    alt = "An optimum in one dimension: the density of each component."
    return _bare(over_k(traces, "", alt, x="").with_layout(height=height))


def _bare(figure: Figure) -> Figure:
    return figure.with_layout(
        margin={"l": 4, "r": 4, "t": 4, "b": 4},
        dragmode=False,
        xaxis={"visible": False},
        yaxis={"visible": False},
    )
