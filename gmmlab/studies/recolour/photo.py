"""A photo to play with: opened and counted once, then painted again and again."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gmmlab.data.pictures.images import OpenedImage, preview
from gmmlab.data.pictures.swatches import hex_codes
from gmmlab.engine.arrays import Array
from gmmlab.studies.recolour.color_histogram import Census, census
from gmmlab.studies.recolour.color_model import ColorModel, color_model
from gmmlab.studies.recolour.color_space import Bytes
from gmmlab.studies.recolour.page import PaletteSettings, PlaySettings, edits_of
from gmmlab.studies.recolour.palettes import borrowed, dithered
from gmmlab.studies.recolour.recolor import Recolored, assign, repainted


@dataclass(frozen=True, eq=False)
class Photo:
    """An opened picture; the census of all its pixels, and of a small copy that is shown."""

    name: str
    digest: str
    opened: OpenedImage

    @cached_property
    def full(self) -> Census:
        """All pixels, counted."""
        return census(self.opened.image)

    @cached_property
    def shown(self) -> Image.Image:
        """The picture itself, or a copy of a million and a half pixels."""
        return preview(self.opened.image)

    @cached_property
    def small(self) -> Census:
        """The pixels that are shown, counted."""
        return self.full if self.shown is self.opened.image else census(self.shown)


def palette_of(photo: Photo, settings: PaletteSettings, model: str) -> ColorModel:
    """The palette of all the photo's pixels by "kmeans" or "gmm"."""
    return color_model(
        photo.full,
        settings.n_colors,
        model=model,
        covariance_type=settings.covariance_type,
        soft=settings.soft and model == "gmm",
        space=settings.space,
        seed=settings.seed,
    )


def painted(
    counted: Census, model: ColorModel, view: PlaySettings, other: Bytes | None = None
) -> Recolored:
    """The picture in its palette, with whatever was played with it; `other` is a borrowed one."""
    return played(assign(counted, model).painted(), counted, view, other)


def played(
    result: Recolored, counted: Census, view: PlaySettings, other: Bytes | None = None
) -> Recolored:
    """A painted picture with a borrowed palette `other`, changed colours, and dither."""
    palette = result.palette
    if other is not None:
        palette = borrowed(palette, other, result.shares)
    changes = {p: c for p, c in edits_of(view.edits).items() if p < len(palette)}
    if changes:
        palette = palette.copy()
        for place, code in changes.items():
            palette[place] = list(bytes.fromhex(code))
    if palette is not result.palette:
        result = repainted(result, palette, counted)
    if view.dither:
        result = dithered(result, counted)
    return result


def slide(before: Image.Image, after: Image.Image, result: Recolored, words: str) -> Image.Image:
    """A figure for slides, 1920 × 1080: original and result, the palette as a strip, a line."""
    canvas = Image.new("RGB", (1920, 1080), "white")
    for picture, left in ((before, 40), (after, 980)):
        fitted = picture.convert("RGBA")
        scale = min(900 / fitted.width, 780 / fitted.height)
        size = (max(1, round(fitted.width * scale)), max(1, round(fitted.height * scale)))
        fitted = fitted.resize(size, Image.Resampling.LANCZOS)
        place = (left + (900 - size[0]) // 2, 40 + (780 - size[1]) // 2)
        canvas.paste(fitted, place, fitted)
    draw = ImageDraw.Draw(canvas)
    _strip(draw, result.palette, result.shares)
    draw.text((40, 1010), words, fill="#1a1d23", font=ImageFont.load_default(34))
    return canvas


def _strip(draw: ImageDraw.ImageDraw, palette: Bytes, shares: Array) -> None:
    """The colours side by side, as wide as their shares, but none too narrow to be seen."""
    widths = np.maximum(shares, 0.25 / len(palette))
    edges = np.rint(40 + 1840 * np.concatenate([[0], np.cumsum(widths / widths.sum())])).astype(int)
    for color, left, right in zip(hex_codes(palette), edges[:-1], edges[1:], strict=True):
        draw.rectangle((int(left), 860, int(right), 980), fill=color)
