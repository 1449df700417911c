"""The data as the kernels want them: in pieces that fit a cache, each with its features."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from gmmlab.engine.arrays import Array, as_points, as_weights, pairs
from gmmlab.engine.model.frame import Frame

CHUNK_BYTES = 1 << 20  # responsibilities of one chunk: they should stay in a core's own cache
MIN_CHUNK = 2048
# Features that take more memory than this are made anew in every pass instead of kept.
KEPT_BYTES = 200 << 20


def chunk_length(n_components: int) -> int:
    """How many points to take at once, so that their responsibilities stay in cache."""
    return max(MIN_CHUNK, CHUNK_BYTES // (8 * n_components))


@dataclass(frozen=True, eq=False)
class Chunk:
    """Some of the points, laid out for the kernels: `points` (d, n), `weights` (n,) or None."""

    points: Array
    weights: Array | None = None

    @staticmethod
    def of(X: ArrayLike, sample_weight: ArrayLike | None = None) -> "Chunk":
        """A chunk of checked points (n, d)."""
        rows = as_points(X)
        return Chunk(np.ascontiguousarray(rows.T), as_weights(sample_weight, len(rows)))

    def __getstate__(self) -> dict[str, Array | None]:
        """What travels: features are made anew faster than they are sent."""
        return {"points": self.points, "weights": self.weights}

    def ready(self) -> "Chunk":
        """Itself; a Slice turns into a Chunk here."""
        return self

    @cached_property
    def total(self) -> float:
        """Σ w, the number of points if they have no weights."""
        return float(self.points.shape[1] if self.weights is None else self.weights.sum())

    @cached_property
    def products(self) -> Array:
        """φ(x) = (1, x, xᵢxⱼ with i ≤ j): (1 + d + d(d+1)/2, n)."""
        both = pairs(len(self.points))
        features = self._room_for(len(both.flat))
        left, right = self.points.take(both.rows, axis=0), self.points.take(both.columns, axis=0)
        np.multiply(left, right, out=features[1 + len(self.points) :])
        return features

    @cached_property
    def squares(self) -> Array:
        """φ(x) = (1, x, x²) for axis-aligned types: (1 + 2d, n)."""
        features = self._room_for(len(self.points))
        np.multiply(self.points, self.points, out=features[1 + len(self.points) :])
        return features

    def features(self, diagonal: bool) -> Array:
        """φ(x): with squares alone if `diagonal`, else with all products."""
        return self.squares if diagonal else self.products

    @cached_property
    def largest_square(self) -> float:
        """The largest ‖x‖² of the chunk."""
        return float(np.einsum("dn,dn->n", self.points, self.points).max())

    def _room_for(self, n_quadratic: int) -> Array:
        """φ(x) with room for so many quadratic ones."""
        d, n = self.points.shape
        features = np.empty((1 + d + n_quadratic, n))
        features[0] = 1
        features[1 : d + 1] = self.points
        return features


@dataclass(frozen=True, eq=False)
class Slice:
    """A chunk to be: rows (n, d) of the data in their own units, framed only while in use."""

    rows: Array
    weights: Array | None
    frame: Frame

    def ready(self) -> Chunk:
        """The chunk."""
        return Chunk(np.ascontiguousarray(self.frame.into(self.rows).T), self.weights)


def chunked(
    points: Array, weights: Array | None, frame: Frame, length: int
) -> Sequence[Chunk | Slice]:
    """Points (n, d) in chunks of at most `length`, in `frame`.

    Small data are framed once and keep their features; of large data only the chunks in use exist,
    so that memory beyond the data does not grow with them.
    """
    n, d = points.shape
    slices = [
        Slice(points[i : i + length], None if weights is None else weights[i : i + length], frame)
        for i in range(0, n, length)
    ]
    features = 1 + d + d * (d + 1) // 2
    return [s.ready() for s in slices] if n * features * 8 <= KEPT_BYTES else slices
