"""One mixture through several lenses: clusters, a density, new points; and a rival beside it."""

from dataclasses import dataclass

import numpy as np

from gmmlab.data.points.datasets import Dataset
from gmmlab.engine.arrays import Array
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.result import Fit
from gmmlab.studies.density.kernels import KernelEstimate, kernel_estimate
from gmmlab.studies.density.page import DensityModel
from gmmlab.studies.density.rivals import Rivals, rivals
from gmmlab.studies.density.surface import (
    Box,
    PointScore,
    Surface,
    score_point,
    shared_limits,
    surface,
)
from gmmlab.studies.mixtures.density import log_density, marginal, sampled
from gmmlab.studies.mixtures.model import fitted, usable_components

RESOLUTION = 150  # nodes of the grid on each axis
_MOST_FOR_KERNELS = 5_000  # points that a kernel estimate is made of


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
