"""Questions: module-level functions of frozen values, each asked once, whoever asks.

A question is its own cache key, job and task. What its arguments are known by is spelled out whole:
settings by every value, data by their `identity`, a digest of the content. So a kept answer can
never be that of other data, and equal questions of two visitors are one.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from functools import cached_property
from hashlib import blake2b
from sys import getsizeof
from threading import Lock
from time import monotonic
from typing import Any, TypeVar

import numpy as np

F = TypeVar("F", bound=Callable[..., Any])
_SECONDS: dict[Callable[..., Any], Callable[..., float]] = {}


def costs(seconds: Callable[..., float]) -> Callable[[F], F]:
    """Declare how many seconds of one core a function takes, as a function of its arguments."""

    def note(function: F) -> F:
        _SECONDS[function] = seconds
        return function

    return note


class Question:
    """A function and its arguments."""

    def __init__(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        self.function = function
        self.arguments = arguments

    @cached_property
    def key(self) -> str:
        """What the answer depends on, and nothing else; TypeError for what cannot be known."""
        known = ", ".join(map(known_by, self.arguments))
        return f"{self.function.__module__}.{self.function.__qualname__}({known})"

    @property
    def seconds(self) -> float:
        """About how long it takes on one core; nothing for functions that do not say."""
        cost = _SECONDS.get(self.function)
        return 0.0 if cost is None else cost(*self.arguments)

    def answer(self) -> Any:
        """Compute it."""
        return self.function(*self.arguments)


def known_by(value: Any) -> str:
    """The text that stands for a value: its `identity` if it has one, else all that it holds."""
    if value is None or isinstance(value, bool | int | float | str):
        return repr(value)
    if isinstance(value, bytes):
        return f"bytes#{digest_of(value)}"
    if isinstance(value, tuple | list):
        return f"({', '.join(map(known_by, value))})"
    if isinstance(value, np.ndarray):
        return digest_of(value)
    name = f"{type(value).__module__}.{type(value).__qualname__}"
    identity = getattr(value, "identity", None)
    if identity is not None:
        return f"{name}#{identity}"
    if is_dataclass(value):
        held = ", ".join(f"{f.name}={known_by(getattr(value, f.name))}" for f in fields(value))
        return f"{name}({held})"
    raise TypeError(
        f"A question cannot be about {name}: it is neither settings nor has an identity."
    )


def digest_of(*values: Any) -> str:
    """A digest of arrays and plain values, for data whose content is what they are known by."""
    digest = blake2b(digest_size=16)
    for value in values:
        if isinstance(value, np.ndarray):
            digest.update(f"{value.dtype.str}{value.shape}".encode())
            digest.update(np.ascontiguousarray(value).data)
        else:
            digest.update(value if isinstance(value, bytes) else repr(value).encode())
        digest.update(b"|")
    return digest.hexdigest()


class Answers:
    """What was answered lately, bounded in number, in bytes and in seconds of age."""

    def __init__(self, most: int, most_bytes: int, seconds: float = 3600.0) -> None:
        self._most, self._most_bytes, self._seconds = most, most_bytes, seconds
        self._kept: OrderedDict[Hashable, tuple[Any, int, float]] = OrderedDict()
        self._lock = Lock()
        self.n_bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable, missing: Any = None) -> Any:
        """The answer, if it is still there."""
        with self._lock:
            found = self._kept.get(key)
            if found is None or found[2] < monotonic():
                return missing
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, answer: Any) -> None:
        """Keep an answer; the ones unused for longest make room."""
        size = size_of(answer)
        with self._lock:
            self._drop(key)
            self._kept[key] = answer, size, monotonic() + self._seconds
            self.n_bytes += size
            while len(self._kept) > self._most or (
                self.n_bytes > self._most_bytes and len(self._kept) > 1
            ):
                self._drop(next(iter(self._kept)))

    def forget(self, key: Hashable) -> None:
        """Have it computed anew next time."""
        with self._lock:
            self._drop(key)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._kept.clear()
            self.n_bytes = 0

    def _drop(self, key: Hashable) -> None:
        _, size, _ = self._kept.pop(key, (None, 0, 0.0))
        self.n_bytes -= size


def size_of(value: Any) -> int:
    """About how many bytes a value holds: arrays, texts, and all that dataclasses keep of these."""
    seen: set[int] = set()

    def counted(value: Any) -> int:
        if value is None or isinstance(value, bool | int | float) or id(value) in seen:
            return 0
        seen.add(id(value))
        if isinstance(value, np.ndarray):
            whole = value if value.base is None else value.base
            if isinstance(whole, np.ndarray) and whole is not value:
                return counted(whole)
            return int(value.nbytes)
        if isinstance(value, dict):
            return sum(counted(each) for each in value.values()) + 100 * len(value)
        if isinstance(value, tuple | list):
            return sum(map(counted, value)) + 8 * len(value)
        if isinstance(value, str | bytes):
            return getsizeof(value)
        if hasattr(value, "getbands"):  # a Pillow image
            return int(value.width * value.height * len(value.getbands()))
        return counted(vars(value)) if hasattr(value, "__dict__") else 64

    return counted(value)
