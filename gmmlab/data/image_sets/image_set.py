"""Small pictures as .npz files: a visitor's, whatever its bytes, read or refused; ours written.

The file is a zip of .npy arrays: ``images`` (n, h, w), whole numbers from 0 to 255, and perhaps
``labels`` (n,), one whole number per image. Nothing is unpickled, ever. What an array would take is
read from the zip's directory and from the array's own header before any of it is unpacked, and no
more is unpacked than they say.
"""

import hashlib
import io
import math
import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from tokenize import TokenError
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import ArrayLike, NDArray

Images = NDArray[np.uint8]
Classes = NDArray[np.int64]
Whole = NDArray[np.integer[Any]]

MAX_BYTES = 50 * 1024**2
MAX_IMAGES = 20_000
MAX_SIDE = 32
MIN_IMAGES = 30
MAX_CLASSES = 100
MAX_MEMBERS = 1_000

_HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
_BLOCK = 1 << 20  # bytes unpacked at once
_ALLOWED = {
    "images": ((0, 255), "“images” must hold whole numbers from 0 to 255: 8-bit images."),
    "labels": ((-(2**53), 2**53), "“labels” must hold whole numbers, one per image."),
}
_HOW = "save it with np.savez(file, images=…, labels=…)"


class ImageSetRejected(ValueError):
    """The file cannot be used; the message is one sentence for the visitor."""


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Pictures `images` (n, h, w), 8-bit, and the class of each, `labels` (n,), or None; read-only.

    `name` tells one set from another: "digits", or the digest of an uploaded file.
    """

    images: Images
    labels: Classes | None
    name: str

    @cached_property
    def identity(self) -> str:
        """A digest of the images and their classes, whatever the set is called."""
        digest = hashlib.blake2b(self.images.tobytes(), digest_size=16)
        digest.update(b"" if self.labels is None else self.labels.tobytes())
        digest.update(repr(self.images.shape).encode())
        return digest.hexdigest()

    def part(self, rows: NDArray[np.intp]) -> "ImageSet":
        """The images of these rows."""
        return frozen_set(self.images[rows], self._labels_of(rows), self.name)

    def _labels_of(self, rows: NDArray[np.intp]) -> Classes | None:
        return None if self.labels is None else self.labels[rows]


def frozen_set(images: Images, labels: Classes | None, name: str) -> ImageSet:
    """An image set of arrays that were made for it: they become read-only."""
    images.setflags(write=False)
    if labels is not None:
        labels.setflags(write=False)
    return ImageSet(images, labels, name)


def read_image_set(data: bytes) -> ImageSet:
    """Read the bytes of an .npz file of 8-bit images, perhaps with labels.

    Raises ImageSetRejected, and nothing else, when the file cannot be used.
    """
    if len(data) > MAX_BYTES:
        raise ImageSetRejected(
            f"The file is larger than {MAX_BYTES // 1024**2} MB; use fewer images, saved as uint8."
        )
    if not data:
        raise ImageSetRejected(f"The file is empty; {_HOW}.")
    # Every entry of a zip's directory begins like this, so their number is known before it is read.
    if data.count(b"PK\x01\x02") > MAX_MEMBERS:
        raise ImageSetRejected(f"The file holds too many arrays; {_HOW}.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            pixels = _array(archive, "images", 3)
            labels = _array(archive, "labels", 1) if _has(archive, "labels") else None
    except ImageSetRejected:
        raise
    except zipfile.BadZipFile:
        raise ImageSetRejected(f"This is not an intact .npz file; {_HOW}.") from None
    except (zlib.error, EOFError, OSError, ValueError, RuntimeError, OverflowError):
        # All that the standard library says of a zip that was cut, altered or made by hand.
        raise _damaged() from None
    _refuse_unusable(pixels, labels)
    digest = hashlib.sha256(data).hexdigest()[:16]
    classes = None if labels is None else labels.astype(np.int64)
    return frozen_set(pixels.astype(np.uint8), classes, digest)


def write_image_set(images: ArrayLike, labels: ArrayLike | None = None) -> bytes:
    """An .npz file of images (n, h, w), and labels (n,) if there are any, that reads back as such.

    Pixel values are rounded, and held to 0 … 255.
    """
    pixels = np.clip(np.rint(np.asarray(images, dtype=np.float64)), 0, 255).astype(np.uint8)
    file = io.BytesIO()
    if labels is None:
        np.savez_compressed(file, images=pixels)
    else:
        np.savez_compressed(file, images=pixels, labels=np.asarray(labels))
    return file.getvalue()


def _has(archive: zipfile.ZipFile, name: str) -> bool:
    return f"{name}.npy" in archive.namelist()


def _array(archive: zipfile.ZipFile, name: str, n_axes: int) -> Whole:
    """The named array of whole numbers, after every check that its header allows."""
    if not _has(archive, name):
        raise ImageSetRejected(f"There is no array “{name}” in this file; {_HOW}.")
    entry = archive.getinfo(f"{name}.npy")
    # Other packings unpack all at once, however much that is.
    plain = entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    if not plain or entry.flag_bits & 1:
        raise ImageSetRejected(f"The file is encrypted or packed in an unusual way; {_HOW}.")
    with archive.open(entry) as stream:
        shape, by_columns, dtype = _header(stream)
        start = stream.tell()
        _refuse_type(dtype, name)
        _refuse_shape(shape, name, n_axes)
        count = math.prod(shape)
        if entry.file_size != start + count * dtype.itemsize:
            raise _damaged()
        flat = _whole_numbers(stream, dtype, count, *_ALLOWED[name])
    return flat.reshape(shape, order="F" if by_columns else "C")


def _header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """What an .npy file says of its array: its shape, whether it lies by columns, its type."""
    try:
        version = npy.read_magic(stream)
        return _HEADERS[version](stream)
    except (KeyError, TypeError, SyntaxError, TokenError, MemoryError, RecursionError):
        # All that numpy says of a header that no numpy has written, besides ValueErrors.
        raise _damaged() from None


def _refuse_type(dtype: np.dtype[Any], name: str) -> None:
    """Refuse all but whole numbers and floats."""
    if dtype.hasobject:
        raise ImageSetRejected(
            f"“{name}” holds Python objects, which are never opened here; save plain numbers."
        )
    if dtype.kind not in "biuf" or dtype.itemsize > 8:
        raise ImageSetRejected(f"“{name}” must hold whole numbers; save it as uint8.")


def _refuse_shape(shape: tuple[int, ...], name: str, n_axes: int) -> None:
    """Refuse what is no series of small images, or of labels."""
    if len(shape) != n_axes:
        wanted = "(n, height, width)" if n_axes == 3 else "(n,), one number per image"
        raise ImageSetRejected(
            f"“{name}” must have the shape {wanted}; this one has {len(shape)} axes."
        )
    if min(shape) < 0:
        raise _damaged()
    if 0 in shape:
        raise ImageSetRejected(f"“{name}” is empty; its shape is {shape}.")
    if shape[0] > MAX_IMAGES or max(shape[1:], default=0) > MAX_SIDE:
        raise ImageSetRejected(
            f"At most {MAX_IMAGES:,} images of {MAX_SIDE} × {MAX_SIDE} can be used; this file "
            f"has {_short(shape[0])} of {' × '.join(map(_short, shape[1:]))}."
        )


def _short(number: int) -> str:
    return f"{number:,}" if number < 10**9 else "very many"


def _damaged() -> ImageSetRejected:
    return ImageSetRejected(f"The file is damaged; {_HOW} again.")


def _whole_numbers(
    stream: IO[bytes], dtype: np.dtype[np.generic], count: int, limits: tuple[int, int], what: str
) -> Whole:
    """`count` numbers of the stream, block by block, so that none but the result is ever whole."""
    low, high = limits
    numbers: Whole = np.empty(count, dtype=np.uint8 if low == 0 else np.int64)
    step = _BLOCK // dtype.itemsize
    for i in range(0, count, step):
        size = min(step, count - i)
        block = np.frombuffer(stream.read(size * dtype.itemsize), dtype=dtype, count=size)
        inside = low <= float(block.min()) and float(block.max()) <= high  # NaN is nowhere inside
        if not inside or np.any(block != np.rint(block.astype(float))):
            raise ImageSetRejected(what)
        numbers[i : i + size] = block
    stream.read()  # to the end, where the zip compares its checksum
    return numbers


def _refuse_unusable(pixels: Whole, labels: Whole | None) -> None:
    if len(pixels) < MIN_IMAGES:
        raise ImageSetRejected(
            f"A generator needs at least {MIN_IMAGES} images; this file has {len(pixels)}."
        )
    if np.all(pixels == pixels[0]):
        raise ImageSetRejected("All images of this file are the same; there is nothing to learn.")
    if labels is None:
        return
    if len(labels) != len(pixels):
        raise ImageSetRejected(
            f"“labels” has {len(labels)} values for {len(pixels)} images; it needs one for each."
        )
    if len(np.unique(labels)) > MAX_CLASSES:
        raise ImageSetRejected(
            f"“labels” has more than {MAX_CLASSES} classes; leave it out, or merge some."
        )
