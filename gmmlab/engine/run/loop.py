"""The loop of EM: every half-step as an immutable state, and a run of it to its end."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from itertools import count
from operator import add
from typing import Any, Literal, NamedTuple

import numpy as np

from gmmlab.engine.arrays import Array
from gmmlab.engine.model.covariance import DegenerateCovariance
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.result import Reason
from gmmlab.engine.step.chunks import Chunk, Slice
from gmmlab.engine.step.kernels import Flags
from gmmlab.engine.step.statistics import SufficientStatistics
from gmmlab.engine.step.steps import careful_m_step, e_step

# A fall of the objective below this share of its size is rounding, not a fall.
_ROUNDING = 1e-10


@dataclass(frozen=True, eq=False)
class State:
    """One half-step of EM: after an E-step the statistics are those of `mixture`; after an M-step
    `mixture` is the one made from them. `iteration` counts the M-steps done before this one."""

    step: Literal["expectation", "maximization"]
    iteration: int
    mixture: Mixture
    statistics: SufficientStatistics


def iterate(
    chunks: Sequence[Chunk | Slice],
    start: Mixture,
    *,
    reg_covar: float | Array = 0.0,
    map: Callable[..., Iterable[Any]] = map,
) -> Iterator[State]:
    """Every half-step of EM from `start`, without end; the caller decides when to stop.

    The loop never knows where a chunk is computed: `map` may be the built-in one or a pool's.
    """

    def gathered(mixture: Mixture, exact: bool | Flags = False) -> SufficientStatistics:
        return reduce(add, map(partial(e_step, mixture, exact=exact, lean=True), chunks))

    mixture = start
    for iteration in count():
        statistics = gathered(mixture)
        yield State("expectation", iteration, mixture, statistics)
        exactly = partial(gathered, mixture)
        mixture, statistics = careful_m_step(
            statistics, exactly, mixture.covariance_type, reg_covar
        )
        yield State("maximization", iteration, mixture, statistics)


class Run(NamedTuple):
    """Where a run of EM ended: the mixture, the objective before and after each step, and why."""

    mixture: Mixture
    history: tuple[float, ...]
    reason: Reason


def run(states: Iterable[State], tol: float, max_iter: int, before: float | None = None) -> Run:
    """EM to its end: scikit-learn's rule, but the objective is that of the mixture returned."""
    history: list[float] = []
    reason: Reason = "max_iter"
    try:
        for state in states:
            if state.step == "maximization":
                continue
            mixture = state.mixture
            previous = history[-1] if history else before
            history.append(state.statistics.objective)
            if reason != "max_iter" or state.iteration == max_iter:
                break
            change = np.inf if previous is None else history[-1] - previous
            if abs(change) < tol:
                # One more M-step is made, as in scikit-learn, and the loop ends at its E-step.
                fell = change < 0 and not _same(history[-1], history[-1] - change)
                reason = "fell" if fell else "converged"
    except DegenerateCovariance:
        if not history:
            raise
        reason = "collapsed"
    if reason == "max_iter" and len(history) > 1 and _same(history[-1], history[-2]):
        reason = "stalled"
    return Run(mixture, tuple(history), reason)


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= _ROUNDING * abs(one)
