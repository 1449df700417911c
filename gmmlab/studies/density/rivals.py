"""Mixture against kernels: which foresees new points better?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from numpy.typing import ArrayLike

from gmmlab.engine.arrays import Array, as_points
from gmmlab.engine.em import fit
from gmmlab.studies.density.kernels import kernel_estimate
from gmmlab.studies.mixtures.cross_validation import HeldOut, LogDensity, held_out

N_FOLDS = 5


@dataclass(frozen=True)
class Rivals:
    """Held-out log-likelihood per point of a mixture and of a kernel estimate, on the same folds.

    Either is None, with a sentence in `problem`, where a fold could not be learned from.
    """

    mixture: HeldOut | None
    kernels: HeldOut | None
    problem: str | None = None


def rivals(
    X: ArrayLike,
    n_components: int,
    covariance_type: str = "full",
    *,
    n_folds: int = N_FOLDS,
    seed: int = 0,
    **options: Any,
) -> Rivals:
    """Mixture against kernels on points (n, d); `options` are those of `engine.em.fit`."""
    folds: dict[str, int] = {"n_folds": n_folds, "seed": seed}
    mixture = mixture_held_out(X, n_components, covariance_type, **folds, **options)
    return against(mixture, kernels_held_out(X, **folds))


def against(mixture: HeldOut | str, kernels: HeldOut | str) -> Rivals:
    """Both scores side by side; one that does not exist is a sentence that says why."""
    found = [each if isinstance(each, HeldOut) else None for each in (mixture, kernels)]
    problems = [each for each in (mixture, kernels) if isinstance(each, str)]
    return Rivals(found[0], found[1], problems[0] if problems else None)


def mixture_held_out(
    X: ArrayLike,
    n_components: int,
    covariance_type: str,
    *,
    n_folds: int = N_FOLDS,
    seed: int = 0,
    **options: Any,
) -> HeldOut | str:
    """A mixture's score on points (n, d); a sentence where a fold could not be learned from."""

    def learn(seen: Array) -> LogDensity:
        return fit(seen, n_components, covariance_type, seed=seed, **options).score_samples

    return _scored(X, learn, n_folds, seed)


def kernels_held_out(X: ArrayLike, *, n_folds: int = N_FOLDS, seed: int = 0) -> HeldOut | str:
    """A kernel estimate's score; its bandwidth is chosen anew within each fold."""
    return _scored(X, lambda seen: kernel_estimate(seen).score_samples, n_folds, seed)


def _scored(
    X: ArrayLike, learn: Callable[[Array], LogDensity], n_folds: int, seed: int
) -> HeldOut | str:
    try:
        return held_out(as_points(X), learn, n_folds=n_folds, seed=seed)
    except ValueError as problem:
        return str(problem)
