"""The two steps of EM: what the points say of a mixture, and the mixture that they ask for."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from gmmlab.engine.arrays import Array
from gmmlab.engine.model.covariance import DegenerateCovariance, covariance_family, with_ridge
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.step.chunks import Chunk, Slice
from gmmlab.engine.step.kernels import (
    PRODUCT_KERNEL_LIMIT,
    log_joint_by_products,
    log_joint_exact,
    many_features,
    normalize,
    products_are_exact,
    shifted,
)
from gmmlab.engine.step.statistics import SufficientStatistics, moments_about


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
    diagonal = mixture.diagonal
    fast = not exact and products_are_exact(mixture, chunk)
    joint = log_joint_by_products(mixture, chunk) if fast else log_joint_exact(mixture, chunk)
    log_likelihood = float(normalize(joint, chunk.weights))
    if fast and not many_features(mixture.n_features, diagonal):
        moments = shifted(joint @ chunk.features(diagonal).T, mixture.means, diagonal)
        reach = chunk.largest_square
    else:
        moments = moments_about(joint, chunk.points, mixture.means, diagonal)
        reach = 0.0
    return SufficientStatistics(mixture.means, *moments, log_likelihood, chunk.total, reach)


def careful_m_step(
    statistics: SufficientStatistics,
    exactly: Callable[[], SufficientStatistics],
    covariance_type: str,
    reg_covar: float | Array,
) -> tuple[Mixture, SufficientStatistics]:
    """The M-step, made again from `exactly()` if its mixture is too sharp for quick statistics.

    Gives the mixture and the statistics from which it was made.
    """
    made = m_step(statistics, covariance_type, reg_covar)
    if _lost_digits(statistics, made):
        statistics = exactly()
        made = m_step(statistics, covariance_type, reg_covar)
    return made, statistics


def _lost_digits(statistics: SufficientStatistics, made: Mixture) -> bool:
    if statistics.reach == 0:
        return False
    try:
        return made.sharpness * statistics.reach > PRODUCT_KERNEL_LIMIT
    except DegenerateCovariance:  # by rounding, perhaps
        return True


def log_joint(mixture: Mixture, chunk: Chunk) -> Array:
    """log π_k N(x | μ_k, Σ_k) of a chunk's points, (K, n), by the kernel that is exact for them."""
    if products_are_exact(mixture, chunk):
        return log_joint_by_products(mixture, chunk)
    return log_joint_exact(mixture, chunk)


def m_step(
    statistics: SufficientStatistics, covariance_type: str = "full", reg_covar: float | Array = 0.0
) -> Mixture:
    """The mixture that maximises the expected log-likelihood, with `reg_covar` on each variance.

    Bishop, "Pattern Recognition and Machine Learning" (2006), equations 9.24 to 9.26. A component
    that has lost all its points stays where it was, with weight 0.
    """
    counts = statistics.counts
    step, scatter = centred_moments(counts, statistics.first, statistics.second)
    covariances = covariance_family(covariance_type).pool(counts, with_ridge(scatter, reg_covar))
    weights, means = counts / counts.sum(), statistics.about + step
    return Mixture.trusted(weights, means, covariances, covariance_type)


def centred_moments(counts: Array, first: Array, second: Array) -> tuple[Array, Array]:
    """How far each mean lies from its reference point (K, d), and the scatter about that mean."""
    safe = np.maximum(counts, np.finfo(float).tiny)
    step = first / safe[:, None]
    if second.ndim == 2:
        # Rounding can leave −1e-20 of a variance.
        return step, np.maximum(second / safe[:, None] - step**2, 0)
    return step, second / safe[:, None, None] - step[:, :, None] * step[:, None, :]
