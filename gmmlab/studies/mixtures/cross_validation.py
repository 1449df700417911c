"""Held-out likelihood: how well does a density foresee points that it has not seen?

Cross-validation asks the question k times, each fold of the points being held out once (Smyth,
"Model selection for probabilistic clustering using cross-validated likelihood", Statistics and
Computing 10, 2000). Every density that is compared meets the same folds.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from sklearn.model_selection import KFold

from gmmlab.engine.arrays import Array

# What a learner gives back: from points (m, d), their log-densities (m,).
LogDensity = Callable[[Array], Array]


class HeldOut(NamedTuple):
    """Mean log-likelihood per held-out point, in nats, and the standard error of that mean.

    The mean and its error are those of the k folds' own means: s / √k, with s their standard
    deviation.
    """

    mean: float
    error: float


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
    return HeldOut(float(np.mean(means)), float(np.std(means, ddof=1) / np.sqrt(n_folds)))
