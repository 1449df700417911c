"""The front page's one experiment: how many Gaussians does it take to follow two moons?"""

from dataclasses import dataclass

from gmmlab.data.points.datasets import load
from gmmlab.settings import integer
from gmmlab.studies.clusters.study import Clusters
from gmmlab.studies.clusters.study import study as study_clusters
from gmmlab.studies.mixtures.model import ModelSettings


@dataclass(frozen=True)
class FrontSettings:
    """What a visitor of the front page may change."""

    n_components: int = integer(
        12,
        low=1,
        high=20,
        label="Components K",
        help="How many Gaussians are fitted to these 200 points.",
    )


def study(settings: FrontSettings) -> Clusters:
    """A mixture of K Gaussians on the moons."""
    return study_clusters(load("moons"), ModelSettings(n_components=settings.n_components))
