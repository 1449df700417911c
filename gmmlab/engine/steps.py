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
from gmmlab.engine.covariance import covariance_family, with_ridge
from gmmlab.engine.mixture import Mixture
from gmmlab.engine.statistics import Chunk, SufficientStatistics, moments_about

# The fast kernel loses about ‖x‖² / σ² units in the last place; at this ratio a log-density is
# still good to 1e-9.
PRODUCT_KERNEL_LIMIT = 1e6


def e_step(
    mixture: Mixture, X: ArrayLike | Chunk, sample_weight: ArrayLike | None = None
) -> SufficientStatistics:
    """The expected sufficient statistics of points (n, d) under `mixture`."""
    chunk = X if isinstance(X, Chunk) else Chunk.of(X, sample_weight)
    sharpest = float(np.abs(mixture.factors[0]).max()) ** 2
    if sharpest * chunk.largest_square <= PRODUCT_KERNEL_LIMIT:
        return _by_products(mixture, chunk)
    return _by_differences(mixture, chunk)


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
    return Mixture(counts / counts.sum(), statistics.about + step, covariances, covariance_type)


def _by_products(mixture: Mixture, chunk: Chunk) -> SufficientStatistics:
    diagonal = covariance_family(mixture.covariance_type).diagonal
    features = chunk.squares if diagonal else chunk.products
    joint = _natural_parameters(mixture) @ features
    log_likelihood = _normalize(joint, chunk.weights)
    return _shifted(joint @ features.T, mixture.means, diagonal, log_likelihood, chunk.total)


def _by_differences(mixture: Mixture, chunk: Chunk) -> SufficientStatistics:
    factors = mixture.factors[0]
    factors = np.broadcast_to(factors, (mixture.n_components, *factors.shape[1:]))
    joint = np.empty((mixture.n_components, chunk.points.shape[1]))
    for k, (mean, factor) in enumerate(zip(mixture.means, factors, strict=True)):
        centred = chunk.points - mean[:, None]
        whitened = factor[:, None] * centred if factor.ndim == 1 else factor @ centred
        np.einsum("dn,dn->n", whitened, whitened, out=joint[k])
    joint *= -0.5
    joint += mixture.log_normalizers[:, None]
    log_likelihood = _normalize(joint, chunk.weights)
    diagonal = covariance_family(mixture.covariance_type).diagonal
    moments = moments_about(joint, chunk.points, mixture.means, diagonal)
    return SufficientStatistics(mixture.means, *moments, log_likelihood, chunk.total)


def _natural_parameters(mixture: Mixture) -> Array:
    """Θ with Θ φ(x) = log π_k N(x | μ_k, Σ_k): (K, number of features)."""
    factors, means = mixture.factors[0], mixture.means
    if factors.ndim == 2:
        precisions = np.broadcast_to(factors**2, means.shape)
        linear = precisions * means
        quadratic = -0.5 * precisions
    else:
        precisions = factors.transpose(0, 2, 1) @ factors
        linear = np.einsum(
            "kij,kj->ki", np.broadcast_to(precisions, (len(means), *precisions.shape[1:])), means
        )
        rows, columns = np.triu_indices(means.shape[1])
        # Off the diagonal each product stands for two entries of the symmetric matrix.
        quadratic = np.where(rows == columns, -0.5, -1.0) * precisions[:, rows, columns]
        quadratic = np.broadcast_to(quadratic, (len(means), len(rows)))
    constant = mixture.log_normalizers - 0.5 * np.einsum("kd,kd->k", linear, means)
    return np.concatenate([constant[:, None], linear, quadratic], axis=1)


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


def _shifted(
    moments: Array, about: Array, diagonal: bool, log_likelihood: float, total: float
) -> SufficientStatistics:
    """Moments about zero (K, features), as R Φᵀ gives them, moved to `about` (K, d)."""
    d = about.shape[1]
    counts, raw, products = moments[:, 0], moments[:, 1 : d + 1], moments[:, d + 1 :]
    first = raw - counts[:, None] * about
    if diagonal:
        second = products - about * (raw + first)
    else:
        rows, columns = np.triu_indices(d)
        second = np.empty((len(about), d, d))
        second[:, rows, columns] = second[:, columns, rows] = (
            products - about[:, rows] * raw[:, columns] - first[:, rows] * about[:, columns]
        )
    return SufficientStatistics(about, counts, first, second, log_likelihood, total)
