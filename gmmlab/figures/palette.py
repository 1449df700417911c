"""Ten cluster colours, and the marker shape that goes with each.

The colours were found by search: in OKLab, any two of them are at least 0.09 apart for normal sight
and for protanopia, deuteranopia and tritanopia (Machado, Oliveira and Fernandes, "A physiologically
based model for simulation of color vision deficiency", IEEE TVCG 15, 2009), and each has a contrast
of at least 2.3 to the light ground and 3.3 to the dark one. They are ordered so that the first few
differ most. From the eleventh cluster on, colours repeat with other shapes.
"""

import numpy as np
from numpy.typing import NDArray

COLORS = (
    "#306ccc",
    "#f09018",
    "#18c078",
    "#cc00a8",
    "#9c5400",
    "#c09ce4",
    "#849090",
    "#3c84fc",
    "#b47800",
    "#6c6c60",
)
SYMBOLS = (
    "circle",
    "square",
    "diamond",
    "triangle-up",
    "cross",
    "x",
    "pentagon",
    "star",
    "triangle-down",
    "hexagon",
)
MUTED = "#7d828c"  # grey that reads on both grounds: outlines, points that belong to nobody


def color(k: int) -> str:
    """The colour of cluster k (from 0) as #rrggbb."""
    return COLORS[k % len(COLORS)]


def symbol(k: int) -> str:
    """The marker shape of cluster k (from 0): no two of the first 20 share colour and shape."""
    return SYMBOLS[(k + k // len(COLORS)) % len(SYMBOLS)]


def faded(k: int, alpha: float) -> str:
    """The colour of cluster k with an opacity from 0 to 1."""
    red, green, blue = channels(color(k))
    return f"rgba({red},{green},{blue},{alpha:.3f})"


def ink(k: int) -> str:
    """Black or white, whichever reads better on the colour of cluster k."""
    red, green, blue = channels(color(k))
    return "#10131a" if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else "#ffffff"


def channels(hex_color: str) -> tuple[int, int, int]:
    """#rrggbb as three numbers from 0 to 255."""
    value = int(hex_color[1:], 16)
    return value >> 16, value >> 8 & 255, value & 255


def blended(responsibilities: NDArray[np.float64]) -> list[str]:
    """One colour per row of `responsibilities` (n, K): the mean of the clusters' colours.

    The mean is taken of light, not of the coded values, so that half and half is not too dark.
    """
    coded = np.array([channels(color(k)) for k in range(responsibilities.shape[1])]) / 255
    light = responsibilities @ coded**2.2
    mixed = np.rint(255 * np.clip(light, 0, 1) ** (1 / 2.2)).astype(int)
    return [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in mixed]
