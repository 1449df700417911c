"""Where chunks are computed: here, or on a pool of threads, each on one BLAS thread.

Small matrix products get slower with several BLAS threads, so the engine takes its parallelism from
chunks instead. The results come back in the order of the chunks: the same sums, to the last bit.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, TypeVar

from threadpoolctl import ThreadpoolController

CHUNK_BYTES = 1 << 20  # responsibilities of one chunk: they should stay in a core's own cache
MIN_CHUNK = 2048


def chunk_length(n_components: int) -> int:
    """How many points to take at once, so that their responsibilities stay in cache."""
    return max(MIN_CHUNK, CHUNK_BYTES // (8 * n_components))


# A model that is fitted side by side with others takes no threads of its own.
_IS_WORKER = ContextVar("_IS_WORKER", default=False)

T = TypeVar("T")
R = TypeVar("R")


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


@contextmanager
def chunk_map(n_chunks: int) -> Iterator[Callable[..., Iterable[Any]]]:
    """A `map` fit for so many chunks: the built-in one, or a thread pool's."""
    workers = 1 if _IS_WORKER.get() else min(n_chunks, os.cpu_count() or 1)
    if workers == 1:
        yield map
        return
    with _controller().limit(limits=1, user_api="blas"), ThreadPoolExecutor(workers) as pool:
        yield pool.map


def side_by_side(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """`function` of each item, on all cores, each on one BLAS thread; results in order.

    For many models that are fitted independently: faster than more threads for each in turn.
    """

    def work(item: T) -> R:
        _IS_WORKER.set(True)
        return function(item)

    with _controller().limit(limits=1, user_api="blas"), ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(work, items)
