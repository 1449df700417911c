"""Colour profiles: pixels of any profile as sRGB, which is what a screen takes bytes for.

A phone's photo mostly is in Display P3; shown as if it were sRGB, all its colours are dull.
"""

import io
import zlib

import numpy as np
from PIL import Image, ImageCms

MAX_PROFILE_BYTES = 4_000_000  # a printer's profile has one or two million
_SAME = 2  # steps of a byte within which a profile is taken to be sRGB itself
_JPEG_MARK = b"ICC_PROFILE\0"
_MODES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}


class ProfileUnread(ValueError):
    """A profile is broken, or of a kind that pixels cannot be converted from."""


def unfolded(compressed: bytes) -> bytes:
    """The profile in a PNG's iCCP chunk: name, zero, method, and deflated bytes; else nothing."""
    _, _, rest = compressed.partition(b"\0")
    try:
        unpacker = zlib.decompressobj()
        found = unpacker.decompress(rest[1:], MAX_PROFILE_BYTES)
    except zlib.error:
        return b""
    return found if unpacker.eof else b""


def joined(segments: list[bytes]) -> bytes:
    """The profile that JPEG's APP2 segments hold in parts, each with its number and their count."""
    parts = {s[len(_JPEG_MARK)]: s[len(_JPEG_MARK) + 2 :] for s in segments if is_part(s)}
    found = b"".join(parts[number] for number in sorted(parts))
    return found if len(found) <= MAX_PROFILE_BYTES else b""


def is_part(segment: bytes) -> bool:
    """Whether the body of an APP2 segment is a part of a profile."""
    return segment.startswith(_JPEG_MARK) and len(segment) > len(_JPEG_MARK) + 2


def is_of_cmyk(profile: bytes) -> bool:
    """Whether a profile is one of printing inks, which only pixels in CMYK can be taken by."""
    return profile[16:20] == b"CMYK"


def in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """A picture in RGB, RGBA or CMYK with this profile, in RGB or RGBA and sRGB.

    One whose profile is sRGB within rounding keeps its bytes. Raises ProfileUnread.
    """
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = _MODES.get(source.profile.xcolor_space.strip(), "")
        if not mode or (mode == "CMYK") != (image.mode == "CMYK"):
            raise ProfileUnread(f"no profile for {image.mode}")
        change = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
        if mode == "RGB" and _is_srgb(change):
            return image
        # Not in place: what a grey or an ink becomes has another number of channels.
        opaque = image.convert(mode) if image.mode != mode else image
        found = ImageCms.applyTransform(opaque, change)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError, AttributeError) as problem:
        raise ProfileUnread(str(problem)) from problem
    if found is None:
        raise ProfileUnread("no picture came of it")
    if image.mode == "RGBA":
        found.putalpha(image.getchannel("A"))
    return found


def _is_srgb(change: ImageCms.ImageCmsTransform) -> bool:
    steps = np.arange(0, 256, 51, dtype=np.uint8)
    lattice = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3)
    after = ImageCms.applyTransform(Image.fromarray(lattice), change)
    apart = np.asarray(after, dtype=np.int32) - lattice
    return bool(np.abs(apart).max() <= _SAME)
