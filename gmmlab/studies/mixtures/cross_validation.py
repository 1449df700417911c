"""Held-out likelihood: how well does a density foresee points that it has not seen?

Cross-validation asks the question k times, each fold of the points being held out once (Smyth,
"Model selection for probabilistic clustering using cross-validated likelihood", Statistics and
Computing 10, 2000). Every density that is compared meets the same folds.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.stats import t as student_t
from sklearn.model_selection import KFold

from gmmlab.engine.arrays import Array

# What a learner gives back: from points (m, d), their log-densities (m,).
LogDensity = Callable[[Array], Array]


class HeldOut(NamedTuple):
    """Mean log-likelihood per held-out point, in nats, and the standard error of that mean.

    The mean and its error are those of the k folds' own means, `folds`: s / √k, with s their
    standard deviation.
    """

    mean: float
    error: float
    folds: tuple[float, ...] = ()


class Lead(NamedTuple):
    """By how much one density foresees held-out points better than another, in nats a point.

    The mean of the differences fold by fold, and the reach of its 95 % interval to either side:
    Student's t of k − 1 degrees of freedom times the standard error of that mean.
    """

    mean: float
    reach: float

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return abs(self.mean) > self.reach


def lead(one: HeldOut, other: HeldOut) -> Lead:
    """The lead of `one` over `other`, both scored on the same folds.

    What a fold adds to both, by holding easy points or hard ones, is not in their differences.
    """
    differences = np.subtract(one.folds, other.folds)
    k = len(differences)
    error = float(np.std(differences, ddof=1) / np.sqrt(k))
    return Lead(float(np.mean(differences)), float(student_t.ppf(0.975, k - 1)) * error)


def held_out(
    X: Array, learn: Callable[[Array], LogDensity], *, n_folds: int = 5, seed: int = 0
) -> HeldOut:
    """What `learn` makes of all folds of X (n, d) but one, scored on that one, k times.

    The folds are those of scikit-learn's KFold, shuffled with `seed`. Raises ValueError for fewer
    points than folds or fewer than two folds, and whatever `learn` raises, with the fold's number.
    """
    if n_folds < 2:
        raise ValueError(f"Held-out likelihood needs at least 2 folds; got {n_folds}.")
    if len(X) < n_folds:
        raise ValueError(f"{n_folds} folds need as many points; there are {len(X)}.")
    folds = KFold(n_folds, shuffle=True, random_state=seed)
    means = []
    for number, (seen, unseen) in enumerate(folds.split(X), start=1):
        try:
            means.append(learn(X[seen])(X[unseen]).mean())
        except ValueError as problem:
            raise ValueError(f"In fold {number} of {n_folds}: {problem}") from problem
    error = float(np.std(means, ddof=1) / np.sqrt(n_folds))
    return HeldOut(float(np.mean(means)), error, tuple(map(float, means)))
