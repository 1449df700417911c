"""Picture files before any decoder sees them: what they are, how large, and only what is needed.

A decoder trusts a file's own words. So each container is walked here first, with a bound on every
loop, and what its picture does not need (texts, thumbnails, later frames) is left out: most ways of
making a small file cost much go with it. The rest is handed on in `PictureFile`, a colour profile
apart from the pixels.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass, replace

from gmmlab.data.pictures import bmff_files, profiles
from gmmlab.data.pictures.tiff_files import TIFF_MAGICS, ImageRejected, first_page, orientation_in

__all__ = ["ImageRejected", "PictureFile", "picture_file"]

MAX_FRAMES = 1000  # frames are counted so far
_MAX_PIECES = 50_000  # chunks, segments or blocks of one file
_MAX_BLOCKS = 500_000  # of a GIF, which are at most 255 bytes long
_MAX_SCANS = 1_000_000_000  # pixels × scans of a JPEG, each of which goes over all of them
_MAX_RLE_BYTES, _MAX_RLE_PIXELS = 2_000_000, 2_000_000  # these are decoded byte by byte


@dataclass(frozen=True)
class PictureFile:
    """A file reduced to one picture.

    `format` is Pillow's name; `data` the reduced file; `size` width and height as its header has
    them, before `orientation` (1 to 8, EXIF's) is applied; `n_frames` the frames of the whole file,
    counted up to `MAX_FRAMES`; `profile` the ICC profile of its colours, or nothing.
    """

    format: str
    data: bytes
    size: tuple[int, int]
    orientation: int = 1
    n_frames: int = 1
    profile: bytes = b""


def picture_file(data: bytes) -> PictureFile:
    """Recognise a file by its content and reduce it.

    Raises ImageRejected for what is no picture of a known kind, and struct.error or IndexError for
    one that ends too early.
    """
    if not data:
        raise ImageRejected("The file is empty; choose another.")
    for magic, reader in _READERS:
        if data.startswith(magic):
            return reader(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    if data[4:8] == b"ftyp":
        # Its boxes point into one another: nothing can be left out, but its size is known.
        return PictureFile(bmff_files.format_of(data), data, bmff_files.size_in(data))
    raise ImageRejected(_what_it_is(data))


def _png(data: bytes) -> PictureFile:
    if data[12:16] != b"IHDR":
        raise ImageRejected("This PNG file has no header; save it anew with another program.")
    size = struct.unpack_from(">II", data, 16)
    kept, place, n_frames, orientation, profile = [data[:8]], 8, 1, 1, b""
    for _ in range(_MAX_PIECES):
        length, name = struct.unpack_from(">I4s", data, place)
        end = place + 12 + length
        if name in (b"IHDR", b"PLTE", b"tRNS", b"IDAT"):
            kept.append(data[place:end])
        elif name == b"acTL" and length >= 4:
            n_frames = struct.unpack_from(">I", data, place + 8)[0]
        elif name == b"eXIf":
            orientation = orientation_in(data[place + 8 : end - 4])
        elif name == b"iCCP":
            profile = profiles.unfolded(data[place + 8 : end - 4])
        place = end
        if name == b"IEND" or place >= len(data):
            # Without its end the picture may still be whole; the decoder will tell.
            kept.append(b"\0\0\0\0IEND\xae\x42\x60\x82")
            frames = _counted(n_frames)
            return PictureFile("PNG", b"".join(kept), size, orientation, frames, profile)
    raise _too_many_pieces("PNG")


def _jpeg(data: bytes) -> PictureFile:
    kept, place, size, orientation = [data[:2]], 2, None, 1
    parts: list[bytes] = []  # of the colour profile
    for _ in range(_MAX_PIECES):
        marker = data[place + 1]
        if data[place] != 0xFF or marker in (0x00, 0xFF):  # filling, or bytes that are no marker
            place += 1
            continue
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:  # these stand alone
            place += 2
            continue
        end = place + 2 + struct.unpack_from(">H", data, place + 2)[0]
        segment = data[place:end]
        if marker == 0xDA:
            if size is None:
                raise IndexError("a scan before the frame's header")
            found = _jpeg_of(b"".join(kept), data[place:], size, orientation)
            return replace(found, profile=profiles.joined(parts))
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", segment, 5)
            size = (width, height)
        if marker == 0xE1 and segment[4:10] == b"Exif\0\0" and orientation == 1:
            orientation = orientation_in(segment[10:])
        if marker == 0xE2 and profiles.is_part(segment[4:]):
            parts.append(segment[4:])
        # Tables, headers, and two notes that say how colours are coded: JFIF's and Adobe's.
        if not 0xE0 <= marker <= 0xFE or marker in (0xE0, 0xEE):
            kept.append(segment)
        place = end
    raise _too_many_pieces("JPEG")


def _jpeg_of(head: bytes, scans: bytes, size: tuple[int, int], orientation: int) -> PictureFile:
    end = scans.find(b"\xff\xd9")  # what follows is another picture, as in MPO
    scans = scans if end < 0 else scans[: end + 2]
    n_scans = scans.count(b"\xff\xda")  # one scan of however many pixels is for the size to judge
    if n_scans > 1 and n_scans * size[0] * size[1] > _MAX_SCANS:
        raise ImageRejected("This JPEG has too many scans to be decoded; save it anew as baseline.")
    return PictureFile("JPEG", head + scans, size, orientation)


def _gif(data: bytes) -> PictureFile:
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    place = 13 + _color_table(flags)
    head, control = data[:place], b""
    picture: bytes | None = None
    n_frames, blocks = 0, 0
    while place < len(data) and n_frames < MAX_FRAMES:
        start, kind = place, data[place]
        if kind == 0x21:
            place += 2
        elif kind == 0x2C:
            n_frames += 1
            left, top, across, down, flags = struct.unpack_from("<HHHHB", data, place + 1)
            place += 11 + _color_table(flags)
            if picture is None:
                width, height = max(width, left + across), max(height, top + down)
        else:
            break  # 0x3B, the end, or bytes that should not be here
        while place < len(data) and data[place] and blocks < _MAX_BLOCKS:
            place += 1 + data[place]
            blocks += 1
        if blocks >= _MAX_BLOCKS:
            if picture is None:
                raise _too_many_pieces("GIF")
            n_frames = MAX_FRAMES  # at least it has very many
        place += 1
        if kind == 0x21 and data[start + 1] == 0xF9:
            control = data[start:place]
        if kind == 0x2C and picture is None:
            picture = data[start:place]
            head += control
    if picture is None:
        raise ImageRejected("This GIF file holds no picture; choose another.")
    return PictureFile("GIF", head + picture + b";", (width, height), n_frames=_counted(n_frames))


def _color_table(flags: int) -> int:
    return 3 * (2 << (flags & 7)) if flags & 0x80 else 0


def _webp(data: bytes) -> PictureFile:
    size, orientation, n_frames, place, profile = None, 1, 0, 12, b""
    for _ in range(_MAX_PIECES):
        if place + 8 > len(data):
            break
        name, length = struct.unpack_from("<4sI", data, place)
        body = data[place + 8 : place + 8 + min(length, 16)]
        if size is None and name == b"VP8X":
            width, height = (int.from_bytes(body[i : i + 3], "little") + 1 for i in (4, 7))
            size = (width, height)
        elif size is None and name == b"VP8 ":
            width, height = struct.unpack_from("<HH", body, 6)
            size = (width & 0x3FFF, height & 0x3FFF)
        elif size is None and name == b"VP8L":
            bits = struct.unpack_from("<I", body, 1)[0]
            size = ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        elif name == b"EXIF":
            orientation = orientation_in(data[place + 8 : place + 8 + length])
        elif name == b"ICCP" and length <= profiles.MAX_PROFILE_BYTES:
            profile = data[place + 8 : place + 8 + length]
        n_frames += name == b"ANMF"
        place += 8 + length + length % 2
    else:
        raise _too_many_pieces("WebP")
    if size is None:
        raise IndexError("no picture in it")
    return PictureFile("WEBP", data, size, orientation, _counted(n_frames), profile)


def _bmp(data: bytes) -> PictureFile:
    header = struct.unpack_from("<I", data, 14)[0]
    if header == 12:
        return PictureFile("BMP", data, struct.unpack_from("<HH", data, 18))
    width, height = struct.unpack_from("<ii", data, 18)
    compression = struct.unpack_from("<I", data, 30)[0]
    size = (abs(width), abs(height))
    too_much = len(data) > _MAX_RLE_BYTES or size[0] * size[1] > _MAX_RLE_PIXELS
    if compression in (1, 2) and too_much:
        raise ImageRejected("This BMP is run-length coded and large; save it as PNG instead.")
    return PictureFile("BMP", data, size)


def _tiff(data: bytes) -> PictureFile:
    page = first_page(data, MAX_FRAMES)
    frames = _counted(page.n_pages)
    return PictureFile("TIFF", page.data, page.size, page.orientation, frames, page.profile)


def _counted(n_frames: int) -> int:
    return min(max(n_frames, 1), MAX_FRAMES)


def _too_many_pieces(name: str) -> ImageRejected:
    return ImageRejected(f"This {name} file is in too many pieces; save it anew.")


_READERS: tuple[tuple[bytes, Callable[[bytes], PictureFile]], ...] = (
    (b"\x89PNG\r\n\x1a\n", _png),
    (b"\xff\xd8\xff", _jpeg),
    (b"GIF87a", _gif),
    (b"GIF89a", _gif),
    (b"BM", _bmp),
    *((magic, _tiff) for magic in TIFF_MAGICS),
)

_OTHERS = (
    (b"%!PS", "a PostScript file"),
    (b"\xc5\xd0\xd3\xc6", "a PostScript file"),
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"8BPS", "a Photoshop file"),
    (b"\0\0\1\0", "an icon"),
)


def _what_it_is(data: bytes) -> str:
    """One sentence about a file that is not read."""
    start = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    kind = next((kind for magic, kind in _OTHERS if data.startswith(magic)), "")
    if b"<svg" in start:
        kind = "an SVG drawing"
    known = "PNG, JPEG, WebP, AVIF, GIF, TIFF or BMP"
    if kind:
        return f"This is {kind}, not a picture that can be read here; save it as {known}."
    return f"This is not a picture of a known kind; choose a file in {known}."
