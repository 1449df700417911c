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
from dataclasses import dataclass, fields, replace
from functools import cached_property, partial
from itertools import product
from numbers import Integral
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import entr

from gmmlab.compute.cores import n_cores, one_blas_thread
from gmmlab.compute.pool import processes_exist, shared_pool
from gmmlab.compute.questions import costs, digest_of
from gmmlab.compute.threads import alone
from gmmlab.engine.arrays import Array, as_points
from gmmlab.engine.em import fit
from gmmlab.engine.model.covariance import covariance_family
from gmmlab.engine.result import Fit
from gmmlab.studies.mixtures.cross_validation import LogDensity, held_out

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

    @cached_property
    def identity(self) -> str:
        """A digest of the model and its values."""
        mixture = None if self.fit is None else self.fit.mixture
        held = () if mixture is None else (mixture.weights, mixture.means, mixture.covariances)
        return digest_of(self.key, self.aic, self.icl, self.held_out, *held)

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


@dataclass(frozen=True)
class Method:
    """How every cell of a sweep is fitted and judged.

    With `n_folds` of 0 there is no held-out likelihood; the rest are arguments of `engine.em.fit`,
    and so is what `n_init` restarts mean, in the folds as well. `tol` and `max_iter` are
    scikit-learn's if not given, at which EM may stop short of an optimum; the pages ask for more.
    """

    n_folds: int = 0
    n_init: int = 1
    seed: int = 0
    init: str = "kmeans"
    tol: float = 1e-3
    max_iter: int = 100
    reg_covar: float | None = None

    @property
    def options(self) -> dict[str, Any]:
        """The arguments of `fit`."""
        return {each.name: getattr(self, each.name) for each in fields(self)[1:]}


@dataclass(frozen=True, eq=False)
class Rows:
    """What models are fitted to: points X (n, d) and the names of their columns."""

    X: Array
    names: tuple[str, ...] = ()

    @cached_property
    def identity(self) -> str:
        """The digest of all that is in it."""
        return digest_of(self.X, self.names)


def sweep(
    X: ArrayLike,
    n_components: Iterable[int],
    covariance_types: Iterable[str] = ("full",),
    *,
    skip: Collection[Key] = (),
    watch: Callable[[], None] | None = None,
    **method: Any,
) -> Iterator[Cell]:
    """Fit every K with every covariance type to points (n, d) and yield each cell as it is done.

    All cells start from the same seed, so what a cell holds does not depend on which others are
    asked for: a wider range is a sweep of the new cells, with the known ones in `skip`. `method`
    are the fields of `Method`.

    Heavy sweeps use all cores, by processes: a model of a few hundred points is many short calls,
    between which threads quarrel over Python's lock. To end one early, close the iterator between
    two cells (as `contextlib.closing` does when a loop is left), or let `watch` raise: it is called
    many times a second during the work, and what it raises comes out.

    Cells that fail come as cells with a `problem`. A ValueError is raised, at once, only for data,
    K, types or folds that no cell could use.
    """
    rows, how = Rows(as_points(X)), Method(**method)
    types = [covariance_types] if isinstance(covariance_types, str) else list(covariance_types)
    for name in types:
        covariance_family(name)
    Ks = list(n_components)
    for K in Ks:
        if not _is_whole(K) or K < 1:
            raise ValueError(f"n_components must be whole numbers, at least 1; got {K!r}.")
    if not _is_whole(how.n_folds) or how.n_folds < 0 or how.n_folds == 1:
        raise ValueError(f"n_folds must be 0 for none, or at least 2; got {how.n_folds!r}.")
    keys = [(int(K), name) for K, name in product(Ks, types)]
    todo = [key for key in dict.fromkeys(keys) if key not in skip]
    heavy = sum(cell_seconds(rows, how, key) for key in todo) > _WORTH_HELP
    if heavy and n_cores() > 1 and processes_exist():
        return shared_pool(__name__).as_done(partial(cell, rows, how), todo, watch)
    return _one_by_one(rows, how, todo, watch)


def cell_seconds(rows: Rows, method: Method, key: Key) -> float:
    """About how long a cell takes on one core: calls cost a millisecond, arithmetic adds to it.

    Both are of a fit at tolerance 0.001; at 0.000001 EM takes about eight times the iterations.
    """
    n_fits = method.n_init * (1 + method.n_folds)
    longer = (1e-3 / min(max(method.tol, 1e-9), 1e-3)) ** 0.3
    return n_fits * longer * (1e-3 + 2e-7 * rows.X.size * key[0])


@costs(cell_seconds)
def cell(rows: Rows, method: Method, key: Key) -> Cell:
    """One cell of the sweep."""
    return _cell(rows.X, method, key, None)


def seconds_left(elapsed: float, done: Iterable[Key], waiting: Iterable[Key]) -> float:
    """How long a sweep still takes, if the time for a cell grows with its components."""
    behind = sum(K for K, _ in done)
    return elapsed / behind * sum(K for K, _ in waiting) if behind else float("nan")


def _is_whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _one_by_one(
    rows: Rows, method: Method, keys: Iterable[Key], watch: Callable[[], None] | None
) -> Iterator[Cell]:
    with one_blas_thread(), alone():
        for key in keys:
            yield _cell(rows.X, method, key, watch)


def _cell(points: Array, method: Method, key: Key, watch: Callable[[], None] | None) -> Cell:
    """One cell of the sweep; `watch` is called in every iteration, if given, and may raise."""
    began = perf_counter()
    K, covariance_type = key
    ends: dict[int, float] = {}

    def note(start: int, _: int, objective: float) -> None:
        ends[start] = objective
        if watch is not None:
            watch()

    def learn(seen: Array) -> LogDensity:
        look = None if watch is None else lambda *_: watch()
        return fit(seen, K, covariance_type, watch=look, **method.options).score_samples

    # A look after every iteration takes a thirtieth of the time: only where there is a reason.
    noted = note if watch is not None or method.n_init > 1 else None
    try:
        found = fit(points, K, covariance_type, watch=noted, **method.options)
    except ValueError as problem:
        return Cell(K, covariance_type, problem=str(problem), seconds=perf_counter() - began)
    judged = replace(_judged(found, points), objectives=tuple(ends.values()) or (found.objective,))
    if method.n_folds:
        try:
            mean, error, _ = held_out(points, learn, n_folds=method.n_folds, seed=method.seed)
            judged = replace(judged, held_out=mean, held_out_se=error)
        except ValueError as problem:
            judged = replace(judged, problem=judged.problem or str(problem))
    return replace(judged, seconds=perf_counter() - began)


def _judged(found: Fit, points: Array) -> Cell:
    """The cell of a fit, without held-out likelihood."""
    responsibilities = found.responsibilities(points)
    return Cell(
        found.mixture.n_components,
        found.mixture.covariance_type,
        aic=float(found.aic),
        bic=float(found.bic),
        icl=float(found.bic - 2 * np.log(responsibilities.max(axis=1)).sum()),
        problem=_doubt(found),
        fit=found,
        entropy=float(entr(responsibilities).sum()),
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
