"""Opening a visitor's picture, whatever its bytes: shown, or refused in one sentence."""

import io
import warnings
from dataclasses import dataclass
from importlib import import_module
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gmmlab.data.pictures.picture_files import MAX_FRAMES, ImageRejected, PictureFile, picture_file
from gmmlab.data.pictures.profiles import ProfileUnread, in_srgb, is_of_cmyk
from gmmlab.data.pictures.tiff_files import orientation_in

__all__ = ["ImageRejected", "OpenedImage", "open_image", "opened", "preview", "shipped_bytes"]

MAX_BYTES = 25_000_000
MAX_PIXELS = 50_000_000
MAX_SIDE = 100_000  # more is no picture, and each row costs time of its own
PREVIEW_PIXELS = 1_500_000

SHIPPED = {"china": "Temple in China", "flower": "Flower"}

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_WITH_BOXES = ("AVIF", "HEIF")  # whose decoder alone knows what belongs to which picture
_TITLES = {"WEBP": "WebP", "HEIF": "HEIC"}
_AT_ONCE = 1 << 20
_UNREAD = "The colour profile of this photo cannot be used; its colours are taken for sRGB."


@dataclass(frozen=True, eq=False)
class OpenedImage:
    """A picture in RGB or RGBA, and the file it came from.

    `format` is the file's kind, `n_bytes` its size, `n_frames` how many frames or pages it has,
    counted up to a thousand; `image` is the first, in sRGB. `unread` says that a colour profile was
    of no use.
    """

    image: Image.Image
    format: str
    n_bytes: int
    n_frames: int = 1
    unread: bool = False

    @property
    def note(self) -> str:
        """Sentences if only the first of several frames is shown, or its colours may be off."""
        return " ".join(filter(None, (self._frames_note, _UNREAD if self.unread else "")))

    @property
    def _frames_note(self) -> str:
        if self.n_frames == 1:
            return ""
        part = "page" if self.format == "TIFF" else "frame"
        many = f"{MAX_FRAMES:,} or more" if self.n_frames >= MAX_FRAMES else f"{self.n_frames:,}"
        return f"This {self.format} has {many} {part}s; the first is shown."


def open_image(data: bytes) -> Image.Image:
    """The picture in a file's bytes, upright, in RGB or (if any of it is transparent) RGBA.

    PNG, JPEG, WebP, AVIF, GIF, TIFF and BMP, HEIC where pillow-heif is installed; of several frames
    the first. Sixteen bits a channel are scaled to eight, colours of a profile are taken into sRGB.
    Raises ImageRejected, one sentence for the visitor, and nothing else.
    """
    return opened(data).image


def opened(data: bytes) -> OpenedImage:
    """The same with what is known of the file."""
    if len(data) > MAX_BYTES:
        raise ImageRejected(
            f"The file has {len(data) / 1e6:.1f} MB and at most {MAX_BYTES / 1e6:.0f} can be read; "
            "save the picture smaller."
        )
    try:
        file = picture_file(bytes(data))
        _refuse_size(file.size)
        image, unread = _decoded(file)
    except ImageRejected:
        raise
    except MemoryError as problem:
        raise ImageRejected("There is not enough memory for this picture.") from problem
    # Decoders raise what they like on bytes that no program wrote: the list has no end.
    except Exception as problem:
        raise ImageRejected(
            "This picture cannot be read: the file is damaged, cut off, or of a rare kind; "
            "save it anew as PNG or JPEG."
        ) from problem
    title = _TITLES.get(file.format, file.format)
    return OpenedImage(image, title, len(data), file.n_frames, unread)


def preview(image: Image.Image, max_pixels: int = PREVIEW_PIXELS) -> Image.Image:
    """The picture itself, or one of at most so many pixels in the same proportions."""
    width, height = image.size
    if width * height <= max_pixels:
        return image
    scale = (max_pixels / (width * height)) ** 0.5
    size = (max(1, int(width * scale)), max(1, int(height * scale)))
    if min(size) == 1:  # a line: its other side alone can shrink
        size = (min(width, max_pixels), 1) if width > height else (1, min(height, max_pixels))
    return image.resize(size, Image.Resampling.BOX, reducing_gap=2.0)


def shipped_bytes(name: str) -> bytes:
    """The file of a picture that comes with scikit-learn, one of `SHIPPED`."""
    if name not in SHIPPED:
        raise ValueError(f"The shipped pictures are {', '.join(SHIPPED)}; got {name!r}.")
    return (files("sklearn.datasets.images") / f"{name}.jpg").read_bytes()


def _refuse_size(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MAX_PIXELS:
        raise ImageRejected(
            f"The picture has {width * height / 1e6:,.0f} megapixels and at most "
            f"{MAX_PIXELS / 1e6:.0f} can be opened; save it smaller."
        )
    if max(size) > MAX_SIDE:
        raise ImageRejected(
            f"The picture has {max(size):,} pixels along a side and at most {MAX_SIDE:,} can be "
            "opened; cut it into parts."
        )
    if not (width and height):
        raise ImageRejected("The picture has no pixels; choose another.")


def _decoded(file: PictureFile) -> tuple[Image.Image, bool]:
    """The picture upright in sRGB; and whether it has a profile that is of no use."""
    if file.format == "HEIF":
        import_module("pillow_heif").register_heif_opener()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what matters of them is raised or said elsewhere
        with Image.open(io.BytesIO(file.data), formats=[file.format]) as source:
            _refuse_size(source.size)  # what the decoder believes, should it differ
            source.load()
            profile, orientation = file.profile, file.orientation
            if file.format in _WITH_BOXES:
                profile = source.info.get("icc_profile") or b""
                orientation = orientation_in(source.info.get("exif") or b"")
            image, unread = _with_profile(source, profile)
    if orientation in _TURNS:
        image = image.transpose(_TURNS[orientation])
    # Profiles, places and names that the file carried are not handed on.
    image.info = {}
    return image, unread


def _with_profile(source: Image.Image, profile: bytes) -> tuple[Image.Image, bool]:
    if not profile:
        return _in_bytes(source), False
    inks = source.mode == "CMYK" and is_of_cmyk(profile)
    image = source if inks else _in_bytes(source)
    try:
        return in_srgb(image, profile), False
    except ProfileUnread:
        return _in_bytes(source), True


def _in_bytes(image: Image.Image) -> Image.Image:
    """Any mode as RGB, or RGBA if some of it is transparent."""
    if image.mode.startswith("I") or image.mode == "F":
        return _from_numbers(image)
    transparent = image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info
    if not transparent:
        return image.convert("RGB")
    if image.mode == "PA":
        image = image.convert("RGBA")
    result = image.convert("RGBA") if image.mode != "La" else image.convert("LA").convert("RGBA")
    opaque = result.getchannel("A").getextrema() == (255, 255)
    return result.convert("RGB") if opaque else result


def _from_numbers(image: Image.Image) -> Image.Image:
    """Greys of more than eight bits: scaled, so that none is cut off.

    Sixteen bits go from 0 to 65535. Larger whole numbers and floats have no fixed white: floats
    within 0 to 1 are taken as such, whole numbers up to 255 or 65535 as bytes or pairs of them, and
    any others from their smallest to their largest.
    """
    values = np.asarray(image)
    known = np.isfinite(values)
    if not known.any():
        raise ImageRejected("No pixel of this picture has a finite value; choose another.")
    low, high = float(values[known].min()), float(values[known].max())
    if image.mode.startswith("I;16"):
        black, white = 0.0, 65535.0
    elif low >= 0 and high <= 1 and image.mode == "F":
        black, white = 0.0, 1.0
    elif low >= 0 and high <= 65535 and image.mode == "I":
        black, white = 0.0, 255.0 if high <= 255 else 65535.0
    else:
        black, white = low, high if high > low else low + 1
    shown: NDArray[np.uint8] = np.empty(values.size, dtype=np.uint8)
    for first in range(0, values.size, _AT_ONCE):  # floats of the whole would take gigabytes
        piece = slice(first, first + _AT_ONCE)
        grey = np.where(known.flat[piece], values.flat[piece], black).astype(np.float64)
        # Halved first: the widest floats differ by more than a float can hold.
        shown[piece] = np.rint(255 * ((grey / 2 - black / 2) / (white / 2 - black / 2)))
    result = Image.fromarray(shown.reshape(values.shape)).convert("RGB")
    clear = image.info.get("transparency")
    if isinstance(clear, int):
        alpha: NDArray[np.uint8] = np.where(values == clear, 0, 255).astype(np.uint8)
        if not alpha.all():
            result.putalpha(Image.fromarray(alpha))
    return result
