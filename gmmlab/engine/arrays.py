"""The one array type of the engine, and the one gate through which data enter it."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Labels = NDArray[np.intp]  # the component or cluster of each point

_NO_WEIGHTS = "sample_weight must be finite, not negative, and not all zero."


def as_points(X: ArrayLike) -> Array:
    """`X` as a float64 matrix (n, d); a ValueError says what is wrong with it otherwise."""
    points = np.asarray(X, dtype=np.float64)
    if points.ndim != 2:
        raise ValueError(
            f"The data must be a table of n rows and d columns; got {points.ndim} dimension(s)."
        )
    if points.size == 0:
        raise ValueError(f"The data are empty: {points.shape[0]} rows, {points.shape[1]} columns.")
    if not (np.isfinite(points.min()) and np.isfinite(points.max())):  # NaN spreads to both
        raise ValueError("The data contain NaN or infinity; remove or fill these values first.")
    return points


def as_weights(sample_weight: ArrayLike | None, n: int) -> Array | None:
    """`sample_weight` as (n,) non-negative floats with a positive sum, or None for all ones."""
    if sample_weight is None:
        return None
    weights = each_weight(sample_weight, n)
    with np.errstate(over="ignore"):
        check_total_weight(float(weights.sum()), float(weights.max(initial=0.0)))
    return weights


def each_weight(sample_weight: ArrayLike, n: int) -> Array:
    """`sample_weight` as (n,) finite and non-negative floats; they may be zero all together."""
    weights = np.asarray(sample_weight, dtype=np.float64)
    if weights.shape != (n,):
        raise ValueError(f"sample_weight must have one value per row ({n}); got {weights.shape}.")
    if not np.all(np.isfinite(weights)) or np.any(weights < 0):
        raise ValueError(_NO_WEIGHTS)
    return weights


def check_total_weight(total: float, largest: float) -> None:
    """A ValueError if weights with this sum and maximum cannot be added up."""
    if largest == 0:
        raise ValueError(_NO_WEIGHTS)
    if not np.isfinite(total) or largest < 1e-300:
        raise ValueError("sample_weight is too large or too small to be added up; rescale it.")


def read_only(array: Array) -> Array:
    """`array` itself, made read-only, so that what holds it is immutable in fact."""
    array.setflags(write=False)
    return array


class Pairs(NamedTuple):
    """The distinct entries (i, j), i ≤ j, of a symmetric (d, d) matrix.

    `rows` and `columns` are their places, and `starts` says where each row begins; `flat` and
    `mirrored` are those of (i, j) and (j, i) in the matrix written as one row; `halved` (…,) is −½
    on the diagonal and −1 off it, where each entry stands for two.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    flat: NDArray[np.intp]
    mirrored: NDArray[np.intp]
    halved: Array
    starts: tuple[int, ...]


@cache
def pairs(d: int) -> Pairs:
    """The pairs of d axes."""
    rows, columns = np.triu_indices(d)
    halved = np.where(rows == columns, -0.5, -1.0)
    starts = tuple(int(i) for i in np.searchsorted(rows, np.arange(d)))
    return Pairs(rows, columns, rows * d + columns, columns * d + rows, halved, starts)
