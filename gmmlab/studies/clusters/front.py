"""The front page: k-means beside a mixture, opening where neither is right."""

from dataclasses import dataclass, fields

from gmmlab.data.sources import points_from
from gmmlab.settings import integer, section
from gmmlab.studies.clusters.page import ClustersSettings, ViewSettings
from gmmlab.studies.mixtures.model import ModelSettings
from gmmlab.studies.mixtures.points_page import PointsPage


@dataclass(frozen=True)
class FrontModel(ModelSettings):
    """What is fitted: two of each, to begin with."""

    n_components: int = integer(
        2,
        low=1,
        high=20,
        label="Components K",
        help="How many clusters k-means makes, and how many Gaussians the mixture has.",
    )


@dataclass(frozen=True)
class FrontSettings(PointsPage):
    """The front page: data and model; it has one view."""

    data: object = points_from("moons")
    model: FrontModel = section(FrontModel)

    @property
    def view(self) -> ViewSettings:
        """Both models, as the page Clusters first shows them."""
        return ViewSettings()

    @property
    def as_clusters(self) -> ClustersSettings:
        """The page Clusters with the same pictures: the same questions, so the same answers."""
        model = {each.name: getattr(self.model, each.name) for each in fields(ModelSettings)}
        return ClustersSettings(self.data, ModelSettings(**model), self.view)
