"""Dask arrays as the engine takes them: rows in blocks that lie anywhere, computed when needed.

Dask is imported by whoever has something of its own; nothing here is called for anything else.
"""

from collections.abc import Callable
from mmap import mmap
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from gmmlab.compute.cluster import computed, users_client
from gmmlab.engine.arrays import Array

if TYPE_CHECKING:
    from dask.array import Array as Lazy

_BLOCK_BYTES = 32 << 20  # of a file that is read block by block


def is_lazy(X: object) -> bool:
    """Whether this is one of Dask's collections."""
    return callable(getattr(X, "__dask_graph__", None))


def as_lazy_points(X: Any) -> "Lazy":
    """A Dask array (n, d) whose blocks hold whole rows, of a Dask array or data frame.

    Also of an array of numpy's; one that `np.load(…, mmap_mode="r")` has opened is read from its
    file, block by block, by whoever works on the block. Raises ValueError for what is no table.
    """
    import dask.array as da

    if hasattr(X, "to_dask_array"):
        X = X.to_dask_array()
    elif not isinstance(X, da.Array):
        X = _of_file(X) if _is_file(X) else da.from_array(np.asarray(X), name=False)
    if X.ndim != 2:
        raise ValueError(
            f"The data must be a table of n rows and d columns; got {X.ndim} dimension(s)."
        )
    if 0 in X.shape:
        raise ValueError(f"The data are empty: {X.shape[0]} rows, {X.shape[1]} columns.")
    return X if X.numblocks[1] == 1 else X.rechunk({1: -1})


def as_lazy_weights(sample_weight: Any, points: "Lazy") -> "Lazy | None":
    """Weights (n,) in blocks as the points (n, d) are, or None; ValueError if they do not fit."""
    if sample_weight is None:
        return None
    import dask.array as da

    if hasattr(sample_weight, "to_dask_array"):
        sample_weight = sample_weight.to_dask_array()
    lengths = points.chunks[0]
    if not is_lazy(sample_weight):
        sample_weight = np.asarray(sample_weight)
    n, shape = points.shape[0], sample_weight.shape
    unknown = bool(np.isnan(n)) or bool(np.isnan(shape).any())
    if len(shape) != 1 or not (unknown or shape == (n,)):
        raise ValueError(f"sample_weight must have one value per row ({n}); got {shape}.")
    if not unknown:
        if is_lazy(sample_weight):
            return sample_weight.rechunk((lengths,))
        return da.from_array(sample_weight, chunks=(lengths,), name=False)
    if not is_lazy(sample_weight) or sample_weight.numblocks[0] != len(lengths):
        raise ValueError(
            "The data's blocks have unknown lengths, so sample_weight must be a Dask array with as "
            "many blocks; or call compute_chunk_sizes() on the data first."
        )
    return sample_weight


def by_rows(method: Callable[[Any], Any], X: Any, n_columns: int | None = None) -> Any:
    """What a method makes of the rows of X (n, d): (n, columns), or (n,) without columns.

    Of one of Dask's collections it is a Dask array.
    """
    if not is_lazy(X):
        return method(X)
    points = as_lazy_points(X)

    def of(rows: Any) -> Any:
        if len(rows):
            return method(rows)
        return method(np.zeros((1, rows.shape[1])))[:0]  # of the same kind, and as empty

    like = method(np.zeros((1, points.shape[1])))
    if n_columns is None:
        return points.map_blocks(of, drop_axis=1, dtype=like.dtype, meta=like[:0])
    chunks = (points.chunks[0], (n_columns,))
    return points.map_blocks(of, chunks=chunks, dtype=like.dtype, meta=like[:0])


def mean(values: "Lazy", sample_weight: ArrayLike | None) -> tuple[float, float]:
    """The mean of lazy values (n,), weighted, and how many they are or what they weigh."""
    import dask
    import dask.array as da

    weights = as_lazy_weights(sample_weight, values[:, None])
    if weights is None:
        lengths = [dask.delayed(len)(block) for block in values.to_delayed()]
        total, *parts = computed([values.sum(), *lengths], users_client())
        n = float(sum(parts))
    else:
        total, n = map(float, computed([da.dot(values, weights), weights.sum()], users_client()))
    return float(total) / n, n


def _is_file(X: Any) -> bool:
    # A view of one has its file's name and offset, but not its own.
    whole: Any = getattr(X, "base", None)
    return isinstance(X, np.memmap) and isinstance(whole, mmap) and X.filename is not None


def _of_file(X: Any) -> "Lazy":
    import dask
    import dask.array as da

    n, length = len(X), max(1, _BLOCK_BYTES // max(1, X[:1].nbytes))
    order = "C" if X.flags.c_contiguous else "F"
    of_file = dask.delayed(_rows_of_file, pure=False)
    blocks = [
        da.from_delayed(
            of_file(str(X.filename), X.dtype, X.offset, X.shape, order, first, first + length),
            (min(length, n - first), *X.shape[1:]),
            X.dtype,
        )
        for first in range(0, n, length)
    ]
    return da.concatenate(blocks)


def _rows_of_file(
    file: str, dtype: Any, offset: int, shape: tuple[int, ...], order: Any, first: int, last: int
) -> Array:
    return np.array(np.memmap(file, dtype, "r", offset, shape, order)[first:last])
