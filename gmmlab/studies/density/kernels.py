"""A kernel density estimate: the mixture's rival, one bump on every point."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial.distance import pdist, squareform
from scipy.special import logsumexp
from sklearn.neighbors import KernelDensity

from gmmlab.engine.arrays import Array, as_points
from gmmlab.engine.model.frame import Frame

# Bandwidths that are tried, as multiples of Scott's: two moons want less than half of it.
_MULTIPLES = (0.1, 0.15, 0.2, 0.3, 0.4, 0.55, 0.75, 1.0, 1.3)


_ENOUGH_FOR_A_BANDWIDTH = 1_000  # points, whose pairs are all looked at


_CLOSE = 1e-4  # relative error allowed to scikit-learn's trees, which a picture does not show


@dataclass(frozen=True, eq=False)
class KernelEstimate:
    """A Gaussian kernel density estimate by scikit-learn: one bump on every point.

    `bandwidth` is the standard deviation of a bump, in the data's own units; `tried` holds every
    bandwidth that was tried and its leave-one-out log-likelihood per point, in nats.
    """

    bandwidth: float
    tried: tuple[tuple[float, float], ...]
    frame: Frame
    tree: KernelDensity

    @property
    def points(self) -> Array:
        """The points (n, d) that have a bump each."""
        return self.frame.out_of(np.asarray(self.tree.tree_.data))

    def sample(self, n: int, seed: int = 0) -> Array:
        """`n` new points (n, d)."""
        return self.frame.out_of(self.tree.sample(n, random_state=seed))

    def score_samples(self, X: ArrayLike) -> Array:
        """log p(x) of points (n, d) in the data's own units, (n,)."""
        points = as_points(X)
        own_units = points.shape[1] * np.log(self.frame.scale)
        return np.asarray(self.tree.score_samples(self.frame.into(points))) - own_units

    def without_own_bump(self, at_data: Array) -> Array:
        """What the estimate would say of its own points (n,) if each had no bump, from log p there.

        n p(x) = (n − 1) p₋ₓ(x) + the height of a bump.
        """
        n, d = self.points.shape
        peak = -d * (np.log(self.bandwidth) + 0.5 * np.log(2 * np.pi))
        with np.errstate(divide="ignore"):  # a point far from all others has nothing but its bump
            others = np.log1p(-np.minimum(np.exp(peak - np.log(n) - at_data), 1.0))
        return np.asarray(at_data + others + np.log(n / (n - 1)))


def kernel_estimate(X: ArrayLike) -> KernelEstimate:
    """A kernel density estimate with the bandwidth of highest leave-one-out likelihood.

    The candidates lie around Scott's rule, n^(−1/(d+4)) standard deviations ("Multivariate Density
    Estimation", 1992), which is far too smooth where the data have more than one bump. Leaving one
    out is cross-validation with as many folds as points (Duin, IEEE Transactions on Computers 25,
    1976). Of more than 1,000 points, a random 1,000 choose the multiple of Scott's rule.
    """
    points = as_points(X)
    frame = Frame.of(points)
    framed = frame.into(points)
    n, d = framed.shape
    if not frame.varied or n < 2:
        raise ValueError("A kernel density estimate needs points that are not all equal.")
    few = framed
    if n > _ENOUGH_FOR_A_BANDWIDTH:
        few = framed[np.random.default_rng(0).choice(n, _ENOUGH_FOR_A_BANDWIDTH, replace=False)]
    squares = squareform(pdist(few, "sqeuclidean"))
    # Points that are equal would vouch for each other however narrow the bump: they are one point.
    squares[squares == 0] = np.inf
    rule = len(few) ** (-1 / (d + 4))
    scores = [_leave_one_out(squares, multiple * rule, d) for multiple in _MULTIPLES]
    bandwidths = np.array(_MULTIPLES) * n ** (-1 / (d + 4))
    best = int(np.argmax(scores))
    own = [float(width * frame.scale) for width in bandwidths]
    in_own_units = [score - d * float(np.log(frame.scale)) for score in scores]
    tree = KernelDensity(bandwidth=bandwidths[best], rtol=_CLOSE).fit(framed)
    return KernelEstimate(own[best], tuple(zip(own, in_own_units, strict=True)), frame, tree)


def _leave_one_out(squares: Array, bandwidth: float, d: int) -> float:
    """Mean log-density of each point under bumps on all others, whose squared distances are (n, n).

    A point's own place on the diagonal holds infinity.
    """
    bumps = logsumexp(-0.5 * squares / bandwidth**2, axis=1)
    constant = np.log(len(squares) - 1) + d * (np.log(bandwidth) + 0.5 * np.log(2 * np.pi))
    return float(np.mean(bumps - constant))
