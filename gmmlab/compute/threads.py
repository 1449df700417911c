"""The seam through which work on many items is given away, and threads to give it to.

Whoever has many items to work on takes an `Executor`: anything with a `map`, as emcee's pools and
those of `concurrent.futures` have. Without one there are the threads of this process.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, Protocol, TypeVar

from gmmlab.compute.cores import n_cores, one_blas_thread

T = TypeVar("T")
R = TypeVar("R")


class Executor(Protocol):
    """What can apply a function to many items; results come in the order of the items."""

    def map(self, function: Callable[..., Any], items: Iterable[Any], /) -> Iterable[Any]:
        """`function` of each item."""


class Here:
    """Work in the caller's own thread, item by item."""

    def map(self, function: Callable[[T], R], items: Iterable[T], /) -> Iterable[R]:
        """`function` of each item, as it is asked for."""
        return map(function, items)


# What is one of several things done at once takes no threads of its own.
_ALONE = ContextVar("_ALONE", default=False)


@contextmanager
def alone() -> Iterator[None]:
    """Within, no work is shared out: this thread or process is one of several already."""
    before = _ALONE.set(True)
    try:
        yield
    finally:
        _ALONE.reset(before)


@contextmanager
def threads_for(n_items: int) -> Iterator[Executor]:
    """An executor fit for so many items at a time: threads, each on one BLAS thread, or none."""
    if min(n_items, n_cores()) == 1 or _ALONE.get():
        yield Here()
        return
    with one_blas_thread():
        yield _threads()


def side_by_side(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """`function` of each item, on all cores, each on one BLAS thread; results in order.

    For many models that are fitted independently: faster than more threads for each in turn.
    """
    if _ALONE.get():
        yield from map(function, items)
        return

    def work(item: T) -> R:
        with alone():
            return function(item)

    with one_blas_thread():
        yield from _threads().map(work, items)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(n_cores(), thread_name_prefix="gmmlab")
