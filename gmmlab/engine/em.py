"""Expectation-maximisation: fitting a mixture to data, from starts to the best of their ends."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from numbers import Integral, Real
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from gmmlab.compute.threads import Executor, threads_for
from gmmlab.engine.arrays import Array, as_points, as_weights
from gmmlab.engine.model.covariance import DegenerateCovariance, covariance_family
from gmmlab.engine.model.diagnosis import remarks
from gmmlab.engine.model.frame import Frame, Framed
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.result import Fit
from gmmlab.engine.run.initialization import Seed, first_mixtures
from gmmlab.engine.run.loop import Run, State, iterate, run
from gmmlab.engine.run.search import search
from gmmlab.engine.step.chunks import Chunk, Slice, chunked, framed
from gmmlab.engine.step.steps import e_step, m_step

__all__ = ["Fit", "State", "e_step", "fit", "iterate", "m_step"]

# A start is only a start: this many points show where the clusters are.
_ENOUGH_FOR_A_START = 100_000
_ENOUGH_FOR_A_SEARCH = 2_000
_MOST_COORDINATES = 4_000_000  # of a start's points, but for a hundred points a component

_ABOVE_ROUNDING = 1e-12  # of a variance: what floats can tell from 0 beside it
_DROWNING = 1e3  # standard deviations of all data: such a ridge would merge everything
_NOT_CARRIED = (
    "A component collapsed: reg_covar={:g} is lost beside variances a million million times as "
    "large, so 1e-12 of each column's variance is used instead; scale the data, or set reg_covar "
    "to a larger value."
)


def fit(
    X: ArrayLike,
    n_components: int,
    covariance_type: str = "full",
    *,
    sample_weight: ArrayLike | None = None,
    init: str | ArrayLike | Mixture | Framed = "kmeans",
    n_init: int = 1,
    seed: Seed = 0,
    tol: float = 1e-3,
    max_iter: int = 100,
    floor: float = 1e-6,
    reg_covar: float | None = None,
    amend: Callable[[Mixture], Mixture] | None = None,
    before: float | None = None,
    watch: Callable[[int, int, float], None] | None = None,
    executor: Executor | None = None,
) -> Fit:
    """Fit a Gaussian mixture to points (n, d): the best of `n_init` starts by final objective.

    `init` names a start ("kmeans", "k-means++", "random", "random_from_data"), is one (means (K, d)
    or a whole Mixture, in the data's units), or is "search": many short runs from several kinds of
    starts, the best run to the end, clean solutions before spurious ones; `n_init` does not matter
    then. `floor` is the ridge added to each variance as a share of the data's variance along that
    axis, so that a fit is the same at every scale; `reg_covar`, if given, replaces it by an
    absolute one in squared units, as in scikit-learn. EM stops when the objective changes by less
    than `tol`, or after `max_iter` iterations.

    For callers with more to say: `amend` changes each first mixture before EM begins; `before` is
    the objective from which the first change is counted, when a fit goes on; `watch` is called with
    start, iteration and objective after each E-step, and may raise to end the fit; `executor` gets
    the E-step's pieces of large data (by default this process's own threads are).

    Raises ValueError with one sentence for unusable data or parameters, and DegenerateCovariance (a
    ValueError) if no start could be finished.
    """
    points, weights, unit = _weighted_points(X, sample_weight)
    _check(n_components, n_init, max_iter, tol=tol, floor=floor, reg_covar=reg_covar or 0.0)
    if len(points) < n_components:
        raise ValueError(f"{n_components} components need as many points; there are {len(points)}.")
    frame = Frame.of(points, weights)
    ridge, notes = _ridge(frame, floor, reg_covar)
    least = covariance_family(covariance_type).least
    chunks, across = chunked(points, weights, frame, n_components, least)
    attempt = partial(
        _best_of,
        _Data(points, weights, frame, across),
        chunks,
        n_components,
        covariance_type,
        init=_in_frame(init, frame),
        n_init=n_init,
        seed=seed,
        tol=tol,
        max_iter=max_iter,
        amend=amend,
        before=before,
        watch=watch,
        executor=executor,
    )
    carried = np.maximum(ridge, _ABOVE_ROUNDING * frame.variances)
    if not reg_covar or np.array_equal(ridge, carried):
        found = attempt(ridge)
    else:
        # So small a ridge holds up only what has some variance of its own.
        try:
            found = attempt(ridge)
            collapsed = found.reason == "collapsed"
        except DegenerateCovariance:
            collapsed = True
        if collapsed:
            found, notes = attempt(carried), (*notes, _NOT_CARRIED.format(reg_covar))
    return replace(
        found,
        notes=notes + remarks(found.framed, points, n_components, found.ridge),
        total_weight=found.total_weight * unit,
    )


class _Data(NamedTuple):
    """Points (n, d), their weights (n,) or None, their frame, and themselves in it if at hand."""

    points: Array
    weights: Array | None
    frame: Frame
    across: Array | None


def _best_of(
    data: _Data,
    chunks: Sequence[Chunk | Slice],
    n_components: int,
    covariance_type: str,
    ridge: Array,
    *,
    init: str | Array | Mixture,
    n_init: int,
    seed: Seed,
    tol: float,
    max_iter: int,
    amend: Callable[[Mixture], Mixture] | None,
    before: float | None,
    watch: Callable[[int, int, float], None] | None,
    executor: Executor | None,
) -> Fit:
    """The best run of all starts with a `ridge` (d,) in the frame, without remarks."""
    points, weights, frame, across = data
    own_units = points.shape[1] * np.log(frame.scale)  # densities are per unit of volume
    recipes: list[Callable[[], Mixture]]
    if isinstance(init, str) and init == "search":
        enough = max(_ENOUGH_FOR_A_SEARCH, 100 * n_components)
        sample = _sampled(points, weights, frame, enough, across)
        options: dict[str, Any] = {"seed": seed, "reg_covar": ridge, "tol": min(tol, 1e-6)}
        recipes = [partial(search, *sample, n_components, covariance_type, **options)]
    else:
        # What is in its frame already needs no more memory.
        most = _MOST_COORDINATES // points.shape[1] if across is None else _ENOUGH_FOR_A_START
        enough = max(min(_ENOUGH_FOR_A_START, most), 100 * n_components)
        recipes = first_mixtures(
            *_sampled(points, weights, frame, enough, across),
            n_components,
            covariance_type,
            init,
            n_init=n_init,
            seed=seed,
            reg_covar=ridge,
        )
    runs: list[Run] = []
    failures: list[str] = []
    with nullcontext(executor) if executor else threads_for(len(chunks)) as workers:
        for start, recipe in enumerate(recipes):
            try:
                first = recipe()
                if amend is not None:
                    first = frame.mixture_into(amend(frame.mixture_out_of(first)))
                states = iterate(chunks, first, reg_covar=ridge, map=workers.map)
                if watch is not None:
                    states = _watched(states, partial(watch, start), own_units)
                origin = None if before is None else before + own_units
                runs.append(run(states, tol, max_iter, origin))
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


def _ridge(frame: Frame, floor: float, reg_covar: float | None) -> tuple[Array, tuple[str, ...]]:
    """What is added to the variances, (d,) in the frame, and a sentence if it is not as asked."""
    relative = floor * frame.variances
    if reg_covar is None:
        return relative, ()
    if frame.varied and np.sqrt(reg_covar) > _DROWNING * frame.scale:
        return 1e-6 * frame.variances, (
            f"reg_covar={reg_covar:g} is far larger than the variance of the data (their standard "
            f"deviation is about {frame.scale:.1g}), so 1e-6 of that variance is used instead; "
            "scale the data, or set reg_covar to a smaller value.",
        )
    return np.full(len(frame.variances), reg_covar / frame.scale / frame.scale), ()


def _watched(
    states: Iterable[State], watch: Callable[[int, float], None], own_units: float
) -> Iterator[State]:
    for state in states:
        if state.step == "expectation":
            watch(state.iteration, state.statistics.objective - own_units)
        yield state


def _weighted_points(
    X: ArrayLike, sample_weight: ArrayLike | None
) -> tuple[Array, Array | None, float]:
    """The points that count, since a row of weight zero is no row; and the unit of their weights,
    which is not 1 only where sums over them would leave the range of floats."""
    points = as_points(X)
    weights = as_weights(sample_weight, len(points))
    if weights is None:
        return points, None, 1.0
    largest = float(weights.max())
    unit = 1.0 if 1e-100 < largest < 1e100 else float(np.exp2(np.frexp(largest)[1] - 1))
    weights = weights if unit == 1 else weights / unit
    held = weights > 0
    return (points, weights, unit) if held.all() else (points[held], weights[held], unit)


def _sampled(
    points: Array, weights: Array | None, frame: Frame, enough: int, across: Array | None
) -> tuple[Array, Array | None]:
    """The points from which first mixtures are made, in the frame: of many, a random sample.

    `across` (d, n) are all of them in the frame, if they are there already.
    """
    if len(points) <= enough:
        return (framed(points, frame) if across is None else across).T, weights
    chosen = np.random.default_rng(0).choice(len(points), size=enough, replace=False)
    chosen.sort()
    sample = framed(points[chosen], frame)
    return sample.T, None if weights is None else weights[chosen]


def _in_frame(init: str | ArrayLike | Mixture | Framed, frame: Frame) -> str | Array | Mixture:
    match init:
        case str():
            return init
        case Framed():
            return frame.mixture_from(init)
        case Mixture():
            return frame.mixture_into(init) if init.n_features == len(frame.shift) else init
    means = np.asarray(init, dtype=object if init is None else np.float64)
    if means.ndim != 2 or means.shape[1] != len(frame.shift):
        raise ValueError(
            f"init must be the name of a start, a Mixture, or means of {len(frame.shift)} columns."
        )
    if not np.isfinite(means).all():
        raise ValueError("init must be finite; these means contain NaN or infinity.")
    return frame.into(means)


def _check(n_components: object, n_init: object, max_iter: object, **numbers: object) -> None:
    """One sentence for whichever argument of `fit` is not a number that it can be."""
    whole = {"n_components": (n_components, 1), "n_init": (n_init, 1), "max_iter": (max_iter, 0)}
    for name, (value, least) in whole.items():
        if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
            raise ValueError(f"{name} must be a whole number, at least {least}; got {value!r}.")
    for name, number in numbers.items():
        if not isinstance(number, Real) or not 0 <= float(number) < np.inf:
            raise ValueError(f"{name} must be a number, not negative and finite; got {number!r}.")
