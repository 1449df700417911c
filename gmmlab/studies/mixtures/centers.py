"""Centres placed by hand, as the short text that settings and links hold: `x,y` pairs with `;`."""

import numpy as np

from gmmlab.engine.arrays import Array

_LARGEST = 1e100  # its square is still a float


def centers_of(code: str) -> Array:
    """The centres (K, 2) of a code, (0, 2) for none; ValueError, saying what it must be, if odd."""
    try:
        pairs = [[float(value) for value in pair.split(",")] for pair in code.split(";") if pair]
        centers = np.array(pairs, dtype=float).reshape(-1, 2)
    except ValueError:
        raise ValueError("pairs of numbers, for example 1.5,2;3,0.4") from None
    if any(len(pair) != 2 for pair in pairs) or not all(abs(v) < _LARGEST for v in centers.ravel()):
        raise ValueError("pairs of numbers, for example 1.5,2;3,0.4")
    return centers


def code_of(centers: Array) -> str:
    """The code of centres (K, 2), five digits each; more where they lie close, far from zero."""
    x_digits, y_digits = map(_digits, np.transpose(centers))
    return ";".join(f"{x:.{x_digits}g},{y:.{y_digits}g}" for x, y in centers.tolist())


def _digits(values: Array) -> int:
    size, apart = (
        float(np.abs(values).max(initial=0.0)),
        float(np.ptp(values)) if len(values) else 0,
    )
    return 5 + min(10, int(np.log10(size / apart))) if 0 < apart < size else 5


def moved(centers: Array, index: int, x: float, y: float) -> str:
    """The code of these centres with one of them at (x, y); ValueError if it cannot be there."""
    if not (0 <= index < len(centers) and abs(x) < _LARGEST and abs(y) < _LARGEST):
        raise ValueError("a place among the points")
    changed = np.array(centers, dtype=float)
    changed[index] = x, y
    return code_of(changed)
