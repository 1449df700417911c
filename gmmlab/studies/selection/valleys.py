"""What lies between clusters of components: a valley, a bridge, or a crossing.

All stationary points of a mixture of two Gaussians lie on their ridgeline

    x(α) = ((1 − α) Σ₁⁻¹ + α Σ₂⁻¹)⁻¹ ((1 − α) Σ₁⁻¹ μ₁ + α Σ₂⁻¹ μ₂),  0 ≤ α ≤ 1,

so that the lowest density on it is the height of the pass from one to the other: Ray and Lindsay,
"The topography of multivariate normal mixtures", Annals of Statistics 33 (2005).
"""

import numpy as np

from gmmlab.engine.arrays import Array
from gmmlab.engine.model.mixture import Mixture

_N_PLACES = 41  # where the density is looked up on each ridgeline, its ends among them


class Terrain:
    """Clusters of components as a landscape: what is between two of them, and how far points lie.

    It begins with every component as a cluster of its own; `merge` puts two together.
    """

    def __init__(self, mixture: Mixture) -> None:
        self._summits, self._passes = heights(mixture)
        # Sums over the components of a cluster of π, π μ and π (Σ + μ μᵀ).
        self._mass = mixture.weights.copy()
        self._first = mixture.weights[:, None] * mixture.means
        outer = mixture.means[:, :, None] * mixture.means[:, None]
        self._second = mixture.weights[:, None, None] * (mixture.full_covariances + outer)

    @property
    def bridges(self) -> Array:
        """The density on the best way between two clusters, for all pairs (clusters, clusters).

        That is the lowest on it, as a share of the lower of the two summits: 0 to 1. The best way
        is the ridgeline with the highest pass of those that lead from one cluster to the other.
        """
        lower = np.minimum(self._summits[:, None], self._summits)
        bridges: Array = np.exp(np.minimum(self._passes - lower, 0.0))
        return bridges

    def smaller(self, i: int, j: int) -> float:
        """The share of all points that the smaller of two clusters holds."""
        return float(min(self._mass[i], self._mass[j]))

    def distance(self, place: Array, i: int) -> float:
        """How far a place (d,) is from the mean of cluster `i`, in its standard deviations."""
        mean = self._first[i] / self._mass[i]
        covariance = self._second[i] / self._mass[i] - np.outer(mean, mean)
        away = place - mean
        squared = away @ np.linalg.pinv(covariance, hermitian=True) @ away
        return float(np.sqrt(max(squared, 0.0)))

    def merge(self, i: int, j: int) -> None:
        """Put cluster j into cluster i; those after j move up by one."""
        for sums in (self._mass, self._first, self._second):
            sums[i] += sums[j]
        self._summits[i] = max(self._summits[i], self._summits[j])
        self._passes[i] = self._passes[:, i] = np.maximum(self._passes[i], self._passes[j])
        self._mass, self._first, self._second, self._summits = (
            np.delete(each, j, axis=0)
            for each in (self._mass, self._first, self._second, self._summits)
        )
        self._passes = np.delete(np.delete(self._passes, j, axis=0), j, axis=1)


def heights(mixture: Mixture) -> tuple[Array, Array]:
    """The log-density of a mixture at its means, (K,), and on the ways between them, (K, K).

    The latter is the lowest on the ridgeline of each pair; on the diagonal, that at the mean.
    """
    means, K = mixture.means, mixture.n_components
    precisions = np.asarray(np.linalg.inv(mixture.full_covariances), dtype=np.float64)
    summits: Array = mixture.score_samples(means)
    passes = np.diag(summits)
    for k in range(1, K):
        ways = ridgelines(means, precisions, k)
        along = mixture.score_samples(ways.reshape(-1, means.shape[1])).reshape(k, _N_PLACES)
        passes[k, :k] = passes[:k, k] = along.min(axis=1)
    return summits, passes


def ridgelines(means: Array, precisions: Array, k: int) -> Array:
    """Places on the ridgelines from component k to each one before it, (k, places, d)."""
    apart = means[:k] - means[k]
    # Each precision is divided by itself along the line between the means. The curve is the same,
    # but even steps of α would crowd at the wider of two Gaussians and leap over the other's edge.
    own = precisions[k] / _along(np.broadcast_to(precisions[k], precisions[:k].shape), apart)
    theirs = precisions[:k] / _along(precisions[:k], apart)
    alpha = np.linspace(0, 1, _N_PLACES)[:, None, None]
    pulls = alpha * (theirs @ apart[..., None])[:, None]
    mixed = (1 - alpha) * own[:, None] + alpha * theirs[:, None]
    places: Array = means[k] + np.linalg.solve(mixed, pulls)[..., 0]
    return places


def _along(precisions: Array, ways: Array) -> Array:
    """wᵀ Σ⁻¹ w of precisions (k, d, d) along ways w (k, d), as (k, 1, 1); 1 for a way of 0."""
    found = ways[:, None] @ precisions @ ways[..., None]
    return np.where(found > 0, found, 1.0)
