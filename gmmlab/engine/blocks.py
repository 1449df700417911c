"""Data in the blocks of a Dask array, larger than this machine's memory: EM goes to the data.

The engine is that of `em.fit`. Its E-step is mapped over the blocks where they lie, a block's
statistics are added up there, those of all blocks in a tree on the workers, and what comes back in
an iteration is one sum of (K, d, d) numbers. The frame comes from one pass, the starts from a
sample, the very rows of which `em.fit` would take.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import cached_property, reduce
from operator import add
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from gmmlab.compute.cluster import client_of, computed, users_client
from gmmlab.compute.cores import one_blas_thread
from gmmlab.compute.threads import Executor, alone
from gmmlab.engine.arrays import Array, as_points, check_total_weight, each_weight
from gmmlab.engine.em import Asked, fitted_to
from gmmlab.engine.lazy import as_lazy_points, as_lazy_weights
from gmmlab.engine.model.covariance import Moments
from gmmlab.engine.model.frame import Extent, Frame, Framed
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.result import Fit
from gmmlab.engine.run.initialization import Seed
from gmmlab.engine.run.preparation import chosen_rows, held, unit_of_weights
from gmmlab.engine.step.chunks import Slice, chunk_length, framed
from gmmlab.engine.step.statistics import SufficientStatistics

if TYPE_CHECKING:
    from distributed import Client

T = TypeVar("T")
_BRANCHES = 8  # statistics that are added up in one task
_KEPT = 0.5  # of the workers' memory, for data that are read once and then lie there


def fit_dask(
    array: Any,
    n_components: int,
    covariance_type: str = "full",
    *,
    sample_weight: Any = None,
    init: str | ArrayLike | Mixture | Framed = "kmeans",
    n_init: int = 1,
    seed: Seed = 0,
    tol: float = 1e-3,
    max_iter: int = 100,
    floor: float = 1e-6,
    reg_covar: float | None = None,
    watch: Callable[[int, int, float], None] | None = None,
    client: "Client | str | None" = None,
) -> Fit:
    """Fit a Gaussian mixture to a Dask array (n, d), which no one machine has to hold.

    The result is that of `gmmlab.engine.em.fit` on the same rows to rounding, and the options are
    its own. `array` may also be a data frame of Dask's, or what `np.load(…, mmap_mode="r")` gives;
    `sample_weight` (n,) a Dask array. Blocks may have any lengths, 0 and unknown ones too.

    `client` is Dask's, or the address of a scheduler. Without one it is that of GMMLAB_SCHEDULER in
    the environment, then the one that this program has made, then this machine's threads. On a
    cluster, data that take up to half of the workers' memory are read once and kept there for the
    time of the fit; others are read anew in every iteration. A worker may be lost at any time: what
    it held is made again by the others.

    Raises what `em.fit` raises, and ClusterIsAway, in one sentence, if no scheduler answers.
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
        watch=watch,
    )
    asked.check()
    if client is None:
        client = users_client()
    elif isinstance(client, str):
        client = client_of(client)
    return fitted_to(Blocks(array, sample_weight, client), asked)


class _Look(NamedTuple):
    """What one pass tells of a block: how many of its rows count, their extent, their weights."""

    n: int
    extent: Extent | None = None
    unit: float = 1.0
    largest: float = 0.0


class _Work(NamedTuple):
    """What is done with each block: a function of slices of this length, in this frame, with
    weights in this unit."""

    function: Callable[[Slice], SufficientStatistics]
    length: int
    frame: Frame
    unit: float


class Blocks:
    """The rows of a Dask array (n, d), with weights (n,) or None, as `Data`."""

    def __init__(self, X: Any, sample_weight: Any, client: "Client | None") -> None:
        import dask

        points = as_lazy_points(X)
        weights = as_lazy_weights(sample_weight, points)
        self._client = client
        self.n_features = int(points.shape[1])
        # What lies on the cluster already stays there for as long as somebody holds it, and an
        # optimised graph does not.
        self._held: list[Any] = [points, weights]
        points, *_ = dask.optimize(points)
        points, kept = self._kept(points, points.nbytes)
        self._take(points, weights)
        self._looks: list[_Look] = self._of_each(_look)
        self.n = sum(look.n for look in self._looks)
        if self.n == 0 and weights is None:
            raise ValueError(f"The data are empty: 0 rows, {self.n_features} columns.")
        self.unit = 1.0
        if weights is not None:
            largest = max(look.largest for look in self._looks)
            with np.errstate(over="ignore"):
                total = sum(e.weight * look.unit for e, look in self._extents())
            check_total_weight(float(total), largest)
            self.unit = unit_of_weights(largest)
        if not kept and np.isnan(points.nbytes):  # now it is known how much they take
            n_bytes = self.n * self.n_features * points.dtype.itemsize
            self._take(self._kept(points, n_bytes)[0], weights)

    def _kept(self, points: Any, n_bytes: float) -> tuple[Any, bool]:
        """The points in the workers' memory, if they take no more than a share of it."""
        if self._client is None:
            return points, False
        workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        if n_bytes <= _KEPT * sum(worker["memory_limit"] or 0 for worker in workers):
            return self._client.persist(points), True
        return points, False

    def _take(self, points: Any, weights: Any) -> None:
        self._held.append(points)
        blocks = points.to_delayed(optimize_graph=False).ravel().tolist()
        of_each = [None] * len(blocks) if weights is None else weights.to_delayed().tolist()
        self._blocks: list[tuple[Any, Any]] = list(zip(blocks, of_each, strict=True))

    def _extents(self) -> Iterator[tuple[Extent, _Look]]:
        return ((look.extent, look) for look in self._looks if look.extent is not None)

    @cached_property
    def _extent(self) -> Extent:
        """That of all rows, their weight in `unit`."""
        least = np.finfo(float).tiny
        return _in_tree(
            lambda some: reduce(add, some),
            [
                replace(extent, weight=max(extent.weight * (look.unit / self.unit), least))
                for extent, look in self._extents()
            ],
        )

    @property
    def total(self) -> float:
        return self._extent.weight

    @cached_property
    def frame(self) -> Frame:
        return self._extent.frame()

    def chunks(self, n_components: int, least: Moments) -> Sequence[Any]:
        self._length = chunk_length(n_components, self.n_features, least)
        return self._blocks

    def workers(self, n_chunks: int) -> AbstractContextManager[Executor]:
        return nullcontext(self)

    def map(self, function: Callable[..., Any], blocks: Iterable[Any]) -> Iterable[Any]:
        """The sum of `function` over all slices of all blocks, added up where they lie."""
        from dask import delayed

        work = _Work(function, self._length, self.frame, self.unit)
        # A task of its own, so that it travels once to each worker and not with each block.
        shared = delayed(work, pure=False, traverse=False)
        gathered, summed = delayed(_gathered, pure=False), delayed(_summed, pure=False)
        parts = [gathered(shared, *block) for block in blocks]
        return computed([_in_tree(summed, parts)], self._client)

    def sample(self, enough: int) -> tuple[Array, Array | None]:
        chosen = chosen_rows(self.n, enough)
        ends = np.cumsum([look.n for look in self._looks])
        picks: list[Any] = [None] * len(ends)
        if chosen is not None:
            places = np.split(chosen, np.searchsorted(chosen, ends[:-1]))
            picks = [
                p - (end - look.n) for p, end, look in zip(places, ends, self._looks, strict=True)
            ]
        found = [part for part in self._of_each(_rows_at, picks) if len(part[0])]
        points = framed(np.concatenate([rows for rows, _ in found]), self.frame).T
        if found[0][1] is None:
            return points, None
        return points, np.concatenate([weights for _, weights in found]) / self.unit

    def n_distinct(self) -> int:
        return len(np.unique(np.concatenate(self._of_each(_distinct)), axis=0))

    def _of_each(self, function: Callable[..., T], *more: Sequence[Any]) -> list[T]:
        """A function of each block's rows and weights, and of an item of each of `more`."""
        from dask import delayed

        lazy = delayed(function, pure=False)
        asked = [lazy(*block, *own) for block, *own in zip(self._blocks, *more, strict=True)]
        return computed(asked, self._client)


def _look(rows: Any, weights: Any) -> _Look:
    rows = np.asarray(rows)
    own = None if weights is None else each_weight(weights, len(rows))
    if len(rows) == 0:
        return _Look(0)
    points = as_points(rows)
    if own is None:
        return _Look(len(points), Extent.of(points))
    largest = float(own.max())
    if largest == 0:
        return _Look(0)
    unit = unit_of_weights(largest)
    points, own = held(points, own / unit)
    return _Look(len(points), Extent.of(points, own), unit, largest)


def _those_held(rows: Any, weights: Any) -> tuple[Any, Array | None]:
    """Those that count, as the first pass has counted them, in the type that they have."""
    rows = np.asarray(rows)
    if weights is None:
        return rows, None
    return held(rows, np.asarray(weights, dtype=np.float64))


def _rows_at(rows: Any, weights: Any, places: Any) -> tuple[Array, Array | None]:
    points, own = _those_held(rows, weights)
    chosen = slice(None) if places is None else places
    return points[chosen].astype(np.float64), None if own is None else own[chosen]


def _distinct(rows: Any, weights: Any) -> Array:
    points, _ = _those_held(rows, weights)
    return np.unique(points.astype(np.float64), axis=0)


def _gathered(work: _Work, rows: Any, weights: Any) -> SufficientStatistics | None:
    """The statistics of a block, slice by slice; None of an empty one."""
    points, own = _those_held(rows, weights)
    if len(points) == 0:
        return None
    if own is not None:
        own = own / work.unit
    slices = (
        Slice(
            np.asarray(points[i : i + work.length], dtype=np.float64),
            None if own is None else own[i : i + work.length],
            work.frame,
        )
        for i in range(0, len(points), work.length)
    )
    with alone(), one_blas_thread():
        return reduce(add, map(work.function, slices))


def _summed(parts: Sequence[SufficientStatistics | None]) -> SufficientStatistics | None:
    some = [part for part in parts if part is not None]
    return reduce(add, some) if some else None


def _in_tree(of_some: Callable[[list[T]], T], parts: Sequence[T]) -> T:
    """All parts in one, by a function of up to `_BRANCHES` of them at a time."""
    while len(parts) > 1:
        parts = [of_some(list(parts[i : i + _BRANCHES])) for i in range(0, len(parts), _BRANCHES)]
    return parts[0]
