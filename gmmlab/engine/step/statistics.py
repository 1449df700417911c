"""Sufficient statistics: all that an E-step tells the M-step, additive over chunks of data."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gmmlab.engine.arrays import Array, Labels
from gmmlab.engine.model.covariance import Moments, covariance_family
from gmmlab.engine.step.chunks import Chunk
from gmmlab.engine.step.costs import sparse_sums_might_pay, sums_about_pay
from gmmlab.engine.step.kernels import moments_by_products

# A share below this part of its component's largest changes no sum in its last places.
_NEGLIGIBLE = 1e-14
_SHOWN = 8  # every so many-th point shows how many responsibilities matter
_BLOCK = 1 << 16  # differences of several components that are taken at one time
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
    `log_likelihood` is Σ w log p(x); `total` is Σ w. `reach` is the largest ‖x‖² if the moments
    were taken about the origin first, which costs ‖x‖² / σ² units in the last place, and 0 if not.
    """

    about: Array
    counts: Array
    first: Array
    second: Array
    log_likelihood: float
    total: float
    reach: float = 0.0

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
            max(self.reach, other.reach),
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
    exact: bool = False,
    lean: bool = False,
) -> SufficientStatistics:
    """Statistics (about `about` (K, d)) of points whose responsibilities (K, n) are given.

    Sums are taken as in an E-step: by one product where that is quick, unless `exact` is asked.
    `lean` asks for no more second moments than the type needs.
    """
    family = covariance_family(covariance_type)
    shares = responsibilities if chunk.weights is None else responsibilities * chunk.weights
    kind = family.least if lean else family.own
    moments, reach = moments_of(shares, chunk, about, kind, exact=exact)
    return SufficientStatistics(about, *moments, np.nan, chunk.total, reach)


def moments_of(
    shares: Array, chunk: Chunk, about: Array, kind: Moments, *, exact: bool
) -> tuple[tuple[Array, Array, Array], float]:
    """Counts, first and second moments about `about` (K, d) for `shares` (K, n), and their reach.

    By products over features unless `exact` is asked, or sums about each mean are quicker: with
    many dimensions nearly every responsibility is negligible.
    """
    K, d = about.shape
    if not exact and kind == "products" and sparse_sums_might_pay(K, d):
        matter = _SHOWN * np.count_nonzero(shares[:, ::_SHOWN] > _NEGLIGIBLE) / shares.size
        exact = sums_about_pay(K, chunk, matter)
    if exact:
        return moments_about(shares, chunk.points, about, kind), 0.0
    return moments_by_products(shares, chunk, about, kind), chunk.largest_square


def moments_about(
    shares: Array, points: Array, about: Array, kind: Moments
) -> tuple[Array, Array, Array]:
    """Counts (K,), first and second moments of `points` (d, n) with weights `shares` (K, n).

    Points whose share of a component is negligible are skipped: with many components most are.
    """
    (d, n), K = points.shape, len(about)
    first = np.empty((K, d))
    shapes = {"norms": (K, 1), "squares": (K, d), "pooled": (1, d, d), "products": (K, d, d)}
    second = np.zeros(shapes[kind])
    block = _BLOCK // (d * n)
    if block > 1:
        for k in range(0, K, block):
            some = slice(k, k + block)
            first[some], sums = _dense(shares[some], points, about[some], kind)
            if kind == "pooled":
                second += sums
            else:
                second[some] = sums
        return shares.sum(axis=1), first, second
    mattering = _mattering(shares) if d >= _WORTH_SEEKING else [None] * K
    for k, (share, mean, own) in enumerate(zip(shares, about, mattering, strict=True)):
        if own is not None and 2 * len(own) < n:
            centred, share = points.take(own, axis=1) - mean[:, None], share[own]
        else:
            centred = points - mean[:, None]
        first[k], sums = _one(share, centred, kind)
        second[0 if kind == "pooled" else k] += sums
    return shares.sum(axis=1), first, second


def _mattering(shares: Array) -> Sequence[Labels | None]:
    """The points that matter to each component."""
    rows, columns = np.nonzero(shares > _NEGLIGIBLE * shares.max(axis=1, keepdims=True))
    return np.split(columns, np.searchsorted(rows, np.arange(1, len(shares))))


def _dense(shares: Array, points: Array, about: Array, kind: Moments) -> tuple[Array, Array]:
    """First and second moments of several components at once: for few points, fewer calls."""
    centred = points - about[:, :, None]
    weighted = centred * shares[:, None, :]
    first = weighted.sum(axis=2)
    if kind == "norms":
        return first, np.einsum("kdn,kdn->k", weighted, centred)[:, None]
    if kind == "squares":
        return first, np.einsum("kdn,kdn->kd", weighted, centred)
    second = weighted @ centred.transpose(0, 2, 1)
    return first, second.sum(axis=0, keepdims=True) if kind == "pooled" else second


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
