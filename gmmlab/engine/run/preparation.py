"""What is checked and made ready before EM begins: points, weights, ridge, and a sample."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from numbers import Integral, Real
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gmmlab.compute.threads import Executor, threads_for
from gmmlab.engine.arrays import Array, as_points, as_weights
from gmmlab.engine.model.covariance import Moments
from gmmlab.engine.model.frame import Frame, Framed
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.step.chunks import Chunk, Slice, chunked, framed

_DROWNING = 1e3  # standard deviations of all data: such a ridge would merge everything


def ridge_for(frame: Frame, floor: float, reg_covar: float | None) -> tuple[Array, tuple[str, ...]]:
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


class Data(Protocol):
    """What EM asks of the points, wherever they lie; of those that count, since a row of weight
    zero is no row. `total` is what they weigh together, in a `unit` that is not 1 only where sums
    over weights would leave the range of floats."""

    unit: float

    @property
    def n(self) -> int:
        """How many rows there are."""

    @property
    def n_features(self) -> int:
        """How many columns they have."""

    @property
    def total(self) -> float:
        """Σ w, in `unit`."""

    @property
    def frame(self) -> Frame:
        """The frame in which they have mean 0 and mean variance 1."""

    def chunks(self, n_components: int, least: Moments) -> Sequence[Any]:
        """What the E-step is mapped over, for so many components and moments."""

    def workers(self, n_chunks: int) -> AbstractContextManager[Executor]:
        """What maps the E-step over them; it may add up statistics before they come back."""

    def sample(self, enough: int) -> tuple[Array, Array | None]:
        """Points (m, d) in the frame, and their weights: all, or a random `enough` of more."""

    def n_distinct(self) -> int:
        """How many rows differ from each other."""


class InMemory:
    """Points (n, d) of this process as `Data`; `executor` maps the E-step over their chunks."""

    def __init__(
        self, X: ArrayLike, sample_weight: ArrayLike | None, executor: Executor | None
    ) -> None:
        self._points, self._weights, self.unit = weighted_points(X, sample_weight)
        self._executor = executor
        self._across: Array | None = None
        self.n, self.n_features = self._points.shape

    @cached_property
    def total(self) -> float:
        return float(self.n if self._weights is None else self._weights.sum())

    @cached_property
    def frame(self) -> Frame:
        return Frame.of(self._points, self._weights)

    def chunks(self, n_components: int, least: Moments) -> Sequence[Chunk | Slice]:
        chunks, self._across = chunked(self._points, self._weights, self.frame, n_components, least)
        return chunks

    def workers(self, n_chunks: int) -> AbstractContextManager[Executor]:
        return nullcontext(self._executor) if self._executor else threads_for(n_chunks)

    def sample(self, enough: int) -> tuple[Array, Array | None]:
        chosen = chosen_rows(self.n, enough)
        if chosen is None:
            whole = framed(self._points, self.frame) if self._across is None else self._across
            return whole.T, self._weights
        rows = framed(self._points[chosen], self.frame).T
        return rows, None if self._weights is None else self._weights[chosen]

    def n_distinct(self) -> int:
        return len(np.unique(self._points, axis=0))


def weighted_points(
    X: ArrayLike, sample_weight: ArrayLike | None
) -> tuple[Array, Array | None, float]:
    """The points that count and their weights, in the unit that comes last."""
    points = as_points(X)
    weights = as_weights(sample_weight, len(points))
    if weights is None:
        return points, None, 1.0
    unit = unit_of_weights(float(weights.max()))
    return *held(points, weights / unit if unit != 1 else weights), unit


def unit_of_weights(largest: float) -> float:
    """In what weights with this maximum are counted: a power of 2, as a rule 1."""
    return 1.0 if 1e-100 < largest < 1e100 else float(np.exp2(np.frexp(largest)[1] - 1))


def held(points: Array, weights: Array) -> tuple[Array, Array]:
    """The rows (n, d) whose weight is not zero, and these weights."""
    some = weights > 0
    return (points, weights) if some.all() else (points[some], weights[some])


def chosen_rows(n: int, enough: int) -> NDArray[np.intp] | None:
    """Which of n rows make a sample of `enough`, in order; None if all do."""
    if n <= enough:
        return None
    chosen = np.random.default_rng(0).choice(n, size=enough, replace=False)
    return np.sort(chosen)


def in_frame(init: str | ArrayLike | Mixture | Framed, frame: Frame) -> str | Array | Mixture:
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


def check(n_components: object, n_init: object, max_iter: object, **numbers: object) -> None:
    """One sentence for whichever argument of `fit` is not a number that it can be."""
    whole = {"n_components": (n_components, 1), "n_init": (n_init, 1), "max_iter": (max_iter, 0)}
    for name, (value, least) in whole.items():
        if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
            raise ValueError(f"{name} must be a whole number, at least {least}; got {value!r}.")
    for name, number in numbers.items():
        if not isinstance(number, Real) or not 0 <= float(number) < np.inf:
            raise ValueError(f"{name} must be a number, not negative and finite; got {number!r}.")
