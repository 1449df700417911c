"""What is done to a painted picture's areas: dither, dots, large pixels, smooth edges."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from gmmlab.engine.arrays import Array
from gmmlab.settings import choice, integer
from gmmlab.studies.recolour.color_histogram import ColorHistogram, color_histogram
from gmmlab.studies.recolour.color_space import Bytes, oklab_of
from gmmlab.studies.recolour.tones import TONES

Places = NDArray[np.uint8]
Index = NDArray[np.intp]
Threshold = Callable[[Index, Index], Array]  # of rows and columns that are broadcast

MOST_SMOOTHED = 32  # colours, each of which goes over all pixels
_DOTS_A_SIDE = 110  # of a halftone, along the longer side
_CELLS_A_SIDE = 700  # of an ordered pattern
_SAMPLE = 360  # pixels of both sides, in which heights of dots are ranked
_ROWS = 1 << 18  # pixels at a time
_COLORS = 1 << 14  # distinct colours at a time
# What a mixture of two unlike colours costs, as a share of their squared distance: pairs that are
# close look calmer. As Joel Yliluoma's "arbitrary-palette positional dithering", 2011, weighs them.
_UNLIKE = 0.15


@dataclass(frozen=True)
class Finish:
    """How the picture is finished after each pixel has got its colour."""

    tones: str = choice(
        "found",
        TONES,
        label="Tones",
        help="The palette's colours as they were found; more vivid; or its lightness alone, from a "
        "dark ink to a light one.",
    )
    dither: str = choice(
        "none",
        {"none": "none", "grain": "grain", "pattern": "pattern", "dots": "halftone dots"},
        label="Dither",
        help="Mix colours that the palette lacks from those it has: by Floyd and Steinberg's error "
        "diffusion (grain), in an 8 × 8 pattern, or in dots as newspapers print them.",
    )
    strength: int = integer(
        100,
        low=10,
        high=100,
        slider=True,
        label="Dither strength (%)",
        help="100 keeps every area's mean colour; less leaves larger areas of one colour.",
    )
    smooth: int = integer(
        0,
        low=0,
        high=10,
        label="Posterise",
        help="Each pixel takes the colour that most of its neighbourhood has: specks go, edges "
        f"become smooth. For palettes of up to {MOST_SMOOTHED} colours.",
    )
    pixels: str = choice(
        "0",
        {"0": "as they are"} | {n: f"{n} across" for n in ("48", "64", "96", "128", "192")},
        label="Pixels",
        help="Fewer and larger ones, as on an old screen: so many along the longer side.",
    )

    @property
    def is_none(self) -> bool:
        """Whether the picture stays as it was painted."""
        return self.tones == "found" and self.keeps_places

    @property
    def keeps_places(self) -> bool:
        """Whether each pixel keeps the place in the palette that the model gave it."""
        return self.dither == "none" and self.smooth == 0 and self.pixels == "0"


def enlarged(counted: ColorHistogram, across: int) -> ColorHistogram:
    """The picture in pixels so large that `across` of them make its longer side, each the mean."""
    width, height = counted.size
    scale = across / max(width, height)
    if scale >= 1:
        return counted
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    image = Image.fromarray(np.ascontiguousarray(counted.pixels))
    if counted.alpha is not None:
        image.putalpha(Image.fromarray(counted.alpha))
    return color_histogram(image.resize(size, Image.Resampling.BOX))


def spread_out(values: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Large pixels (h, w, …) as what they stand for in a picture of `size`."""
    rows = np.arange(size[1]) * values.shape[0] // size[1]
    columns = np.arange(size[0]) * values.shape[1] // size[0]
    return values[rows[:, None], columns]


def grained(counted: ColorHistogram, palette: Bytes, plain: Places, strength: float) -> Places:
    """Places (height, width) of `palette` (K, 3) by Floyd and Steinberg's error diffusion.

    Each pixel's error, times `strength`, is handed on to its neighbours. Floyd and Steinberg, "An
    adaptive algorithm for spatial greyscale", 1976, as Pillow does it, in RGB whatever the space of
    the palette. `plain` are the places without it.
    """
    K = len(palette)
    # Pillow may choose any of 256 entries: the free ones repeat the first colour.
    entries = np.concatenate([palette, np.tile(palette[:1], (256 - K, 1))])
    holder = Image.new("P", (1, 1))
    holder.putpalette(entries.tobytes())
    photo = Image.fromarray(_towards(counted.pixels, palette, plain, strength))
    places = np.asarray(photo.quantize(palette=holder, dither=Image.Dither.FLOYDSTEINBERG))
    return np.where(places < K, places, 0).astype(np.uint8)


def screened(counted: ColorHistogram, palette: Bytes, screen: str, strength: float) -> Places:
    """Places (height, width) of `palette` (K, 3), two for each colour, mixed by a pattern.

    Each distinct colour is mixed of its nearest and one more, the pair whose mean comes closest;
    where a pixel's threshold lies below the darker one's share it gets that one.
    """
    dark, light, share = _pairs(counted.colors, palette)
    share = np.clip(0.5 + (share - 0.5) / strength, 0, 1)
    below = np.rint(255 * share).astype(np.uint8)
    darker, lighter, level = (counted.painted(each) for each in (dark, light, below))
    height, width = darker.shape
    threshold = (_dots if screen == "dots" else _pattern)(max(width, height))
    step = max(1, _ROWS // width)
    for first in range(0, height, step):
        rows = slice(first, first + step)
        # From ½ to 254½ of 255: a share of nothing never shows, a share of all always does.
        limits = threshold(np.arange(height)[rows, None], np.arange(width)[None])
        np.copyto(lighter[rows], darker[rows], where=0.5 + 254 * limits < level[rows])
    return lighter


def smoothed(places: Places, n_colors: int, amount: int, seen: NDArray[np.bool_] | None) -> Places:
    """Each pixel's place (height, width) by the majority of the square about it.

    `amount` is half its side in thousandths of the picture's longer side; pixels that are not
    `seen` have no vote. Palettes of more than `MOST_SMOOTHED` colours stay as they are.
    """
    if n_colors > MOST_SMOOTHED:
        return places
    radius = max(places.shape) * amount / 1000
    result, most = places.copy(), np.zeros(places.shape, dtype=np.uint8)
    for k in range(n_colors):
        own = places == k
        if seen is not None:
            own &= seen
        mask = Image.fromarray(np.where(own, 255, 0).astype(np.uint8))
        votes = np.asarray(mask.filter(ImageFilter.BoxBlur(radius)))
        ahead = votes > most
        result[ahead] = k
        np.maximum(most, votes, out=most)
    return result


def _towards(pixels: Bytes, palette: Bytes, plain: Places, strength: float) -> Bytes:
    """Pixels moved from their place's colour towards their own, so far."""
    if strength >= 1:
        return np.ascontiguousarray(pixels)
    result = np.empty(pixels.shape, dtype=np.uint8)
    step = max(1, _ROWS // pixels.shape[1])
    for first in range(0, len(pixels), step):
        rows = slice(first, first + step)
        base = palette[plain[rows]].astype(np.float32)
        result[rows] = np.rint(base + strength * (pixels[rows] - base))
    return result


def _pairs(colors: Bytes, palette: Bytes) -> tuple[Places, Places, Array]:
    """For colours (n, 3): a darker and a lighter place, and the share of the darker one."""
    n = len(colors)
    dark, light = np.zeros(n, dtype=np.uint8), np.zeros(n, dtype=np.uint8)
    share: Array = np.zeros(n)
    ink = palette.astype(np.float32)
    squares = ((ink[:, None] - ink) ** 2).sum(axis=2)
    lightness = oklab_of(palette)[:, 0]
    for first in range(0, n, _COLORS):
        piece = slice(first, first + _COLORS)
        own = colors[piece].astype(np.float32)
        every = np.arange(len(own))
        nearest = (2 * own @ ink.T - (ink * ink).sum(axis=1)).argmax(axis=1)
        apart = squares[nearest]  # between the nearest and any other, (m, K)
        left = own - ink[nearest]
        along = left @ ink.T - (left * ink[nearest]).sum(axis=1, keepdims=True)
        part = np.clip(along / np.maximum(apart, 1), 0, 1)
        error = part * part * apart - 2 * part * along + _UNLIKE * part * (1 - part) * apart
        error[part == 0] = np.inf  # what does not lie that way cannot be mixed in
        other = np.where(np.isfinite(error).any(axis=1), error.argmin(axis=1), nearest)
        mixed = part[every, other]
        darker = lightness[nearest] <= lightness[other]
        dark[piece] = np.where(darker, nearest, other)
        light[piece] = np.where(darker, other, nearest)
        share[piece] = np.where(darker, 1 - mixed, mixed)
    return dark, light, share


def _pattern(side: int) -> Threshold:
    """Bayer's thresholds, 0 to 1, in cells that are about as large in any copy of a picture.

    Bayer, "An optimum method for two-level rendition of continuous-tone pictures", 1973.
    """
    cell = max(1, round(side / _CELLS_A_SIDE))
    return lambda rows, columns: _BAYER[(rows // cell) % 8, (columns // cell) % 8]


def _dots(side: int) -> Threshold:
    """A halftone's thresholds, 0 to 1 and each as frequent: dots on lines at 45 degrees."""
    turn = 2 * np.pi / (np.sqrt(2) * max(4.0, side / _DOTS_A_SIDE))

    def height(rows: Index, columns: Index) -> Array:
        return np.cos((rows + columns) * turn) + np.cos((rows - columns) * turn)

    # Few pixels make a dot, so ranks are those of heights that occur, rounding left aside.
    found = np.round(height(np.arange(_SAMPLE)[:, None], np.arange(_SAMPLE)[None]), 6)
    heights, counts = np.unique(found, return_counts=True)
    ranks = (np.cumsum(counts) - counts / 2) / found.size
    return lambda rows, columns: np.interp(height(rows, columns), heights, ranks)


def _bayer(n: int) -> Array:
    if n == 1:
        return np.zeros((1, 1))
    half = _bayer(n // 2)
    return np.block([[4 * half, 4 * half + 2], [4 * half + 3, 4 * half + 1]])


_BAYER = (_bayer(8) + 0.5) / 64
