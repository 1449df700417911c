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
        {
            "label": "by cluster",
            "blend": "blended",
            "truth": "true groups",
            "plain": "one colour",
        },
        label="Colour",
        help="By the cluster that each point is in. Blended: the components' colours, mixed by "
        "their responsibilities. True groups: where the points come from, which no model is told.",
    )
    size: str = choice(
        "equal",
        {"equal": "equal", "certainty": "by certainty"},
        label="Point size",
        more=True,
        help="By certainty: area ∝ (largest responsibility)² for the GMM, and for k-means "
        "(the share of resamples in which the point stays in its cluster)².",
    )
    shapes: bool = flag(
        True,
        label="Discs, ellipses",
        help="The shape that each model implies: a disc to the farthest own point for k-means, "
        "1, 2 and 3 σ ellipses for the GMM.",
    )
    regions: bool = flag(
        False,
        label="Regions",
        more=True,
        help="Shade the plane by the cluster that a point there would join.",
    )
    markers: bool = flag(
        False, label="Marker shapes", more=True, help="Give each cluster a marker of its own."
    )


@dataclass(frozen=True)
class ClustersSettings(PointsPage):
    """The Clusters page: data, model and view."""

    data: object = points_from("blobs")
    model: ModelSettings = section(ModelSettings)
    view: ViewSettings = section(ViewSettings)

    @property
    def left_out(self) -> dict[str, tuple[str, ...]]:
        """What does nothing for the models that are shown."""
        absent = {name: tuple(options) for name, options in super().left_out.items()}
        if self.view.show == "kmeans":
            absent |= {"covariance_type": (), "tolerance": ()}
        if self.view.show == "types":
            absent |= {"covariance_type": (), "regions": ()}
        return absent
