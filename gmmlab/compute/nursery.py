"""A process that only makes others: `python -m gmmlab.compute.nursery FD MODULE…`.

It imports the modules that work needs once, on one BLAS thread, and then forks a worker whenever it
is asked to: that takes milliseconds, and workers share the memory of what was imported. A worker
reads (function, arguments, limits) from its own connection, says that it has taken them, and then
answers with (whether it went well, result or exception). When the process at the other end is gone,
however it went, the nursery reads the end of its socket and goes too, and the kernel ends the
workers with it.
"""

import ctypes
import gc
import importlib
import os
import pickle
import resource
import signal
import socket
import sys
from multiprocessing.connection import Connection
from typing import Any

from gmmlab.compute.worker import TAKEN

_PR_SET_PDEATHSIG = 1
_POLITE = 10  # below the server, whose clicks come first
_IDLE = 20.0  # seconds without a question, after which a worker leaves
_FAT = 256 << 20  # bytes that a worker may have grown by and stay


def main() -> None:
    """Import what is named, then fork a worker for every socket that comes in."""
    control = socket.socket(fileno=int(sys.argv[1]))
    os.nice(_POLITE)
    for name in sys.argv[2:]:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # what is shared stays shared: no collection touches it
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the dead
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that asks
    while True:
        message, descriptors, *_ = socket.recv_fds(control, 1, 1)
        if not message:
            return
        if os.fork() == 0:
            control.close()
            _live(Connection(descriptors[0]))
            os._exit(0)
        os.close(descriptors[0])


def _live(connection: Connection) -> None:
    """Answer what is asked until there is nobody left who asks."""
    _end_with_parent()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    from gmmlab.compute.threads import alone

    connection.send(os.getpid())
    born = _memory()
    with alone():
        # What a worker holds, a photo's pixels say, is given back when nobody asks any more.
        while _memory() - born < _FAT and connection.poll(_IDLE):
            try:
                asked = connection.recv_bytes()
                connection.send_bytes(TAKEN)
                function, arguments, seconds, n_bytes = pickle.loads(asked)
            except (EOFError, OSError):
                return
            except Exception as problem:
                connection.send_bytes(_packed(False, problem))
                continue
            _limit(seconds, born + n_bytes)
            try:
                answer = _packed(True, function(*arguments))
            except Exception as problem:
                answer = _packed(False, problem)
            connection.send_bytes(answer)
            del asked, function, arguments, answer


def _packed(went_well: bool, result: Any) -> bytes:
    try:
        packed = pickle.dumps((went_well, result), protocol=5)
        if not went_well:  # many exceptions can be packed, but not unpacked
            pickle.loads(packed)
    except Exception as problem:
        words = f"{type(result).__name__}: {result}" if not went_well else str(problem)
        return pickle.dumps((False, RuntimeError(words)))
    return packed


def _limit(seconds: float, n_bytes: int) -> None:
    """Let the kernel end this process after so much more computing, and refuse it more memory."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = used.ru_utime + used.ru_stime
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(spent + seconds) + 1, hard))
    if sys.platform == "linux":
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (n_bytes, hard))


def _end_with_parent() -> None:
    """Ask the kernel (where it can) to end this process when the nursery ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _memory() -> int:
    """Bytes of data that this process has, as its limit counts them; 0 where nobody tells."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[5]) * resource.getpagesize()
    except OSError:
        return 0


if __name__ == "__main__":
    main()
