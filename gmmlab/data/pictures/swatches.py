"""Palettes as files for other programs, and their readers: GPL, CSS, JSON and ASE.

GPL is GIMP's and Inkscape's palette, a text; ASE Adobe's Swatch Exchange, a binary file.
"""

import json
import re
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

_ASE_COLOR = 0x0001


class PaletteRejected(ValueError):
    """A file is no palette that can be read; the sentence says why."""


@dataclass(frozen=True)
class PaletteFormat:
    """A kind of file: `write` makes its bytes from colours (K, 3) and a name, `read` reads them."""

    title: str
    suffix: str
    write: Callable[[Bytes, str], bytes]
    read: Callable[[bytes], Bytes]


def hex_codes(palette: Bytes) -> tuple[str, ...]:
    """Colours as the web writes them: #1a2b3c."""
    return tuple("#" + bytes(color).hex() for color in np.asarray(palette, dtype=np.uint8))


def write_gpl(palette: Bytes, name: str) -> bytes:
    """A GIMP palette."""
    rows = [
        f"{red:3d} {green:3d} {blue:3d}\t{code}"
        for (red, green, blue), code in zip(palette.tolist(), hex_codes(palette), strict=True)
    ]
    return "\n".join(["GIMP Palette", f"Name: {_one_line(name)}", "#", *rows, ""]).encode()


def read_gpl(data: bytes) -> Bytes:
    """The colours of a GIMP palette."""
    text = _text(data)
    if not text.startswith("GIMP Palette"):
        raise PaletteRejected("This is no GIMP palette: its first line does not say so.")
    found = re.findall(r"^\s*(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})(?:\s|$)", text, re.MULTILINE)
    return _colors([[int(value) for value in row] for row in found])


def write_css(palette: Bytes, name: str) -> bytes:
    """Custom properties of a style sheet: --color-1 and so on."""
    lines = [f"  --color-{k}: {code};" for k, code in enumerate(hex_codes(palette), start=1)]
    title = _one_line(name).replace("*/", "* /")
    return "\n".join([f"/* {title} */", ":root {", *lines, "}", ""]).encode()


def read_css(data: bytes) -> Bytes:
    """The colours of such a style sheet, in order."""
    return _from_hex(re.findall(r"--color-\d+:\s*(#[0-9a-fA-F]{6})\s*;", _text(data)))


def write_json(palette: Bytes, name: str) -> bytes:
    """A name and a list of colours, each with its hex code and its red, green and blue."""
    colors = [
        {"hex": code, "rgb": rgb}
        for code, rgb in zip(hex_codes(palette), palette.tolist(), strict=True)
    ]
    return (json.dumps({"name": name, "colors": colors}, indent=2) + "\n").encode()


def read_json(data: bytes) -> Bytes:
    """The colours of such a file."""
    try:
        rows = [[float(value) for value in c["rgb"]] for c in json.loads(_text(data))["colors"]]
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise PaletteRejected("This is no palette in JSON as this app writes it.") from problem
    return _colors(rows)


def write_ase(palette: Bytes, name: str) -> bytes:
    """An Adobe Swatch Exchange file: RGB swatches, named by their hex codes; it has no title."""
    del name
    blocks = []
    for color, code in zip(palette, hex_codes(palette), strict=True):
        title = (code + "\0").encode("utf-16-be")
        values = struct.pack(">4s3fH", b"RGB ", *(color / 255), 0)  # 0: a global colour
        body = struct.pack(">H", len(title) // 2) + title + values
        blocks.append(struct.pack(">HI", _ASE_COLOR, len(body)) + body)
    return struct.pack(">4sHHI", b"ASEF", 1, 0, len(blocks)) + b"".join(blocks)


def read_ase(data: bytes) -> Bytes:
    """The RGB colours of an Adobe Swatch Exchange file."""
    if data[:4] != b"ASEF":
        raise PaletteRejected("This is no Adobe Swatch Exchange file.")
    colors, place = [], 12
    try:
        for _ in range(struct.unpack_from(">I", data, 8)[0]):
            kind, length = struct.unpack_from(">HI", data, place)
            if kind == _ASE_COLOR:
                after_title = place + 8 + 2 * struct.unpack_from(">H", data, place + 6)[0]
                if data[after_title : after_title + 4] == b"RGB ":
                    colors.append(struct.unpack_from(">3f", data, after_title + 4))
            place += 6 + length
    except struct.error as problem:
        raise PaletteRejected("This swatch file is cut off.") from problem
    return _colors([[255 * value for value in color] for color in colors])


FORMATS = {
    "gpl": PaletteFormat("GIMP palette", ".gpl", write_gpl, read_gpl),
    "css": PaletteFormat("CSS", ".css", write_css, read_css),
    "json": PaletteFormat("JSON", ".json", write_json, read_json),
    "ase": PaletteFormat("Adobe swatches", ".ase", write_ase, read_ase),
}


def _one_line(name: str) -> str:
    return " ".join(name.split())


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise PaletteRejected("This palette is no text in UTF-8.") from problem


def _from_hex(codes: Sequence[str]) -> Bytes:
    return _colors([list(bytes.fromhex(code[1:])) for code in codes])


def _colors(rows: Sequence[Sequence[float]]) -> Bytes:
    """Rows of red, green and blue from 0 to 255 as bytes (K, 3)."""
    values = np.asarray(rows, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] != 3:
        raise PaletteRejected("There are no colours in this palette.")
    if not ((values >= 0) & (values <= 255)).all():
        raise PaletteRejected("A colour of this palette lies outside 0 to 255.")
    return np.rint(values).astype(np.uint8)
