"""From real numbers to pixels: what becomes of values that no pixel can have.

A Gaussian knows no edges, so an image drawn from one has values below white and above black.
Clipping them makes every pale pixel a little darker on average, which a classifier sees at once
(docs/digits.md). Histogram matching maps each pixel by a rising function instead, so that over many
drawn images its values are distributed as over the training images: whole numbers, in range, and
blank where they are always blank. Images of a kind, a class say, have a map of their own: what is
always blank in a seven is not in a zero.
"""

from dataclasses import dataclass

import numpy as np

from gmmlab.engine.arrays import Array, Labels, read_only

_LEVELS = 1000
_FEW_LEVELS = 50
# A kind of fewer images shares the map of all: with its own it would be these images over again.
_FEW_IMAGES = 50
_MOST_NUMBERS = 2_000_000  # in all maps of one matching


@dataclass(frozen=True, eq=False)
class HistogramMatching:
    """A rising map for each of p pixels: `drawn` values become the `real` ones of the same level.

    Both are quantiles (levels, p) of a pixel's values, at the same levels.
    """

    drawn: Array
    real: Array

    @staticmethod
    def of(drawn: Array, real: Array, n_levels: int = _LEVELS) -> "HistogramMatching":
        """The map that gives many `drawn` images (m, h, w) the pixel values of `real` (n, h, w)."""
        levels = (np.arange(n_levels) + 0.5) / n_levels
        return HistogramMatching(
            read_only(_quantiles(drawn, levels).astype(np.float32)),
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


@dataclass(frozen=True, eq=False)
class MatchingByKind:
    """A map for all images, and one for each kind that has enough of them."""

    everyone: HistogramMatching
    own: dict[int, HistogramMatching]

    @staticmethod
    def of(drawn: Array, drawn_kinds: Labels, real: Array, real_kinds: Labels) -> "MatchingByKind":
        """The maps from `drawn` images (m, h, w) of these kinds (m,) to `real` ones (n, h, w)."""
        kinds, counts = np.unique(real_kinds, return_counts=True)
        many = [int(kind) for kind in kinds[counts >= _FEW_IMAGES]]
        n_levels = _levels_for(len(many), real[0].size)
        if n_levels < _FEW_LEVELS:
            many = []
        own = {}
        for kind in many:
            theirs = drawn[drawn_kinds == kind]
            if len(theirs) >= _FEW_IMAGES:
                own[kind] = HistogramMatching.of(theirs, real[real_kinds == kind], n_levels)
        return MatchingByKind(HistogramMatching.of(drawn, real), own)

    def applied(self, images: Array, kinds: Labels) -> Array:
        """Images (n, h, w) of these kinds (n,) with every pixel mapped."""
        mapped = np.empty_like(images)
        shared = ~np.isin(kinds, list(self.own))
        mapped[shared] = self.everyone.applied(images[shared])
        for kind in np.unique(kinds[~shared]):
            of_kind = kinds == kind
            mapped[of_kind] = self.own[int(kind)].applied(images[of_kind])
        return mapped


def _levels_for(n_maps: int, n_pixels: int) -> int:
    return min(_LEVELS, _MOST_NUMBERS // (max(n_maps, 1) * n_pixels))


def _quantiles(images: Array, levels: Array) -> Array:
    """Quantiles (levels, p) that are values of the images themselves, so that integers stay so."""
    ordered = np.sort(images.reshape(len(images), -1), axis=0)
    return ordered[np.minimum((levels * len(ordered)).astype(int), len(ordered) - 1)]
