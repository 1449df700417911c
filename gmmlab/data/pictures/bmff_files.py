"""AVIF and HEIC: boxes in boxes (ISO/IEC 14496-12), walked for the size of the picture in them."""

import struct
from collections.abc import Iterator
from importlib.util import find_spec

from gmmlab.data.pictures.tiff_files import ImageRejected

_MAX_BOXES = 20_000
_AVIF = frozenset({b"avif", b"avis"})
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})


def format_of(data: bytes) -> str:
    """AVIF or HEIF, as Pillow calls them, of a file that begins with an `ftyp` box.

    Raises ImageRejected for other kinds, and for HEIC where its plugin is not installed.
    """
    end = min(struct.unpack_from(">I", data)[0], 1024)
    brands = {data[8:12], *(data[place : place + 4] for place in range(16, end, 4))}
    if brands & _AVIF:
        return "AVIF"
    if not brands & _HEIC:
        raise ImageRejected(
            "This is a video or another kind of file that cannot be read here; save a picture as "
            "PNG or JPEG."
        )
    if not heic_opens():
        raise ImageRejected(
            "This is a HEIC photo, which this server cannot open; export it as JPEG (an iPhone "
            "does so under Settings, Camera, Formats, Most Compatible)."
        )
    return "HEIF"


def heic_opens() -> bool:
    """Whether the plugin pillow-heif is installed."""
    return find_spec("pillow_heif") is not None


def size_in(data: bytes) -> tuple[int, int]:
    """Width and height of the largest picture that the file declares.

    Raises IndexError if it declares none, and ImageRejected if it has too many boxes.
    """
    sizes = [
        struct.unpack_from(">II", data, start + 4)
        for start, end in _found(data, (b"meta", b"iprp", b"ipco", b"ispe"), 0, len(data))
        if end - start >= 12
    ]
    if not sizes:
        raise IndexError("no size in it")
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    return width, height


def _found(data: bytes, path: tuple[bytes, ...], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Start and end of the content of each box that this path of names leads to."""
    n_boxes = 0
    while start + 8 <= end:
        n_boxes += 1
        if n_boxes > _MAX_BOXES:
            raise ImageRejected("This file is in too many pieces; save it anew.")
        length, name = struct.unpack_from(">I4s", data, start)
        head = 8
        if length == 1:
            length, head = struct.unpack_from(">Q", data, start + 8)[0], 16
        stop = end if length == 0 else min(end, start + length)
        if name == path[0]:
            inside = start + head + 4 * (name == b"meta")  # its version and flags
            if len(path) == 1:
                yield inside, stop
            else:
                yield from _found(data, path[1:], inside, stop)
        start += max(length, head) if length else end
