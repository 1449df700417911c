"""Timing two ways of doing the same work, in turns, so that a busy machine is busy for both."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from threadpoolctl import threadpool_limits


@dataclass(frozen=True)
class Pair:
    """Medians in seconds of both, the median of their ratios, and what each gave back."""

    ours: float
    peer: float
    ratio: float
    our_result: Any
    peer_result: Any


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """How long `work` takes once, and what it gives back."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def in_turns(
    ours: Callable[[], Any], peer: Callable[[], Any], repeats: int, blas_threads: int | None = None
) -> Pair:
    """Time `ours` and `peer` alternately, `repeats` times each after one warm-up of ours."""
    with threadpool_limits(blas_threads):
        ours()
        runs = [(seconds(ours), seconds(peer)) for _ in range(repeats)]
    return Pair(
        ours=statistics.median(a for (a, _), _ in runs),
        peer=statistics.median(b for _, (b, _) in runs),
        ratio=statistics.median(b / a for (a, _), (b, _) in runs),
        our_result=runs[-1][0][1],
        peer_result=runs[-1][1][1],
    )
