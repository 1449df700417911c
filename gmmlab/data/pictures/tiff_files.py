"""TIFF's lists of tags, in TIFF files and in EXIF: read no further than is safe.

A tag names a place and a length, and ten thousand tags may name the same ten megabytes; a reader
that collects them all runs out of memory. So the first page is given a new list, of the few tags
that its pixels need.
"""

import struct
from dataclasses import dataclass

TIFF_MAGICS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_SIZES_OF_BIG = _SIZES | {16: 8, 17: 8, 18: 8}
_WIDTH, _HEIGHT, _ORIENTATION = 256, 257, 274
_STRIPS, _ROWS, _TILE_WIDTH, _TILE_HEIGHT, _TILES = 273, 278, 322, 323, 324
# Size, bits, compression, colours, strips, tiles, fax options, predictor, colour map, extra
# samples, sample format, JPEG tables, and how YCbCr is sampled.
_NEEDED = frozenset(
    {256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 284, 292, 293}
    | {317, 320, 322, 323, 324, 325, 338, 339, 347, 529, 530, 531, 532}
)
_PROFILE = 34675
_MAX_TAGS = 4096
_MAX_TAG_BYTES = 4 << 20
_MAX_PARTS = 200_000
_MAX_TILE_PIXELS = 4 << 20
_SPARE = 2  # tiles may stand over: so many times the picture may be decoded


class ImageRejected(ValueError):
    """A picture cannot be used; the sentence for the visitor says why."""


@dataclass(frozen=True)
class Page:
    """The first page of a TIFF file as a file of its own, its profile, and the number of pages."""

    data: bytes
    size: tuple[int, int]
    orientation: int
    n_pages: int
    profile: bytes = b""


@dataclass(frozen=True)
class _Layout:
    """How numbers are written: byte order, and whether places have four bytes or eight."""

    order: str
    big: bool

    @staticmethod
    def of(data: bytes) -> "_Layout":
        return _Layout("<" if data[:2] == b"II" else ">", data[2:4] in (b"+\0", b"\0+"))

    @property
    def count(self) -> str:
        return self.order + ("Q" if self.big else "H")

    @property
    def place(self) -> str:
        return self.order + ("Q" if self.big else "I")

    @property
    def entry(self) -> str:
        return self.order + ("HHQ8s" if self.big else "HHI4s")

    @property
    def sizes(self) -> dict[int, int]:
        return _SIZES_OF_BIG if self.big else _SIZES


_Entry = tuple[int, int, int, bytes]  # tag, type, count, value or its place


def first_page(data: bytes, most: int) -> Page:
    """The first page of a TIFF file; pages are counted up to `most`.

    Raises ImageRejected, struct.error or KeyError.
    """
    layout = _Layout.of(data)
    first = struct.unpack_from(layout.place, data, 8 if layout.big else 4)[0]
    entries = _entries(data, layout, first)
    tags = {entry[0]: entry for entry in entries}
    width = _numbers(data, layout, tags[_WIDTH])[0]
    height = _numbers(data, layout, tags[_HEIGHT])[0]
    _refuse_costly(data, layout, tags, width, height)
    orientation = _orientation(data, layout, tags)
    kept = [tags[tag] for tag in sorted(_NEEDED & tags.keys())]
    if any(layout.sizes[kind] * count > _MAX_TAG_BYTES for _, kind, count, _ in kept):
        raise ImageRejected("A list in this TIFF is too long to be sound; save it anew.")
    n_pages = _count_pages(data, layout, first, most)
    profile = _profile(data, layout, tags)
    return Page(_with_list(data, layout, kept), (width, height), orientation, n_pages, profile)


def orientation_in(exif: bytes) -> int:
    """The orientation, 1 to 8, in a block of EXIF; 1 if there is none or the block is broken."""
    block = exif.removeprefix(b"Exif\0\0")
    if not block.startswith(TIFF_MAGICS[:2]):
        return 1
    layout = _Layout.of(block)
    try:
        first = struct.unpack_from(layout.place, block, 4)[0]
        return _orientation(block, layout, {e[0]: e for e in _entries(block, layout, first)})
    except (struct.error, ImageRejected):
        return 1


def _entries(data: bytes, layout: _Layout, place: int) -> list[_Entry]:
    count = struct.unpack_from(layout.count, data, place)[0]
    if count > _MAX_TAGS:
        raise ImageRejected("This TIFF has too many tags; save it anew.")
    start, step = place + struct.calcsize(layout.count), struct.calcsize(layout.entry)
    return [struct.unpack_from(layout.entry, data, start + i * step) for i in range(count)]


def _numbers(data: bytes, layout: _Layout, entry: _Entry) -> tuple[int, ...]:
    """The whole numbers of a tag, at most as many as a picture may have parts."""
    _, kind, count, value = entry
    code = {1: "B", 3: "H", 4: "I", 16: "Q"}[kind]
    if not 0 < count <= _MAX_PARTS:
        raise ImageRejected("This TIFF is in too many parts; save it anew.")
    inside = layout.sizes[kind] * count <= len(value)
    source, place = (value, 0) if inside else (data, struct.unpack(layout.place, value)[0])
    return struct.unpack_from(f"{layout.order}{count}{code}", source, place)


def _orientation(data: bytes, layout: _Layout, tags: dict[int, _Entry]) -> int:
    tag, kind, count, value = tags.get(_ORIENTATION, (0, 0, 0, b""))
    if kind != 3 or count != 1:
        return 1
    found = _numbers(data, layout, (tag, kind, count, value))[0]
    return found if 1 <= found <= 8 else 1


def _profile(data: bytes, layout: _Layout, tags: dict[int, _Entry]) -> bytes:
    """The ICC profile of the page's colours, or nothing."""
    _, kind, count, value = tags.get(_PROFILE, (0, 0, 0, b""))
    if layout.sizes.get(kind) != 1 or not len(value) < count <= _MAX_TAG_BYTES:
        return b""
    place = struct.unpack(layout.place, value)[0]
    return data[place : place + count]


def _refuse_costly(
    data: bytes, layout: _Layout, tags: dict[int, _Entry], width: int, height: int
) -> None:
    """Refuse strips and tiles that make more work than the picture has pixels."""
    for tag in (_STRIPS, _TILES):
        if tag in tags and tags[tag][2] > _MAX_PARTS:
            raise ImageRejected("This TIFF is in too many parts; save it anew.")
    if _TILE_WIDTH not in tags or _TILE_HEIGHT not in tags:
        return
    across = _numbers(data, layout, tags[_TILE_WIDTH])[0]
    down = _numbers(data, layout, tags[_TILE_HEIGHT])[0]
    if not (across and down):
        raise ImageRejected("The tiles of this TIFF have no size; save it anew.")
    covered = -(-width // across) * across * -(-height // down) * down
    if covered > max(_SPARE * width * height, _MAX_TILE_PIXELS):
        raise ImageRejected("The tiles of this TIFF are larger than its picture; save it anew.")


def _count_pages(data: bytes, layout: _Layout, place: int, most: int) -> int:
    """How many pages follow one another, up to `most`; a chain that bites its tail ends there."""
    seen: set[int] = set()
    try:
        while place and place not in seen and len(seen) < most:
            count = struct.unpack_from(layout.count, data, place)[0]
            after = place + struct.calcsize(layout.count) + count * struct.calcsize(layout.entry)
            seen.add(place)
            place = struct.unpack_from(layout.place, data, after)[0]
    except struct.error:
        pass  # the last page is cut off, and counts if its list began
    return max(len(seen), 1)


def _with_list(data: bytes, layout: _Layout, kept: list[_Entry]) -> bytes:
    """The file with a new list of tags at its end; places of values stay what they are."""
    place = len(data) + len(data) % 2
    rest = struct.pack(layout.count, len(kept))
    rest += b"".join(struct.pack(layout.entry, *entry) for entry in kept)
    rest += struct.pack(layout.place, 0)
    head = data[:8] if layout.big else data[:4]
    head += struct.pack(layout.place, place)
    return head + data[len(head) :] + b"\0" * (len(data) % 2) + rest
