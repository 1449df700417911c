"""How many colours? Error and bytes against K; and the colours of a picture as a cloud."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gmmlab.data.pictures.encoding import indexed_png
from gmmlab.engine.arrays import Array
from gmmlab.studies.recolour.color_histogram import ColorHistogram
from gmmlab.studies.recolour.color_model import color_model
from gmmlab.studies.recolour.color_space import SPACES, Bytes
from gmmlab.studies.recolour.recolor import Recolored, assign, psnr

COUNTS = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
CLOUD = 4000


@dataclass(frozen=True)
class ColorCount:
    """One K: the mean squared error per channel, and the bytes of an indexed PNG."""

    n_colors: int
    mse: float
    n_bytes: int

    @property
    def psnr(self) -> float:
        """Peak signal-to-noise ratio in decibels."""
        return psnr(self.mse)


def png_bytes(result: Recolored) -> int:
    """The size of a picture's indexed PNG."""
    return len(indexed_png(result.labels, result.palette, result.alpha).data)


def how_many(
    counted: ColorHistogram,
    counts: Iterable[int] = COUNTS,
    *,
    size_of: Callable[[Recolored], int] = png_bytes,
    **options: Any,
) -> Iterator[ColorCount]:
    """Recolour with one K after another; `options` are those of `color_model`.

    Yields each as soon as it is known, so that a curve can grow while it is computed. It ends where
    the picture has no more colours.
    """
    for n_colors in counts:
        found = count(counted, n_colors, size_of=size_of, **options)
        yield found
        if len(counted) == found.n_colors:
            return


def count(
    counted: ColorHistogram,
    n_colors: int,
    *,
    size_of: Callable[[Recolored], int] = png_bytes,
    **options: Any,
) -> ColorCount:
    """What so many colours cost: arguments as for `how_many`."""
    found = assign(counted, color_model(counted, n_colors, **options)).painted()
    return ColorCount(len(found.palette), found.mse, size_of(found))


@dataclass(frozen=True, eq=False)
class Cloud:
    """Distinct colours, m of `n_all`: coordinates (m, 3) in a space, bytes, counts (m,)."""

    points: Array
    colors: Bytes
    counts: NDArray[np.int64]
    n_all: int


def cloud(counted: ColorHistogram, space: str = "rgb", size: int = CLOUD, seed: int = 0) -> Cloud:
    """At most `size` distinct colours, drawn without repetition in proportion to their counts.

    A draw of the largest u^(1/w), u uniform: Efraimidis and Spirakis, "Weighted random sampling
    with a reservoir", Information Processing Letters 97, 2006.
    """
    chosen = np.arange(len(counted))
    if len(counted) > size:
        keys = np.random.default_rng(seed).exponential(size=len(counted)) / counted.counts
        chosen = np.sort(np.argpartition(keys, size)[:size])
    colors = counted.colors[chosen]
    points = SPACES[space].into(colors).astype(np.float64)
    return Cloud(points, colors, counted.counts[chosen], len(counted))
