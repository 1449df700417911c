"""What the tests have a pool do: functions that its workers can import."""

import os
import signal
import time
from pathlib import Path

import numpy as np

from gmmlab.compute.questions import costs


def whereabouts(item=None):
    time.sleep(0.01)
    return item, os.getpid()


def beside_another(folder):
    """Which process this is, once another has said so in the same folder too."""
    (Path(folder) / str(os.getpid())).touch()
    while len(os.listdir(folder)) < 2:
        time.sleep(0.01)
    return os.getpid()


def busy(seconds):
    """Compute for so many seconds of a core, without ever looking up."""
    until = time.process_time() + seconds
    n = 0
    while time.process_time() < until:
        n += 1
    return n


def marked(path, seconds=30.0):
    """Say which process this is, and be busy."""
    with open(path, "w", encoding="ascii") as file:
        file.write(str(os.getpid()))
    return busy(seconds)


def fatal(_=None):
    os._exit(1)


def unlucky(path):
    """Lose one's nursery, the first time that this is tried."""
    if not os.path.exists(path):
        open(path, "w", encoding="ascii").close()
        os.kill(os.getppid(), signal.SIGKILL)
        busy(20.0)
    return "done"


def greedy(n_bytes):
    return np.ones(n_bytes // 8).sum()


def refusing(words):
    raise ValueError(words)


class Unruly(Exception):
    def __init__(self, one, two):
        super().__init__(one)


def unruly():
    raise Unruly("both", "needed")


def doubled(value, other=0):
    return 2 * value + other


@costs(lambda seconds: seconds)
def declared(seconds):
    """Take about as long as it says to take."""
    return busy(seconds)


@costs(lambda item: 1.0)
def from_afar(item):
    """Which process this is, said to be slow."""
    return item, os.getpid()
