"""How the tests watch processes: by what they do and what they spend, not by the clock.

Workers are polite, so on a machine with other work they may wait long for each turn.
"""

import os
import time
from contextlib import contextmanager

PATIENCE = 300.0  # seconds for what takes milliseconds on a machine with nothing else to do


def waited_for(what, seconds=PATIENCE):
    until = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < until
        time.sleep(0.01)
    return found


def began(path):
    """The process that a task has `marked` this path with."""
    return waited_for(lambda: path.exists() and path.read_text() and int(path.read_text()))


def _stat(pid):
    """State, …, seconds computed, … of a process, as the kernel tells them; none if it is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return None


def is_alive(pid):
    found = _stat(pid)
    return found is not None and found[0] not in "ZX"


def spent(pid):
    """Seconds of a core that a process has used so far; 0 when it is gone."""
    found = _stat(pid)
    return sum(map(int, found[11:13])) / os.sysconf("SC_CLK_TCK") if found is not None else 0.0


@contextmanager
def ends_at_once(pid):
    """What is done within ends a process that computes, before it computes another second."""
    before = spent(pid)
    yield

    def is_gone():
        assert spent(pid) - before < 1
        return not is_alive(pid)

    waited_for(is_gone)


def parent(pid):
    """The process that has made this one."""
    return int(_stat(pid)[1])
