"""k-means: scikit-learn's for results, Lloyd's own steps where many small problems run at once."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from gmmlab.engine.arrays import Array, Labels, as_points, as_weights, read_only
from gmmlab.engine.model.frame import Frame

_MOST_AFFINITIES = 1 << 20  # of points to centres, at one time


@dataclass(frozen=True, eq=False)
class KMeansFit:
    """A k-means clustering of n points in d dimensions.

    `centers` (K, d) and `labels` (n,); `inertia` is the (weighted) sum of squared distances to the
    own centre, in squared units of the data; `radii` (K,) are those of the *implied discs*: the
    distance from each centre to the farthest point of its own, 0 for a centre without points.
    """

    centers: Array
    labels: Labels
    inertia: float
    radii: Array
    n_iter: int

    def predict(self, X: ArrayLike) -> Labels:
        """The nearest centre (n,) of points (n, d) in the data's own units, at any scale."""
        frame = Frame.of(self.centers)
        return nearest_centers(frame.into(as_points(X)), frame.into(self.centers))

    def reordered(self, order: Labels) -> "KMeansFit":
        """The same clustering with its clusters in another order, a permutation (K,)."""
        rank = np.empty(len(order), dtype=int)
        rank[order] = np.arange(len(order))
        return KMeansFit(
            self.centers[order],
            rank[self.labels],
            self.inertia,
            self.radii[order],
            self.n_iter,
        )


def fit_kmeans(
    X: Array,
    n_clusters: int,
    *,
    sample_weight: Array | None = None,
    init: str | Array = "k-means++",
    n_init: int = 1,
    seed: int = 0,
) -> KMeansFit:
    """k-means on points (n, d), the best of `n_init` starts by inertia.

    `init` is "k-means++", "random" (random points) or start centres (K, d). A ValueError says what
    is wrong with the data, or that there are fewer points than clusters.
    """
    points = as_points(X)
    if len(points) < n_clusters:
        raise ValueError(f"{n_clusters} clusters need as many points; there are {len(points)}.")
    weights = as_weights(sample_weight, len(points))
    frame = Frame.of(points, weights)
    framed = frame.into(points)
    start = init if isinstance(init, str) else frame.into(np.asarray(init, dtype=float))
    model = scikit_kmeans(
        framed,
        weights,
        n_clusters,
        init=start,
        n_init=n_init if isinstance(init, str) else 1,
        random_state=seed,
    )
    squares = ((framed - model.cluster_centers_[model.labels_]) ** 2).sum(axis=1)
    radii = np.zeros(n_clusters)
    np.maximum.at(radii, model.labels_, np.sqrt(squares))
    with np.errstate(over="ignore", under="ignore"):
        inertia = float(model.inertia_) * frame.scale * frame.scale
    labels = model.labels_.astype(np.intp)
    labels.setflags(write=False)
    return KMeansFit(
        read_only(frame.out_of(model.cluster_centers_)),
        labels,
        inertia,
        read_only(radii * frame.scale),
        int(model.n_iter_),
    )


def scikit_kmeans(points: Array, weights: Array | None, n_clusters: int, **options: Any) -> KMeans:
    """scikit-learn's KMeans, without its warning that equal points make equal clusters.

    The fits built on it count their effective components instead, and pages say what they find.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Number of distinct clusters", ConvergenceWarning)
        return KMeans(n_clusters, **options).fit(points, sample_weight=weights)


def plus_plus(
    points: Array, n_clusters: int, random: np.random.RandomState, weights: Array | None = None
) -> Array:
    """k-means++ seeds (K, d) among points (n, d): the best of several candidates at every step.

    Arthur and Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007. It draws
    from `random` as scikit-learn's does, and so finds the same seeds, in a fraction of the time.
    """
    mass = np.ones(len(points)) if weights is None else weights
    across = np.ascontiguousarray(points.T)
    squares = np.einsum("dn,dn->n", across, across)

    def distances(chosen: Labels) -> Array:
        centers = points[chosen]
        apart: Array = (-2 * centers) @ across
        apart += squares
        apart += (centers * centers).sum(axis=1)[:, None]
        return np.maximum(apart, 0, out=apart)

    share = (mass / mass.sum()).cumsum()
    first = np.searchsorted(share / share[-1], random.random_sample(), side="right")
    seeds = np.empty(n_clusters, dtype=np.intp)
    seeds[0] = min(int(first), len(points) - 1)
    nearest = distances(seeds[:1])[0]
    potential = nearest @ mass
    for k in range(1, n_clusters):
        aims = random.uniform(size=2 + int(np.log(n_clusters))) * potential
        drawn = np.searchsorted((mass * nearest).cumsum(), aims)
        candidates = np.minimum(drawn, len(points) - 1)
        closer = np.minimum(nearest, distances(candidates))
        potentials = closer @ mass
        best = potentials.argmin()
        seeds[k], nearest, potential = candidates[best], closer[best], potentials[best]
    return points[seeds]


def lloyd(
    points: Array, centers: Array, weights: Array | None = None, max_iter: int = 300
) -> Labels:
    """Lloyd's algorithm from `centers` (K, d), with scikit-learn's stopping rule; labels (n,).

    Where a cluster loses all its points, scikit-learn takes over, which moves it elsewhere.
    """
    K = len(centers)
    start, across = centers, np.ascontiguousarray(points.T)
    tolerance = 1e-4 * float(np.mean([row.var() for row in across]))
    labels = np.full(len(points), -1)
    for _ in range(max_iter):
        nearest = nearest_centers(across.T, centers)
        counts = np.bincount(nearest, weights, K).astype(float)
        if not counts.all():
            return scikit_kmeans(points, weights, K, init=start, n_init=1).labels_.astype(np.intp)
        if np.array_equal(nearest, labels):
            return labels
        labels = nearest
        sums = np.stack(
            [np.bincount(labels, row if weights is None else row * weights, K) for row in across],
            axis=1,
        )
        moved = sums / counts[:, None]
        shift = ((moved - centers) ** 2).sum()
        centers = moved
        if shift <= tolerance:
            break
    return nearest_centers(points, centers)


def nearest_centers(points: Array, centers: Array) -> Labels:
    """The nearest centre of every point: labels (n,), or (B, n) for B sets of centres.

    `points` (n, d), `centers` (K, d) or (B, K, d).
    """
    # ‖x − c‖² without ‖x‖², which is the same for every centre.
    half_squares = 0.5 * (centers**2).sum(axis=-1, keepdims=True)
    labels = np.empty((*centers.shape[:-2], len(points)), dtype=np.intp)
    length = max(1, _MOST_AFFINITIES // half_squares.size)
    for first in range(0, len(points), length):
        affinity = centers @ points[first : first + length].T
        affinity -= half_squares
        labels[..., first : first + length] = affinity.argmax(axis=-2)
    return labels


def lloyd_side_by_side(points: Array, centers: Array, weights: Array, max_iter: int = 100) -> Array:
    """Lloyd's algorithm on B weightings of the same points at once, to convergence.

    `points` (n, d), start `centers` (B, K, d) and `weights` (B, n); the final centres (B, K, d). A
    centre that loses all its points stays where it is.
    """
    B, K, _ = centers.shape
    offsets = np.arange(B)[:, None] * K
    features = np.column_stack([np.ones(len(points)), points])
    labels = np.full(weights.shape, -1)
    for _ in range(max_iter):
        nearest = nearest_centers(points, centers)
        if np.array_equal(nearest, labels):
            break
        labels = nearest
        slots = (labels + offsets).ravel()
        sums = np.stack(
            [
                np.bincount(slots, (weights * column).ravel(), minlength=B * K)
                for column in features.T
            ],
            axis=-1,
        ).reshape(B, K, -1)
        counts = sums[:, :, :1]
        centers = np.where(counts > 0, sums[:, :, 1:] / np.where(counts > 0, counts, 1), centers)
    return centers
