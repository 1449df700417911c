"""A figure for slides: original and result side by side, with the palette as a strip below."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gmmlab.data.pictures.swatches import hex_codes
from gmmlab.engine.arrays import Array
from gmmlab.studies.recolour.color_space import Bytes
from gmmlab.studies.recolour.recolor import Recolored


def slide(before: Image.Image, result: Recolored, words: str) -> Image.Image:
    """A figure of 1920 × 1080: original and result, the palette as a strip, a line."""
    canvas = Image.new("RGB", (1920, 1080), "white")
    for picture, left in ((before, 40), (result.image, 980)):
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
