"""The page Density: which points, which models, and through which lens."""

from dataclasses import dataclass
from typing import Any

from gmmlab.data.sources import points_from
from gmmlab.settings import choice, flag, integer, section, text, updated
from gmmlab.studies.mixtures.centers import centers_of
from gmmlab.studies.mixtures.model import STARTS, ModelSettings
from gmmlab.studies.mixtures.points_page import PointsPage


def _one_point(code: str) -> None:
    try:
        n = len(centers_of(code))
    except ValueError:
        n = 0
    if n != 1:
        raise ValueError("one point, for example 1.5, 2")


@dataclass(frozen=True)
class DensityModel(ModelSettings):
    """What is fitted, and what stands beside it."""

    n_components: int = integer(
        16, low=1, high=40, label="Components K", help="How many Gaussians the mixture has."
    )
    init: str = choice(
        "kmeans",
        {name: title for name, title in STARTS.items() if name != "hand"},
        label="Start",
        more=True,
        help="Where EM begins. It ends in a local optimum that depends on it; the search tries "
        "many starts and avoids components collapsed on a few points.",
    )
    beside: str = choice(
        "mixture",
        {"mixture": "another K", "kde": "kernel estimate", "none": "nothing"},
        label="Beside it",
        help="What to compare the mixture with: one of another K, or a kernel density estimate, "
        "which puts a bump on every point.",
    )
    other_components: int = integer(
        2,
        low=1,
        high=40,
        label="The other K",
        help="How many Gaussians the other mixture has.",
    )


@dataclass(frozen=True)
class DensityView:
    """Through which lens it is seen."""

    lens: str = choice(
        "density",
        {
            "points": "raw points",
            "clusters": "clusters",
            "density": "density",
            "surface": "surface (3-D)",
            "samples": "new samples",
        },
        label="Lens",
        help="The same fit as clusters (ellipses), as a density (contours or a surface of log p), "
        "or as a generator of new points.",
    )
    color: str = choice(
        "label",
        {"label": "by component", "truth": "true groups", "plain": "one colour"},
        label="Colour",
        help="By the most probable component of each point; by the group that it comes from, which "
        "no model is told; or all alike.",
    )
    n_samples: int = integer(
        400,
        low=1,
        high=20_000,
        label="New points",
        help="How many points to draw from each model.",
    )
    sample_seed: int = integer(
        0,
        low=0,
        high=9_999,
        label="Draw seed",
        more=True,
        help="Another number draws other new points.",
    )
    score: str = text(
        "",
        label="Score a point",
        more=True,
        help="Click anywhere in a picture, or type x, y: the density there, how unusual such a "
        "point is among the data, and the responsibility of each component for it.",
        meant=_one_point,
        typed=True,
    )
    marginals: bool = flag(
        True,
        label="Marginals",
        more=True,
        help="Each axis's own density beside it: curve for the model, bars for the data.",
    )


@dataclass(frozen=True)
class DensitySettings(PointsPage):
    """The Density page: data, model and view."""

    data: object = points_from("moons")
    model: DensityModel = section(DensityModel)
    view: DensityView = section(DensityView)

    @property
    def left_out(self) -> dict[str, tuple[str, ...]]:
        """What does nothing through this lens."""
        lens = self.view.lens
        acts = {
            "other_components": self.model.beside == "mixture",
            "color": lens == "clusters",
            "n_samples": lens == "samples",
            "sample_seed": lens == "samples",
            "marginals": lens in ("clusters", "density"),
        }
        absent = {name: tuple(options) for name, options in super().left_out.items()}
        return absent | {name: () for name, does in acts.items() if not does}

    def with_k(self, K: int) -> Any:
        """The settings with this K, beside a mixture of another."""
        own = getattr(self.data, "n_gaussians", None)
        others = (DensityModel.other_components, own or DensityModel.n_components, 1)
        other = next(each for each in others if each != K)
        return updated(self, {"n_components": K, "other_components": other})

    def with_own_k(self, before: int | None = None) -> Any:
        """As many components as it takes to follow the density."""
        K = getattr(self.data, "n_gaussians", None) or before
        return self if K is None else self.with_k(K)


def picture_keys(model: DensityModel, view: DensityView) -> list[str]:
    """Names of the places where pictures stand: a picture stays while its place does."""
    same = model.beside == "mixture" and model.other_components == model.n_components
    n = 1 if model.beside == "none" or same else 2
    n = 1 if view.lens == "points" else n + 1 if view.lens == "samples" else n
    kind = "surface" if view.lens == "surface" else "plane"
    return [f"{kind} {place}" for place in range(n)]
