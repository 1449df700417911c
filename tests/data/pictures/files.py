"""Picture files of every kind, good and hostile, made here and not stored."""

import io
import struct
import zlib

import numpy as np
from PIL import Image

from gmmlab.data.pictures.images import shipped_bytes

SIZE = (40, 30)
PICTURE_IN_GIF = b"\x2c\0\0\0\0"  # its mark and its place at 0, 0


def saved(image: Image.Image, kind: str, **options) -> bytes:
    file = io.BytesIO()
    image.save(file, format=kind, **options)
    return file.getvalue()


def photo(size=SIZE) -> Image.Image:
    return Image.open(io.BytesIO(shipped_bytes("china"))).convert("RGB").resize(size)


def translucent() -> Image.Image:
    image = photo()
    alpha = np.linspace(0, 255, SIZE[0] * SIZE[1]).astype(np.uint8)
    image.putalpha(Image.fromarray(alpha.reshape(SIZE[::-1])))
    return image


def ramp() -> np.ndarray:
    """Sixteen bits from black to white, (30, 40)."""
    return np.linspace(0, 65535, SIZE[0] * SIZE[1]).astype(np.uint16).reshape(SIZE[::-1])


def ordinary() -> dict[str, bytes]:
    """Files that must be shown."""
    base, clear, grey = photo(), translucent(), Image.fromarray(ramp())
    turned = Image.Exif()
    turned[274] = 6

    def two(kind: str) -> bytes:
        # New objects every time: saving leaves an encoder's settings on them.
        return saved(photo(), kind, save_all=True, append_images=[photo().rotate(90)])

    found = {
        "png": saved(base, "PNG"),
        "png rgba": saved(clear, "PNG"),
        "png grey": saved(base.convert("L"), "PNG"),
        "png grey alpha": saved(clear.convert("LA"), "PNG"),
        "png 1 bit": saved(base.convert("1"), "PNG"),
        "png palette": saved(base.quantize(20), "PNG"),
        "png palette with a clear entry": saved(base.quantize(20), "PNG", transparency=3),
        "png with a clear colour": saved(base, "PNG", transparency=base.getpixel((3, 4))),
        "png 16 bit": saved(grey, "PNG"),
        "png animated": two("PNG"),
        "png turned": saved(base, "PNG", exif=turned),
        "jpeg": saved(base, "JPEG"),
        "jpeg progressive": saved(base, "JPEG", progressive=True),
        "jpeg grey": saved(base.convert("L"), "JPEG"),
        "jpeg cmyk": saved(base.convert("CMYK"), "JPEG"),
        "jpeg turned": saved(base, "JPEG", exif=turned),
        "mpo": two("MPO"),
        "webp": saved(base, "WEBP"),
        "webp lossless": saved(clear, "WEBP", lossless=True, exact=True),
        "webp animated": two("WEBP"),
        "webp turned": saved(base, "WEBP", exif=turned),
        "gif": saved(base, "GIF"),
        "gif animated": two("GIF"),
        "gif with a clear entry": saved(base.quantize(8), "GIF", transparency=1),
        "bmp": saved(base, "BMP"),
        "bmp palette": saved(base.quantize(8), "BMP"),
        "bmp 1 bit": saved(base.convert("1"), "BMP"),
        "tiff": saved(base, "TIFF"),
        "tiff big": saved(base, "TIFF", big_tiff=True),
        "tiff turned": saved(base, "TIFF", exif=turned),
        "tiff cmyk": saved(base.convert("CMYK"), "TIFF"),
        "tiff ycbcr": saved(base.convert("YCbCr"), "TIFF"),
        "tiff rgba": saved(clear, "TIFF", compression="tiff_lzw"),
        "tiff palette": saved(base.quantize(30), "TIFF"),
        "tiff 16 bit": saved(grey, "TIFF"),
        "tiff 32 bit": saved(Image.fromarray(ramp().astype(np.int32) * 1000), "TIFF"),
        "tiff float": saved(Image.fromarray((ramp() / 65535).astype(np.float32)), "TIFF"),
        "tiff fax": saved(base.convert("1"), "TIFF", compression="group4"),
        "tiff pages": two("TIFF"),
    }
    for compression in ("tiff_lzw", "tiff_deflate", "packbits", "jpeg"):
        found[f"tiff {compression}"] = saved(base, "TIFF", compression=compression)
    return found


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width, height, body, *extra, depth=8, kind=2) -> bytes:
    """A PNG of raw parts: `body` is the compressed data, `extra` stands before it."""
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    parts = [chunk(b"IHDR", header), *extra, chunk(b"IDAT", body), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def zeros(megabytes: int) -> bytes:
    """So many megabytes of zeros in a few kilobytes."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(10**6)) for _ in range(megabytes)) + packer.flush()


def tiff(tags: dict[int, tuple[int, int, int]], body: bytes = b"", more=()) -> bytes:
    """A TIFF of raw parts: `tags` gives type, count and value (or place) of each; body is at 8."""
    entries = sorted([(tag, *entry) for tag, entry in tags.items()] + list(more))
    packed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    head = b"II*\0" + struct.pack("<I", 8 + len(body)) + body
    return head + struct.pack("<H", len(entries)) + packed + struct.pack("<I", 0)


def tiff_tags(width, height, compression=1, length=0) -> dict[int, tuple[int, int, int]]:
    """The tags of a grey picture in one strip at 8."""
    return {
        256: (4, 1, width),
        257: (4, 1, height),
        258: (3, 1, 8),
        259: (3, 1, compression),
        262: (3, 1, 1),
        273: (4, 1, 8),
        277: (3, 1, 1),
        278: (4, 1, height),
        279: (4, 1, length),
    }


def run_length_bmp(width, height, body) -> bytes:
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(body), 0, 0, 256, 0)
    start = 54 + 1024
    return (
        b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start) + header + bytes(1024) + body
    )


def with_comment(gif: bytes, blocks: bytes) -> bytes:
    place = gif.find(PICTURE_IN_GIF)
    return gif[:place] + b"\x21\xfe" + blocks + b"\0" + gif[place:]


def display_p3() -> bytes:
    """An ICC profile of Display P3: primaries adapted to D50, and sRGB's curve."""

    def fixed(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(*values: float) -> bytes:
        return b"XYZ " + bytes(4) + b"".join(map(fixed, values))

    # g, a, b, c, d of IEC 61966-2-1.
    curve = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    tags = {
        b"desc": b"mluc"
        + bytes(4)
        + struct.pack(">IIHHII", 1, 12, 0x656E, 0x5553, 4, 28)
        + b"\0P\0003",
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": xyz(0.51512, 0.24120, -0.00105),
        b"gXYZ": xyz(0.29198, 0.69225, 0.04189),
        b"bXYZ": xyz(0.15710, 0.06657, 0.78407),
        b"rTRC": b"para" + bytes(4) + struct.pack(">HH", 3, 0) + b"".join(map(fixed, curve)),
    }
    tags |= dict.fromkeys((b"gTRC", b"bTRC"), tags[b"rTRC"])
    place, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, data in tags.items():
        table += struct.pack(">4sII", name, place + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = (
        b"lcms"
        + struct.pack(">I", 0x04400000)
        + b"mntrRGB XYZ "
        + struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    )
    head += b"acsp" + bytes(28) + xyz(0.9642, 1.0, 0.8249)[8:]
    size = 128 + 4 + len(table) + len(body)
    return (
        (struct.pack(">I", size) + head).ljust(128, b"\0")
        + struct.pack(">I", len(tags))
        + table
        + body
    )
