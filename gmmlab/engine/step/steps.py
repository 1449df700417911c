"""The two steps of EM: what the points say of a mixture, and the mixture that they ask for."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from gmmlab.engine.arrays import Array
from gmmlab.engine.model.covariance import DegenerateCovariance, covariance_family, with_ridge
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.step import kernels
from gmmlab.engine.step.chunks import Chunk, Slice
from gmmlab.engine.step.kernels import Flags, log_joint, normalize, too_sharp
from gmmlab.engine.step.statistics import SufficientStatistics, moments_of

__all__ = ["careful_m_step", "centred_moments", "e_step", "log_joint", "m_step"]


def e_step(
    mixture: Mixture,
    X: ArrayLike | Chunk | Slice,
    sample_weight: ArrayLike | None = None,
    *,
    exact: bool | Flags = False,
    lean: bool = False,
) -> SufficientStatistics:
    """The expected sufficient statistics of points (n, d) under `mixture`.

    `exact` asks for the slower kernels, for all or some components (K,); `lean` for no more
    second moments than its covariance type needs.
    """
    chunk = X.ready() if isinstance(X, Chunk | Slice) else Chunk.of(X, sample_weight)
    family = covariance_family(mixture.covariance_type)
    joint = log_joint(mixture, chunk, exact)
    log_likelihood = float(normalize(joint, chunk.weights))
    kind = family.least if lean else family.own
    apart = too_sharp(mixture, chunk, kernels.PRODUCT_KERNEL_LIMIT, exact)
    moments, reach = moments_of(joint, chunk, mixture.means, kind, apart)
    return SufficientStatistics(mixture.means, *moments, log_likelihood, chunk.total, reach)


def careful_m_step(
    statistics: SufficientStatistics,
    exactly: Callable[[Flags], SufficientStatistics],
    covariance_type: str,
    reg_covar: float | Array,
) -> tuple[Mixture, SufficientStatistics]:
    """The M-step, made again if components come out too sharp for quick statistics.

    `exactly` gives statistics that are exact for those (K,). Gives the mixture and the statistics
    from which it was made.
    """
    made = m_step(statistics, covariance_type, reg_covar)
    lost = _lost_digits(statistics, made)
    if lost is not None:
        statistics = exactly(lost)
        made = m_step(statistics, covariance_type, reg_covar)
    return made, statistics


def _lost_digits(statistics: SufficientStatistics, made: Mixture) -> Flags | None:
    reach = statistics.reach
    farthest = reach if isinstance(reach, float) else reach.max()
    if farthest == 0:
        return None
    try:
        if made.sharpest * farthest <= kernels.PRODUCT_KERNEL_LIMIT:
            return None
        lost = made.sharpness * reach > kernels.PRODUCT_KERNEL_LIMIT
    except DegenerateCovariance:  # by rounding, perhaps
        lost = np.asarray(reach) > 0
    return np.broadcast_to(lost, (made.n_components,)) if lost.any() else None


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
    """How far each mean lies from its reference point (K, d), and the scatter about that mean.

    The scatter is shaped as the second moments are; that of all together is about all the means,
    and (K, 1) the mean over the axes.
    """
    safe = np.maximum(counts, np.finfo(float).tiny)
    step = first / safe[:, None]
    if second.ndim == 2:
        d = first.shape[1]
        moved = (step**2).sum(axis=1, keepdims=True) if second.shape[1] < d else step**2
        # Rounding can leave −1e-20 of a variance.
        variances = np.maximum(second / safe[:, None] - moved, 0)
        return step, variances if second.shape[1] == d else variances / d
    if len(second) < len(counts):
        return step, (second - (step.T @ first)) / counts.sum()
    return step, second / safe[:, None, None] - step[:, :, None] * step[:, None, :]
