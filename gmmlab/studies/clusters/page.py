"""The page Clusters: which points, which model, which view."""

from dataclasses import dataclass

from gmmlab.data.sources import points_from
from gmmlab.settings import choice, flag, section
from gmmlab.studies.mixtures.model import ModelSettings
from gmmlab.studies.mixtures.points_page import PointsPage


@dataclass(frozen=True)
class ViewSettings:
    """What is shown of it."""

    show: str = choice(
        "both",
        {
            "both": "both models",
            "kmeans": "k-means",
            "gmm": "GMM",
            "types": "four types",
        },
        label="Show",
        help="k-means and GMM side by side, one of them larger, or all four covariance types.",
    )
    color: str = choice(
        "label",
        {"label": "by cluster", "blend": "blended"},
        label="Colour",
        help="Blended: each point mixes the colours of the components by their responsibility.",
    )
    size: str = choice(
        "equal",
        {"equal": "equal", "certainty": "by certainty"},
        label="Point size",
        help="By certainty: area ∝ (largest posterior)² for the GMM, bootstrap stability² for "
        "k-means.",
    )
    shapes: bool = flag(
        True,
        label="Discs, ellipses",
        help="The shape that each model implies: a disc to the farthest own point for k-means, "
        "1, 2 and 3 σ ellipses for the GMM.",
    )
    regions: bool = flag(
        False, label="Regions", help="Shade the plane by the cluster that a point there would join."
    )
    markers: bool = flag(
        False, label="Marker shapes", help="Give each cluster a marker of its own."
    )


@dataclass(frozen=True)
class ClustersSettings(PointsPage):
    """The Clusters page: data, model and view."""

    data: object = points_from("blobs")
    model: ModelSettings = section(ModelSettings)
    view: ViewSettings = section(ViewSettings)
