"""The Clusters page's pictures: k-means, a mixture, and the four covariance types."""

from collections.abc import Iterator

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from gmmlab.engine.mixture import Mixture
from gmmlab.figures import palette
from gmmlab.figures.plane import (
    circle,
    ellipse,
    empty_figure,
    mass_within,
    outline,
    scatter_type,
    window,
)
from gmmlab.studies.clusters import Clusters, ViewSettings
from gmmlab.studies.covariance_types import Comparison

Array = NDArray[np.float64]
Labels = NDArray[np.intp]
Regions = tuple[Array, Array, Labels, Labels]

POINT_SIZE = 7.0
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
    frame = window(X)
    figure = empty_figure(frame, result.dataset.columns, height)
    if regions is not None:
        figure.add_traces(list(_region_traces(regions[0], regions[1], regions[2], K)))
    if view.shapes:
        for k, (center, radius) in enumerate(
            zip(result.kmeans.centers, result.kmeans.radii, strict=True)
        ):
            path = circle(center, radius)
            figure.add_trace(outline(path, line=palette.color(k), fill=palette.faded(k, 0.13)))
        figure.add_trace(_legend_entry("disc: reaches to its farthest own point", "solid"))
    extra, hover = None, "cluster %{meta}<extra></extra>"
    if stability is not None:
        extra = stability[:, None]
        hover = "cluster %{meta}<br>kept in %{customdata[0]:.0%} of resamples<extra></extra>"
    certainty = stability if view.size == "certainty" else None
    colors = [palette.color(k) for k in range(K)]
    figure.add_traces(list(_points(X, labels, colors, certainty, view, extra, hover)))
    figure.add_traces(list(_numbers(result.kmeans.centers)))
    figure.layout.meta = {"alt": _kmeans_alt(result)}
    return figure


def gmm_figure(
    result: Clusters,
    view: ViewSettings,
    *,
    regions: Regions | None = None,
    height: int = 440,
) -> go.Figure:
    """The mixture: points by component or blended by responsibility, ellipses at 1, 2 and 3 σ."""
    X, shares, K = result.dataset.X, result.responsibilities, result.n_components
    frame = window(X)
    figure = empty_figure(frame, result.dataset.columns, height)
    if regions is not None:
        figure.add_traces(list(_region_traces(regions[0], regions[1], regions[3], K)))
    if view.shapes:
        figure.add_traces(list(_ellipses(result.gmm.mixture)))
        figure.add_traces([_sigma_entry(s, d) for s, d in SIGMA_DASHES.items()])
    colors: list[str] | NDArray[np.str_] = [palette.color(k) for k in range(K)]
    if view.color == "blend":
        colors = np.array(palette.blended(shares))
    hover = "<br>".join(f"p(component {k + 1}) = %{{customdata[{k}]:.3f}}" for k in range(K))
    certainty = shares.max(axis=1) if view.size == "certainty" else None
    figure.add_traces(
        list(
            _points(
                X, result.gmm_labels, colors, certainty, view, shares, f"{hover}<extra></extra>"
            )
        )
    )
    figure.add_traces(list(_numbers(result.gmm.mixture.means)))
    figure.layout.meta = {"alt": _gmm_alt(result)}
    return figure


def covariance_types_figures(
    result: Comparison, view: ViewSettings, height: int = 300
) -> list[tuple[str, str, go.Figure]]:
    """One small picture per covariance type: its name, its caption with BIC, and the figure."""
    X = result.dataset.X
    frame = window(X)
    pictures = []
    for each in result.fits:
        figure = empty_figure(frame, ("", ""), height)
        figure.update_layout(margin={"l": 4, "r": 4, "t": 8, "b": 4})
        figure.add_traces(list(_ellipses(each.fit.mixture)))
        labels, K = each.responsibilities.argmax(axis=1), each.fit.mixture.n_components
        colors = [palette.color(k) for k in range(K)]
        certainty = each.responsibilities.max(axis=1) if view.size == "certainty" else None
        figure.add_traces(list(_points(X, labels, colors, certainty, view, None, None)))
        figure.add_traces(list(_numbers(each.fit.mixture.means)))
        wins = each.covariance_type in result.winners
        caption = (
            f"BIC {each.fit.bic:,.1f} with {each.fit.mixture.n_parameters} parameters"
            f"{' — lowest' if wins else ''}"
        )
        figure.layout.meta = {
            "alt": f"A {each.covariance_type} mixture of {K} on {len(X)} points; {caption}."
        }
        pictures.append((each.covariance_type, caption, figure))
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
) -> Iterator[go.Scatter]:
    """One trace per cluster; `colors` are one per cluster, or one per point.

    Point area is proportional to `certainty`², as in the chapter, so diameter is to `certainty`.
    """
    trace = scatter_type(len(X))
    for k in range(labels.max() + 1):
        own = labels == k
        marker = {
            "color": colors[own] if isinstance(colors, np.ndarray) else colors[k],
            "size": POINT_SIZE if certainty is None else POINT_SIZE * 1.3 * certainty[own],
            "opacity": 0.85,
            "symbol": palette.symbol(k) if view.markers else "circle",
            "line": {"width": 0},
        }
        yield trace(
            x=X[own, 0],
            y=X[own, 1],
            mode="markers",
            marker=marker,
            customdata=None if extra is None else extra[own].astype(np.float32),
            meta=k + 1,
            hovertemplate=hover,
            hoverinfo="skip" if hover is None else None,
            name=f"cluster {k + 1}",
            showlegend=False,
        )


def _numbers(centers: Array) -> Iterator[go.Scatter]:
    """The number of each cluster at its centre, so that colour is never the only sign."""
    yield go.Scatter(
        x=centers[:, 0],
        y=centers[:, 1],
        mode="markers+text",
        marker={
            "size": 19,
            "color": [palette.color(k) for k in range(len(centers))],
            "line": {"color": "white", "width": 1.5},
        },
        text=[str(k + 1) for k in range(len(centers))],
        textfont={"color": "white", "size": 11},
        hoverinfo="skip",
        showlegend=False,
    )


def _ellipses(mixture: Mixture) -> Iterator[go.Scatter]:
    """The ellipses at 1, 2 and 3 σ of every component, the more opaque the more it weighs."""
    for k in np.argsort(-mixture.weights):
        strength = float(np.sqrt(mixture.weights[k] / mixture.weights.max()))
        for sigmas, dash in reversed(SIGMA_DASHES.items()):
            path = ellipse(mixture.means[k], mixture.full_covariances[k], sigmas)
            fill = palette.faded(int(k), 0.10 * strength)
            line = palette.faded(int(k), 0.3 + 0.7 * strength)
            yield outline(path, line=line, fill=fill, dash=dash, width=1.4)


def _region_traces(x: Array, y: Array, labels: Labels, K: int) -> Iterator[go.Heatmap]:
    steps = [[edge / K, palette.color(k)] for k in range(K) for edge in (k, k + 1)]
    yield go.Heatmap(
        x=x,
        y=y,
        z=labels.astype(np.uint8),
        zmin=-0.5,
        zmax=K - 0.5,
        colorscale=steps,
        opacity=0.22,
        showscale=False,
        hoverinfo="skip",
    )


def _legend_entry(name: str, dash: str) -> go.Scatter:
    line = {"color": palette.MUTED, "width": 1.6, "dash": dash}
    return go.Scatter(x=[None], y=[None], mode="lines", line=line, name=name, showlegend=True)


def _sigma_entry(sigmas: int, dash: str) -> go.Scatter:
    return _legend_entry(f"{sigmas} σ: {mass_within(sigmas):.1%}", dash)


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
