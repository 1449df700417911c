"""The data as the kernels want them: in pieces that fit a cache, each with its features."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gmmlab.engine.arrays import Array, as_points, as_weights, pairs
from gmmlab.engine.model.covariance import Moments
from gmmlab.engine.model.frame import Frame

CHUNK_BYTES = 1 << 20  # responsibilities of one chunk: they should stay in a core's own cache
MIN_CHUNK = 2048
KEPT_BYTES = 64 << 20  # points that take more are brought into their frame anew in every pass
# Features are kept if they take less than the first, or about as much as points and
# responsibilities do, up to the second. Others are made anew where they are used, in a core's own
# cache, from where they come as fast as from memory.
_KEPT_FEATURES, _MOST_KEPT_FEATURES = 16 << 20, 48 << 20
_POINTS_BYTES = 4 << 20  # coordinates of one chunk
_BLOCK_BYTES = 2 << 20  # features that exist at one time, where they are not kept


def chunk_length(n_components: int, n_features: int = 1, least: Moments = "norms") -> int:
    """How many points to take at once: responsibilities, coordinates and features stay in cache."""
    by_features = _BLOCK_BYTES // (8 * n_features_of(n_features, least))
    by_components = CHUNK_BYTES // (8 * n_components)
    most = _POINTS_BYTES // (8 * n_features)
    return max(1, min(max(MIN_CHUNK, min(by_components, by_features)), most))


def n_features_of(d: int, kind: Moments) -> int:
    """How many features φ(x) points of d axes have, of a kind that `Chunk.features` knows."""
    return 1 + d + {"norms": 1, "squares": d, "pooled": 0, "products": d * (d + 1) // 2}[kind]


@dataclass(frozen=True, eq=False)
class Chunk:
    """Some of the points, laid out for the kernels: `points` (d, n), `weights` (n,) or None.

    `keep` says whether features stay with the points from pass to pass. If not, each pass has a
    chunk of its own, which leaves with its `origin` what is small and never changes.
    """

    points: Array
    weights: Array | None = None
    keep: bool = True
    origin: "Chunk | None" = None

    @staticmethod
    def of(X: ArrayLike, sample_weight: ArrayLike | None = None) -> "Chunk":
        """A chunk of checked points (n, d)."""
        rows = as_points(X)
        return Chunk(np.ascontiguousarray(rows.T), as_weights(sample_weight, len(rows)))

    def __getstate__(self) -> dict[str, Any]:
        """What travels: features are made anew faster than they are sent."""
        return {"points": self.points, "weights": self.weights, "keep": self.keep}

    def ready(self) -> "Chunk":
        """Itself, or if its features are not to be kept, one that lives only while it is in use."""
        return self if self.keep else Chunk(self.points, self.weights, origin=self)

    @cached_property
    def total(self) -> float:
        """Σ w, the number of points if they have no weights."""
        return float(self.points.shape[1] if self.weights is None else self.weights.sum())

    def has_room_for(self, kind: Moments) -> bool:
        """Whether the features are few enough to exist for all points at once."""
        d, n = self.points.shape
        room = _MOST_KEPT_FEATURES if self.keep and self.origin is None else _BLOCK_BYTES
        return n * 8 * n_features_of(d, kind) <= room

    def features(self, kind: Moments) -> Array:
        """φ(x), a row for each: 1, x, and by `kind` ‖x‖², all xᵢ², nothing, or xᵢxⱼ with i ≤ j."""
        known = self._features
        if kind not in known:
            known[kind] = _features(self.points, kind)
        return known[kind]

    def pieces(self, kind: Moments) -> Iterator[tuple[slice, Array]]:
        """The features of one stretch of the points after another, each until the next."""
        d, n = self.points.shape
        rows = n_features_of(d, kind)
        length = max(1, min(n, _BLOCK_BYTES // (8 * rows)))
        room = np.empty(rows * length)
        for first in range(0, n, length):
            points = self.points[:, first : first + length]
            features = room[: rows * points.shape[1]].reshape(rows, -1)
            yield slice(first, first + length), _features(points, kind, features)

    @cached_property
    def scatter(self) -> Array:
        """Σ w x xᵀ, (d, d)."""
        if self.origin is not None:
            return self.origin.scatter
        weighed = self.points if self.weights is None else self.points * np.sqrt(self.weights)
        return weighed @ weighed.T

    @cached_property
    def largest_square(self) -> float:
        """The largest ‖x‖² of the chunk."""
        if self.origin is not None:
            return self.origin.largest_square
        return float(np.einsum("dn,dn->n", self.points, self.points).max())

    @cached_property
    def _features(self) -> dict[Moments, Array]:
        return {}


def _features(points: Array, kind: Moments, out: Array | None = None) -> Array:
    d, n = points.shape
    features = np.empty((n_features_of(d, kind), n)) if out is None else out
    features[0] = 1
    features[1 : d + 1] = points
    quadratic = features[d + 1 :]
    if kind == "norms":
        np.einsum("dn,dn->n", points, points, out=quadratic[0])
    elif kind == "squares":
        np.multiply(points, points, out=quadratic)
    elif kind == "products":
        # In the order of `pairs`: each axis with itself and all that follow.
        for axis, row in zip(range(d), pairs(d).starts, strict=True):
            np.multiply(points[axis], points[axis:], out=quadratic[row : row + d - axis])
    return features


@dataclass(frozen=True, eq=False)
class Slice:
    """A chunk to be: rows (n, d) of the data in their own units, framed only while in use."""

    rows: Array
    weights: Array | None
    frame: Frame

    def ready(self) -> Chunk:
        """The chunk."""
        return Chunk(framed(self.rows, self.frame), self.weights)


def framed(points: Array, frame: Frame) -> Array:
    """Points (n, d) in `frame`, each axis in one row, (d, n), without another copy on the way."""
    n, d = points.shape
    across = np.empty((d, n))
    length = max(1, _BLOCK_BYTES // (8 * d))
    for first in range(0, n, length):
        piece = slice(first, first + length)
        across[:, piece] = frame.into(points[piece]).T
    return across


def chunked(
    points: Array,
    weights: Array | None,
    frame: Frame,
    n_components: int,
    least: Moments,
) -> tuple[Sequence[Chunk | Slice], Array | None]:
    """Points (n, d) in chunks, in `frame`; and all of them in one piece (d, n), or None.

    Small data are framed once and keep their features; larger data are framed once; of the largest
    only the chunks in use exist. So memory beyond the data is at most about what the data take, and
    does not grow with them from some size on. `least` are the second moments to be gathered.
    """
    n, d = points.shape
    length = chunk_length(n_components, d, least)
    starts = range(0, n, length)
    parts = [None if weights is None else weights[i : i + length] for i in starts]
    if 8 * n * d > KEPT_BYTES:
        return [
            Slice(points[i : i + length], w, frame) for i, w in zip(starts, parts, strict=True)
        ], None
    features = n_features_of(d, least)
    most = _MOST_KEPT_FEATURES if features <= 2 * (d + n_components) else _KEPT_FEATURES
    keep = 8 * n * features <= most
    across = framed(points, frame)
    return [
        Chunk(across[:, i : i + length], w, keep) for i, w in zip(starts, parts, strict=True)
    ], across
