"""Colours as coordinates: the bytes themselves, or OKLab, where distance is what an eye sees."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gmmlab.engine.arrays import Array

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

# Björn Ottosson, "A perceptual color space for image processing", 2020: linear sRGB to the
# responses of three kinds of cones, and their cube roots to lightness, green-red and blue-yellow.
_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_CONES, _FROM_LAB = np.linalg.inv(_TO_CONES), np.linalg.inv(_TO_LAB)


@dataclass(frozen=True)
class ColorSpace:
    """Coordinates for colours: `into` from bytes (n, 3), `out_of` back to the nearest bytes.

    `step` is
    about the distance that one step of a byte makes, and `exact_in_single` says whether products of
    coordinates lose nothing in single precision.
    """

    title: str
    into: Callable[[Bytes], Floats]
    out_of: Callable[[ArrayLike], Bytes]
    step: float
    exact_in_single: bool


def rgb_of(bytes_: Bytes) -> Floats:
    """Bytes as they are, in single precision."""
    return bytes_.astype(np.float32)


def bytes_of_rgb(values: ArrayLike) -> Bytes:
    """Values from 0 to 255, rounded; what lies beyond is cut off."""
    return np.clip(np.rint(np.asarray(values)), 0, 255).astype(np.uint8)


def oklab_of(bytes_: Bytes) -> Floats:
    """sRGB bytes (n, 3) as OKLab: lightness from 0 to 1, green-red and blue-yellow."""
    cones = _LINEAR[bytes_] @ _TO_CONES.T.astype(np.float32)
    np.cbrt(cones, out=cones)
    return cones @ _TO_LAB.T.astype(np.float32)


def bytes_of_oklab(lab: ArrayLike) -> Bytes:
    """The sRGB bytes (n, 3) of OKLab coordinates; what no screen can show is cut off."""
    cones = (np.asarray(lab, dtype=np.float64) @ _FROM_LAB.T) ** 3
    linear = np.clip(cones @ _FROM_CONES.T, 0, 1)
    curved = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return bytes_of_rgb(255 * curved)


def _linear_light() -> Floats:
    """What each of 256 sRGB bytes means in light, 0 to 1 (IEC 61966-2-1)."""
    values: Array = np.arange(256) / 255
    light = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return light.astype(np.float32)


_LINEAR = _linear_light()

SPACES = {
    "rgb": ColorSpace("RGB", rgb_of, bytes_of_rgb, 1.0, True),
    "oklab": ColorSpace("OKLab", oklab_of, bytes_of_oklab, 1 / 255, False),
}
