"""A palette's colours in other tones: more vivid, or its lightness alone, from ink to ink."""

import numpy as np

from gmmlab.engine.arrays import Array
from gmmlab.studies.recolour.color_space import Bytes, bytes_of_oklab, oklab_of

TONES = {
    "found": "as found",
    "vivid": "vivid",
    "duotone": "duotone",
    "ink": "ink on paper",
    "grey": "greys",
}
# The darkest and the lightest colour of a palette become these.
_INKS = {"duotone": ("22195c", "ffc98f"), "ink": ("1b1916", "f6efdf")}
_CHROMA, _CONTRAST, _MIDDLE = 1.75, 1.2, 0.6


def toned(palette: Bytes, tones: str) -> Bytes:
    """The palette (K, 3) in one of `TONES`, (K, 3)."""
    if tones == "found":
        return palette
    lab = oklab_of(palette).astype(np.float64)
    if tones == "grey":
        return bytes_of_oklab(lab * [1, 0, 0])
    if tones == "vivid":
        lightness = np.clip(_MIDDLE + _CONTRAST * (lab[:, :1] - _MIDDLE), 0, 1)
        return bytes_of_oklab(np.hstack([lightness, _CHROMA * lab[:, 1:]]))
    dark, light = (oklab_of(_color(code)).astype(np.float64) for code in _INKS[tones])
    return bytes_of_oklab(dark + _ranked(lab[:, :1]) * (light - dark))


def _ranked(lightness: Array) -> Array:
    """Lightness (K, 1) from 0 at the darkest to 1 at the lightest; of one colour as it is."""
    low, high = float(lightness.min()), float(lightness.max())
    return (lightness - low) / (high - low) if high - low > 1e-6 else lightness


def _color(code: str) -> Bytes:
    return np.frombuffer(bytes.fromhex(code), dtype=np.uint8)[None]
