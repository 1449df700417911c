"""How many components? Every K and covariance type, judged by four criteria, one cell at a time.

* AIC = −2 log L + 2 p and BIC = −2 log L + p log n, with p free parameters: lower is better.
  Akaike, IEEE Transactions on Automatic Control 19 (1974); Schwarz, Annals of Statistics 6 (1978).
* ICL = BIC − 2 Σ log t, with t each point's largest posterior, as `gmmlab.GaussianMixture.icl` has
  it: lower is better. Biernacki, Celeux and Govaert, IEEE TPAMI 22 (2000). Others put the entropy
  −Σ t log t over all components in place of −Σ log t, that is BIC + 2 `Cell.entropy`, or turn the
  sign (mclust).
* Held-out log-likelihood per point, in nats: higher is better.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from numbers import Integral
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import entr

from gmmlab.engine.arrays import Array, as_points
from gmmlab.engine.chunks import Chunk
from gmmlab.engine.covariance import covariance_family
from gmmlab.engine.em import fit
from gmmlab.engine.execution import Pulse, as_done
from gmmlab.engine.kernels import normalize
from gmmlab.engine.result import Fit
from gmmlab.engine.steps import log_joint
from gmmlab.studies.density import log_density
from gmmlab.studies.held_out import LogDensity, held_out

Key = tuple[int, str]  # K and covariance type

_WORTH_HELP = 0.5  # seconds of work for which it pays to fetch other processes


@dataclass(frozen=True, eq=False)
class Cell:
    """One number of components and one covariance type, fitted and judged.

    A value is None where it does not exist: all of them if the fit failed, `held_out` and
    `held_out_se` also without folds or where a fold failed. `problem` is one sentence on what
    failed, or on why the values should not be believed, or None. `fit` is the best of the restarts;
    `objectives` are the mean log-likelihoods per point at which each of them ended. `entropy` is
    −Σ t log t over all points and components, in nats. `seconds` is what the cell took on one core.
    """

    n_components: int
    covariance_type: str
    aic: float | None = None
    bic: float | None = None
    icl: float | None = None
    held_out: float | None = None
    held_out_se: float | None = None
    problem: str | None = None
    fit: Fit | None = None
    objectives: tuple[float, ...] = ()
    entropy: float | None = None
    seconds: float = 0.0

    @property
    def key(self) -> Key:
        """K and covariance type: the cell's place in the table."""
        return self.n_components, self.covariance_type

    def value(self, criterion: str) -> float | None:
        """The value of "aic", "bic", "icl" or "held_out"."""
        return {"aic": self.aic, "bic": self.bic, "icl": self.icl, "held_out": self.held_out}[
            criterion
        ]

    def band(self, criterion: str) -> tuple[float, float] | None:
        """The lowest and highest AIC or BIC over the restarts; None for what each has not."""
        best = self.value(criterion)
        if criterion not in ("aic", "bic") or best is None or self.fit is None:
            return None
        # Restarts have the same penalty, so they differ by their likelihoods alone.
        n, reached = self.fit.total_weight, self.fit.objective
        values = [best - 2 * n * (objective - reached) for objective in self.objectives]
        return min(values), max(values)


def sweep(
    X: ArrayLike,
    n_components: Iterable[int],
    covariance_types: Iterable[str] = ("full",),
    *,
    n_folds: int = 0,
    n_init: int = 1,
    seed: int = 0,
    init: str = "kmeans",
    tol: float = 1e-3,
    max_iter: int = 100,
    reg_covar: float | None = None,
    skip: Collection[Key] = (),
    watch: Callable[[], None] | None = None,
) -> Iterator[Cell]:
    """Fit every K with every covariance type to points (n, d) and yield each cell as it is done.

    All cells start from the same `seed`, so what a cell holds does not depend on which others are
    asked for: a wider range is a sweep of the new cells, with the known ones in `skip`. With
    `n_folds` of 0 there is no held-out likelihood. `init`, `tol`, `max_iter` and `reg_covar` are
    those of `engine.em.fit`, and so is what `n_init` restarts mean, in the folds as well.

    Heavy sweeps use all cores. To end one early, close the iterator between two cells (as
    `contextlib.closing` does when a loop is left), or let `watch` raise: it is called many times a
    second during the work, and what it raises comes out.

    Cells that fail come as cells with a `problem`. A ValueError is raised, at once, only for data,
    K, types or folds that no cell could use.
    """
    points = as_points(X)
    types = [covariance_types] if isinstance(covariance_types, str) else list(covariance_types)
    for name in types:
        covariance_family(name)
    Ks = list(n_components)
    for K in Ks:
        if not _is_whole(K) or K < 1:
            raise ValueError(f"n_components must be whole numbers, at least 1; got {K!r}.")
    if not _is_whole(n_folds) or n_folds < 0 or n_folds == 1:
        raise ValueError(f"n_folds must be 0 for none, or at least 2; got {n_folds!r}.")
    keys = [(int(K), name) for K, name in product(Ks, types)]
    todo = [key for key in dict.fromkeys(keys) if key not in skip]
    options = {
        "n_init": n_init,
        "seed": seed,
        "init": init,
        "tol": tol,
        "max_iter": max_iter,
        "reg_covar": reg_covar,
    }
    work = partial(_cell, points, int(n_folds), options)
    heavy = _expected_seconds(points, todo, n_init * (1 + n_folds)) > _WORTH_HELP
    return as_done(work, todo, helped=heavy, watch=watch)


def seconds_left(elapsed: float, done: Iterable[Key], waiting: Iterable[Key]) -> float:
    """How long a sweep still takes, if the time for a cell grows with its components."""
    behind = sum(K for K, _ in done)
    return elapsed / behind * sum(K for K, _ in waiting) if behind else float("nan")


def _is_whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _expected_seconds(points: Array, keys: Iterable[Key], n_fits: int) -> float:
    """A rough guess at the work: calls cost a millisecond a fit, arithmetic a little more."""
    return sum(n_fits * (1e-3 + 2e-7 * points.size * K) for K, _ in keys)


def _cell(points: Array, n_folds: int, options: dict[str, Any], key: Key, pulse: Pulse) -> Cell:
    """One cell of the sweep; `pulse` is called in every iteration, if given, and may raise."""
    began = perf_counter()
    K, covariance_type = key
    ends: dict[int, float] = {}

    def watched(start: int, iteration: int, objective: float) -> None:
        ends[start] = objective
        if pulse is not None:
            pulse()

    def learn(seen: Array) -> LogDensity:
        watch = None if pulse is None else lambda *_: pulse()
        return partial(log_density, fit(seen, K, covariance_type, watch=watch, **options))

    # A look after every iteration takes a thirtieth of the time: only where there is a reason.
    watch = watched if pulse is not None or options["n_init"] > 1 else None
    try:
        found = fit(points, K, covariance_type, watch=watch, **options)
    except ValueError as problem:
        return Cell(K, covariance_type, problem=str(problem), seconds=perf_counter() - began)
    cell = replace(_judged(found, points), objectives=tuple(ends.values()) or (found.objective,))
    if n_folds:
        try:
            mean, error = held_out(points, learn, n_folds=n_folds, seed=options["seed"])
            cell = replace(cell, held_out=mean, held_out_se=error)
        except ValueError as problem:
            cell = replace(cell, problem=cell.problem or str(problem))
    return replace(cell, seconds=perf_counter() - began)


def _judged(found: Fit, points: Array) -> Cell:
    """The cell of a fit, without held-out likelihood."""
    framed = Chunk(np.ascontiguousarray(found.frame.into(points).T))
    shares = log_joint(found.framed, framed)  # (K, n), responsibilities in a moment
    normalize(shares, None)
    return Cell(
        found.mixture.n_components,
        found.mixture.covariance_type,
        aic=float(found.aic),
        bic=float(found.bic),
        icl=float(found.bic - 2 * np.log(shares.max(axis=0)).sum()),
        problem=_doubt(found),
        fit=found,
        entropy=float(entr(shares).sum()),
    )


def _doubt(found: Fit) -> str | None:
    """Why the values of a fit should not be believed, in one sentence, or None."""
    K, narrow, odd = (
        found.mixture.n_components,
        int(found.at_floor.sum()),
        int(found.spurious.sum()),
    )
    if found.notes:
        return found.notes[0]
    if found.reason == "collapsed":
        return "EM broke off because a component collapsed: its covariance became singular."
    if narrow:
        return (
            f"{narrow} of {K} components {'is' if narrow == 1 else 'are'} as narrow as the floor "
            "under the variances allows, so the likelihood depends on that floor."
        )
    if odd:
        return (
            f"{odd} of {K} components collapsed on a few points that happen to lie close, so the "
            "likelihood is an artefact."
        )
    if found.effective_components < K:
        return f"Only {found.effective_components} of {K} components do anything."
    return None
