"""A mixture is a density: its height anywhere, its shadows on the axes, its samples, its rival."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial.distance import pdist, squareform
from scipy.special import logsumexp
from sklearn.neighbors import KernelDensity

from gmmlab.engine.arrays import Array, Labels, as_points
from gmmlab.engine.em import fit
from gmmlab.engine.frame import Frame
from gmmlab.engine.mixture import Mixture
from gmmlab.engine.result import Fit
from gmmlab.studies.held_out import HeldOut, LogDensity, held_out

Box = tuple[float, float, float, float]  # x low, x high, y low, y high

_HIDDEN = 0.01  # of the data may lie below the colour scale
_MARGIN = float(np.log(100))  # the scale reaches down to a hundredth of the density there

# Bandwidths that are tried, as multiples of Scott's: two moons want less than half of it.
_MULTIPLES = (0.1, 0.15, 0.2, 0.3, 0.4, 0.55, 0.75, 1.0, 1.3)
_ENOUGH_FOR_A_BANDWIDTH = 1_000  # points, whose pairs are all looked at
_CLOSE = 1e-4  # relative error allowed to scikit-learn's trees, which a picture does not show


def log_density(found: Fit, X: ArrayLike) -> Array:
    """log p(x) of points (n, d) in the data's own units, at any scale, (n,)."""
    points = as_points(X)
    own_units = points.shape[1] * np.log(found.frame.scale)  # densities are per unit of volume
    return found.framed.score_samples(found.frame.into(points)) - own_units


@dataclass(frozen=True, eq=False)
class Surface:
    """Log-densities `values` (ny, nx) at the nodes of a grid, `x` (nx,) by `y` (ny,)."""

    x: Array
    y: Array
    values: Array


def surface(model: "Fit | KernelEstimate", box: Box, resolution: tuple[int, int]) -> Surface:
    """log p at every node of a grid of (nx, ny) nodes that spans `box`, for data in the plane."""
    x = np.linspace(box[0], box[1], resolution[0])
    y = np.linspace(box[2], box[3], resolution[1])
    nodes = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    values = log_density(model, nodes) if isinstance(model, Fit) else model.log_density(nodes)
    return Surface(x, y, values.reshape(len(y), len(x)))


def shared_limits(surfaces: Iterable[Surface], at_data: Iterable[Array]) -> tuple[float, float]:
    """One colour scale for surfaces that are compared: the lowest and highest log-density shown.

    It ends at the highest peak, and begins at a hundredth of the density that 99 % of the points
    reach in the model that gives them least; `at_data` are each model's log-densities of the data.
    Below, far from all points, a log-density falls without end, and would take all the colours.
    """
    high = max(float(each.values.max()) for each in surfaces)
    low = min(float(np.quantile(values, _HIDDEN)) for values in at_data) - _MARGIN
    return min(low, high - 1.0), high


def projected(mixture: Mixture, directions: ArrayLike, origin: ArrayLike | None = None) -> Mixture:
    """The distribution of (x − origin) @ directions for x from `mixture`: again a mixture, exactly.

    `directions` is (d, m), columns of the identity for marginals, principal axes for a picture of
    many columns; `origin` (d,) is 0 if not given. Bishop, "Pattern Recognition and Machine
    Learning" (2006), section 2.3.2. In the data's own units, and so not for scales beyond 1e±150.
    """
    onto = np.asarray(directions, dtype=np.float64)
    means = mixture.means if origin is None else mixture.means - np.asarray(origin)
    covariances = onto.T @ mixture.full_covariances @ onto
    symmetric = (covariances + covariances.transpose(0, 2, 1)) / 2
    return Mixture(mixture.weights, means @ onto, symmetric, "full")


def marginal(mixture: Mixture, axis: int) -> Mixture:
    """The distribution of one coordinate: a mixture in one dimension."""
    return projected(mixture, np.eye(mixture.n_features)[:, [axis]])


def sampled(found: Fit, n: int, seed: int = 0) -> tuple[Array, Labels]:
    """`n` new points (n, d) in the data's own units, and the component (n,) of each."""
    points, labels = found.framed.sample(n, seed)
    return found.frame.out_of(points), labels


@dataclass(frozen=True, eq=False)
class PointScore:
    """What a mixture says of one point.

    `percentile` is the share of the data, in percent, whose log-density is at most the point's: a
    low one marks an outlier. `shares` (K,) are the posteriors of the components.
    """

    log_density: float
    percentile: float
    shares: Array


def score_point(found: Fit, X: ArrayLike, point: ArrayLike) -> PointScore:
    """The score of `point` (d,) among the data X (n, d) to which the mixture was fitted."""
    row = np.atleast_2d(np.asarray(point, dtype=np.float64))
    # Together, so that a point of the data meets its own value to the last bit.
    *data, own = log_density(found, np.vstack([as_points(X), row]))
    below = float(np.mean(np.asarray(data) <= own))
    return PointScore(float(own), 100 * below, found.responsibilities(row)[0])


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

    def log_density(self, X: ArrayLike) -> Array:
        """log p(x) of points (n, d) in the data's own units, (n,)."""
        points = as_points(X)
        own_units = points.shape[1] * np.log(self.frame.scale)
        return np.asarray(self.tree.score_samples(self.frame.into(points))) - own_units


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


@dataclass(frozen=True)
class Rivals:
    """Held-out log-likelihood per point of a mixture and of a kernel estimate, on the same folds.

    Either is None, with a sentence in `problem`, where a fold could not be learned from.
    """

    mixture: HeldOut | None
    kernels: HeldOut | None
    problem: str | None = None


def rivals(
    X: ArrayLike,
    n_components: int,
    covariance_type: str = "full",
    *,
    n_folds: int = 5,
    seed: int = 0,
    init: str = "kmeans",
    n_init: int = 1,
    tol: float = 1e-3,
    max_iter: int = 100,
) -> Rivals:
    """Mixture against kernels on points (n, d); the bandwidth is chosen anew within each fold."""

    def mixture(seen: Array) -> LogDensity:
        found = fit(
            seen,
            n_components,
            covariance_type,
            init=init,
            n_init=n_init,
            seed=seed,
            tol=tol,
            max_iter=max_iter,
        )
        return lambda unseen: log_density(found, unseen)

    results: list[HeldOut | None] = []
    problems: list[str] = []
    for learn in (mixture, lambda seen: kernel_estimate(seen).log_density):
        try:
            results.append(held_out(as_points(X), learn, n_folds=n_folds, seed=seed))
        except ValueError as problem:
            results.append(None)
            problems.append(str(problem))
    return Rivals(results[0], results[1], problems[0] if problems else None)
