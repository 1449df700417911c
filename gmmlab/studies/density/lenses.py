"""One model through several lenses: clusters, a density, new points; and a rival beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gmmlab.compute.questions import costs, digest_of
from gmmlab.data.points.datasets import Dataset
from gmmlab.engine.arrays import Array, Labels
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.result import Fit
from gmmlab.studies.density.kernels import KernelEstimate, kernel_estimate
from gmmlab.studies.density.page import DensityModel
from gmmlab.studies.density.rivals import N_FOLDS, kernels_held_out, mixture_held_out
from gmmlab.studies.density.surface import (
    Box,
    PointScore,
    Surface,
    kernel_score,
    score_point,
    shared_limits,
    surface,
)
from gmmlab.studies.mixtures.cross_validation import HeldOut
from gmmlab.studies.mixtures.groups import as_clusters
from gmmlab.studies.mixtures.model import ModelSettings, fitted, seconds_for, usable_components
from gmmlab.studies.mixtures.projection import marginal

RESOLUTION = 150  # nodes of the grid on each axis
_ALONG = 300  # places along each axis
_ROUGH = 60  # nodes on each axis that tell a peak
_MOST_FOR_KERNELS = 5_000  # points that a kernel estimate is made of


@dataclass(frozen=True, eq=False)
class Lens:
    """One model of the data, and sentences about what to know of it.

    `at_data` (n,) are its log-densities of the points it was made from; a kernel estimate is made
    from a part of many.
    """

    title: str
    model: Fit | KernelEstimate
    at_data: Array
    rough: Surface
    notes: tuple[str, ...] = ()

    @property
    def fit(self) -> Fit | None:
        """The mixture, if that is what the model is."""
        return self.model if isinstance(self.model, Fit) else None

    def groups(self, dataset: Dataset) -> Labels | None:
        """The true group of each point (n,), numbered as the components that it agrees with."""
        if self.fit is None or dataset.y is None:
            return None
        return as_clusters(dataset.y, self.fit.responsibilities(dataset.X).argmax(axis=1))

    @cached_property
    def identity(self) -> str:
        """A digest of the model, by what it says of the data and around them."""
        return digest_of(self.title, self.at_data, self.rough.values)


@dataclass(frozen=True, eq=False)
class Seen:
    """What pictures of a model show: log p over a grid, and the density along each axis.

    `along` holds for each axis the places (m,) and the density of that coordinate there (m,).
    """

    surface: Surface
    along: tuple[tuple[Array, Array], ...]


@dataclass(frozen=True, eq=False)
class Lenses:
    """The mixture, what is beside it (if anything), simpler models first."""

    dataset: Dataset
    lenses: tuple[Lens, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about what to know, each once."""
        return tuple(dict.fromkeys(note for each in self.lenses for note in each.notes))

    @cached_property
    def limits(self) -> tuple[float, float]:
        """The colour scale that all lenses share, in log-density."""
        rough = [each.rough for each in self.lenses]
        return shared_limits(rough, [each.at_data for each in self.lenses])

    def score(self, point: Array) -> tuple[tuple[str, PointScore], ...]:
        """What every model says of a point (2,)."""
        X = self.dataset.X
        return tuple(
            (each.title, kernel_score(each.model, each.at_data, point))
            if isinstance(each.model, KernelEstimate)
            else (each.title, score_point(each.model, X, point))
            for each in self.lenses
        )


def questions(dataset: Dataset, model: DensityModel) -> list[tuple[Callable[..., Any], ...]]:
    """What to ask for the lenses of `model`: functions, each with its arguments."""
    plain = ModelSettings(
        covariance_type=model.covariance_type,
        init=model.init,
        n_init=model.n_init,
        seed=model.seed,
        tolerance=model.tolerance,
    )
    asked: list[Any] = [(mixture, dataset, K, plain) for K in _shown_components(model)]
    if model.beside == "kde":
        asked.append((kernels, dataset))
    return asked


def _shown_components(model: DensityModel) -> list[int]:
    """The K of every mixture that is shown, simpler ones first."""
    Ks = {model.n_components}
    if model.beside == "mixture":
        Ks.add(model.other_components)
    return sorted(Ks)


def together(dataset: Dataset, found: Sequence[Lens | str]) -> Lenses:
    """The lenses from their answers; a model that does not exist is a sentence that says why."""
    lenses = [each for each in found if isinstance(each, Lens)]
    for words in (each for each in found if isinstance(each, str)):
        first = lenses[0]
        notes = (*first.notes, words)
        lenses[0] = Lens(first.title, first.model, first.at_data, first.rough, notes)
    return Lenses(dataset, tuple(lenses))


def study(dataset: Dataset, model: DensityModel) -> Lenses:
    """Fit the mixture, and what is to stand beside it: simpler models to the left."""
    answers = [function(*arguments) for function, *arguments in questions(dataset, model)]
    return together(dataset, answers)


def _seconds(dataset: Dataset, K: int, model: ModelSettings) -> float:
    n = len(dataset.X)
    return seconds_for(dataset, model) * (0.5 + K / model.n_components) + 4e-8 * n * K


@costs(_seconds)
def mixture(dataset: Dataset, n_components: int, model: ModelSettings) -> Lens:
    """A mixture of so many components (`model.n_components` is not used)."""
    X = dataset.X
    K, notes = usable_components(X, n_components)
    found = fitted(X, K, model.covariance_type, model)
    # Numbered by position, so that a component keeps its colour from fit to fit.
    found = found.reordered(np.lexsort(found.mixture.means.T[::-1]))
    if found.at_floor.any():
        notes += (
            f"With K = {K}, some components are as narrow as the fit allows: the density has "
            "needles there, and its peaks say more about that floor than about the data.",
        )
    elif found.spurious.any():
        notes += (
            f"With K = {K}, some components collapsed on a few points that happen to lie close: "
            "their high density is an artefact.",
        )
    rough = surface(found, box_of(X), (_ROUGH, _ROUGH))
    return Lens(f"Mixture, K = {K}", found, found.score_samples(X), rough, notes)


@costs(lambda dataset: 0.02 + 1e-4 * min(len(dataset.X), _MOST_FOR_KERNELS))
def kernels(dataset: Dataset) -> Lens | str:
    """A kernel estimate; a sentence if there can be none of these points."""
    few = _some(dataset.X)
    try:
        found = kernel_estimate(few)
    except ValueError as problem:
        return str(problem)
    notes: tuple[str, ...] = ()
    if len(dataset.X) > len(few):
        notes = (f"The kernel estimate is made of {len(few):,} random points.",)
    title = f"Kernel estimate, bandwidth {found.bandwidth:.3g}"
    rough = surface(found, box_of(dataset.X), (_ROUGH, _ROUGH))
    return Lens(title, found, found.score_samples(few), rough, notes)


def _grid_seconds(lens: Lens, box: Box, resolution: int = RESOLUTION) -> float:
    if lens.fit is None:
        return resolution**2 * 1e-5
    return resolution**2 * (1e-7 + 3e-8 * lens.fit.mixture.n_components)


@costs(_grid_seconds)
def seen(lens: Lens, box: Box, resolution: int = RESOLUTION) -> Seen:
    """A model on a grid that spans `box`, and along both its axes."""
    height = surface(lens.model, box, (resolution, resolution))
    places = (np.linspace(*box[:2], _ALONG), np.linspace(*box[2:], _ALONG))
    densities = (np.exp(_marginal(lens.model, axis, at)) for axis, at in enumerate(places))
    return Seen(height, tuple(zip(places, densities, strict=True)))


def new_points(lens: Lens, n: int, seed: int) -> Array:
    """`n` new points from a model, (n, 2)."""
    if isinstance(lens.model, Fit):
        return lens.model.sample(n, seed)[0]
    return lens.model.sample(n, seed)


def rival_questions(
    dataset: Dataset, model: DensityModel
) -> dict[str, tuple[Callable[..., Any], ...]]:
    """What to ask for the held-out likelihood of every model that is shown, by its name.

    A mixture's depends on nothing that only stands beside it, and neither on the seed of the fit.
    """
    asked: dict[str, Any] = {}
    for K in _shown_components(model):
        alone = ModelSettings(
            covariance_type=model.covariance_type,
            init=model.init,
            n_init=model.n_init,
            tolerance=model.tolerance,
        )
        asked[f"The mixture with K = {K}"] = (foreseen_by_mixture, dataset, K, alone)
    if model.beside == "kde":
        asked["The kernel estimate"] = (foreseen_by_kernels, dataset)
    return asked


@costs(lambda dataset, K, model: N_FOLDS * _seconds(dataset, K, model))
def foreseen_by_mixture(dataset: Dataset, n_components: int, model: ModelSettings) -> HeldOut | str:
    """How well a mixture foresees points that it has not seen; a sentence where it cannot."""
    X = _some(dataset.X)
    K = usable_components(X, n_components)[0]
    tol = float(model.tolerance)
    kind = model.covariance_type
    return mixture_held_out(X, K, kind, init=model.init, n_init=model.n_init, tol=tol)


@costs(lambda dataset: 0.05 + 2e-4 * min(len(dataset.X), _MOST_FOR_KERNELS))
def foreseen_by_kernels(dataset: Dataset) -> HeldOut | str:
    """How well a kernel estimate foresees points of the same folds."""
    return kernels_held_out(_some(dataset.X))


def box_of(X: Array, margin: float = 0.1) -> Box:
    """The part of the plane that holds the points (n, 2), with some room."""
    low, high = X.min(axis=0), X.max(axis=0)
    pads = margin * np.maximum(high - low, (high - low).max() * 1e-3 or 1.0)
    (left, bottom), (right, top) = low - pads, high + pads
    return float(left), float(right), float(bottom), float(top)


def _some(X: Array) -> Array:
    if len(X) <= _MOST_FOR_KERNELS:
        return X
    return X[np.random.default_rng(0).choice(len(X), _MOST_FOR_KERNELS, replace=False)]


def _marginal(model: Fit | KernelEstimate, axis: int, places: Array) -> Array:
    if isinstance(model, Fit):
        return marginal(model.mixture, axis).score_samples(places[:, None])
    # A Gaussian bump's shadow is a Gaussian bump.
    data = model.points[:, [axis]]
    n = len(data)
    bumps = Mixture(np.full(n, 1 / n), data, np.full((n, 1, 1), model.bandwidth**2), "full")
    return bumps.score_samples(places[:, None])
