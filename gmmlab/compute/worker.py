"""A process that works on one task at a time: what that may take, and how it is ended."""

import os
import pickle
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, NamedTuple, Protocol, TypeVar

R = TypeVar("R")

TAKEN = b"taken"  # a worker's first word: from here on, its death is its task's doing
_BURIAL = 1.0  # seconds that a killed nursery, whose workers die with it, may take to be gone
NO_PROCESS = "No process can be had for this just now; try again in a moment."


class Limits(NamedTuple):
    """What one task may take: seconds of one core, and bytes of memory."""

    seconds: float = 60.0
    n_bytes: int = 1 << 30


class WorkerDied(RuntimeError):
    """The process that worked on a task was killed, or passed its limits."""


class WorkerLost(WorkerDied):
    """The process left, or its nursery was killed: no fault of the task that it was given."""


class Worker(Protocol):
    """What works on one task at a time, called from one thread and killed from another."""

    def call(self, function: Callable[..., R], arguments: tuple[Any, ...], limits: Limits) -> R:
        """`function(*arguments)`; raises WorkerDied, and WorkerLost where the task may go on."""

    def kill(self) -> None:
        """End it, and what it is busy with."""


class Process:
    """This side of one process."""

    def __init__(self, connection: Connection, nursery: "subprocess.Popen[bytes]") -> None:
        self._connection = connection
        self._nursery = nursery
        self._pid = int(connection.recv())
        self.alive = True

    def call(self, function: Callable[..., R], arguments: tuple[Any, ...], limits: Limits) -> R:
        taken = False
        try:
            self._connection.send_bytes(pickle.dumps((function, arguments, *limits), protocol=5))
            taken = self._connection.recv_bytes() == TAKEN
            answer = self._connection.recv_bytes()
        except (EOFError, OSError):
            by_us, self.alive = not self.alive, False
            if by_us or not taken or self._nursery_is_gone():
                raise WorkerLost(NO_PROCESS) from None
            raise WorkerDied(
                f"This took more than the {limits.seconds:.0f} seconds of computing or the "
                f"{limits.n_bytes / 1e9:.1f} GB of memory that one question may take, and was "
                "broken off. Ask for less: fewer points, components or restarts."
            ) from None
        went_well, result = pickle.loads(answer)
        if went_well:
            return result
        raise result

    def _nursery_is_gone(self) -> bool:
        try:
            self._nursery.wait(_BURIAL)
        except subprocess.TimeoutExpired:
            return False
        return True

    def is_fit(self) -> bool:
        """Whether it lives and waits for work; one that grew too large leaves of its own accord."""
        with suppress(OSError):
            self.alive = self.alive and not self._connection.poll()
        return self.alive

    def kill(self) -> None:
        self.alive = False
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
