"""Where work is done: here, on a pool of threads or in other processes, each on one BLAS thread.

Small matrix products get slower with several BLAS threads, so the engine takes its parallelism from
chunks instead. The results come back in the order of the chunks: the same sums, to the last bit.
Many models are fitted side by side: large ones by threads, small ones by processes.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from tempfile import NamedTemporaryFile
from time import monotonic
from typing import Any, TypeVar

from joblib import cpu_count
from joblib.externals.loky import get_reusable_executor
from threadpoolctl import ThreadpoolController

CHUNK_BYTES = 1 << 20  # responsibilities of one chunk: they should stay in a core's own cache
MIN_CHUNK = 2048

_PULSE = 0.05  # seconds between two looks at whether the work is still wanted
_IN_HAND = 3  # items that wait at each process, the one in work included
_STAY = 300  # seconds that a process without work waits for more


def chunk_length(n_components: int) -> int:
    """How many points to take at once, so that their responsibilities stay in cache."""
    return max(MIN_CHUNK, CHUNK_BYTES // (8 * n_components))


# A model that is fitted side by side with others takes no threads of its own.
_IS_WORKER = ContextVar("_IS_WORKER", default=False)

T = TypeVar("T")
R = TypeVar("R")
Pulse = Callable[[], None] | None  # called often during long work; it may raise to end it


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


class Stopped(Exception):
    """The results are no longer wanted; `pulse` raises it in a worker process."""


def as_done(
    function: Callable[[T, Pulse], R],
    items: Iterable[T],
    *,
    helped: bool = True,
    watch: Callable[[], None] | None = None,
) -> Iterator[R]:
    """`function(item, pulse)` of each item, as each is done: here and, if `helped`, elsewhere.

    A model of a few hundred points is many short calls, between which threads quarrel over Python's
    lock: two are slower than one. So the other cores get processes, which stay for the next time;
    the first time they take about a second to come, and the work here does not wait for them.

    `function` calls `pulse` often and lets pass what it raises, which is how work is broken off.
    Here, `pulse` calls `watch` some twenty times a second, which may raise to end it all; without
    `watch` it is None. When this generator ends in any way, closed early too, the processes give up
    what they are doing for it.

    `function` and the items are pickled. An error that `function` raises is raised here.
    """
    here = None if watch is None else _now_and_then(watch)
    helpers = cpu_count() - 1 if helped else 0
    waiting = deque(items)
    running: dict[Future[R], T] = {}
    # As long as this file exists, the results are wanted: a signal that any process can see.
    with NamedTemporaryFile(prefix="gmmlab-wanted-") as wanted:
        while waiting or running:
            # Some in hand, since nothing is handed out during the work here; near the end fewer.
            while len(running) < helpers * min(_IN_HAND, len(waiting) - 1):
                try:
                    future = _submitted(function, waiting[0], wanted.name)
                except (OSError, NotImplementedError, BrokenExecutor):
                    helpers = 0  # no processes can be had on this machine, or no longer
                else:
                    running[future] = waiting.popleft()
            for future in [each for each in running if each.done()]:
                item = running.pop(future)
                if isinstance(future.exception(), BrokenExecutor):  # killed, for memory perhaps
                    yield _alone(function, item, here)
                else:
                    yield future.result()
            if waiting:
                yield _alone(function, waiting.popleft(), here)
            elif running:
                wait(running, timeout=_PULSE, return_when=FIRST_COMPLETED)
                if here is not None:
                    here()


def _submitted(function: Callable[..., R], item: T, wanted: str) -> "Future[R]":
    workers = get_reusable_executor(max_workers=cpu_count() - 1, timeout=_STAY)
    return workers.submit(_helping, function, item, wanted)


def _helping(function: Callable[[T, Pulse], R], item: T, wanted: str) -> R:
    """The work of a worker process on one item, for as long as the file `wanted` exists."""

    def give_up() -> None:
        if not os.path.exists(wanted):
            raise Stopped

    give_up()
    return _alone(function, item, _now_and_then(give_up))


def _alone(function: Callable[[T, Pulse], R], item: T, pulse: Pulse) -> R:
    """`function` of one item on one core."""
    before = _IS_WORKER.set(True)
    try:
        with _controller().limit(limits=1, user_api="blas"):
            return function(item, pulse)
    finally:
        _IS_WORKER.reset(before)


def _now_and_then(call: Callable[[], None]) -> Callable[[], None]:
    """`call`, but not again within a twentieth of a second."""
    due = 0.0

    def pulse() -> None:
        nonlocal due
        if monotonic() >= due:
            call()
            due = monotonic() + _PULSE

    return pulse
