"""Pictures as files: indexed PNG as small as the palette allows, PNG, and lossless WebP.

A palette PNG keeps one opacity per entry, so each pair of a colour and an opacity that occurs is an
entry. Where more than 256 occur, opacity is rounded to fewer levels, at worst to seen and unseen;
the colours of what can be seen are never touched.
"""

import io
import struct
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gmmlab.compute.threads import side_by_side

Bytes = NDArray[np.uint8]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_ENTRIES = 256
_ALPHA_LEVELS = (256, 86, 52, 18, 6, 4, 2)  # one less divides 255, so that 0 and 255 are levels
_WEBP_SIDE = 16383


@dataclass(frozen=True)
class IndexedPng:
    """A PNG with a palette: its bytes, entries, bits per pixel, and how opacity was kept.

    `alpha_levels` is the number of levels that opacities were rounded to; 256 means that they are
    exact.
    """

    data: bytes
    n_entries: int
    bit_depth: int
    alpha_levels: int = 256


def indexed_png(
    labels: Bytes, palette: Bytes, alpha: Bytes | None = None, *, level: int = 9
) -> IndexedPng:
    """A picture of labels (height, width) into a palette (K, 3) as a PNG of 1, 2, 4 or 8 bits.

    `alpha` (height, width) is opacity. Entries that no pixel has are left out, equal ones joined.
    `level` is zlib's, 1 (fast) to 9 (small). A ValueError says if 256 colours and transparency do
    not fit together.
    """
    entries, places, alpha_levels = _entries(labels, palette, alpha)
    depth = next(bits for bits in (1, 2, 4, 8) if len(entries) <= 1 << bits)
    height, width = labels.shape
    header = struct.pack(">IIBBBBB", width, height, depth, 3, 0, 0, 0)
    n_translucent = np.count_nonzero(entries[:, 3] < 255)  # these come first
    chunks = [
        _chunk(b"IHDR", header),
        _chunk(b"PLTE", entries[:, :3].tobytes()),
        _chunk(b"tRNS", entries[:n_translucent, 3].tobytes()) if n_translucent else b"",
        _chunk(b"IDAT", _deflated(_scanlines(places, depth), level)),
        _chunk(b"IEND", b""),
    ]
    return IndexedPng(_SIGNATURE + b"".join(chunks), len(entries), depth, alpha_levels)


def png(image: Image.Image) -> bytes:
    """Any picture as a PNG, nothing lost."""
    file = io.BytesIO()
    image.save(file, format="PNG")
    return file.getvalue()


def webp(image: Image.Image) -> bytes:
    """A picture (RGB or RGBA) as a WebP, nothing lost. A ValueError says if it is too long."""
    if max(image.size) > _WEBP_SIDE:
        raise ValueError(
            f"WebP allows at most {_WEBP_SIDE} pixels along a side and this picture has "
            f"{max(image.size)}; download it as PNG."
        )
    file = io.BytesIO()
    image.save(file, format="WEBP", lossless=True, exact=True, quality=80, method=4)
    return file.getvalue()


def _entries(labels: Bytes, palette: Bytes, alpha: Bytes | None) -> tuple[Bytes, Bytes, int]:
    """Entries (m, 4) that occur, translucent ones first; each pixel's place; levels of opacity."""
    if labels.dtype != np.uint8 or labels.ndim != 2 or labels.size == 0:
        raise ValueError("The labels must be a picture of bytes, one for each pixel.")
    if int(labels.max()) >= len(palette):
        raise ValueError("A label has no colour: the palette is too short.")
    for levels in _ALPHA_LEVELS:
        keys = labels.astype(np.uint16) << 8
        keys |= 255 if alpha is None else _rounded(levels)[alpha]
        used = np.flatnonzero(np.bincount(keys.ravel(), minlength=1 << 16))
        colors = np.column_stack([palette[used >> 8], used & 255]).astype(np.uint8)
        colors[colors[:, 3] == 0] = 0  # what cannot be seen needs one entry
        entries, places = np.unique(colors[:, [3, 0, 1, 2]], axis=0, return_inverse=True)
        if len(entries) <= _ENTRIES:
            table = np.zeros(1 << 16, dtype=np.uint8)
            table[used] = places.ravel()
            return entries[:, [1, 2, 3, 0]], table[keys], levels
    raise ValueError("A palette of 256 colours has no place for transparency; use 255 colours.")


def _rounded(levels: int) -> Bytes:
    """Each of 256 opacities, rounded to so many levels."""
    step = 255 // (levels - 1)
    return ((np.arange(256) + step // 2) // step * step).astype(np.uint8)


def _scanlines(places: Bytes, depth: int) -> Bytes:
    """Rows of packed pixels, (height, bytes)."""
    height, width = places.shape
    per_byte = 8 // depth
    padded = np.pad(places, ((0, 0), (0, -width % per_byte)))
    packed = np.zeros((height, padded.shape[1] // per_byte), dtype=np.uint8)
    for place in range(per_byte):
        packed |= padded[:, place::per_byte] << (8 - depth * (place + 1))
    return packed


def _deflated(rows: Bytes, level: int) -> bytes:
    """The smaller of two: rows as they are, or each as its difference from the one above."""

    def work(up: bool) -> bytes:
        lines = np.full((len(rows), 1 + rows.shape[1]), 2 if up else 0, dtype=np.uint8)
        lines[:, 1:] = rows
        if up:
            lines[1:, 1:] -= rows[:-1]
        packer = zlib.compressobj(level, zlib.DEFLATED, 15, 9)
        return packer.compress(lines.tobytes()) + packer.flush()

    return min(side_by_side(work, (False, True)), key=len)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
