"""How many cores there are, and one limit for all of BLAS's own threads.

Small matrix products get slower with several BLAS threads, so parallel work comes from chunks and
from processes instead, each on one BLAS thread. That limit belongs to the whole process: whoever
needs it holds it, and it ends when nobody does.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

from joblib import cpu_count
from threadpoolctl import ThreadpoolController


@cache
def n_cores() -> int:
    """The cores that this process may use: containers and affinity may leave it few of all."""
    return int(cpu_count())


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


class _Limit:
    """Keeps BLAS at one thread while anybody holds it.

    threadpoolctl lets only one thread at a time control OpenBLAS, and what other threads set or
    restore meanwhile is passed over in silence; so one thread does it for all.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._holders = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="gmmlab-blas")
        self._limiter: Any = None

    def hold(self) -> None:
        with self._lock:
            if self._holders == 0:
                self._limiter = self._thread.submit(self._limited).result()
            self._holders += 1

    def let_go(self) -> None:
        with self._lock:
            self._holders -= 1
            if self._holders == 0:
                self._thread.submit(self._limiter.__exit__, None, None, None).result()

    @staticmethod
    def _limited() -> Any:
        return _controller().limit(limits=1, user_api="blas").__enter__()


_LIMIT = _Limit()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """BLAS works on one thread as long as any caller, in any thread, is within."""
    _LIMIT.hold()
    try:
        yield
    finally:
        _LIMIT.let_go()


def limit_blas() -> None:
    """One BLAS thread from now on, for a process whose cores are all spoken for: a server."""
    _LIMIT.hold()
