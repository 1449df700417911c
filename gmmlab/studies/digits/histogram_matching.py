"""From real numbers to pixels: what becomes of values that no pixel can have.

A Gaussian knows no edges, so an image drawn from one has values below white and above black.
Clipping them makes every pale pixel a little darker on average, which a classifier sees at once
(tell-apart 0.56 turns into 0.86 on the digits). Histogram matching maps each pixel by a rising
function instead, so that over many drawn images its values are distributed as over the training
images: whole numbers, in range, and blank where they are always blank.
"""

from dataclasses import dataclass

import numpy as np

from gmmlab.engine.arrays import Array, read_only

_LEVELS = 1000


@dataclass(frozen=True, eq=False)
class HistogramMatching:
    """A rising map for each of p pixels: `drawn` values become the `real` ones of the same level.

    Both are quantiles (levels, p) of a pixel's values, at the same levels.
    """

    drawn: Array
    real: Array

    @staticmethod
    def of(drawn: Array, real: Array) -> "HistogramMatching":
        """The map that gives many `drawn` images (m, h, w) the pixel values of `real` (n, h, w)."""
        levels = (np.arange(_LEVELS) + 0.5) / _LEVELS
        return HistogramMatching(
            read_only(_quantiles(drawn, levels)),
            read_only(_quantiles(real, levels)),
        )

    def applied(self, images: Array) -> Array:
        """Images (n, h, w) with every pixel mapped."""
        flat = images.reshape(len(images), self.real.shape[1])
        mapped = np.empty_like(flat)
        for pixel, values in enumerate(flat.T):
            level = np.searchsorted(self.drawn[:, pixel], values)
            mapped[:, pixel] = self.real[np.minimum(level, len(self.real) - 1), pixel]
        return mapped.reshape(images.shape)


def _quantiles(images: Array, levels: Array) -> Array:
    """Quantiles (levels, p) that are values of the images themselves, so that integers stay so."""
    ordered = np.sort(images.reshape(len(images), -1), axis=0)
    return ordered[np.minimum((levels * len(ordered)).astype(int), len(ordered) - 1)]
