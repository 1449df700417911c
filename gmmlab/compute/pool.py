"""Processes that work on one task each, as many at a time as there are cores.

A model of a few hundred points is many short calls, between which threads quarrel over Python's
lock; and a thread cannot be ended from outside. A process can: to cancel a task is to kill its
worker, which frees the core at once, whatever the task was doing. `nursery` makes a new one in
milliseconds. Each worker has a thread here that takes tasks from the queue, in which those who have
them done take `turns`, and waits for it.
"""

import atexit
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from contextlib import suppress
from multiprocessing.connection import Connection
from threading import Lock, Thread, local
from time import monotonic
from typing import Any, Generic, TypeVar

from gmmlab.compute.cores import n_cores
from gmmlab.compute.turns import Turns
from gmmlab.compute.worker import NO_PROCESS, Limits, Process, Worker, WorkerDied, WorkerLost

R = TypeVar("R")

_LOOK = 0.05  # seconds between two looks at whether the work is still wanted
_TRIES = 3  # of a task whose workers are lost through no fault of its own
_IN_HAND = 2  # tasks that wait for each process, so that none waits for us


class Task(Generic[R]):
    """One call that a pool works on: a `future` that can be cancelled while it runs."""

    def __init__(self, function: Callable[..., R], arguments: tuple[Any, ...]) -> None:
        self.future: Future[R] = Future()
        self.began: float | None = None  # when a worker took it, by the monotonic clock
        self._call = function, arguments
        self._lock = Lock()
        self._worker: Worker | None = None
        self._cancelled = False

    def cancel(self) -> None:
        """End it: take it out of the queue, or kill the worker that is busy with it."""
        with self._lock:
            self._cancelled = True
            if self._worker is not None:
                self._worker.kill()
        self.future.cancel()

    def run(self, pool: "Pool") -> None:
        """Have the calling thread's worker do it, and wait for the end."""
        if not self.future.set_running_or_notify_cancel():
            return
        self.began = monotonic()
        try:
            self.future.set_result(self._result(pool))
        except BaseException as problem:
            self.future.set_exception(problem)

    def _result(self, pool: "Pool") -> R:
        for _ in range(_TRIES - 1):
            with suppress(WorkerLost):
                return self._tried(pool)
        return self._tried(pool)

    def _tried(self, pool: "Pool") -> R:
        worker = pool.own_worker()
        with self._lock:
            if self._cancelled:
                raise CancelledError
            self._worker = worker
        try:
            return worker.call(*self._call, pool.limits)
        except WorkerDied:
            if self._cancelled:
                raise CancelledError from None
            raise
        finally:
            with self._lock:
                self._worker = None


class Pool:
    """Workers for tasks, `size` at a time, that have imported the modules `preload`.

    The functions that they are given, and their arguments, are pickled: functions by name.
    """

    def __init__(
        self, size: int | None = None, preload: Sequence[str] = (), limits: Limits | None = None
    ) -> None:
        self.size = 0
        self.limits = limits or Limits()
        self._preload = preload
        self._lock = Lock()
        self._own = local()
        self._closed = False
        self._nursery: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self.turns: Turns[Task[Any]] = Turns()
        self.grow(size or n_cores())

    def grow(self, size: int) -> None:
        """Work on so many tasks at a time from now on, or on as many as before if that is more."""
        # Daemons: a process that ends does not wait for its tasks, as an executor's threads would.
        for place in range(self.size, size):
            Thread(target=self._work, daemon=True, name=f"gmmlab-worker-{place}").start()
        self.size = max(size, self.size)

    def warm(self) -> None:
        """Have the nursery begin its imports now, a second before the first task needs them."""
        with self._lock:
            self._running_nursery()

    def submit(
        self, function: Callable[..., R], *arguments: Any, owner: Hashable = None
    ) -> Task[R]:
        """Have `function(*arguments)` computed when it is the turn of its `owner`, or its own."""
        task = Task(function, arguments)
        task.future.add_done_callback(lambda _: self.turns.forget(task))
        self.turns.put(task, object() if owner is None else owner)
        return task

    def as_done(
        self,
        function: Callable[..., R],
        items: Iterable[Any],
        watch: Callable[[], None] | None = None,
    ) -> Iterator[R]:
        """`function(item)` of each item, as each is done.

        `watch` is called some twenty times a second and may raise to end it all. When this
        generator ends in any way, closed early too, so do the tasks.
        """
        waiting, owner = list(items)[::-1], object()
        running: dict[Future[R], Task[R]] = {}
        try:
            while waiting or running:
                while waiting and len(running) < self.size * _IN_HAND:
                    task = self.submit(function, waiting.pop(), owner=owner)
                    running[task.future] = task
                done, _ = wait(running, timeout=_LOOK, return_when=FIRST_COMPLETED)
                for future in done:
                    del running[future]
                    yield future.result()
                if watch is not None:
                    watch()
        finally:
            for task in running.values():
                task.cancel()

    def own_worker(self) -> Worker:
        """The worker of the calling thread, made anew if it is gone."""
        worker: Process | None = getattr(self._own, "worker", None)
        if worker is None or not worker.is_fit():
            worker = self._own.worker = self._new_worker()
        return worker

    def close(self) -> None:
        """End all processes, and with them what they work on."""
        self._closed = True
        self._end_nursery()

    def _work(self) -> None:
        while True:
            self.turns.take().run(self)

    def _new_worker(self) -> Process:
        for _ in range(0 if self._closed else 2):
            ours, theirs = socket.socketpair()
            with self._lock:
                control, nursery = self._running_nursery()
            try:
                with theirs:
                    socket.send_fds(control, [b"+"], [theirs.fileno()])
                return Process(Connection(ours.detach()), nursery)
            except (EOFError, OSError):  # the nursery is gone: somebody killed it
                ours.close()
                self._end_nursery(control)
        raise WorkerDied(NO_PROCESS)

    def _end_nursery(self, control: socket.socket | None = None) -> None:
        """End the nursery (only the one that is asked by `control`, if given)."""
        with self._lock:
            known = control is None or control is self._control
            if known and self._nursery is not None and self._control is not None:
                self._control.close()
                self._nursery.kill()
                self._nursery.wait()
                self._nursery = self._control = None

    def _running_nursery(self) -> "tuple[socket.socket, subprocess.Popen[bytes]]":
        if self._control is None or self._nursery is None:
            self._control, theirs = socket.socketpair()
            one_thread = {
                "OPENBLAS_NUM_THREADS": "1",
                "OMP_NUM_THREADS": "1",
                "MKL_NUM_THREADS": "1",
            }
            path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
            with theirs:
                self._nursery = subprocess.Popen(
                    [
                        sys.executable,
                        "-m",
                        "gmmlab.compute.nursery",
                        str(theirs.fileno()),
                        *self._preload,
                    ],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    env=os.environ | one_thread | {"PYTHONPATH": path},
                )
        return self._control, self._nursery


def processes_exist() -> bool:
    """Whether this system can fork; where it cannot, all work is done by threads."""
    return hasattr(os, "fork") and hasattr(socket, "send_fds")


def shared_pool(*preload: str) -> Pool:
    """The pool of this process, for callers that have none of their own.

    The first caller says which modules its workers import before they are made.
    """
    with _SHARING:
        if not _SHARED:
            _SHARED.append(Pool(preload=preload))
            atexit.register(_SHARED[0].close)
        return _SHARED[0]


_SHARING = Lock()
_SHARED: list[Pool] = []
