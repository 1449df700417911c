"""The two steps of EM, each of them one matrix product.

A Gaussian is an exponential family: with the features φ(x) = (1, x, x xᵀ), every
log π_k N(x | μ_k, Σ_k) is a linear function θ_k · φ(x), and all that the M-step needs is
Σ_n r_nk φ(x_n). So the E-step is Θ Φ, its statistics are R Φᵀ, and arrays laid out (K, n) let max,
exp and sum over the components run along memory. That is the fast kernel, nearly always used.

Its rounding error grows with ‖x‖² / σ², so for components that are tiny against the spread of the
data a second kernel works with differences from each mean instead: slower, and exact there.
"""

import numpy as np
from numpy.typing import ArrayLike

from gmmlab.engine.arrays import Array
from gmmlab.engine.chunks import Chunk, Slice, pairs
from gmmlab.engine.covariance import DegenerateCovariance, covariance_family, with_ridge
from gmmlab.engine.mixture import Mixture
from gmmlab.engine.statistics import SufficientStatistics, moments_about

# The fast kernel loses about ‖x‖² / σ² units in the last place. At the first ratio log-densities
# and moments are still good to 1e-9; at the second log-densities alone are good to 1e-6, which is
# enough where the moments are taken about the means anyway.
PRODUCT_KERNEL_LIMIT = 1e6
LOG_DENSITY_LIMIT = 1e9


# From so many features on, Σ r φ(x) costs more than the few sums about the means that matter: with
# many dimensions nearly every responsibility is negligible.
_MANY_FEATURES = 60


def e_step(
    mixture: Mixture,
    X: ArrayLike | Chunk | Slice,
    sample_weight: ArrayLike | None = None,
    *,
    exact: bool = False,
) -> SufficientStatistics:
    """The expected sufficient statistics of points (n, d) under `mixture`.

    `exact` asks for the slower kernel, whatever the mixture.
    """
    chunk = X.ready() if isinstance(X, Chunk | Slice) else Chunk.of(X, sample_weight)
    diagonal = covariance_family(mixture.covariance_type).diagonal
    fast = not exact and _products_are_exact(mixture, chunk)
    joint = _log_joint_by_products(mixture, chunk) if fast else _log_joint_exact(mixture, chunk)
    log_likelihood = _normalize(joint, chunk.weights)
    if fast and not _has_many_features(mixture):
        moments = _shifted(joint @ _features(mixture, chunk).T, mixture.means, diagonal)
        reach = chunk.largest_square
    else:
        moments = moments_about(joint, chunk.points, mixture.means, diagonal)
        reach = 0.0
    return SufficientStatistics(mixture.means, *moments, log_likelihood, chunk.total, reach)


def lost_digits(statistics: SufficientStatistics, made: Mixture) -> bool:
    """Whether the mixture made from these statistics is too sharp for how they were taken."""
    if statistics.reach == 0:
        return False
    try:
        return _sharpness(made) * statistics.reach > PRODUCT_KERNEL_LIMIT
    except DegenerateCovariance:  # by rounding, perhaps
        return True


def log_joint(mixture: Mixture, chunk: Chunk) -> Array:
    """log π_k N(x | μ_k, Σ_k) of a chunk's points, (K, n), by the kernel that is exact for them."""
    if _products_are_exact(mixture, chunk):
        return _log_joint_by_products(mixture, chunk)
    return _log_joint_exact(mixture, chunk)


def m_step(
    statistics: SufficientStatistics, covariance_type: str = "full", reg_covar: float = 0.0
) -> Mixture:
    """The mixture that maximises the expected log-likelihood, with `reg_covar` on each variance.

    Bishop, "Pattern Recognition and Machine Learning" (2006), equations 9.24 to 9.26. A component
    that has lost all its points stays where it was, with weight 0.
    """
    counts = statistics.counts
    safe = np.maximum(counts, np.finfo(float).tiny)
    step = statistics.first / safe[:, None]
    entry = covariance_family(covariance_type)
    if entry.diagonal:
        scatter = statistics.second / safe[:, None] - step**2
        scatter = np.maximum(scatter, 0)  # rounding can leave −1e-20
    else:
        scatter = statistics.second / safe[:, None, None] - step[:, :, None] * step[:, None, :]
    covariances = entry.pool(counts, with_ridge(scatter, reg_covar))
    weights, means = counts / counts.sum(), statistics.about + step
    return Mixture.trusted(weights, means, covariances, covariance_type)


def _products_are_exact(mixture: Mixture, chunk: Chunk) -> bool:
    limit = LOG_DENSITY_LIMIT if _has_many_features(mixture) else PRODUCT_KERNEL_LIMIT
    return _sharpness(mixture) * chunk.largest_square <= limit


def _sharpness(mixture: Mixture) -> float:
    """1 / σ² of the narrowest component."""
    return float(np.abs(mixture.factors[0]).max()) ** 2


def _has_many_features(mixture: Mixture) -> bool:
    d = mixture.n_features
    diagonal = covariance_family(mixture.covariance_type).diagonal
    return (1 + 2 * d if diagonal else 1 + d + d * (d + 1) // 2) > _MANY_FEATURES


def _features(mixture: Mixture, chunk: Chunk) -> Array:
    diagonal = covariance_family(mixture.covariance_type).diagonal
    return chunk.squares if diagonal else chunk.products


def _log_joint_by_products(mixture: Mixture, chunk: Chunk) -> Array:
    return _natural_parameters(mixture) @ _features(mixture, chunk)


def _log_joint_exact(mixture: Mixture, chunk: Chunk) -> Array:
    factors = mixture.factors[0]
    factors = np.broadcast_to(factors, (mixture.n_components, *factors.shape[1:]))
    joint = np.empty((mixture.n_components, chunk.points.shape[1]))
    for k, (mean, factor) in enumerate(zip(mixture.means, factors, strict=True)):
        centred = chunk.points - mean[:, None]
        whitened = factor[:, None] * centred if factor.ndim == 1 else factor @ centred
        np.einsum("dn,dn->n", whitened, whitened, out=joint[k])
    joint *= -0.5
    joint += mixture.log_normalizers[:, None]
    return joint


def _natural_parameters(mixture: Mixture) -> Array:
    """Θ with Θ φ(x) = log π_k N(x | μ_k, Σ_k): (K, number of features)."""
    factors, means = mixture.factors[0], mixture.means
    K, d = means.shape
    if factors.ndim == 2:
        precisions = factors**2
        linear = precisions * means
        theta = np.empty((K, 1 + 2 * d))
        theta[:, d + 1 :] = -0.5 * precisions
    else:
        precisions = factors.transpose(0, 2, 1) @ factors
        linear = (precisions @ means[:, :, None])[:, :, 0]
        rows, columns = pairs(d)
        theta = np.empty((K, 1 + d + len(rows)))
        # Off the diagonal each product stands for two entries of the symmetric matrix.
        theta[:, d + 1 :] = np.where(rows == columns, -0.5, -1.0) * precisions[:, rows, columns]
    theta[:, 0] = mixture.log_normalizers - 0.5 * (linear * means).sum(axis=1)
    theta[:, 1 : d + 1] = linear
    return theta


def _normalize(joint: Array, weights: Array | None) -> float:
    """Turn log-joints (K, n) into (weighted) responsibilities in place; the log-likelihood."""
    peak = joint.max(axis=0)
    joint -= peak
    np.exp(joint, out=joint)
    evidence = joint.sum(axis=0)
    if weights is None:
        joint /= evidence
        return float(peak.sum() + np.log(evidence).sum())
    joint *= weights / evidence
    return float(weights @ (peak + np.log(evidence)))


def _shifted(moments: Array, about: Array, diagonal: bool) -> tuple[Array, Array, Array]:
    """Moments about zero (K, features), as R Φᵀ gives them, moved to `about` (K, d)."""
    K, d = about.shape
    counts, raw, products = moments[:, 0], moments[:, 1 : d + 1], moments[:, d + 1 :]
    first = raw - counts[:, None] * about
    if diagonal:
        return counts, first, products - about * (raw + first)
    rows, columns = pairs(d)
    second = np.empty((K, d, d))
    second[:, rows, columns] = second[:, columns, rows] = (
        products - about[:, rows] * raw[:, columns] - first[:, rows] * about[:, columns]
    )
    return counts, first, second
