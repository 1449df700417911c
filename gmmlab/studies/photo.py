"""A photo to play with: opened and counted once, then painted again and again."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gmmlab.data.images import SHIPPED, OpenedImage, preview
from gmmlab.data.swatches import hex_codes
from gmmlab.engine.arrays import Array
from gmmlab.settings import choice, flag, integer, section, text
from gmmlab.studies.census import Census, census
from gmmlab.studies.clusters import SHAPES
from gmmlab.studies.color_model import FEWEST, MOST, ColorModel, color_model
from gmmlab.studies.color_space import Bytes
from gmmlab.studies.palettes import ORDERS, borrowed, dithered
from gmmlab.studies.recolor import Recolored, assign, repainted

MODELS = {"kmeans": "k-means", "gmm": "GMM"}
_MOST_EDITS = 40


def edits_of(code: str) -> dict[int, str]:
    """Changed places of a palette and their colours: "3-ff0000_7-00ff00"; ValueError if odd."""
    found: dict[int, str] = {}
    for part in code.split("_") if code else ():
        place, _, color = part.partition("-")
        known = set("0123456789abcdef")
        if not (
            place.isdecimal() and int(place) < MOST and len(color) == 6 and set(color) <= known
        ):
            raise ValueError("changed colours, as 3-ff0000_7-00ff00")
        found[int(place)] = color
    return found


def edited(code: str, place: int, color: str) -> str:
    """The code with one more change, `color` as #rrggbb; the oldest give way to the newest."""
    found = {p: c for p, c in edits_of(code).items() if p != place} | {place: color[1:].lower()}
    return "_".join(f"{p}-{c}" for p, c in list(found.items())[-_MOST_EDITS:])


@dataclass(frozen=True)
class PictureSettings:
    """Which picture."""

    picture: str = choice(
        "china",
        {**SHIPPED, "own": "Your photo"},
        label="Picture",
        help="One of two pictures that come along, or a photo of your own.",
    )
    digest: str = text("", label="Photo", help="The digest of the uploaded photo.")


@dataclass(frozen=True)
class PaletteSettings:
    """How the palette is found."""

    n_colors: int = integer(
        16,
        low=FEWEST,
        high=MOST,
        slider=True,
        label="Colours K",
        help="How many colours the picture is painted with.",
    )
    model: str = choice(
        "kmeans",
        {**MODELS, "both": "both"},
        label="Model",
        help="k-means takes the nearest colour; a Gaussian mixture (GMM) the most probable one. "
        "Both: side by side.",
    )
    covariance_type: str = choice(
        "full",
        {name: name for name in SHAPES},
        label="Covariance",
        help="Which shapes the GMM's components may take among the colours.",
    )
    space: str = choice(
        "rgb",
        {"rgb": "RGB", "oklab": "OKLab"},
        label="Colour space",
        help="Where distances are measured: in the bytes, or in OKLab, as an eye sees them.",
    )
    seed: int = integer(0, low=0, high=9_999, label="Seed", help="Another number starts elsewhere.")
    soft: bool = flag(
        False,
        label="Soft (GMM)",
        help="Each pixel gets the mean of all components' colours, weighted by its posteriors.",
    )


@dataclass(frozen=True)
class PlaySettings:
    """What is done with it, and what is looked at."""

    order: str = choice("share", ORDERS, label="Order by", help="In which order swatches stand.")
    borrow: str = choice(
        "none",
        {"none": "its own", **SHIPPED, "own": "your photo's"},
        label="Palette",
        help="Paint the picture with another picture's palette: each colour takes the place of the "
        "one that it comes closest to, one to one.",
    )
    panel: str = choice(
        "space",
        {"space": "colour space", "counts": "how many colours?", "files": "downloads"},
        label="Look at",
        help="What is shown below: the colours as a cloud, error and bytes against K, or files.",
    )
    dither: bool = flag(
        False,
        label="Dither",
        help="Hand each pixel's error on to its neighbours: areas keep their mean colour.",
    )
    edits: str = text(
        "",
        label="Changed colours",
        help="Places of the palette and their new colours.",
        max_length=12 * _MOST_EDITS,
        meant=edits_of,
    )


@dataclass(frozen=True)
class RecolorSettings:
    """The Recolour page: a picture, a palette, and play."""

    picture: PictureSettings = section(PictureSettings)
    model: PaletteSettings = section(PaletteSettings)
    view: PlaySettings = section(PlaySettings)


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


def is_played(view: PlaySettings) -> bool:
    """Whether the picture is painted with other colours than those found, or dithered."""
    return bool(view.edits or view.dither or view.borrow != "none")


def without_edits(settings: RecolorSettings) -> RecolorSettings:
    """The settings with the palette as it was found."""
    return replace(settings, view=replace(settings.view, edits=""))


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
