"""EM on a cluster of this machine: `python -m benchmarks.cluster [--points N] [--quick]`.

Points in 3 dimensions from 8 groups, generated on the workers and kept there; a mixture of 8
components, iteration by iteration. Two clusters live side by side, of one worker and of two, each
worker one process with one thread; they take turns, so that what else the machine does hits both.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from statistics import median
from time import perf_counter, process_time, sleep
from typing import Any

import dask
import dask.array as da
import numpy as np
from distributed import Client, WorkerPlugin

from gmmlab.engine.blocks import Blocks
from gmmlab.engine.em import fit
from gmmlab.engine.model.covariance import covariance_family
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.run.loop import iterate
from gmmlab.engine.step.chunks import chunk_length
from tools.cluster import running

K, D = 8, 3
POINTS, QUICK = 50_000_000, 5_000_000
BLOCK = 1_250_000  # rows: 30 MB
_IDLE = 3.0  # seconds
GOAL = 1.8  # times as fast with two workers


def groups(first: int, n: int) -> np.ndarray:
    """`n` points (n, d) of K groups, always the same ones for the same `first`."""
    rng = np.random.default_rng(first)
    centers = 6 * np.random.default_rng(0).normal(size=(K, D))
    points = rng.normal(size=(n, D))
    points += centers[rng.integers(0, K, n)]
    return points


def generated(n: int) -> Any:
    """A Dask array (n, d) whose blocks are made where they are needed."""
    make = dask.delayed(groups, pure=True)
    blocks = [
        da.from_delayed(make(i, min(BLOCK, n - i)), (min(BLOCK, n - i), D), float)
        for i in range(0, n, BLOCK)
    ]
    return da.concatenate(blocks)


class CountBytes(WorkerPlugin):
    """Counts what a worker writes to anybody."""

    name = "count bytes"

    def setup(self, worker: Any) -> None:
        count_written()


def count_written() -> None:
    """Count all bytes that this process writes to its connections, from now on."""
    from distributed.comm import tcp

    if hasattr(tcp.TCP, "n_written"):
        return
    write = tcp.TCP.write

    async def counted(self: Any, *given: Any, **more: Any) -> int:
        n_bytes = await write(self, *given, **more)
        tcp.TCP.n_written += n_bytes
        return n_bytes

    tcp.TCP.n_written, tcp.TCP.write = 0, counted


def written() -> int:
    """The bytes that this process has written."""
    from distributed.comm import tcp

    return int(tcp.TCP.n_written)


def peak() -> float:
    """The most memory that this process ever had, in MB."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


class Site:
    """A cluster with the points on it, and a run of EM that can be taken up again."""

    def __init__(self, client: Client, n: int, first: Mixture, reg_covar: float) -> None:
        self.client = client
        client.register_plugin(CountBytes())
        began = perf_counter()
        self.data = Blocks(generated(n), None, client)
        _ = self.data.frame
        self.seconds_to_make = perf_counter() - began
        self.blocks = self.data.chunks(K, covariance_family("full").least)
        start = self.data.frame.mixture_into(first)
        self.states = iterate(self.blocks, start, reg_covar=reg_covar, map=self.data.map)
        self.seconds: list[float] = []
        self.objective = np.nan
        self.advance()  # the first touches everything once
        self.seconds.clear()

    def advance(self) -> None:
        """One E-step and one M-step."""
        began = perf_counter()
        expected, _ = islice(self.states, 2)
        self.seconds.append(perf_counter() - began)
        self.objective = expected.statistics.objective

    def core_seconds(self) -> float:
        """What the busiest worker has computed so far, in seconds of a core."""
        return max(self.client.run(process_time).values())

    @property
    def peaks(self) -> list[float]:
        """The peak memory of each worker, in MB."""
        return list(self.client.run(peak).values())

    def moved(self) -> int:
        """Bytes written so far by workers and this process, the scheduler's among it."""
        return sum(self.client.run(written).values()) + written()


@contextmanager
def site_of(n_workers: int, n: int, first: Mixture) -> Iterator[Site]:
    """A cluster of so many workers, as long as the caller is within."""
    with running(n_workers) as cluster, Client(cluster, set_as_default=False) as client:
        yield Site(client, n, first, 1e-6)


def bytes_an_iteration(site: Site, n_iter: int = 3) -> float:
    """What is written in an iteration, beyond what an idle cluster writes in that time."""
    before, began = site.moved(), perf_counter()
    for _ in range(n_iter):
        site.advance()
    after, seconds = site.moved(), perf_counter() - began
    sleep(_IDLE)
    idle = (site.moved() - after) / _IDLE
    return (after - before - idle * seconds) / n_iter


def overhead(client: Client, n_tasks: int) -> float:
    """Seconds that so many tasks of nothing and their sum take: what a scheduler can do."""
    tiny = [dask.delayed(int, pure=False)(1) for _ in range(n_tasks)]
    total = dask.delayed(sum, pure=False)(tiny)
    began = perf_counter()
    assert client.compute(total).result() == n_tasks
    return perf_counter() - began


def here(n: int, first: Mixture) -> float:
    """Seconds an iteration of this process takes on one core, for so many points."""
    X = np.concatenate([groups(i, min(BLOCK, n - i)) for i in range(0, n, BLOCK)])
    run = partial(fit, X, K, init=first, tol=0, executor=_OneCore())
    times = []
    for max_iter in (1, 4):
        began = perf_counter()
        run(max_iter=max_iter)
        times.append(perf_counter() - began)
    return (times[1] - times[0]) / 3


class _OneCore:
    map = staticmethod(map)


def report(n: int, rounds: int) -> bool:
    """Print the table; whether two workers were as much faster as they should be."""
    count_written()
    sample = groups(0, 20_000)
    first = fit(sample, K, max_iter=1).mixture
    print(f"\nEM on a cluster of this machine: {n:,} points × {D}, K = {K}, full covariances")
    print(f"blocks of {BLOCK:,} rows, slices of {chunk_length(K, D, 'products'):,}\n", flush=True)
    with site_of(1, n, first) as one, site_of(2, n, first) as two:
        before = [each.core_seconds() for each in (one, two)]
        for _ in range(rounds):
            one.advance()
            two.advance()
            print(f"  one worker {one.seconds[-1]:.2f} s, two {two.seconds[-1]:.2f} s", flush=True)
        spent = [e.core_seconds() - b for e, b in zip((one, two), before, strict=True)]
        ratios = [a / b for a, b in zip(one.seconds, two.seconds, strict=True)]
        agree = abs(one.objective - two.objective) < 1e-10 * abs(one.objective)
        print(f"{'workers':>8}{'s/iteration':>13}{'iterations/s':>14}{'million points/s':>18}"
              f"{'kB/iteration':>14}{'peak MB':>9}{'made in s':>11}")  # fmt: skip
        for workers, each in ((1, one), (2, two)):
            seconds = median(each.seconds)
            moved = bytes_an_iteration(each) / 1000
            print(f"{workers:>8}{seconds:>13.2f}{1 / seconds:>14.2f}{n / seconds / 1e6:>18.1f}"
                  f"{moved:>14.0f}{max(each.peaks):>9.0f}{each.seconds_to_make:>11.1f}",
                  flush=True)  # fmt: skip
        pairs = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        print(f"\ntwo workers against one, in pairs: {pairs}; median {median(ratios):.2f}, "
              f"best {max(ratios):.2f} (goal {GOAL})")  # fmt: skip
        print(f"seconds of a core an iteration: {spent[0] / rounds:.2f} on the one worker, "
              f"{spent[1] / rounds:.2f} on the busier of two: {spent[0] / spent[1]:.2f} times "
              "as fast if nothing else ran here")  # fmt: skip
        print(f"the same objective: {agree}")
        times = {tasks: overhead(two.client, tasks) for tasks in (100, 2_000)}
        each = (times[2_000] - times[100]) / 1_900
        print(f"a task that does nothing: {1e3 * each:.2f} ms of a scheduler and two workers")
    few = min(n, QUICK)
    print(f"this process alone, one core: {few / here(few, first) / 1e6:.1f} million points/s")
    return agree and median(ratios) >= GOAL


if __name__ == "__main__":
    parser = argparse.ArgumentParser("python -m benchmarks.cluster", description=__doc__)
    parser.add_argument("--points", type=int, default=POINTS, help=f"how many ({POINTS:,})")
    parser.add_argument("--rounds", type=int, default=8, help="pairs of iterations (8)")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} points")
    known = parser.parse_args()
    sys.exit(0 if report(QUICK if known.quick else known.points, known.rounds) else 1)
