"""One mixture through several lenses: clusters, a density, new points; and a rival beside it."""

from dataclasses import dataclass

import numpy as np

from gmmlab.data.datasets import Dataset
from gmmlab.data.sources import points_from
from gmmlab.engine.arrays import Array
from gmmlab.engine.mixture import Mixture
from gmmlab.engine.result import Fit
from gmmlab.settings import choice, flag, integer, section, text
from gmmlab.studies.by_hand import centers_of
from gmmlab.studies.clusters import STARTS, ModelSettings, fitted, usable_components
from gmmlab.studies.density import (
    Box,
    KernelEstimate,
    PointScore,
    Rivals,
    Surface,
    kernel_estimate,
    log_density,
    marginal,
    rivals,
    sampled,
    score_point,
    shared_limits,
    surface,
)

RESOLUTION = 150  # nodes of the grid on each axis
_MOST_FOR_KERNELS = 5_000  # points that a kernel estimate is made of


def _one_point(code: str) -> None:
    try:
        n = len(centers_of(code))
    except ValueError:
        n = 0
    if n != 1:
        raise ValueError("one point, as 1.5, 2")


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
        2, low=1, high=40, label="The other K", help="How many Gaussians the other mixture has."
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
    n_samples: int = integer(
        400, low=1, high=20_000, label="New points", help="How many points to draw from each model."
    )
    sample_seed: int = integer(
        0, low=0, high=9_999, label="Draw seed", help="Another number draws other new points."
    )
    score: str = text(
        "",
        label="Score a point",
        help="Click anywhere in a picture, or type x, y: its density, how unusual it is among the "
        "data, and the share that each component has in it.",
        meant=_one_point,
        typed=True,
    )
    marginals: bool = flag(
        True,
        label="Marginals",
        help="Each axis's own density beside it: curve for the model, bars for the data.",
    )


@dataclass(frozen=True)
class DensitySettings:
    """The Density page: data, model and view."""

    data: object = points_from("moons")
    model: DensityModel = section(DensityModel)
    view: DensityView = section(DensityView)


@dataclass(frozen=True, eq=False)
class Lens:
    """One model of the data: its name, log-densities `at_data` (n,), and the fit if a mixture."""

    title: str
    model: Fit | KernelEstimate
    at_data: Array

    @property
    def fit(self) -> Fit | None:
        """The mixture, if that is what the model is."""
        return self.model if isinstance(self.model, Fit) else None

    def seen(self, box: Box, resolution: int = RESOLUTION) -> Surface:
        """The log-density on a grid that spans `box`."""
        return surface(self.model, box, (resolution, resolution))

    def along(self, axis: int, places: Array) -> Array:
        """The density of one coordinate at `places` (m,), (m,)."""
        return np.exp(_marginal(self.model, axis, places))

    def new_points(self, n: int, seed: int) -> Array:
        """`n` new points from the model, (n, 2)."""
        if isinstance(self.model, Fit):
            return sampled(self.model, n, seed)[0]
        points = self.model.tree.sample(n, random_state=seed)
        return self.model.frame.out_of(points)


@dataclass(frozen=True, eq=False)
class Lenses:
    """The mixture, what is beside it (if anything), and sentences about what to know."""

    dataset: Dataset
    lenses: tuple[Lens, ...]
    notes: tuple[str, ...]

    @property
    def limits(self) -> tuple[float, float]:
        """The colour scale that all lenses share, in log-density."""
        boxes = [each.seen(box_of(self.dataset.X), 60) for each in self.lenses]
        return shared_limits(boxes, [each.at_data for each in self.lenses])

    def score(self, point: Array) -> tuple[tuple[str, PointScore], ...]:
        """What every mixture says of a point (2,)."""
        return tuple(
            (each.title, score_point(each.fit, self.dataset.X, point))
            for each in self.lenses
            if each.fit is not None
        )


def picture_keys(model: DensityModel, view: DensityView) -> list[str]:
    """Names of the places where pictures stand: a picture stays while its place does."""
    same = model.beside == "mixture" and model.other_components == model.n_components
    n = 1 if model.beside == "none" or same else 2
    n = 1 if view.lens == "points" else n + 1 if view.lens == "samples" else n
    kind = "surface" if view.lens == "surface" else "plane"
    return [f"{kind} {place}" for place in range(n)]


def study(dataset: Dataset, model: DensityModel) -> Lenses:
    """Fit the mixture, and what is to stand beside it: simpler models to the left."""
    notes: list[str] = []
    found: list[Lens] = [_mixture(dataset.X, model.n_components, model, notes)]
    if model.beside == "mixture" and model.other_components != model.n_components:
        found.append(_mixture(dataset.X, model.other_components, model, notes))
        found.sort(key=lambda each: each.fit.mixture.n_components if each.fit else 0)
    if model.beside == "kde" and (kernels := _kernels(dataset.X, notes)) is not None:
        found.append(kernels)
    return Lenses(dataset, tuple(found), tuple(dict.fromkeys(notes)))


def held_out(dataset: Dataset, model: DensityModel) -> Rivals:
    """Mixture against kernel estimate on points that neither has seen."""
    X = _some(dataset.X)
    K = usable_components(X, model.n_components)[0]
    tol = float(model.tolerance)
    return rivals(X, K, model.covariance_type, init=model.init, n_init=model.n_init, tol=tol)


def box_of(X: Array, margin: float = 0.1) -> Box:
    """The part of the plane that holds the points (n, 2), with some room."""
    low, high = X.min(axis=0), X.max(axis=0)
    pads = margin * np.maximum(high - low, (high - low).max() * 1e-3 or 1.0)
    (left, bottom), (right, top) = low - pads, high + pads
    return float(left), float(right), float(bottom), float(top)


def _mixture(X: Array, wanted: int, model: DensityModel, notes: list[str]) -> Lens:
    K, more = usable_components(X, wanted)
    notes += more
    found = fitted(X, K, model.covariance_type, model)
    # Numbered by position, so that a component keeps its colour from fit to fit.
    found = found.reordered(np.lexsort(found.mixture.means.T[::-1]))
    if found.at_floor.any():
        notes.append(
            f"With K = {K}, some components are as narrow as the fit allows: the density has "
            "needles there, and its peaks say more about that floor than about the data."
        )
    elif found.spurious.any():
        notes.append(
            f"With K = {K}, some components collapsed on a few points that happen to lie close: "
            "their high density is an artefact."
        )
    return Lens(f"Mixture, K = {K}", found, log_density(found, X))


def _kernels(X: Array, notes: list[str]) -> Lens | None:
    try:
        found = kernel_estimate(_some(X))
    except ValueError as problem:
        notes.append(str(problem))
        return None
    if len(X) > _MOST_FOR_KERNELS:
        notes.append(f"The kernel estimate is made of {_MOST_FOR_KERNELS:,} random points.")
    title = f"Kernel estimate, bandwidth {found.bandwidth:.3g}"
    return Lens(title, found, found.log_density(_some(X)))


def _some(X: Array) -> Array:
    if len(X) <= _MOST_FOR_KERNELS:
        return X
    return X[np.random.default_rng(0).choice(len(X), _MOST_FOR_KERNELS, replace=False)]


def _marginal(model: Fit | KernelEstimate, axis: int, places: Array) -> Array:
    if isinstance(model, Fit):
        return marginal(model.mixture, axis).score_samples(places[:, None])
    # A Gaussian bump's shadow is a Gaussian bump.
    data = model.frame.out_of(np.asarray(model.tree.tree_.data))[:, [axis]]
    n = len(data)
    bumps = Mixture(np.full(n, 1 / n), data, np.full((n, 1, 1), model.bandwidth**2), "full")
    return bumps.score_samples(places[:, None])
