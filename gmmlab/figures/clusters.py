"""The Clusters page's pictures: k-means, a mixture, and the four covariance types."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from gmmlab.engine.mixture import Mixture
from gmmlab.figures import palette
from gmmlab.figures.plane import (
    Trace,
    area,
    circle,
    ellipse,
    mass_within,
    outline,
    plane,
    point_style,
    scatter_type,
    window,
)
from gmmlab.studies.clusters import Clusters, ViewSettings
from gmmlab.studies.covariance_types import Comparison

Array = NDArray[np.float64]
Labels = NDArray[np.intp]
Regions = tuple[Array, Array, Labels, Labels]

SIGMA_DASHES = {1: "solid", 2: "dash", 3: "dot"}


def kmeans_figure(
    result: Clusters,
    view: ViewSettings,
    *,
    stability: Array | None = None,
    regions: Regions | None = None,
    height: int = 440,
) -> go.Figure:
    """k-means: points by label, discs to the farthest own point; sizes by `stability` (n,)."""
    X, labels, K = result.dataset.X, result.kmeans.labels, result.n_components
    extra, hover = None, "cluster %{meta}<extra></extra>"
    if stability is not None:
        extra = stability[:, None]
        hover = "cluster %{meta}<br>kept in %{customdata[0]:.0%} of resamples<extra></extra>"
    certainty = stability if view.size == "certainty" else None
    colors = [palette.color(k) for k in range(K)]
    discs = zip(result.kmeans.centers, result.kmeans.radii, strict=True)
    shapes = [_Shape(circle(*disc), k) for k, disc in enumerate(discs)] if view.shapes else []
    traces = _layered(
        None if regions is None else _shaded(regions[0], regions[1], regions[2], K),
        shapes,
        _points(X, labels, colors, certainty, view, extra, hover),
        result.kmeans.centers,
    )
    if view.shapes:
        traces.append(_legend_entry("disc: reaches to its farthest own point", "solid"))
    alt = _kmeans_alt(result)
    return plane(traces, window(X), result.dataset.columns, height=height, alt=alt)


def gmm_figure(
    result: Clusters,
    view: ViewSettings,
    *,
    regions: Regions | None = None,
    height: int = 440,
) -> go.Figure:
    """The mixture: points by component or blended by responsibility, ellipses at 1, 2 and 3 σ."""
    X, shares, K = result.dataset.X, result.responsibilities, result.n_components
    colors: list[str] | NDArray[np.str_] = [palette.color(k) for k in range(K)]
    if view.color == "blend":
        colors = np.array(palette.blended(shares))
    hover = "<br>".join(f"p(component {k + 1}) = %{{customdata[{k}]:.3f}}" for k in range(K))
    certainty = shares.max(axis=1) if view.size == "certainty" else None
    labels = result.gmm_labels
    traces = _layered(
        None if regions is None else _shaded(regions[0], regions[1], regions[3], K),
        _ellipses(result.gmm.mixture) if view.shapes else [],
        _points(X, labels, colors, certainty, view, shares, f"{hover}<extra></extra>"),
        result.gmm.mixture.means,
    )
    if view.shapes:
        for sigmas, dash in SIGMA_DASHES.items():
            traces.append(_legend_entry(f"{sigmas} σ holds {mass_within(sigmas):.1%}", dash))
    alt = _gmm_alt(result)
    return plane(traces, window(X), result.dataset.columns, height=height, alt=alt)


def covariance_types_figures(
    result: Comparison, view: ViewSettings, height: int = 300
) -> list[tuple[str, str, go.Figure]]:
    """One small picture per covariance type: its name, its caption with BIC, and the figure."""
    X = result.dataset.X
    pictures = []
    for each in result.fits:
        K = each.fit.mixture.n_components
        certainty = each.responsibilities.max(axis=1) if view.size == "certainty" else None
        labels, colors = each.responsibilities.argmax(axis=1), [palette.color(k) for k in range(K)]
        traces = _layered(
            None,
            _ellipses(each.fit.mixture),
            _points(X, labels, colors, certainty, view, None, None),
            each.fit.mixture.means,
        )
        caption = f"BIC {each.fit.bic:,.1f} with {each.fit.mixture.n_parameters} parameters"
        wins = each.covariance_type in result.winners
        alt = f"A {each.covariance_type} mixture, K = {K}, on {len(X)} points; {caption}."
        figure = plane(traces, window(X), ("", ""), height=height, alt=alt)
        figure.update_layout(margin={"l": 4, "r": 4, "t": 8, "b": 4})
        pictures.append((each.covariance_type, caption + (": **lowest**" if wins else ""), figure))
    return pictures


def reading(view: ViewSettings) -> str:
    """One line on how to read the pictures under this view."""
    words = {
        "both": "Same points, same colours: left, what k-means sees; right, what the mixture sees.",
        "kmeans": "Each point has the colour of its nearest centre.",
        "gmm": "Each point has the colour of its most probable component; hover for all of them.",
    }[view.show]
    if view.color == "blend" and view.show != "kmeans":
        words += " Mixed colours belong to several components; k-means knows no mixed points."
    if view.size == "certainty":
        words += " The smaller a point, the less certain its cluster:"
        words += {
            "both": " resampling for k-means, the posterior for the mixture.",
            "kmeans": " the share of 50 resamples in which it keeps its cluster.",
            "gmm": " its area is its largest posterior, squared.",
        }[view.show]
    return words


def preview_figure(result: Clusters, height: int = 380) -> go.Figure:
    """A mixture and its ellipses without axes: the picture on the front page."""
    figure = gmm_figure(result, ViewSettings(color="blend"), height=height)
    figure.update_layout(showlegend=False, margin={"l": 0, "r": 0, "t": 0, "b": 0}, dragmode=False)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure


def _points(
    X: Array,
    labels: Labels,
    colors: list[str] | NDArray[np.str_],
    certainty: Array | None,
    view: ViewSettings,
    extra: Array | None,
    hover: str | None,
) -> Iterator[Trace]:
    """One trace per cluster; `colors` are one per cluster, or one per point.

    Point area is proportional to `certainty`², as in the chapter, so diameter is to `certainty`.
    """
    size, opacity = point_style(len(X))
    for k in range(labels.max() + 1):
        own = labels == k
        yield {
            "type": scatter_type(len(X)),
            "x": X[own, 0],
            "y": X[own, 1],
            "mode": "markers",
            "marker": {
                "color": colors[own] if isinstance(colors, np.ndarray) else colors[k],
                "size": size if certainty is None else 1.3 * size * certainty[own],
                "opacity": opacity,
                "symbol": palette.symbol(k) if view.markers else "circle",
                "line": {"width": 0},
            },
            "customdata": None if extra is None else extra[own].astype(np.float32),
            "meta": k + 1,
            "hovertemplate": hover,
            "hoverinfo": "skip" if hover is None else None,
            "name": f"cluster {k + 1}",
            "showlegend": False,
        }


def _numbers(centers: Array) -> Trace:
    """The number of each cluster at its centre, so that colour is never the only sign."""
    K = len(centers)
    return {
        "type": "scatter",
        "x": centers[:, 0],
        "y": centers[:, 1],
        "mode": "markers+text",
        "marker": {
            "size": 19,
            "color": [palette.color(k) for k in range(K)],
            "line": {"color": "white", "width": 1.5},
        },
        "text": [str(k + 1) for k in range(K)],
        "textfont": {"color": "white", "size": 11},
        "hoverinfo": "skip",
        "showlegend": False,
    }


class _Shape(NamedTuple):
    """A closed curve that belongs to cluster k: how it is lined, and how strongly it shows, 0…1."""

    path: Array
    k: int
    dash: str = "solid"
    strength: float = 1.0


def _ellipses(mixture: Mixture) -> list[_Shape]:
    """The ellipses at 1, 2 and 3 σ of every component, the stronger the more it weighs."""
    strengths = np.sqrt(mixture.weights / mixture.weights.max())
    return [
        _Shape(
            ellipse(mixture.means[k], mixture.full_covariances[k], sigmas),
            k,
            dash,
            float(strengths[k]),
        )
        for k in range(mixture.n_components)
        for sigmas, dash in SIGMA_DASHES.items()
    ]


def _layered(
    shading: Trace | None, shapes: list[_Shape], points: Iterable[Trace], centers: Array
) -> list[Trace]:
    """From below: shaded regions, insides of shapes, points, outlines of shapes, numbers."""
    return [
        *([] if shading is None else [shading]),
        *(area(s.path, palette.faded(s.k, 0.10 * s.strength)) for s in shapes),
        *points,
        *(outline(s.path, palette.faded(s.k, 0.3 + 0.7 * s.strength), s.dash) for s in shapes),
        _numbers(centers),
    ]


def _shaded(x: Array, y: Array, labels: Labels, K: int) -> Trace:
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


def _legend_entry(name: str, dash: str) -> Trace:
    return {
        "type": "scatter",
        "x": [None],
        "y": [None],
        "mode": "lines",
        "line": {"color": palette.MUTED, "width": 1.6, "dash": dash},
        "name": name,
        "showlegend": True,
    }


def _kmeans_alt(result: Clusters) -> str:
    sizes = np.bincount(result.kmeans.labels, minlength=result.n_components)
    return (
        f"k-means with K = {result.n_components} on {len(result.dataset.X)} points; "
        f"cluster sizes {', '.join(map(str, sizes))}."
    )


def _gmm_alt(result: Clusters) -> str:
    weights = ", ".join(f"{w:.0%}" for w in result.gmm.mixture.weights)
    return (
        f"A {result.gmm.mixture.covariance_type} Gaussian mixture with K = {result.n_components} "
        f"on {len(result.dataset.X)} points; weights {weights}."
    )
