"""Numbers for people: as many digits as tell something, and none before the point given up."""

import math

import numpy as np
from numpy.typing import ArrayLike

_DIGITS = 4  # of the largest number
_DIGITS_OF_THE_SMALLEST = 2
_MOST_PLAIN, _LEAST_PLAIN = 1e9, 1e-5  # beyond these, powers of ten
_MOST_DECIMALS = 6


def number(value: float, digits: int = _DIGITS) -> str:
    """A number in words for people: 50,717.7 or 14,210 or 0.03142, and 3.1 × 10¹² if it must."""
    if not math.isfinite(value):
        return "∞" if value > 0 else "−∞" if value < 0 else "none"
    size, sign = abs(value), "−" if value < 0 else ""
    places = decimals(value, digits)
    if places is None:
        mantissa, power = f"{size:.{digits - 1}e}".split("e")
        shown = mantissa.rstrip("0").rstrip(".")
        return f"{sign}{shown} × 10{_raised(int(power))}"
    return f"{sign}{size:,.{places}f}"


def decimals(values: ArrayLike, digits: int = _DIGITS) -> int | None:
    """How many decimals numbers of one kind are shown with; None if only powers of ten will do.

    The largest has so many digits, the smallest two, and whole numbers have no decimals.
    """
    sizes = np.abs(np.atleast_1d(np.asarray(values, dtype=np.float64)))
    sizes = sizes[np.isfinite(sizes) & (sizes != 0)]
    if sizes.size == 0:
        return 0
    large, small = float(sizes.max()), float(sizes.min())
    if large >= _MOST_PLAIN or small < _LEAST_PLAIN:
        return None
    if (sizes == np.rint(sizes)).all():
        return 0
    wanted = max(1, digits - 1 - _power(large), _DIGITS_OF_THE_SMALLEST - 1 - _power(small))
    return min(wanted, max(_MOST_DECIMALS, digits - 1 - _power(large)))


def _power(size: float) -> int:
    return math.floor(math.log10(size))


def _raised(power: int) -> str:
    return str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
