"""The Clusters page's pictures: k-means, a mixture, and the four covariance types."""

import numpy as np

from gmmlab.figures.figure import Figure
from gmmlab.figures.layers import (
    Answers,
    Points,
    Shape,
    colors_of,
    ellipse_legend,
    ellipses,
    layered,
    legend_entry,
    posteriors,
    shaded,
    with_groups,
)
from gmmlab.figures.plane import Array, Window, circle, on_paper, plane, window
from gmmlab.studies.clusters.covariance_types import Comparison
from gmmlab.studies.clusters.page import ViewSettings
from gmmlab.studies.clusters.regions import Regions
from gmmlab.studies.clusters.study import Clusters


def view_of(result: Clusters) -> Window:
    """The window that both models' pictures share: all points, and the shapes of both."""
    if (paper := result.dataset.paper) is not None:
        return on_paper(paper)
    shapes = [*_discs(result), *ellipses(result.gmm.mixture)]
    return window(result.dataset.X, [shape.path for shape in shapes])


def kmeans_figure(
    result: Clusters,
    view: ViewSettings,
    *,
    stability: Array | None = None,
    regions: Regions | None = None,
    height: int = 430,
) -> Figure:
    """k-means: points by label, discs to the farthest own point; sizes by `stability` (n,)."""
    X, labels, K = result.dataset.X, result.kmeans.labels, result.n_components
    answers = Answers(np.empty((len(X), 0)), "")
    if stability is not None:
        answers = Answers(stability[:, None], "<br>kept in %{customdata[1]:.0%} of resamples")
    known = result.groups if view.color == "truth" else None
    # Responsibilities are a mixture's: k-means blends nothing.
    color = "label" if view.color == "blend" else view.color
    points = Points(
        X,
        labels,
        colors_of(color, result.responsibilities, known),
        stability if view.size == "certainty" else None,
        with_groups(answers, known),
        view.markers,
    )
    traces = layered(
        points,
        _discs(result) if view.shapes else [],
    )
    if view.shapes:
        traces.append(legend_entry("disc to the farthest own point", "solid"))
    sizes = ", ".join(map(str, np.bincount(labels, minlength=K)))
    figure = plane(
        traces,
        view_of(result),
        result.dataset.columns,
        height=height,
        alt=f"k-means with K = {K} on {len(X)} points; cluster sizes {sizes}.",
        centers=result.kmeans.centers,
    )
    shades = [] if regions is None else [shaded(regions.box, regions.by_kmeans, K)]
    return figure.with_layout(images=shades)


def gmm_figure(
    result: Clusters,
    view: ViewSettings,
    *,
    regions: Regions | None = None,
    height: int = 430,
) -> Figure:
    """The mixture: points by component or blended by responsibility, ellipses at 1, 2 and 3 σ."""
    X, responsibilities, K = result.dataset.X, result.responsibilities, result.n_components
    mixture = result.gmm.mixture
    known = result.groups if view.color == "truth" else None
    points = Points(
        X,
        result.gmm_labels,
        colors_of(view.color, responsibilities, known),
        responsibilities.max(axis=1) if view.size == "certainty" else None,
        with_groups(posteriors(responsibilities), known),
        view.markers,
    )
    traces = layered(
        points,
        ellipses(mixture) if view.shapes else [],
    )
    if view.shapes:
        traces += ellipse_legend()
    weights = ", ".join(f"{w:.0%}" for w in mixture.weights)
    figure = plane(
        traces,
        view_of(result),
        result.dataset.columns,
        height=height,
        alt=f"A {mixture.covariance_type} Gaussian mixture with K = {K} on {len(X)} points; "
        f"weights {weights}.",
        centers=mixture.means,
    )
    shades = [] if regions is None else [shaded(regions.box, regions.by_gmm, K)]
    return figure.with_layout(images=shades)


def covariance_types_figures(
    result: Comparison, view: ViewSettings, height: int = 300
) -> list[tuple[str, str, Figure]]:
    """One small picture per covariance type: its name, its caption with BIC, and the figure."""
    X = result.dataset.X
    paths = [shape.path for each in result.fits for shape in ellipses(each.fit.mixture)]
    frame = window(X, paths)
    pictures = []
    known = result.groups if view.color == "truth" else None
    for each in result.fits:
        mixture, responsibilities = each.fit.mixture, each.responsibilities
        K = mixture.n_components
        points = Points(
            X,
            responsibilities.argmax(axis=1),
            colors_of(view.color, responsibilities, known),
            responsibilities.max(axis=1) if view.size == "certainty" else None,
            with_groups(posteriors(responsibilities), known),
            view.markers,
        )
        caption = f"BIC {each.fit.bic:,.1f} with {mixture.n_parameters} parameters"
        figure = plane(
            layered(points, ellipses(mixture) if view.shapes else []),
            frame,
            ("", ""),
            height=height,
            alt=f"A {each.covariance_type} mixture, K = {K}, on {len(X)} points; {caption}.",
            centers=mixture.means,
        )
        figure = figure.with_layout(margin={"l": 28, "r": 4, "t": 8, "b": 24})
        wins = each.covariance_type in result.winners
        pictures.append((each.covariance_type, caption + (": **lowest**" if wins else ""), figure))
    return pictures


def reading(view: ViewSettings) -> str:
    """One line on how to read the pictures, which may be {left} and {right}, under this view."""
    blended = view.color == "blend" and view.show != "kmeans"
    by_component = "Each point has the colour of its most probable component"
    if blended:
        by_component = "Each point mixes the components' colours by its responsibilities"
    words = {
        "both": "Same points, same colours: {left}, what k-means sees; {right}, what the mixture "
        "sees.",
        "kmeans": "Each point has the colour of its nearest centre.",
        "gmm": f"{by_component}; hover over it for its responsibilities.",
    }[view.show]
    if view.color == "truth":
        words = "Each point has the colour of the group that it comes from, which no model is told."
    if view.color == "plain":
        words = "All points are alike: what is coloured is the model."
    if blended and view.show == "both":
        words += " Mixed colours belong to several components; k-means knows no mixed points."
    if view.shapes and view.show != "kmeans":
        words += " The legend says which share of its component an ellipse holds."
    if view.size == "certainty":
        words += {
            "both": " Small points are uncertain: they change their cluster in resamples "
            "(k-means), or no component has most of the responsibility (GMM).",
            "kmeans": " Small points change their cluster in many of 50 resamples.",
            "gmm": " Area is the largest responsibility, squared.",
        }[view.show]
    return words


def _discs(result: Clusters) -> list[Shape]:
    discs = zip(result.kmeans.centers, result.kmeans.radii, strict=True)
    return [Shape(circle(*disc), k, f"disc-{k}") for k, disc in enumerate(discs)]
