"""k-means for very many weighted points: from a coarse picture of them to the points themselves.

A million points need a good start and a few steps, not many steps. So starts are tried on a
histogram of few bins, where one costs a millisecond; the best go on to finer ones, and the winner
takes its last steps on the points. Its products are in single precision: for points and centres of
integers up to 255 every score is an integer below 2²⁴, and so exact.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gmmlab.compute.threads import threads_for
from gmmlab.engine.arrays import Array
from gmmlab.engine.kmeans.kmeans import plus_plus
from gmmlab.engine.step.chunks import CHUNK_BYTES, MIN_CHUNK

Floats = NDArray[np.float32]
Map = Callable[..., Iterable[Any]]

# How many candidates are carried on, level by level; work (points × centres) may lower it.
_BEAM = (64, 8, 3, 1)
_WORK = 1 << 23
_MAX_ITER = 100
_SETTLED = 3e-5  # of the error: what a step must gain for another to be worth while
# The last level's steps cost the most and gain the least.
_LAST_WORK = 1 << 27


@dataclass(frozen=True, eq=False)
class Weighted:
    """Points (n, d) in single precision with positive weights (n,).

    Each stands for a cube of side `width` about it: 1 for whole numbers, more for a histogram's
    bins. So width² / 12 is a variance along each axis that the points themselves do not show.
    """

    points: Floats
    weights: Array
    width: float = 1.0

    def __len__(self) -> int:
        return len(self.points)

    @cached_property
    def moments(self) -> Array:
        """w and w·x of every point, (1 + d, n): what a cluster adds up."""
        columns = self.points.T.astype(np.float64)
        return np.concatenate([self.weights[None], columns * self.weights])

    @cached_property
    def total_square(self) -> float:
        """Σ w ‖x‖²."""
        squares = np.einsum("nd,nd->n", self.points, self.points, dtype=np.float64)
        return float(squares @ self.weights)


def nearest(points: Floats, centers: Array | Floats) -> NDArray[np.intp]:
    """The nearest of K centres (K, d) to each of n points (n, d), (n,); of equals the first.

    In the precision of `centers`: single is exact for integers, and twice as fast.
    """
    labels = np.empty(len(points), dtype=np.intp)
    pieces = _pieces(len(points), len(centers))
    rule = _rule(centers)

    def work(piece: slice) -> None:
        labels[piece] = _labels(points[piece], *rule)

    with threads_for(len(pieces)) as executor:
        for _ in executor.map(work, pieces):
            pass
    return labels


def quantize(levels: Sequence[Weighted], n_clusters: int, seed: int = 0) -> Array:
    """Centres (K, d) of a k-means clustering of `levels[-1]`, (K, d).

    `levels` are the same points from coarse to fine; each has at least K. The best of many greedy
    k-means++ starts (see `plus_plus`) on the coarsest is refined by Lloyd's steps on each in turn.
    """
    if len(levels[0]) < n_clusters:
        raise ValueError(f"{n_clusters} clusters need as many points; there are {len(levels[0])}.")
    random = np.random.RandomState(seed)
    first = levels[0]
    coordinates = first.points.astype(np.float64)
    beam = [
        plus_plus(coordinates, n_clusters, random, first.weights)
        for _ in range(_width(first, n_clusters, 0))
    ]
    # One pool for all, even if no level needs one: with it comes one BLAS thread for each product.
    with threads_for(max(2, len(_pieces(len(levels[-1]), n_clusters)))) as executor:
        for depth, level in enumerate(levels):
            last = depth == len(levels) - 1
            budget = _LAST_WORK // (len(level) * n_clusters)
            max_iter = min(_MAX_ITER, max(2, budget)) if last else _MAX_ITER
            width = _width(level, n_clusters, depth)
            ends = [lloyd(level, centers, max_iter, executor.map) for centers in beam[:width]]
            beam = [centers for _, centers in sorted(ends, key=lambda end: end[0])]
    return beam[0]


def lloyd(
    level: Weighted, centers: Array, max_iter: int = _MAX_ITER, mapper: Map = map
) -> tuple[float, Array]:
    """Lloyd's steps from `centers` (K, d) until they settle: the weighted error, and the centres.

    A centre that loses all its points stays where it is. `mapper` takes the place of `map` over
    pieces of the points.
    """
    pieces = _pieces(len(level), len(centers))
    each = mapper if len(pieces) > 1 else map
    error = np.inf
    for _ in range(max_iter):
        moments = _moments(level, centers, pieces, each)
        mass, sums = moments[:, :1], moments[:, 1:]
        occupied = np.where(mass > 0, mass, 1)
        centers = np.where(mass > 0, sums / occupied, centers)
        # Σ w ‖x − c‖² = Σ w ‖x‖² − Σ_k ‖Σ w x‖² / Σ w, with each centre the mean of its own.
        before, error = error, level.total_square - float((sums * sums / occupied).sum())
        if before - error <= _SETTLED * max(error, 0):
            break
    return error, centers


def _moments(level: Weighted, centers: Array, pieces: Sequence[slice], mapper: Map) -> Array:
    """Mass and sums of every cluster, (K, 1 + d)."""
    rule, K = _rule(centers.astype(np.float32)), len(centers)

    def work(piece: slice) -> Array:
        labels = _labels(level.points[piece], *rule)
        return np.stack(
            [np.bincount(labels, row, K) for row in level.moments[:, piece]],
            axis=1,
        )

    return np.sum(list(mapper(work, pieces)), axis=0)


def _rule(centers: Array | Floats) -> tuple[Array | Floats, Array | Floats]:
    """2 x·c − ‖c‖² is largest for the nearest centre: its linear part (d, K) and its constant."""
    return 2 * centers.T, -(centers * centers).sum(axis=1)


def _labels(points: Floats, linear: Array | Floats, constant: Array | Floats) -> NDArray[np.intp]:
    scores = points @ linear
    scores += constant
    return scores.argmax(axis=1)


def _pieces(n: int, n_clusters: int) -> list[slice]:
    length = max(MIN_CHUNK, CHUNK_BYTES // (4 * n_clusters))
    return [slice(first, first + length) for first in range(0, n, length)]


def _width(level: Weighted, n_clusters: int, depth: int) -> int:
    """How many candidates are worth their time on a level."""
    most = _BEAM[min(depth, len(_BEAM) - 1)]
    return max(1, min(most, _WORK // (len(level) * n_clusters)))
