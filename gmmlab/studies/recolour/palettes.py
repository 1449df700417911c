"""Playing with palettes: their order, another picture's colours, dithering, presets."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image
from scipy.optimize import linear_sum_assignment

from gmmlab.engine.arrays import Array, Labels
from gmmlab.studies.recolour.color_histogram import ColorHistogram
from gmmlab.studies.recolour.color_space import Bytes, oklab_of
from gmmlab.studies.recolour.recolor import Recolored, measured, repainted

ORDERS = {"share": "share", "lightness": "lightness", "hue": "hue"}
# Below this distance from the grey axis of OKLab a hue is an accident of rounding.
_GREY = 0.02


@dataclass(frozen=True, eq=False)
class Play:
    """What is done with a painted picture: colours changed, as (place, "rrggbb"), dither, and
    another palette `borrowed` (M, 3) or None."""

    edits: tuple[tuple[int, str], ...] = ()
    dither: bool = False
    other: Bytes | None = None

    @property
    def is_none(self) -> bool:
        """Whether the picture is painted with the colours that were found, plainly."""
        return not self.edits and not self.dither and self.other is None


@dataclass(frozen=True)
class Preset:
    """A look: settings of the Recolour page under a name."""

    title: str
    n_colors: int
    model: str = "kmeans"
    space: str = "rgb"
    soft: bool = False
    dither: bool = False


PRESETS = {
    "two-tone": Preset("Two tones", 2, space="oklab"),
    "stencil": Preset("Stencil", 3, space="oklab"),
    "poster": Preset("Poster", 6, space="oklab"),
    "print": Preset("Newsprint", 4, dither=True),
    "arcade": Preset("Arcade, 16 colours", 16, dither=True),
    "watercolour": Preset("Watercolour", 8, model="gmm", soft=True),
    "faithful": Preset("Faithful, 256 colours", 256),
}


def played(result: Recolored, counted: ColorHistogram, play: Play) -> Recolored:
    """A painted picture with a borrowed palette, changed colours, and dither."""
    palette = result.palette
    if play.other is not None:
        palette = borrowed(palette, play.other, result.shares)
    changes = [(place, code) for place, code in play.edits if place < len(palette)]
    if changes:
        palette = palette.copy()
        for place, code in changes:
            palette[place] = list(bytes.fromhex(code))
    if palette is not result.palette:
        result = repainted(result, palette, counted)
    if play.dither:
        result = dithered(result, counted)
    return result


def order_of(palette: Bytes, shares: Array, by: str) -> Labels:
    """The places of a palette (K, 3) in another order, (K,).

    By share, the largest first; by lightness, the darkest first; or by hue, from red over green
    and blue, with greys at the end from dark to light. Equals keep their order.
    """
    if by not in ORDERS:
        raise ValueError(f"A palette can be ordered by {', '.join(ORDERS)}; got {by!r}.")
    if by == "share":
        return np.argsort(-np.asarray(shares), kind="stable")
    lightness, green_red, blue_yellow = oklab_of(palette).T
    if by == "lightness":
        return np.argsort(lightness, kind="stable")
    grey = np.hypot(green_red, blue_yellow) < _GREY
    hue = np.where(grey, lightness, np.arctan2(blue_yellow, green_red) % (2 * np.pi))
    return np.lexsort([hue, grey])


def borrowed(palette: Bytes, other: Bytes, shares: ArrayLike | None = None) -> Bytes:
    """The colours of `other` (M, 3) that stand in best for those of `palette` (K, 3), (K, 3).

    The one-to-one matching with the smallest sum of squared OKLab distances, each weighted by its
    colour's share (all alike if None). With M < K every colour of `other` serves as often as the
    next, give or take one.
    """
    if len(other) == 0:
        raise ValueError("The other palette has no colours; choose one that has.")
    repeats = -(-len(palette) // len(other))
    candidates = np.tile(other, (repeats, 1))
    apart = oklab_of(palette)[:, None] - oklab_of(candidates)
    weights = np.ones(len(palette)) if shares is None else np.asarray(shares, dtype=np.float64)
    costs = (apart.astype(np.float64) ** 2).sum(axis=2) * weights[:, None]
    return candidates[linear_sum_assignment(costs)[1]]


def dithered(result: Recolored, original: ColorHistogram) -> Recolored:
    """The original painted with the result's palette by Floyd and Steinberg's error diffusion.

    Each pixel's error is handed on to its neighbours, so that areas keep their mean colour; the
    squared error grows. Floyd and Steinberg, "An adaptive algorithm for spatial greyscale", 1976,
    as Pillow does it, in RGB whatever the space of the palette.
    """
    K = len(result.palette)
    # Pillow may choose any of 256 entries: the free ones repeat the first colour.
    entries = np.concatenate([result.palette, np.tile(result.palette[:1], (256 - K, 1))])
    holder = Image.new("P", (1, 1))
    holder.putpalette(entries.tobytes())
    photo = Image.fromarray(np.ascontiguousarray(original.pixels))
    painted = photo.quantize(palette=holder, dither=Image.Dither.FLOYDSTEINBERG)
    labels = np.asarray(painted)
    changed = Recolored(
        result.palette,
        result.shares,
        result.mse,
        np.where(labels < K, labels, 0).astype(np.uint8),
        result.alpha,
        None,
        result.notes,
    )
    return measured(changed, original)
