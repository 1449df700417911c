"""The Density page's pictures: points, ellipses, contours, a surface and new points."""

import numpy as np

from gmmlab.figures import palette
from gmmlab.figures.figure import Figure, Trace, colorscale
from gmmlab.figures.layers import (
    Points,
    colors_of,
    ellipse_legend,
    ellipses,
    layered,
    posteriors,
    with_groups,
)
from gmmlab.figures.plane import (
    Array,
    Window,
    at,
    literal,
    on_paper,
    plane,
    point_style,
    scatter_type,
)
from gmmlab.figures.plane import window as fitting_window
from gmmlab.studies.density.lenses import Lens, Lenses, Seen
from gmmlab.studies.density.page import DensityView
from gmmlab.studies.density.surface import Box

HEIGHT = 430
SCALE = colorscale("Cividis")  # as even for colour-blind eyes as for others
_SIDE = 0.14  # of the picture's width and height, for the marginal densities
_BARS = 30


def view_of(result: Lenses) -> Window:
    """The window that all pictures share: the points, with room for what a density does there."""
    if (paper := result.dataset.paper) is not None:
        return on_paper(paper)
    return fitting_window(result.dataset.X, margin=0.16)


def box_of(result: Lenses, view: DensityView) -> Box:
    """The part of the plane in which pictures need the density: all that they may show."""
    if view.lens == "surface":
        return view_of(result).x + view_of(result).y
    left, right, low, high = view_of(result).surroundings
    # Pictures are at most twice as wide as high: no need to look farther.
    middle, reach = (low + high) / 2, (high - low) / 2
    return left, right, middle - 0.8 * reach, middle + 0.8 * reach


def points_figure(
    result: Lenses, X: Array, words: str, *, over: Seen | None = None, mark: Array | None = None
) -> Figure:
    """Points (n, 2) in one colour, data or new ones; hovering tells log p of the model `over`."""
    traces = [*_hover(over), _dots(X, 0.9)]
    return _picture(result, [*traces, *_mark(mark)], f"{len(X):,} {words}.")


def clusters_figure(
    result: Lenses,
    lens: Lens,
    seen: Seen,
    *,
    marginals: bool,
    color: str = "label",
    mark: Array | None = None,
) -> Figure:
    """The mixture as clusters: points by component, true group or alike, ellipses at 1, 2, 3 σ."""
    if lens.fit is None:
        return density_figure(result, lens, seen, marginals=marginals, mark=mark)
    X, mixture = result.dataset.X, lens.fit.mixture
    responsibilities = lens.fit.responsibilities(X)
    K = mixture.n_components
    known = lens.groups(result.dataset) if color == "truth" else None
    points = Points(
        X,
        responsibilities.argmax(axis=1),
        colors_of(color, responsibilities, known),
        answers=with_groups(posteriors(responsibilities), known),
    )
    drawn = layered(points, ellipses(mixture))
    traces = [*_hover(seen), *drawn, *ellipse_legend(), *_mark(mark)]
    alt = f"{lens.title}: {len(X):,} points in {K} components with their ellipses."
    figure = _picture(result, traces, alt, centers=mixture.means)
    return _with_marginals(figure, result, seen) if marginals else figure


def density_figure(
    result: Lenses, lens: Lens, seen: Seen, *, marginals: bool, mark: Array | None = None
) -> Figure:
    """Filled contours of log p, on the scale that all pictures share, with the points above."""
    low, high = result.limits
    step = (high - low) / 14
    contours: Trace = {
        # Cut off below the lowest contour, which would be a stair where the cut is.
        **_grid(seen, low - step),
        "type": "contour",
        "colorscale": SCALE,
        "zmin": low,
        "zmax": high,
        "contours": {"start": low, "end": high, "size": step},
        "line": {"width": 0.4, "color": "rgba(255,255,255,0.35)"},
        "colorbar": {
            "title": {"text": "log p(x)<br>in nats", "font": {"size": 11}},
            "thickness": 10,
            "len": 0.8,
            "x": 1.02,
            "tickformat": ".1f",
        },
    }
    traces = [contours, _dots(result.dataset.X, 0.55, "#ffffff", "#20242c"), *_mark(mark)]
    peak = float(lens.at_data.max())
    alt = f"{lens.title}: contours of the log-density, up to {peak:.2f} nats at a point."
    figure = _picture(result, traces, alt)
    figure = figure.with_layout(margin={"r": 74})
    return _with_marginals(figure, result, seen) if marginals else figure


def surface_figure(result: Lenses, lens: Lens, seen: Seen) -> Figure:
    """log p as a surface above the plane, cut off below the shared scale."""
    low, high = result.limits
    names = result.dataset.columns
    trace = {
        **_grid(seen, low),
        "type": "surface",
        "colorscale": SCALE,
        "cmin": low,
        "cmax": high,
        "colorbar": {"title": {"text": "log p(x)<br>in nats"}, "thickness": 10, "len": 0.7},
    }
    layout = {
        "height": HEIGHT,
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "scene": {
            "xaxis": {"title": {"text": literal(names[0])}, "nticks": 5},
            "yaxis": {"title": {"text": literal(names[1])}, "nticks": 5},
            # Colours say how high; the floor of the axes lies below that of the surface.
            "zaxis": {
                "title": {"text": ""},
                "showticklabels": False,
                "range": [low - 0.06 * (high - low), high],
            },
            "camera": {
                "eye": {"x": 1.25, "y": -1.5, "z": 1.05},
                "center": {"x": 0, "y": 0, "z": -0.08},
            },
            "aspectmode": "manual",
            "aspectratio": {"x": 1, "y": 1, "z": 0.7},
        },
        "meta": {"alt": f"{lens.title}: the log-density as a surface."},
    }
    return Figure([trace], layout)


def _picture(result: Lenses, traces: list[Trace], alt: str, centers: Array | None = None) -> Figure:
    return plane(
        traces, view_of(result), result.dataset.columns, height=HEIGHT, alt=alt, centers=centers
    )


def _grid(seen: Seen, low: float) -> Trace:
    """log p over all that a picture may show, and what a pointer there is told."""
    height = seen.surface
    where = at(np.array([height.x, height.y]).T)
    return {
        "x": height.x,
        "y": height.y,
        "z": np.maximum(height.values, low).astype(np.float32),
        "customdata": height.values.astype(np.float32),
        "hovertemplate": f"{where}<br>log p = %{{customdata:.3f}} nats<extra></extra>",
    }


def _hover(seen: Seen | None) -> list[Trace]:
    """Nothing to be seen, but a pointer anywhere is told log p."""
    if seen is None:
        return []
    invisible = {"type": "heatmap", "opacity": 0, "showscale": False}
    return [{**_grid(seen, -1e30), **invisible}]


def _dots(X: Array, strength: float, fill: str | None = None, rim: str | None = None) -> Trace:
    size, opacity = point_style(len(X))
    return {
        "type": scatter_type(len(X)),
        "x": X[:, 0],
        "y": X[:, 1],
        "mode": "markers",
        "marker": {
            "size": size if fill is None else 0.75 * size,
            "color": fill or palette.color(0),
            "opacity": strength * opacity if fill is None else strength,
            "line": {"width": 0.8 if rim else 0, "color": rim or palette.color(0)},
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _mark(place: Array | None) -> list[Trace]:
    """The point that is scored: a ring around a cross, which no data have."""
    if place is None or np.abs(place).max() > 1e9:  # browsers lose their way out there
        return []
    marker = {"symbol": "circle-cross-open", "size": 17, "color": "#e0004d", "line": {"width": 2.5}}
    at = {"x": [float(place[0])], "y": [float(place[1])]}
    style = {"mode": "markers", "marker": marker, "hoverinfo": "skip", "showlegend": False}
    return [{"type": "scatter", **at, **style}]


def _with_marginals(figure: Figure, result: Lenses, seen: Seen) -> Figure:
    """The same picture with each axis's own density above and beside it."""
    figure = figure.with_layout(
        xaxis={"domain": [0, 1 - _SIDE - 0.02]},
        yaxis={"domain": [0, 1 - _SIDE - 0.02]},
        xaxis2={
            "domain": [1 - _SIDE, 1],
            "visible": False,
            "fixedrange": True,
            "rangemode": "tozero",
        },
        yaxis2={
            "domain": [1 - _SIDE, 1],
            "visible": False,
            "fixedrange": True,
            "rangemode": "tozero",
        },
        barmode="overlay",
    )
    traces: list[Trace] = []
    for axis, (places, density) in enumerate(seen.along):
        counts, edges = np.histogram(result.dataset.X[:, axis], bins=_BARS, density=True)
        bars = {"place": (edges[1:] + edges[:-1]) / 2, "width": np.diff(edges), "height": counts}
        traces += _shadow(axis, places, density, bars)
    return figure.with_traces(*traces)


def _shadow(axis: int, places: Array, density: Array, bars: dict[str, Array]) -> list[Trace]:
    across, up = ("x", "y") if axis == 0 else ("y", "x")
    hover = f"{'density of x' if axis == 0 else 'density of y'} = %{{{up}:.3f}}<extra></extra>"
    own: Trace = {f"{up}axis": f"{up}2", "showlegend": False}
    return [
        {
            "type": "bar",
            "orientation": "v" if axis == 0 else "h",
            across: bars["place"],
            up: bars["height"],
            "width": bars["width"],
            "marker": {"color": palette.MUTED, "opacity": 0.45, "line": {"width": 0}},
            "hoverinfo": "skip",
            **own,
        },
        {
            "type": "scatter",
            across: places,
            up: density,
            "mode": "lines",
            "line": {"color": palette.color(0), "width": 1.8},
            "hovertemplate": hover,
            **own,
        },
    ]


def reading(view: DensityView) -> str:
    """One line on how to read the pictures through this lens."""
    words = {
        "points": "Nothing fitted, nothing assumed: where would you say that there are points?",
        "clusters": {
            "label": "As clusters: each point belongs to its most probable component.",
            "truth": "As clusters, and each point in the colour of the group that it comes from.",
            "plain": "As clusters: the ellipses of each component, over plain points.",
        }[view.color],
        "density": "As a density: the same colour is the same density in all pictures; a nat more "
        "is 2.7 times as much. The darkest is a hundredth, or less, of what 99 % of the points "
        "have.",
        "surface": "The log of the density as a landscape, cut off far below the data. Drag to "
        "turn it.",
        "samples": "As a generator: could you tell new points from real ones?",
    }[view.lens]
    if view.marginals and view.lens in ("clusters", "density"):
        words += " Along each axis: the data as bars, the model as a curve."
    return words
