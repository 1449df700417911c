"""Bytes of a photo and settings in; palette, painted picture, figures and files out.

Every function is a question that a page asks. They take a second of one core or less, files of many
megapixels some seconds; none of them is done by the process that serves the pages.
"""

import io
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gmmlab.compute.questions import costs
from gmmlab.data.pictures.encoding import indexed_png, png, webp
from gmmlab.engine.arrays import Array
from gmmlab.studies.recolour import color_counts, looks
from gmmlab.studies.recolour.changes import colors_of, pins_of
from gmmlab.studies.recolour.color_counts import Cloud, ColorCount
from gmmlab.studies.recolour.color_histogram import n_distinct
from gmmlab.studies.recolour.color_model import ColorModel, color_model
from gmmlab.studies.recolour.color_space import Bytes
from gmmlab.studies.recolour.page import PaletteSettings
from gmmlab.studies.recolour.photo import Photo
from gmmlab.studies.recolour.play import Play, played
from gmmlab.studies.recolour.recolor import Recolored, assign, psnr
from gmmlab.studies.recolour.slide import slide

_LARGE = 500_000  # pixels
_MANY_PIXELS = 4_000_000
# Bytes of a file are about proportional to pixels; what is known here is the file.
_SMALL_FILE = 1_000_000


def _seconds(photo: Photo, *_: object, share: float = 1.0) -> float:
    return share * (0.1 + 0.4 * len(photo.data) / _SMALL_FILE)


_work = costs(_seconds)
_light_work = costs(partial(_seconds, share=0.5))
_heavy_work = costs(partial(_seconds, share=5.0))


@dataclass(frozen=True)
class Facts:
    """What is known of a photo: sizes in pixels, of the file and of the copy that is shown.

    `before` is that copy as a file which travels with every change; `note` a sentence, if only one
    of several frames is shown.
    """

    size: tuple[int, int]
    shown_size: tuple[int, int]
    format: str
    n_bytes: int
    note: str
    before: bytes


@dataclass(frozen=True, eq=False)
class Shown:
    """The small copy as painted: its file `after`, palette (K, 3), shares (K,), error and notes.

    `found` (K, 3) is the palette before it was changed, at `changed` places; those that are not
    `own` joined another. `resting` changes found no colour like theirs. `n_shown` is how many
    colours are to be seen, which are not K where they are mixed, merged or not used.
    """

    after: bytes
    palette: Bytes
    shares: Array
    mse: float
    notes: tuple[str, ...]
    found: Bytes
    own: NDArray[np.bool_]
    changed: frozenset[int]
    resting: int
    n_shown: int

    @property
    def psnr(self) -> float:
        """Peak signal-to-noise ratio in decibels; infinite where nothing was lost."""
        return psnr(self.mse)


@_work
def facts(photo: Photo) -> Facts:
    """Open a photo; ImageRejected in one sentence if that cannot be."""
    pixels = photo.pixels
    file = pixels.file
    before = _light(pixels.shown)
    return Facts(file.image.size, pixels.shown.size, file.format, file.n_bytes, file.note, before)


@_work
def palette(photo: Photo, settings: PaletteSettings) -> ColorModel:
    """The palette of all the photo's pixels; `settings` are those `for_one` model."""
    return color_model(
        photo.pixels.full,
        settings.n_colors,
        model=settings.model,
        covariance_type=settings.covariance_type,
        soft=settings.soft,
        space=settings.space,
        seed=settings.seed,
        pinned=colors_of("".join(pins)) if (pins := pins_of(settings.pinned)) else None,
    )


@_light_work
def shown(photo: Photo, model: ColorModel, play: Play) -> Shown:
    """The small copy, painted: as a file made fast, not small."""
    pixels = photo.pixels
    made = played(pixels.small, model, play, pixels.painted(model))
    found, changed, notes = made.result, made.changed, made.result.notes
    if found.blend is not None:
        after = _quick(found.image)
    else:
        file = indexed_png(found.labels, found.palette, found.alpha, level=1)
        after = file.data
        if file.alpha_levels < 256:
            notes += (
                f"Transparency is rounded to {file.alpha_levels} levels: the 256 entries of a "
                "palette are for colours and opacities together.",
            )
    own = changed.joins == np.arange(len(changed.joins))
    if found.blend is not None:
        n_shown = n_distinct(found.blend, found.alpha)
    else:
        n_shown = len(np.unique(found.palette[found.shares > 0], axis=0))
    return Shown(
        after,
        found.palette,
        found.shares,
        found.mse,
        notes,
        model.palette,
        own,
        changed.places,
        changed.resting,
        n_shown,
    )


@_work
def thumbnails(photo: Photo) -> tuple[bytes, ...]:
    """The photo in each look, small."""
    return looks.thumbnails(photo.pixels.shown)


@_light_work
def exact_error(photo: Photo, model: ColorModel) -> float:
    """The mean squared error over all pixels of the photo, as the palette was found."""
    return assign(photo.pixels.full, model).mse


@_heavy_work
def original_as_png(photo: Photo) -> int:
    """How many bytes the original has as a PNG, nothing lost."""
    return len(png(photo.pixels.file.image))


@_heavy_work
def result_as_png(photo: Photo, model: ColorModel, play: Play) -> int:
    """How many bytes the painted photo has as a PNG."""
    return len(png_file(photo, model, play))


@_heavy_work
def png_file(photo: Photo, model: ColorModel, play: Play) -> bytes:
    """The painted photo in full size as a small PNG: indexed, unless it has too many colours.

    The last twentieth of a file of many megapixels would take several times as long.
    """
    found = _whole(photo, model, play)
    if found.blend is not None:
        return png(found.image)
    level = 9 if found.labels.size < _MANY_PIXELS else 6
    return indexed_png(found.labels, found.palette, found.alpha, level=level).data


@_heavy_work
def webp_file(photo: Photo, model: ColorModel, play: Play) -> bytes:
    """The painted photo in full size as a WebP that keeps every pixel."""
    return webp(_whole(photo, model, play).image)


@_heavy_work
def slide_file(photo: Photo, model: ColorModel, play: Play, words: str) -> bytes:
    """A figure for slides: original and result side by side, the palette, a line of words."""
    pixels = photo.pixels
    found = played(pixels.small, model, play, pixels.painted(model)).result
    return png(slide(pixels.shown, found, f"{words}, PSNR {found.psnr:.1f} dB"))


@_light_work
def cloud(photo: Photo, space: str) -> Cloud:
    """Some of the photo's distinct colours, for a picture of their space."""
    return color_counts.cloud(photo.pixels.full, space)


@_work
def count(photo: Photo, settings: PaletteSettings, n_colors: int) -> ColorCount:
    """Error and bytes of the small copy with so many colours (`settings.n_colors` is not used)."""
    return color_counts.count(
        photo.pixels.small,
        n_colors,
        model=settings.model,
        covariance_type=settings.covariance_type,
        space=settings.space,
        seed=settings.seed,
    )


def _whole(photo: Photo, model: ColorModel, play: Play) -> Recolored:
    return played(photo.pixels.full, model, play).result


def _light(image: Image.Image) -> bytes:
    """The original as a file that travels with every change: of a large photo, a fine JPEG."""
    if image.mode != "RGB" or image.width * image.height < _LARGE:
        return _quick(image)
    file = io.BytesIO()
    image.save(file, format="JPEG", quality=95, subsampling=0)
    return file.getvalue()


def _quick(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, format="PNG", compress_level=1)
    return file.getvalue()
