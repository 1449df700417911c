"""Which of the densities that are shown foresees new points best?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gmmlab.engine.arrays import Array, as_points
from gmmlab.engine.em import fit
from gmmlab.studies.density.kernels import kernel_estimate
from gmmlab.studies.mixtures.cross_validation import HeldOut, LogDensity, held_out, lead

N_FOLDS = 5
_TELLING = 7.0  # nats; a density a thousand times as high says no more in words


@dataclass(frozen=True)
class Rival:
    """A model and its held-out log-likelihood, all rivals on the same folds.

    Where a fold could not be learned from it is a sentence that says why. `subject` is the model
    at the beginning of a sentence.
    """

    subject: str
    score: HeldOut | str


def verdict(rivals: Sequence[Rival]) -> str:
    """Which rival foresees held-out points best, and whether that is more than chance."""
    scored = [(each.subject, each.score) for each in rivals if isinstance(each.score, HeldOut)]
    if len(scored) < 2:
        return ""
    (best, its), (next_best, other) = sorted(scored, key=lambda each: -each[1].mean)[:2]
    ahead = lead(its, other)
    interval = f"{ahead.mean:,.3f} ± {ahead.reach:,.3f} nats a point (95 % interval)"
    folds = f"on the same {len(its.folds)} folds"
    if not ahead.clear:
        return (
            f"A draw: {_within(best)} and {_within(next_best)} differ by {interval} {folds}, which "
            "may be chance."
        )
    times = f", {np.exp(ahead.mean):.3g} times the density" if ahead.mean < _TELLING else ""
    return (
        f"{best} foresees held-out points better than {_within(next_best)}: by {interval} {folds}"
        f"{times}."
    )


def _within(subject: str) -> str:
    """A subject in the middle of a sentence."""
    return subject[0].lower() + subject[1:]


def mixture_held_out(
    X: ArrayLike,
    n_components: int,
    covariance_type: str,
    *,
    n_folds: int = N_FOLDS,
    seed: int = 0,
    **options: Any,
) -> HeldOut | str:
    """A mixture's score on points (n, d); a sentence where a fold could not be learned from.

    `options` are those of `engine.em.fit`.
    """

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
