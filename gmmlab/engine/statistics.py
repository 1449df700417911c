"""Sufficient statistics: all that an E-step tells the M-step, additive over chunks of data."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from gmmlab.engine.arrays import Array, as_points, as_weights
from gmmlab.engine.covariance import covariance_family


@dataclass(frozen=True, eq=False)
class SufficientStatistics:
    """Weighted moments of the points about reference points, one per component.

    `about` (K, d) are the reference points, the means of the mixture that the E-step used: moments
    about them suffer no cancellation, however far the data lie from the origin. With r the
    responsibilities and w the sample weights: `counts` N (K,) = Σ w r; `first` (K, d) =
    Σ w r (x − about); `second` (K, d, d), or (K, d) for axis-aligned types, = Σ w r (x − about)².
    `log_likelihood` is Σ w log p(x); `total` is Σ w.
    """

    about: Array
    counts: Array
    first: Array
    second: Array
    log_likelihood: float
    total: float

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
        )

    @property
    def objective(self) -> float:
        """Mean log-likelihood per unit of weight: what EM raises."""
        return self.log_likelihood / self.total


@dataclass(frozen=True, eq=False)
class Chunk:
    """Some of the points, laid out for the kernels: `points` (d, n), `weights` (n,) or None."""

    points: Array
    weights: Array | None

    @staticmethod
    def of(X: ArrayLike, sample_weight: ArrayLike | None = None) -> "Chunk":
        """A chunk of checked points (n, d)."""
        rows = as_points(X)
        return Chunk(np.ascontiguousarray(rows.T), as_weights(sample_weight, len(rows)))

    def split(self, length: int) -> list["Chunk"]:
        """The same points in chunks of at most `length`."""
        n = self.points.shape[1]
        if n <= length:
            return [self]
        return [
            Chunk(
                np.ascontiguousarray(self.points[:, i : i + length]),
                None if self.weights is None else self.weights[i : i + length],
            )
            for i in range(0, n, length)
        ]

    @cached_property
    def total(self) -> float:
        """Σ w, the number of points if they have no weights."""
        return float(self.points.shape[1] if self.weights is None else self.weights.sum())

    @cached_property
    def products(self) -> Array:
        """φ(x) with each xᵢxⱼ once: (1 + d + d(d+1)/2, n)."""
        rows, columns = np.triu_indices(len(self.points))
        return self._features(self.points[rows] * self.points[columns])

    @cached_property
    def squares(self) -> Array:
        """φ(x) for axis-aligned types, squares alone: (1 + 2d, n)."""
        return self._features(self.points**2)

    @cached_property
    def largest_square(self) -> float:
        """The largest ‖x‖² of the chunk."""
        return float(np.einsum("dn,dn->n", self.points, self.points).max())

    def _features(self, quadratic: Array) -> Array:
        return np.concatenate([np.ones((1, self.points.shape[1])), self.points, quadratic])


def from_responsibilities(
    responsibilities: Array, chunk: Chunk, about: Array, covariance_type: str
) -> SufficientStatistics:
    """Statistics (about `about` (K, d)) of points whose responsibilities (K, n) are given."""
    diagonal = covariance_family(covariance_type).diagonal
    shares = responsibilities if chunk.weights is None else responsibilities * chunk.weights
    return SufficientStatistics(
        about, *moments_about(shares, chunk.points, about, diagonal), np.nan, chunk.total
    )


def moments_about(
    shares: Array, points: Array, about: Array, diagonal: bool
) -> tuple[Array, Array, Array]:
    """Counts (K,), first and second moments of `points` (d, n) with weights `shares` (K, n)."""
    d = len(points)
    first = np.empty((len(about), d))
    second = np.empty((len(about), d) if diagonal else (len(about), d, d))
    for k, (share, mean) in enumerate(zip(shares, about, strict=True)):
        centred = points - mean[:, None]
        weighted = centred * share
        first[k] = weighted.sum(axis=1)
        second[k] = (weighted * centred).sum(axis=1) if diagonal else weighted @ centred.T
    return shares.sum(axis=1), first, second
