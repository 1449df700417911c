"""Sufficient statistics: all that an E-step tells the M-step, additive over chunks of data."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gmmlab.engine.arrays import Array, Labels
from gmmlab.engine.model.covariance import Moments, covariance_family
from gmmlab.engine.step.chunks import Chunk
from gmmlab.engine.step.costs import sparse_sums_might_pay, sums_about_pay
from gmmlab.engine.step.kernels import Flags, moments_by_products

# A share below this part of its component's largest changes no sum in its last places.
_NEGLIGIBLE = 1e-14
_SHOWN = 8  # every so many-th point shows how many responsibilities matter
_FEW_NUMBERS = 1 << 17  # so many are summed for all components together
_WORTH_SEEKING = 8  # axes from which on it pays to skip points
_WORTH_ROOTS = 16  # axes from which on half a product is worth a square root


@dataclass(frozen=True, eq=False)
class SufficientStatistics:
    """Weighted moments of the points about reference points, one per component.

    `about` (K, d) are the reference points, the means of the mixture that the E-step used: moments
    about them suffer no cancellation, however far the data lie from the origin. With r the
    responsibilities and w the sample weights: `counts` N (K,) = Σ w r; `first` (K, d) =
    Σ w r (x − about); `second` (K, d, d), or (K, d) for axis-aligned types, = Σ w r (x − about)²,
    or less where that is asked for: one matrix of all components together, (1, d, d), or one sum
    over the axes, (K, 1).
    `log_likelihood` is Σ w log p(x); `total` is Σ w. `reach` (K,) is the largest ‖x‖² where moments
    were taken about the origin first, which costs ‖x‖² / σ² units in the last place, 0 elsewhere.
    """

    about: Array
    counts: Array
    first: Array
    second: Array
    log_likelihood: float
    total: float
    reach: float | Array = 0.0

    def __add__(self, other: "SufficientStatistics") -> "SufficientStatistics":
        if self.about is not other.about and not np.array_equal(self.about, other.about):
            raise ValueError("Statistics about different reference points cannot be added.")
        return SufficientStatistics(
            self.about,
            self.counts + other.counts,
            self.first + other.first,
            self.second + other.second,
            self.log_likelihood + other.log_likelihood,
            self.total + other.total,
            np.maximum(self.reach, other.reach),
        )

    @property
    def objective(self) -> float:
        """Mean log-likelihood per unit of weight: what EM raises."""
        return self.log_likelihood / self.total


def from_responsibilities(
    responsibilities: Array,
    chunk: Chunk,
    about: Array,
    covariance_type: str,
    *,
    exact: bool | Flags = False,
    lean: bool = False,
) -> SufficientStatistics:
    """Statistics (about `about` (K, d)) of points whose responsibilities (K, n) are given.

    Sums are taken as in an E-step: by one product where that is quick, unless `exact` is asked, for
    all or some components. `lean` asks for no more second moments than the type needs.
    """
    family = covariance_family(covariance_type)
    shares = responsibilities if chunk.weights is None else responsibilities * chunk.weights
    kind = family.least if lean else family.own
    apart = None if exact is False else np.broadcast_to(exact, (len(about),))
    moments, reach = moments_of(shares, chunk, about, kind, apart)
    return SufficientStatistics(about, *moments, np.nan, chunk.total, reach)


def moments_of(
    shares: Array, chunk: Chunk, about: Array, kind: Moments, apart: Flags | None
) -> tuple[tuple[Array, Array, Array], float | Array]:
    """Counts, first and second moments about `about` (K, d) for `shares` (K, n), and their reach.

    By products over features but for the components `apart` (K,), and unless sums about each mean
    are quicker: with many dimensions nearly every responsibility is negligible.
    """
    K, d = about.shape
    everywhere = apart is not None and bool(apart.any() if kind == "pooled" else apart.all())
    if kind == "products" and not everywhere and sparse_sums_might_pay(K, d):
        matter = _SHOWN * np.count_nonzero(shares[:, ::_SHOWN] > _NEGLIGIBLE) / shares.size
        everywhere = sums_about_pay(K, chunk, matter)
    if everywhere:
        return moments_about(shares, chunk.points, about, kind), 0.0
    moments = moments_by_products(shares, chunk, about, kind)
    if apart is None:
        return moments, chunk.largest_square
    slow = moments_about(shares[apart], chunk.points, about[apart], kind)
    for all_of_them, some in zip(moments, slow, strict=True):
        all_of_them[apart] = some
    return moments, np.where(apart, 0.0, chunk.largest_square)


def moments_about(
    shares: Array, points: Array, about: Array, kind: Moments
) -> tuple[Array, Array, Array]:
    """Counts (K,), first and second moments of `points` (d, n) with weights `shares` (K, n).

    Points whose share of a component is negligible are skipped: with many components most are.
    """
    (d, n), K = points.shape, len(about)
    shapes = {"norms": (K, 1), "squares": (K, d), "pooled": (1, d, d), "products": (K, d, d)}
    first, second = np.zeros((K, d)), np.zeros(shapes[kind])
    numbers = d if kind in ("norms", "squares") else d * d
    mattering: Sequence[Labels | None] = [None] * K
    if d >= _WORTH_SEEKING or n * K * numbers <= _FEW_NUMBERS:
        rows, columns = np.nonzero(shares > _NEGLIGIBLE * shares.max(axis=1, keepdims=True))
        if len(columns) * numbers <= _FEW_NUMBERS:
            _sum_of_few(shares, points, about, kind, rows, columns, first, second)
            return shares.sum(axis=1), first, second
        mattering = np.split(columns, np.searchsorted(rows, np.arange(1, K)))
    for k, (share, mean, own) in enumerate(zip(shares, about, mattering, strict=True)):
        if own is not None and 2 * len(own) < n:
            centred, share = points.take(own, axis=1) - mean[:, None], share[own]
        else:
            centred = points - mean[:, None]
        first[k], sums = _one(share, centred, kind)
        second[0 if kind == "pooled" else k] += sums
    return shares.sum(axis=1), first, second


def _sum_of_few(
    shares: Array,
    points: Array,
    about: Array,
    kind: Moments,
    rows: Labels,
    columns: Labels,
    first: Array,
    second: Array,
) -> None:
    """Add up the moments of all pairs (component, point) that matter, in one go for all.

    Where points are few, that saves a round of calls for each component.
    """
    centred = points.take(columns, axis=1) - about.T.take(rows, axis=1)
    weighted = centred * shares[rows, columns]
    starts = np.flatnonzero(np.diff(rows, prepend=-1))
    held = rows[starts]
    first[held] = np.add.reduceat(weighted, starts, axis=1).T
    if kind == "pooled":
        second += weighted @ centred.T
    elif kind == "products":
        outer = weighted[:, None] * centred
        second[held] = np.add.reduceat(outer, starts, axis=2).transpose(2, 0, 1)
    else:
        weighted *= centred
        squares = np.add.reduceat(weighted, starts, axis=1).T
        second[held] = squares if kind == "squares" else squares.sum(axis=1, keepdims=True)


def _one(share: Array, centred: Array, kind: Moments) -> tuple[Array, Array]:
    """First and second moments of one component from differences (d, n), which it may change."""
    if kind in ("norms", "squares"):
        weighted = centred * share
        second = np.einsum("dn,dn->d", weighted, centred)
        return weighted.sum(axis=1), second if kind == "squares" else second.sum(keepdims=True)
    if len(centred) < _WORTH_ROOTS:
        weighted = centred * share
        return weighted.sum(axis=1), weighted @ centred.T
    # A Aᵀ is symmetric, and BLAS, which is told so by numpy, works out one half of it.
    roots = np.sqrt(share)
    centred *= roots
    return centred @ roots, centred @ centred.T
