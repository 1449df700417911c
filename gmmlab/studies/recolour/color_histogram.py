"""The distinct colours of a picture with their counts: all that a palette depends on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gmmlab.compute.threads import threads_for
from gmmlab.engine.kmeans.quantize import Weighted
from gmmlab.studies.recolour.color_space import SPACES, Bytes, Floats

Packed = NDArray[np.uint32]  # red · 2¹⁶ + green · 2⁸ + blue

# Above so many distinct colours a mixture is fitted to a histogram of 7 bits a channel.
MANY_COLORS = 1_000_000
_ROWS_AT_ONCE = 1 << 18  # pixels
_MANY_PIXELS = 1 << 22  # beyond, pixels are counted into a bin for each colour there is
_FEW = 4096


@dataclass(frozen=True, eq=False)
class ColorHistogram:
    """The visible pixels of a picture, counted: `packed` (n,) ascending, `counts` (n,).

    `pixels` (height, width, 3) are the picture's bytes; `alpha` (height, width) its opacity, None
    if it is opaque. Where a pixel cannot be seen its colour is not counted, unless none can.
    """

    pixels: Bytes
    alpha: Bytes | None
    packed: Packed
    counts: NDArray[np.int64]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.pixels.shape[1], self.pixels.shape[0]

    @property
    def n_visible(self) -> int:
        """How many pixels are counted."""
        return int(self.counts.sum())

    @cached_property
    def colors(self) -> Bytes:
        """The distinct colours, (n, 3)."""
        return unpacked(self.packed)

    def __len__(self) -> int:
        """The number of distinct colours."""
        return len(self.packed)

    def weighted(self, space: str) -> Weighted:
        """The distinct colours as weighted points of a colour space."""
        return self._rgb if space == "rgb" else self._oklab

    def levels(self, space: str) -> tuple[Weighted, ...]:
        """Histograms of 4, 5 and 6 bits a channel, then the colours: see `quantize`."""
        return self._rgb_levels if space == "rgb" else self._oklab_levels

    def for_mixture(self, space: str) -> Weighted:
        """What a mixture is fitted to at the end: the colours, or their finest histogram."""
        if len(self) <= MANY_COLORS:
            return self.weighted(space)
        return self._fine_rgb if space == "rgb" else self._fine_oklab

    # An attribute per space, so that each is computed once and goes with the histogram.

    @cached_property
    def _rgb(self) -> Weighted:
        return self._in("rgb")

    @cached_property
    def _oklab(self) -> Weighted:
        return self._in("oklab")

    @cached_property
    def _rgb_levels(self) -> tuple[Weighted, ...]:
        return _levels(self.packed, self._rgb)

    @cached_property
    def _oklab_levels(self) -> tuple[Weighted, ...]:
        return _levels(self.packed, self._oklab)

    @cached_property
    def _fine_rgb(self) -> Weighted:
        return _binned(self.packed, self._rgb, 8, 7)[1]

    @cached_property
    def _fine_oklab(self) -> Weighted:
        return _binned(self.packed, self._oklab, 8, 7)[1]

    def _in(self, space: str) -> Weighted:
        return Weighted(SPACES[space].into(self.colors), self.counts.astype(np.float64))

    def painted(self, table: Bytes) -> Bytes:
        """`table[j]` of the distinct colour j that each pixel has, (height, width).

        A pixel that cannot be seen gets a zero.
        """
        lookup = np.zeros(1 << 24, dtype=table.dtype)
        lookup[self.packed] = table
        height, width = self.pixels.shape[:2]
        result = np.empty((height, width), dtype=table.dtype)

        def work(rows: slice) -> None:
            np.take(lookup, _packed(self.pixels[rows]), out=result[rows], mode="clip")

        _on_rows(work, height, width)
        return result


def color_histogram(image: Image.Image) -> ColorHistogram:
    """Count the colours of a picture in RGB or RGBA; a ValueError says if it is in neither."""
    if image.mode not in ("RGB", "RGBA"):
        raise ValueError(f"The picture must be in RGB or RGBA, not {image.mode}; convert it.")
    if not (image.width and image.height):
        raise ValueError("The picture has no pixels; choose another.")
    values = np.asarray(image)
    alpha = np.ascontiguousarray(values[:, :, 3]) if image.mode == "RGBA" else None
    pixels = values[:, :, :3]
    seen = None if alpha is None or not alpha.any() else alpha > 0
    return ColorHistogram(pixels, alpha, *_counted(pixels, seen))


def _counted(pixels: Bytes, seen: NDArray[np.bool_] | None) -> tuple[Packed, NDArray[np.int64]]:
    """The distinct colours of the pixels that are `seen` (all if None), ascending, and counts."""
    height, width = pixels.shape[:2]
    if height * width > _MANY_PIXELS:
        return _counted_by_bins(pixels, seen)
    packed = np.empty((height, width), dtype=np.uint32)

    def work(rows: slice) -> None:
        packed[rows] = _packed(pixels[rows])

    _on_rows(work, height, width)
    found = packed.ravel() if seen is None else packed[seen]
    found.sort()
    first = np.empty(len(found), dtype=bool)
    first[0] = True
    np.not_equal(found[1:], found[:-1], out=first[1:])
    places = np.flatnonzero(first)
    return found[places], np.diff(places, append=len(found))


def _counted_by_bins(
    pixels: Bytes, seen: NDArray[np.bool_] | None
) -> tuple[Packed, NDArray[np.int64]]:
    """The same with a bin for each colour there is: of many pixels, less memory than they take."""
    counts = np.zeros(1 << 24, dtype=np.int32)
    step = max(1, _MANY_PIXELS // pixels.shape[1])
    for first in range(0, len(pixels), step):
        rows = slice(first, first + step)
        packed = _packed(pixels[rows])
        counts += np.bincount(
            packed.ravel() if seen is None else packed[seen[rows]], minlength=len(counts)
        ).astype(np.int32)
    packed = np.flatnonzero(counts).astype(np.uint32)
    return packed, counts[packed].astype(np.int64)


def n_distinct(pixels: Bytes, alpha: Bytes | None = None) -> int:
    """How many colours pixels (height, width, 3) have, among those that can be seen if any can."""
    seen = None if alpha is None or not alpha.any() else alpha > 0
    return len(_counted(pixels, seen)[0])


def unpacked(packed: Packed) -> Bytes:
    """Colours (n, 3) of packed ones (n,)."""
    return np.stack([packed >> 16, packed >> 8, packed], axis=1).astype(np.uint8)


def _packed(pixels: Bytes) -> Packed:
    packed = pixels[..., 0].astype(np.uint32)
    for channel in (1, 2):
        packed <<= 8
        packed |= pixels[..., channel]
    return packed


def _on_rows(work: Callable[[slice], None], height: int, width: int) -> None:
    """`work` on all rows, some at a time, on all cores."""
    step = max(1, _ROWS_AT_ONCE // width)
    pieces = [slice(row, row + step) for row in range(0, height, step)]
    with threads_for(len(pieces)) as executor:
        for _ in executor.map(work, pieces):
            pass


def _levels(packed: Packed, finest: Weighted) -> tuple[Weighted, ...]:
    """From coarse to fine; a level is left out if it has hardly fewer points than the next.

    Of very many colours, the finest level is a histogram of 7 bits a channel.
    """
    keys, bits = packed, 8
    if len(finest) > 4 * MANY_COLORS:
        keys, finest = _binned(packed, finest, 8, 7)
        bits = 7
    found = [finest]
    if len(finest) > _FEW:
        for level in _coarser(keys, finest, bits):
            if 2 * len(level) < len(found[0]):
                found.insert(0, level)
    return tuple(found)


def _coarser(keys: Packed, level: Weighted, bits: int) -> Iterator[Weighted]:
    for fewer in (6, 5, 4):
        keys, level = _binned(keys, level, bits, fewer)
        bits = fewer
        yield level


def _binned(keys: Packed, level: Weighted, bits: int, fewer: int) -> tuple[Packed, Weighted]:
    """Points in bins of `fewer` bits a channel: bins' keys, and the exact means of their points.

    `keys` (n,) are three channels of `bits` bits each.
    """
    drop, mask = bits - fewer, (1 << fewer) - 1
    channels = [(keys >> (place * bits + drop)) & mask for place in (2, 1, 0)]
    coarse = ((channels[0] << (2 * fewer)) | (channels[1] << fewer) | channels[2]).astype(np.intp)
    n_bins = 1 << (3 * fewer)
    sums = [np.bincount(coarse, row, n_bins).astype(np.float64) for row in level.moments]
    occupied = np.flatnonzero(sums[0])
    mass = sums[0][occupied]
    means: Floats = np.stack([row[occupied] / mass for row in sums[1:]], axis=1).astype(np.float32)
    return occupied.astype(np.uint32), Weighted(means, mass, float(1 << (8 - fewer)))
