"""A picture in few colours: a palette from k-means or a mixture, and every pixel painted with it.

The palette depends on the distinct colours and their counts only, so the steps are apart:
`color_histogram` counts the pixels once, `color_model` finds a palette, `assign` gives each
distinct colour its place in it, and `Assigned.painted` goes over the pixels. `recolor` is all of
them in a row. A page counts a photo once, and paints a small preview with the photo's own model.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gmmlab.compute.threads import alone, threads_for
from gmmlab.engine.arrays import Array, Labels
from gmmlab.engine.kmeans.quantize import Weighted, nearest
from gmmlab.engine.result import Fit
from gmmlab.studies.recolour.color_histogram import ColorHistogram, color_histogram
from gmmlab.studies.recolour.color_model import ColorModel, color_model
from gmmlab.studies.recolour.color_space import SPACES, Bytes, ColorSpace

_AT_ONCE = 1 << 20  # colours whose errors exist at one time
_PIECE = 8192  # colours whose responsibilities exist at one time


@dataclass(frozen=True, eq=False)
class Recolored:
    """A painted picture.

    `labels` (height, width) is each pixel's place in `palette` (K, 3); `shares` (K,) the part of
    the visible pixels that each place has; `mse` the mean squared error per channel, in squared
    steps of a byte. `blend` (height, width, 3) are the colours shown if they are more than the
    palette's: a soft mixture's. `alpha` (height, width) is the picture's own opacity.
    """

    palette: Bytes
    shares: Array
    mse: float
    labels: NDArray[np.uint8]
    alpha: Bytes | None = None
    blend: Bytes | None = None
    notes: tuple[str, ...] = ()

    @property
    def psnr(self) -> float:
        """Peak signal-to-noise ratio in decibels; infinite where nothing was lost."""
        return psnr(self.mse)

    @cached_property
    def image(self) -> Image.Image:
        """The picture, RGB or RGBA."""
        if self.blend is None:
            return repaint(self.labels, self.palette, self.alpha)
        return _with_alpha(Image.fromarray(self.blend), self.alpha)


@dataclass(frozen=True, eq=False)
class Assigned:
    """What a model makes of counted colours: the numbers of a `Recolored`, before it is painted.

    `places` (n,) is each distinct colour's place in `palette` (K, 3); `blend` (n, 3) its own colour
    if the model is soft.
    """

    counted: ColorHistogram
    model: ColorModel
    palette: Bytes
    places: NDArray[np.uint8]
    blend: Bytes | None
    shares: Array
    mse: float

    @property
    def psnr(self) -> float:
        """Peak signal-to-noise ratio in decibels; infinite where nothing was lost."""
        return psnr(self.mse)

    def painted(self) -> Recolored:
        """The picture itself."""
        blend = None
        if self.blend is not None:
            channels = [self.counted.painted(channel) for channel in self.blend.T]
            blend = np.stack(channels, axis=2)
        return Recolored(
            self.palette,
            self.shares,
            self.mse,
            self.counted.painted(self.places),
            self.counted.alpha,
            blend,
            self.model.notes,
        )


def recolor(
    image: Image.Image,
    n_colors: int,
    *,
    model: str = "kmeans",
    covariance_type: str = "full",
    soft: bool = False,
    space: str = "rgb",
    seed: int = 0,
) -> Recolored:
    """Paint a picture (RGB or RGBA) with a palette of `n_colors`, 2 to 256, found in its pixels.

    `model` is "kmeans" or "gmm", `space` "rgb" or "oklab". `soft` gives each pixel the mean colour
    of a mixture's components, weighted by its responsibilities; k-means has none, so it is hard
    anyway. The palette has fewer colours if the picture has. Raises ValueError in one sentence.
    """
    counted = color_histogram(image)
    found = color_model(
        counted,
        n_colors,
        model=model,
        covariance_type=covariance_type,
        soft=soft,
        space=space,
        seed=seed,
    )
    return assign(counted, found).painted()


def assign(counted: ColorHistogram, model: ColorModel, shown: Bytes | None = None) -> Assigned:
    """Give every distinct colour of a picture its place in a palette, which may be another's.

    k-means takes the nearest colour of the palette as it was found, a mixture the most probable
    component. `shown` (K, 3) are the colours to paint with, if not those that were found.
    """
    palette = model.palette if shown is None else shown
    points = counted.weighted(model.space)
    color_space = SPACES[model.space]
    blend = None
    if model.fit is None:
        centers = color_space.into(model.palette)
        exact = centers if color_space.exact_in_single else centers.astype(np.float64)
        places = nearest(points.points, exact).astype(np.uint8)
    else:
        means = model.centers.copy()
        if shown is not None:
            changed = (shown != model.palette).any(axis=1)
            means[changed] = color_space.into(shown[changed])
        blended = (color_space, means) if model.soft else None
        places, blend = _by_mixture(points, model.fit, blended)
    lost = 0
    for first in range(0, len(places), _AT_ONCE):
        piece = slice(first, first + _AT_ONCE)
        painted = palette[places[piece]] if blend is None else blend[piece]
        apart = (counted.colors[piece].astype(np.int32) - painted) ** 2
        lost += int(apart.sum(axis=1) @ counted.counts[piece])
    masses = np.bincount(places, counted.counts, len(palette))
    n = counted.n_visible
    return Assigned(counted, model, palette, places, blend, masses / n, lost / (3 * n))


def repaint(labels: NDArray[np.uint8], palette: Bytes, alpha: Bytes | None = None) -> Image.Image:
    """The picture of labels (height, width) with any palette (K, 3): one look-up per pixel."""
    height, width = labels.shape
    indexed = Image.frombuffer("P", (width, height), np.ascontiguousarray(labels), "raw", "P", 0, 1)
    indexed.putpalette(np.ascontiguousarray(palette, dtype=np.uint8).tobytes())
    return _with_alpha(indexed.convert("RGB"), alpha)


def measured(result: Recolored, original: ColorHistogram) -> Recolored:
    """The same picture with shares and error counted anew, pixel by pixel."""
    if result.labels.shape != original.pixels.shape[:2]:
        raise ValueError("The picture and its original differ in size; measure it against its own.")
    K, width = len(result.palette), original.size[0]
    step = max(1, (1 << 18) // width)
    pieces = [slice(row, row + step) for row in range(0, len(result.labels), step)]
    all_seen = original.alpha is None or not original.alpha.any()

    def work(rows: slice) -> tuple[Labels, int]:
        labels, pixels = result.labels[rows], original.pixels[rows]
        shown = result.palette[labels] if result.blend is None else result.blend[rows]
        lost = ((pixels.astype(np.int32) - shown) ** 2).sum(axis=2)
        if not all_seen and original.alpha is not None:
            seen = original.alpha[rows] > 0
            labels, lost = labels[seen], lost[seen]
        return np.bincount(labels.ravel(), minlength=K), int(lost.sum(dtype=np.int64))

    with threads_for(len(pieces)) as executor:
        counts, errors = zip(*executor.map(work, pieces), strict=True)
    n = original.n_visible
    return replace(result, shares=np.sum(counts, axis=0) / n, mse=sum(errors) / (3 * n))


def psnr(mse: float) -> float:
    """Peak signal-to-noise ratio in decibels of a mean squared error per channel of bytes."""
    return float("inf") if mse == 0 else float(10 * np.log10(255**2 / mse))


def _by_mixture(
    points: Weighted, found: Fit, blended: tuple[ColorSpace, Array] | None
) -> tuple[NDArray[np.uint8], Bytes | None]:
    """The most probable component of every point (n,), and mean colours (n, 3) if asked for.

    These are means of each component's colour in a space, `blended`, by responsibilities.
    """
    if blended is None:
        return found.predict(points.points).astype(np.uint8), None
    space, colors = blended
    places = np.empty(len(points), dtype=np.uint8)
    blend = np.empty((len(points), 3), dtype=np.uint8)
    pieces = [slice(i, i + _PIECE) for i in range(0, len(points), _PIECE)]

    def work(piece: slice) -> None:
        with alone():
            responsibilities = found.responsibilities(points.points[piece])
        places[piece] = responsibilities.argmax(axis=1)
        blend[piece] = space.out_of(responsibilities @ colors)

    with threads_for(len(pieces)) as executor:
        for _ in executor.map(work, pieces):
            pass
    return places, blend


def _with_alpha(image: Image.Image, alpha: Bytes | None) -> Image.Image:
    if alpha is not None:
        image.putalpha(Image.fromarray(alpha))
    return image
