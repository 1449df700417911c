"""A pool whose tasks are worked on by a cluster of Dask's; by this machine where none answers.

A worker of the cluster gives a task to a process of its own, as a server does: so a task has the
same limits there, and when it is cancelled, its process is killed and the core is free. Nothing
that a visitor brought is printed to the cluster's logs: tasks travel packed, and exceptions come
back as values.
"""

import logging
import pickle
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, wait
from contextlib import suppress
from functools import cache
from threading import Event, Lock, Semaphore, Thread
from typing import TYPE_CHECKING, Any, TypeVar

from gmmlab.compute.cluster import ClusterIsAway, client_of
from gmmlab.compute.cores import n_cores
from gmmlab.compute.pool import Pool, Task, processes_exist
from gmmlab.compute.worker import Limits, Worker, WorkerDied, WorkerLost

if TYPE_CHECKING:
    from distributed import Client, Future

R = TypeVar("R")
_LOG = logging.getLogger(__name__)
_ROUND = 5.0  # seconds between two looks at what there is of the cluster
_LOOK = 0.05  # seconds between two looks at whether a task is still wanted
_MOST = 512  # tasks at a time: each has a thread here


class ClusterPool(Pool):
    """A pool with the cores of a cluster, for as long as its `scheduler` answers.

    When it does not, or has no workers, tasks are worked on by processes of this machine, `size` at
    a time, and one warning says so; tasks that were under way begin anew. As soon as it answers
    again, it is used again.
    """

    def __init__(
        self,
        scheduler: str,
        size: int | None = None,
        preload: Sequence[str] = (),
        limits: Limits | None = None,
    ) -> None:
        self._scheduler = scheduler
        self._client: Client | None = None
        self._here = Semaphore(size or n_cores())
        self._said: str | None = None
        self._ended = Event()
        super().__init__(size, preload, limits)

    def warm(self) -> None:
        """Begin to look for the cluster, and keep looking."""
        Thread(target=self._watch, daemon=True, name="gmmlab-cluster").start()

    def look(self) -> None:
        """See what there is of the cluster now."""
        try:
            client = client_of(self._scheduler)
            cores = sum(client.nthreads().values())
            if cores == 0:
                raise ClusterIsAway(f"The cluster at {self._scheduler} has no workers.")
            if client is not self._client:
                client.run(_make_ready, self.limits, tuple(self._preload))
        except ClusterIsAway as problem:
            self._away(str(problem))
        except Exception as problem:  # also whatever its workers raise: gmmlab is missing, say
            self._away(f"The cluster at {self._scheduler} cannot be used ({problem}).")
        else:
            if self._client is None:
                self._say(f"The cluster at {self._scheduler} answers, with {cores} cores.")
            self._client = client
            self.grow(min(cores, _MOST))

    def own_worker(self) -> Worker:
        """What takes the calling thread's next task."""
        client = self._client
        if client is not None and client.status != "running":
            self._away(f"The cluster at {self._scheduler} was lost.")
            client = None
        if client is None:
            return _InTurn(super().own_worker(), self._here)
        return _OnCluster(client, tuple(self._preload))

    def close(self) -> None:
        """End all work of this pool; the cluster stays."""
        self._ended.set()
        super().close()

    def _watch(self) -> None:
        while not self._ended.is_set():
            self.look()
            self._ended.wait(_ROUND)

    def _away(self, why: str) -> None:
        self._client = None
        self._say(f"{why} Until it answers, this machine does the work.")

    def _say(self, words: str) -> None:
        if words != self._said:
            self._said = words
            _LOG.warning(words)


class _InTurn:
    """A process of this machine, whose cores are fewer than the cluster's were."""

    def __init__(self, worker: Worker, turns: Semaphore) -> None:
        self._worker, self._turns = worker, turns

    def call(self, function: Callable[..., R], arguments: tuple[Any, ...], limits: Limits) -> R:
        with self._turns:
            return self._worker.call(function, arguments, limits)

    def kill(self) -> None:
        self._worker.kill()


class _OnCluster:
    """A task that the cluster works on."""

    def __init__(self, client: "Client", preload: tuple[str, ...]) -> None:
        self._client, self._preload = client, preload
        self._future: Future | None = None
        self._killed = False
        self._lock = Lock()

    def call(self, function: Callable[..., R], arguments: tuple[Any, ...], limits: Limits) -> R:
        from distributed.client import ClosedClientError
        from distributed.scheduler import KilledWorker

        packed = pickle.dumps((function, arguments), protocol=5)
        try:
            with self._lock:
                if self._killed:
                    raise WorkerLost("It is not wanted any more.")
                self._future = self._client.submit(
                    _answered, packed, limits, self._preload, pure=False
                )
            went_well, result = self._future.result()
        except KilledWorker:
            raise WorkerDied(
                "Several computers of the cluster were lost over this. Ask for less: fewer points, "
                "components or restarts."
            ) from None
        except (CancelledError, ClosedClientError):
            raise WorkerLost("The cluster was lost.") from None
        if went_well:
            return result
        raise result

    def kill(self) -> None:
        from distributed.client import ClosedClientError

        with self._lock, suppress(ClosedClientError):  # where it was lost, the task is, too
            self._killed = True
            if self._future is not None:
                self._future.cancel()


def _answered(packed: bytes, limits: Limits, preload: tuple[str, ...]) -> tuple[bool, Any]:
    """On a worker of the cluster: whether a task went well, and its result or exception."""
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()
    if not processes_exist():
        try:
            return True, _unpacked(packed)
        except Exception as problem:
            return False, problem
    task: Task[Any] = _pool(worker.state.nthreads, limits, preload).submit(_unpacked, packed)
    while not wait([task.future], _LOOK).done:
        state = worker.state.tasks.get(key)
        wanted = state is not None and state.state in ("executing", "long-running")
        # Nobody waits: it was cancelled, or whoever asked is gone, or this worker is to go.
        if not wanted or worker.status.name not in ("running", "paused"):
            task.cancel()
            return False, WorkerLost("It is not wanted any more.")
    failed = task.future.exception()
    return (True, task.future.result()) if failed is None else (False, failed)


def _unpacked(packed: bytes) -> Any:
    function, arguments = pickle.loads(packed)
    return function(*arguments)


@cache
def _pool(size: int, limits: Limits, preload: tuple[str, ...]) -> Pool:
    """The processes of a worker, as many as it has tasks at a time."""
    return Pool(size, preload, limits)


def _make_ready(limits: Limits, preload: tuple[str, ...], dask_worker: Any = None) -> None:
    """On a worker, which Dask names `dask_worker`: begin the imports that tasks need."""
    if processes_exist():
        _pool(dask_worker.state.nthreads, limits, preload).warm()
