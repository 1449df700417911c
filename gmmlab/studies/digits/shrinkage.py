"""EM with shrunken covariances: each component borrows what it has too few points to know.

In 41 dimensions a covariance has 861 entries, and a component of a small data set owns some twenty
points. So the M-step gives each component ν further points that are spread like the average
component of its group: Σ_k = (S_k + ν W_g) / (N_k + ν), with S_k the scatter about the mean. This
is the conjugate (inverse Wishart) estimate of Fraley and Raftery, "Bayesian regularization for
normal mixture estimation and model-based clustering", Journal of Classification 24, 2007, but for
W_g: it is estimated too, in each step, and itself leans on the average of all groups, with as many
points as there are axes. With a diagonal covariance type, all this happens to the variances alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np
from sklearn.utils import check_random_state

from gmmlab.engine.arrays import Array
from gmmlab.engine.model.covariance import covariance_family, with_ridge
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.run.initialization import STARTS
from gmmlab.engine.step.chunks import Chunk
from gmmlab.engine.step.statistics import SufficientStatistics, from_responsibilities
from gmmlab.engine.step.steps import centred_moments, e_step

_BLOCK = 2048  # rows whose features exist at one time


@dataclass(frozen=True, eq=False)
class Shrunken:
    """One mixture per group of points, and how they came about, as in `engine.result.Fit`."""

    mixtures: tuple[Mixture, ...]
    history: tuple[float, ...]
    converged: bool


def fit_shrunken(
    groups: Sequence[Array],
    n_components: Sequence[int],
    covariance_type: str,
    *,
    shrinkage: float,
    ridge: Array,
    units: Array,
    seed: int = 0,
    tol: float = 1e-3,
    max_iter: int = 50,
) -> Shrunken:
    """A mixture for each group of points (n_g, d), from k-means starts.

    `shrinkage` is ν, in points; `ridge` (d,) is added to the variances. k-means sees the points
    with their coordinates multiplied by `units` (d,). EM stops when the mean log-likelihood per
    point, all groups together, changes by less than `tol`.
    """
    random = check_random_state(seed)
    statistics = [
        _started(points, K, covariance_type, units, random)
        for points, K in zip(groups, n_components, strict=True)
    ]
    total = sum(len(points) for points in groups)
    history: list[float] = []
    while True:
        mixtures = shrunken_m_step(statistics, covariance_type, shrinkage, ridge)
        statistics = [_gathered(m, points) for m, points in zip(mixtures, groups, strict=True)]
        history.append(sum(each.log_likelihood for each in statistics) / total)
        converged = len(history) > 1 and abs(history[-1] - history[-2]) < tol
        if converged or len(history) > max_iter:
            return Shrunken(tuple(mixtures), tuple(history), converged)


def shrunken_m_step(
    statistics: Sequence[SufficientStatistics],
    covariance_type: str,
    shrinkage: float,
    ridge: float | Array,
) -> list[Mixture]:
    """One mixture per group from the groups' statistics; `shrinkage` and `ridge` as above."""
    family = covariance_family(covariance_type)
    moments = [centred_moments(each.counts, each.first, each.second) for each in statistics]
    sums = [
        np.tensordot(each.counts, scatter, axes=1)
        for each, (_, scatter) in zip(statistics, moments, strict=True)
    ]
    # Each mean costs a degree of freedom.
    free = [max(each.total - len(each.counts), 0.0) for each in statistics]
    average = sum(sums) / max(sum(free), 1.0)
    d = statistics[0].about.shape[1]
    mixtures = []
    for each, (step, scatter), own, degrees in zip(statistics, moments, sums, free, strict=True):
        typical = (own + d * average) / (degrees + d)
        counts = each.counts.reshape(-1, *[1] * typical.ndim)
        shrunken = (counts * scatter + shrinkage * typical) / (counts + shrinkage)
        covariances = family.pool(each.counts, with_ridge(shrunken, ridge))
        weights = each.counts / each.counts.sum()
        mixtures.append(Mixture(weights, each.about + step, covariances, covariance_type))
    return mixtures


def _started(
    points: Array, K: int, covariance_type: str, units: Array, random: np.random.RandomState
) -> SufficientStatistics:
    shares = STARTS["kmeans"](points * units, None, K, random)
    chunk, about = Chunk.of(points), np.zeros((K, points.shape[1]))
    return from_responsibilities(shares, chunk, about, covariance_type, exact=True)


def _gathered(mixture: Mixture, points: Array) -> SufficientStatistics:
    blocks = (points[i : i + _BLOCK] for i in range(0, len(points), _BLOCK))
    return reduce(add, (e_step(mixture, block) for block in blocks))
