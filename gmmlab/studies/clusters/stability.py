"""How sure is k-means? Bootstrap stability of every point's cluster.

k-means gives no probabilities, but its labels can be shaken: refit on resamples of the data, match
the clusters, and count how often a point keeps its cluster. The bootstrap is Efron's ("Bootstrap
methods: another look at the jackknife", Annals of Statistics 7, 1979); its use on clusterings
follows Hennig, "Cluster-wise assessment of cluster stability", Computational Statistics and Data
Analysis 52, 2007.
"""

from dataclasses import replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from gmmlab.compute.questions import costs
from gmmlab.data.points.datasets import Dataset
from gmmlab.engine.arrays import Array, Labels
from gmmlab.engine.kmeans.kmeans import KMeansFit, lloyd_side_by_side, nearest_centers
from gmmlab.engine.model.frame import Frame
from gmmlab.studies.clusters.study import fitted_kmeans
from gmmlab.studies.mixtures.model import ModelSettings, usable_components

# Resamples are refitted side by side; so many numbers per batch keep memory flat.
_BATCH = 4_000_000
# Lloyd moves few points after this many steps, and a share of 50 resamples is no finer than 2 %.
_MAX_ITER = 30
_RESAMPLES = 50


def question(model: ModelSettings) -> ModelSettings:
    """What of `model` the stability depends on: nothing that is the mixture's alone."""
    return replace(
        model,
        covariance_type=ModelSettings.covariance_type,
        tolerance=ModelSettings.tolerance,
    )


@costs(lambda dataset, model: 0.01 + 3e-6 * len(dataset.X) * model.n_components * _RESAMPLES)
def study(dataset: Dataset, model: ModelSettings) -> Array:
    """The stability of each of n points under the k-means that `model` describes, (n,)."""
    K, _ = usable_components(dataset.X, model.n_components)
    return bootstrap_stability(dataset.X, fitted_kmeans(dataset.X, K, model))


def bootstrap_stability(
    X: Array, kmeans: KMeansFit, n_resamples: int = _RESAMPLES, seed: int = 0
) -> Array:
    """The share of resamples, 0 to 1, in which each of n points keeps its cluster, (n,).

    A resample of n points with repetition is the same points with multinomial weights, so all of
    them are refitted side by side, each from its own k-means++ start.
    """
    rng = np.random.default_rng(seed)
    frame = Frame.of(X)
    points, centers = frame.into(X), frame.into(kmeans.centers)
    n, K = len(points), len(centers)
    batch = max(1, _BATCH // (n * K))
    kept = np.zeros(n)
    for first in range(0, n_resamples, batch):
        size = min(batch, n_resamples - first)
        weights = rng.multinomial(n, np.full(n, 1 / n), size=size).astype(float)
        starts = _plus_plus(points, weights, K, rng)
        refits = lloyd_side_by_side(points, starts, weights, max_iter=_MAX_ITER)
        for labels in nearest_centers(points, refits):
            overlap = np.bincount(kmeans.labels * K + labels, minlength=K * K).reshape(K, K)
            _, match = linear_sum_assignment(overlap, maximize=True)
            kept += match[kmeans.labels] == labels
    return kept / n_resamples


def _plus_plus(points: Array, weights: Array, K: int, rng: np.random.Generator) -> Array:
    """Greedy k-means++ seeds (B, K, d) for B weightings (B, n) of the same points.

    Arthur and Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007; of several
    candidates the best is taken, as in scikit-learn.
    """
    rows = np.arange(len(weights))
    chosen = [_drawn(weights, rng)]
    nearest = _squares(points, points[chosen[0]])
    for _ in range(1, K):
        candidates = np.stack([_drawn(weights * nearest, rng) for _ in range(2 + int(np.log(K)))])
        closer = np.stack([np.minimum(nearest, _squares(points, points[c])) for c in candidates])
        best = (weights * closer).sum(axis=2).argmin(axis=0)
        chosen.append(candidates[best, rows])
        nearest = closer[best, rows]
    return points[np.stack(chosen, axis=1)]


def _drawn(mass: Array, rng: np.random.Generator) -> Labels:
    """One index per row of `mass` (B, n), with probability proportional to it."""
    totals = mass.cumsum(axis=1)
    aim = rng.uniform(size=(len(mass), 1)) * totals[:, -1:]
    return np.minimum((totals < aim).sum(axis=1), mass.shape[1] - 1)


def _squares(points: Array, centers: Array) -> Array:
    """Squared distances of n points to one centre per row of (B, d): (B, n)."""
    return sum((column[None] - centers[:, [j]]) ** 2 for j, column in enumerate(points.T))
