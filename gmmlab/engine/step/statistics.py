"""Sufficient statistics: all that an E-step tells the M-step, additive over chunks of data."""

from dataclasses import dataclass

import numpy as np

from gmmlab.engine.arrays import Array
from gmmlab.engine.model.covariance import covariance_family
from gmmlab.engine.step.chunks import Chunk
from gmmlab.engine.step.kernels import many_features, shifted

# A share below this part of its component's largest changes no sum in its last places.
_NEGLIGIBLE = 1e-14


@dataclass(frozen=True, eq=False)
class SufficientStatistics:
    """Weighted moments of the points about reference points, one per component.

    `about` (K, d) are the reference points, the means of the mixture that the E-step used: moments
    about them suffer no cancellation, however far the data lie from the origin. With r the
    responsibilities and w the sample weights: `counts` N (K,) = Σ w r; `first` (K, d) =
    Σ w r (x − about); `second` (K, d, d), or (K, d) for axis-aligned types, = Σ w r (x − about)².
    `log_likelihood` is Σ w log p(x); `total` is Σ w. `reach` is the largest ‖x‖² if the moments
    were taken about the origin first, which costs ‖x‖² / σ² units in the last place, and 0 if not.
    """

    about: Array
    counts: Array
    first: Array
    second: Array
    log_likelihood: float
    total: float
    reach: float = 0.0

    def __add__(self, other: "SufficientStatistics") -> "SufficientStatistics":
        if self.about is not other.about and not np.array_equal(self.about, other.about):
            raise ValueError("Statistics about different reference points cannot be added.")
        return SufficientStatistics(
            self.about,
            self.counts + other.counts,
            self.first + other.first,
            self.second + other.second,
            self.log_likelihood + other.log_likelihood,
            self.total + other.total,
            max(self.reach, other.reach),
        )

    @property
    def objective(self) -> float:
        """Mean log-likelihood per unit of weight: what EM raises."""
        return self.log_likelihood / self.total


def from_responsibilities(
    responsibilities: Array,
    chunk: Chunk,
    about: Array,
    covariance_type: str,
    *,
    exact: bool = False,
) -> SufficientStatistics:
    """Statistics (about `about` (K, d)) of points whose responsibilities (K, n) are given.

    As in an E-step they are taken by one product where features are few, unless `exact` is asked.
    """
    diagonal = covariance_family(covariance_type).diagonal
    shares = responsibilities if chunk.weights is None else responsibilities * chunk.weights
    if exact or many_features(len(chunk.points), diagonal):
        moments, reach = moments_about(shares, chunk.points, about, diagonal), 0.0
    else:
        moments = shifted(shares @ chunk.features(diagonal).T, about, diagonal)
        reach = chunk.largest_square
    return SufficientStatistics(about, *moments, np.nan, chunk.total, reach)


def moments_about(
    shares: Array, points: Array, about: Array, diagonal: bool
) -> tuple[Array, Array, Array]:
    """Counts (K,), first and second moments of `points` (d, n) with weights `shares` (K, n).

    Points whose share of a component is negligible are skipped: with many components most are.
    """
    d, n = points.shape
    first = np.empty((len(about), d))
    second = np.empty((len(about), d) if diagonal else (len(about), d, d))
    rows, columns = np.nonzero(shares > _NEGLIGIBLE * shares.max(axis=1, keepdims=True))
    ends = np.searchsorted(rows, np.arange(len(about) + 1))
    for k, (share, mean) in enumerate(zip(shares, about, strict=True)):
        own = columns[ends[k] : ends[k + 1]]
        if 2 * len(own) < n:
            centred, share = points.take(own, axis=1) - mean[:, None], share[own]
        else:
            centred = points - mean[:, None]
        weighted = centred * share
        first[k] = weighted.sum(axis=1)
        second[k] = (weighted * centred).sum(axis=1) if diagonal else weighted @ centred.T
    return shares.sum(axis=1), first, second
