"""Mixture against kernels: which foresees new points better?"""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from gmmlab.engine.arrays import Array, as_points
from gmmlab.engine.em import fit
from gmmlab.studies.density.kernels import kernel_estimate
from gmmlab.studies.mixtures.cross_validation import HeldOut, LogDensity, held_out
from gmmlab.studies.mixtures.density import log_density


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
    n_folds: int = 5,
    seed: int = 0,
    init: str = "kmeans",
    n_init: int = 1,
    tol: float = 1e-3,
    max_iter: int = 100,
) -> Rivals:
    """Mixture against kernels on points (n, d); the bandwidth is chosen anew within each fold."""

    def mixture(seen: Array) -> LogDensity:
        found = fit(
            seen,
            n_components,
            covariance_type,
            init=init,
            n_init=n_init,
            seed=seed,
            tol=tol,
            max_iter=max_iter,
        )
        return lambda unseen: log_density(found, unseen)

    results: list[HeldOut | None] = []
    problems: list[str] = []
    for learn in (mixture, lambda seen: kernel_estimate(seen).log_density):
        try:
            results.append(held_out(as_points(X), learn, n_folds=n_folds, seed=seed))
        except ValueError as problem:
            results.append(None)
            problems.append(str(problem))
    return Rivals(results[0], results[1], problems[0] if problems else None)
