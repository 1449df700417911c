"""Expectation-maximisation: two steps, a loop that yields each of them, and the fit made of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from itertools import count
from operator import add
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from gmmlab.engine.arrays import Array, as_points, as_weights
from gmmlab.engine.chunks import Chunk, Slice, chunked
from gmmlab.engine.covariance import DegenerateCovariance
from gmmlab.engine.execution import chunk_length, chunk_map
from gmmlab.engine.frame import Frame
from gmmlab.engine.initialization import Seed, first_mixtures
from gmmlab.engine.mixture import Mixture
from gmmlab.engine.result import Fit, Reason
from gmmlab.engine.statistics import SufficientStatistics
from gmmlab.engine.steps import e_step, lost_digits, m_step

# A start is only a start: this many points show where the clusters are.
_ENOUGH_FOR_A_START = 100_000

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
    reg_covar: float = 0.0,
    map: Callable[..., Iterable[Any]] = map,
) -> Iterator[State]:
    """Every half-step of EM from `start`, without end; the caller decides when to stop.

    The loop never knows where a chunk is computed: `map` may be the built-in one or a pool's.
    """
    mixture = start
    for iteration in count():
        statistics = reduce(add, map(partial(e_step, mixture), chunks))
        yield State("expectation", iteration, mixture, statistics)
        made = m_step(statistics, mixture.covariance_type, reg_covar)
        if lost_digits(statistics, made):
            exactly = partial(e_step, mixture, exact=True)
            statistics = reduce(add, map(exactly, chunks))
            made = m_step(statistics, mixture.covariance_type, reg_covar)
        mixture = made
        yield State("maximization", iteration, mixture, statistics)


def fit(
    X: ArrayLike,
    n_components: int,
    covariance_type: str = "full",
    *,
    sample_weight: ArrayLike | None = None,
    init: str | ArrayLike | Mixture = "kmeans",
    n_init: int = 1,
    seed: Seed = 0,
    tol: float = 1e-3,
    max_iter: int = 100,
    floor: float = 1e-6,
    reg_covar: float | None = None,
    amend: Callable[[Mixture], Mixture] | None = None,
    before: float | None = None,
    watch: Callable[[int, int, float], None] | None = None,
) -> Fit:
    """Fit a Gaussian mixture to points (n, d): the best of `n_init` starts by final objective.

    `init` names a start ("kmeans", "k-means++", "random", "random_from_data") or is one: means
    (K, d) or a whole Mixture, in the data's units. `floor` is the ridge added to each variance as a
    share of the data's mean variance, so that a fit is the same at every scale; `reg_covar`, if
    given, replaces it by an absolute one in squared units, as in scikit-learn. EM stops when the
    objective changes by less than `tol`, or after `max_iter` iterations.

    For callers with more to say: `amend` changes each first mixture before EM begins; `before` is
    the objective from which the first change is counted, when a fit goes on; `watch` is called with
    start, iteration and objective after each E-step, and may raise to end the fit.

    Raises ValueError with one sentence for unusable data or parameters, and DegenerateCovariance (a
    ValueError) if no start could be finished.
    """
    points, weights = _weighted_points(X, sample_weight)
    if n_components < 1 or n_init < 1 or max_iter < 0:
        raise ValueError("n_components and n_init must be at least 1, and max_iter at least 0.")
    if len(points) < n_components:
        raise ValueError(f"{n_components} components need as many points; there are {len(points)}.")
    frame = Frame.of(points, weights)
    own_units = points.shape[1] * np.log(frame.scale)  # densities are per unit of volume
    ridge = floor if reg_covar is None else reg_covar / frame.scale / frame.scale
    chunks = chunked(points, weights, frame, chunk_length(n_components))
    recipes = first_mixtures(
        *_for_starts(points, weights, frame, n_components),
        n_components,
        covariance_type,
        _in_frame(init, frame),
        n_init=n_init,
        seed=seed,
        reg_covar=ridge,
    )
    runs: list[_Run] = []
    failures: list[str] = []
    with chunk_map(len(chunks)) as mapper:
        for start, recipe in enumerate(recipes):
            try:
                first = recipe()
                if amend is not None:
                    first = frame.mixture_into(amend(frame.mixture_out_of(first)))
                states = iterate(chunks, first, reg_covar=ridge, map=mapper)
                if watch is not None:
                    states = _watched(states, partial(watch, start), own_units)
                origin = None if before is None else before + own_units
                runs.append(_run(states, tol, max_iter, origin))
            except DegenerateCovariance as problem:
                failures.append(str(problem))
    if not runs:
        raise DegenerateCovariance(failures[0])
    # A collapsing component buys any likelihood, so a run that ended well goes before all others.
    best = max(runs, key=lambda run: (run.reason != "collapsed", run.history[-1]))
    return Fit(
        mixture=frame.mixture_out_of(best.mixture),
        framed=best.mixture,
        frame=frame,
        history=tuple(value - own_units for value in best.history),
        reason=best.reason,
        total_weight=float(len(points) if weights is None else weights.sum()),
        ridge=ridge,
        failures=tuple(failures),
    )


class _Run(NamedTuple):
    mixture: Mixture
    history: tuple[float, ...]
    reason: Reason


def _run(states: Iterable[State], tol: float, max_iter: int, before: float | None = None) -> _Run:
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
                reason = "fell" if change < -_ROUNDING * abs(history[-1]) else "converged"
    except DegenerateCovariance:
        if not history:
            raise
        reason = "collapsed"
    return _Run(mixture, tuple(history), reason)


def _watched(
    states: Iterable[State], watch: Callable[[int, float], None], own_units: float
) -> Iterator[State]:
    for state in states:
        if state.step == "expectation":
            watch(state.iteration, state.statistics.objective - own_units)
        yield state


def _weighted_points(X: ArrayLike, sample_weight: ArrayLike | None) -> tuple[Array, Array | None]:
    """The points that count: a row of weight zero is no row."""
    points = as_points(X)
    weights = as_weights(sample_weight, len(points))
    if weights is None or weights.all():
        return points, weights
    return points[weights > 0], weights[weights > 0]


def _for_starts(
    points: Array, weights: Array | None, frame: Frame, n_components: int
) -> tuple[Array, Array | None]:
    """The points from which first mixtures are made, in the frame: of many, a random sample."""
    enough = max(_ENOUGH_FOR_A_START, 100 * n_components)
    if len(points) <= enough:
        return frame.into(points), weights
    chosen = np.random.default_rng(0).choice(len(points), size=enough, replace=False)
    chosen.sort()
    return frame.into(points[chosen]), None if weights is None else weights[chosen]


def _in_frame(init: str | ArrayLike | Mixture, frame: Frame) -> str | Array | Mixture:
    if isinstance(init, str):
        return init
    return frame.mixture_into(init) if isinstance(init, Mixture) else frame.into(as_points(init))
