"""An axis for numbers that may differ by powers of ten, and be 0 or negative all the same."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gmmlab.figures.figure import Trace


@dataclass(frozen=True)
class Scale:
    """Where numbers lie on an axis: as they are, or by powers of ten where they differ by such.

    Unlike Plotly's logarithmic axis it has a place for 0 and for negative numbers.
    """

    powers: bool
    ticks: Trace

    @staticmethod
    def of(values: Sequence[float]) -> "Scale":
        """The scale for such values."""
        sizes = [value for value in values if np.isfinite(value)]
        largest = max(map(abs, sizes), default=1.0)
        if not sizes or max(sizes) - min(sizes) < 1e3 or largest < 1e3:
            return Scale(False, {"nticks": 6})
        top = int(np.ceil(np.log10(largest)))
        marks = [0, *(10**power for power in range(1, top + 1, 1 + top // 8))]
        if min(sizes) < 0:
            marks = [*(-mark for mark in marks[:0:-1]), *marks]
        places = [_by_powers(mark) for mark in marks]
        ticks = {"tickvals": places, "ticktext": [_spelled(mark) for mark in marks]}
        return Scale(True, ticks)

    def place(self, value: float) -> float | None:
        """Where a value lies; nowhere if it is not finite."""
        if not np.isfinite(value):
            return None
        return _by_powers(value) if self.powers else float(value)


def _by_powers(value: float) -> float:
    return float(np.sign(value) * np.log10(1 + abs(value)))


def _spelled(mark: int) -> str:
    for unit, name in ((10**9, " bn"), (10**6, " m"), (10**3, " k")):
        if abs(mark) >= unit:
            return f"{mark // unit:,}{name}"
    return str(mark)
