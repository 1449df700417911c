"""Expectation-maximisation: fitting a mixture to data, from starts to the best of their ends."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import ArrayLike

from gmmlab.compute.threads import Executor
from gmmlab.engine.arrays import Array
from gmmlab.engine.model.covariance import DegenerateCovariance, covariance_family
from gmmlab.engine.model.diagnosis import remarks
from gmmlab.engine.model.frame import Frame, Framed
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.result import Fit
from gmmlab.engine.run.initialization import Seed, first_mixtures
from gmmlab.engine.run.loop import Run, State, iterate, run
from gmmlab.engine.run.preparation import Data, InMemory, check, in_frame, ridge_for
from gmmlab.engine.run.search import search
from gmmlab.engine.step.chunks import KEPT_BYTES
from gmmlab.engine.step.steps import e_step, m_step

__all__ = ["Fit", "State", "e_step", "fit", "iterate", "m_step"]

# A start is only a start: this many points show where the clusters are.
_ENOUGH_FOR_A_START = 100_000
_ENOUGH_FOR_A_SEARCH = 2_000
_MOST_COORDINATES = 4_000_000  # of a start's points, but for a hundred points a component

_ABOVE_ROUNDING = 1e-12  # of a variance: what floats can tell from 0 beside it
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
    record: Callable[[int, Mixture], None] | None = None,
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
    start, iteration and objective after each E-step, and may raise to end the fit; `record` with
    start and mixture, in the data's units, for each value of `history`; `executor` gets the
    E-step's pieces of large data (by default this process's own threads are).

    Raises ValueError with one sentence for unusable data or parameters, and DegenerateCovariance (a
    ValueError) if no start could be finished.
    """
    asked = Asked(
        n_components,
        covariance_type,
        init,
        n_init=n_init,
        seed=seed,
        tol=tol,
        max_iter=max_iter,
        floor=floor,
        reg_covar=reg_covar,
        amend=amend,
        before=before,
        watch=watch,
        record=record,
    )
    return fitted_to(InMemory(X, sample_weight, executor), asked)


class Asked(NamedTuple):
    """What is asked of a fit, whatever the data: see `fit`."""

    n_components: int
    covariance_type: str = "full"
    init: str | ArrayLike | Mixture | Framed = "kmeans"
    n_init: int = 1
    seed: Seed = 0
    tol: float = 1e-3
    max_iter: int = 100
    floor: float = 1e-6
    reg_covar: float | None = None
    amend: Callable[[Mixture], Mixture] | None = None
    before: float | None = None
    watch: Callable[[int, int, float], None] | None = None
    record: Callable[[int, Mixture], None] | None = None

    def check(self) -> None:
        """Raise ValueError, in one sentence, for what is not a number that it can be."""
        numbers = {"tol": self.tol, "floor": self.floor, "reg_covar": self.reg_covar or 0.0}
        check(self.n_components, self.n_init, self.max_iter, **numbers)


def fitted_to(data: Data, asked: Asked) -> Fit:
    """The fit of `data`, wherever they lie; raises what `fit` does."""
    asked.check()
    n_components, reg_covar = asked.n_components, asked.reg_covar
    if data.n < n_components:
        raise ValueError(f"{n_components} components need as many points; there are {data.n}.")
    frame = data.frame
    ridge, notes = ridge_for(frame, asked.floor, reg_covar)
    least = covariance_family(asked.covariance_type).least
    attempt = partial(
        _best_of,
        data,
        data.chunks(n_components, least),
        asked._replace(init=in_frame(asked.init, frame)),
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
    found_remarks = remarks(found.framed, data.n, data.n_distinct, n_components, found.ridge)
    return replace(found, notes=notes + found_remarks, total_weight=found.total_weight * data.unit)


def _best_of(data: Data, chunks: Sequence[Any], asked: Asked, ridge: Array) -> Fit:
    """The best run of all starts with a `ridge` (d,) in the frame, without remarks.

    The mixture or means from which it is `asked` to begin are in the frame, too.
    """
    frame, d = data.frame, data.n_features
    n_components, covariance_type, seed = asked.n_components, asked.covariance_type, asked.seed
    init = cast("str | Array | Mixture", asked.init)
    own_units = d * np.log(frame.scale)  # densities are per unit of volume
    recipes: list[Callable[[], Mixture]]
    if isinstance(init, str) and init == "search":
        sample = data.sample(max(_ENOUGH_FOR_A_SEARCH, 100 * n_components))
        options: dict[str, Any] = {"seed": seed, "reg_covar": ridge, "tol": min(asked.tol, 1e-6)}
        recipes = [partial(search, *sample, n_components, covariance_type, **options)]
    else:
        # What is in its frame already needs no more memory.
        large = 8 * data.n * d > KEPT_BYTES
        most = _MOST_COORDINATES // d if large else _ENOUGH_FOR_A_START
        recipes = first_mixtures(
            *data.sample(max(min(_ENOUGH_FOR_A_START, most), 100 * n_components)),
            n_components,
            covariance_type,
            init,
            n_init=asked.n_init,
            seed=seed,
            reg_covar=ridge,
        )
    runs: list[Run] = []
    failures: list[str] = []
    with data.workers(len(chunks)) as workers:
        for start, recipe in enumerate(recipes):
            try:
                first = recipe()
                if asked.amend is not None:
                    first = frame.mixture_into(asked.amend(frame.mixture_out_of(first)))
                states = iterate(chunks, first, reg_covar=ridge, map=workers.map)
                if asked.watch is not None:
                    states = _watched(states, partial(asked.watch, start), own_units)
                if asked.record is not None:
                    states = _recorded(states, partial(asked.record, start), frame)
                origin = None if asked.before is None else asked.before + own_units
                runs.append(run(states, asked.tol, asked.max_iter, origin))
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
        total_weight=data.total,
        ridge=ridge,
        failures=tuple(failures),
    )


def _watched(
    states: Iterable[State], watch: Callable[[int, float], None], own_units: float
) -> Iterator[State]:
    for state in states:
        if state.step == "expectation":
            watch(state.iteration, state.statistics.objective - own_units)
        yield state


def _recorded(
    states: Iterable[State], record: Callable[[Mixture], None], frame: Frame
) -> Iterator[State]:
    for state in states:
        if state.step == "expectation":
            record(frame.mixture_out_of(state.mixture))
        yield state
