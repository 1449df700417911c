"""A figure as bytes: JSON for what is said of it, and its arrays as they lie in memory.

Text costs a browser ten times what bytes do, and most of a figure are numbers. The layout is a
digest of all that follows (16 bytes), the length of the JSON text (4 bytes, little-endian), the
text, and the arrays; in the text, {"$array": {"type", "shape", "offset"}} stands for one of them.
`assets/unpack.js` reads it.
"""

import hashlib
import json
import struct
from typing import Any

import numpy as np

_TYPES = {"f8", "f4", "i4", "i2", "i1", "u4", "u2", "u1"}
_ALIGNMENT = 8


def packed(content: Any) -> bytes:
    """`content` (dicts, lists, arrays and plain values) as bytes; equal contents, equal bytes."""
    arrays: list[bytes] = []
    offset = 0

    def spelled(value: Any) -> Any:
        nonlocal offset
        if isinstance(value, dict):
            return {name: spelled(each) for name, each in value.items() if each is not None}
        if isinstance(value, list | tuple):
            return [spelled(each) for each in value]
        if isinstance(value, np.generic):
            return value.item()
        if not isinstance(value, np.ndarray):
            return value
        if (plain := _plain(value)) is None:
            return value.tolist()
        kind = f"{plain.dtype.kind}{plain.dtype.itemsize}"
        stands_for = {"type": kind, "shape": list(plain.shape), "offset": offset}
        data = plain.tobytes()
        arrays.append(data + bytes(-len(data) % _ALIGNMENT))
        offset += len(arrays[-1])
        return {"$array": stands_for}

    text = json.dumps(spelled(content), allow_nan=False, separators=(",", ":")).encode()
    body = b"".join([struct.pack("<I", len(text)), text, *arrays])
    return hashlib.blake2b(body, digest_size=16).digest() + body


def unpacked(data: bytes) -> Any:
    """The content that `packed` was given, as the browser reads it."""
    (length,) = struct.unpack_from("<I", data, 16)
    start = 20 + length

    def restored(value: dict[str, Any]) -> Any:
        if "$array" not in value:
            return value
        kind, shape, offset = (value["$array"][name] for name in ("type", "shape", "offset"))
        count = int(np.prod(shape))
        return np.frombuffer(data, f"<{kind}", count, start + offset).reshape(shape)

    return json.loads(data[20:start], object_hook=restored)


def _plain(values: np.ndarray) -> np.ndarray | None:
    """`values` of a type that browsers have, little-endian; None if they must be spelled."""
    if values.dtype.kind in "iu" and values.dtype.itemsize == 8 and values.size:
        if values.min() >= -(2**31) and values.max() < 2**31:
            values = values.astype("<i4")
        else:
            values = values.astype("<f8")
    if f"{values.dtype.kind}{values.dtype.itemsize}" not in _TYPES or values.ndim not in (1, 2):
        return None
    return np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<"))
