"""The two kernels of the E-step: log-joints by one product, or by differences from the means.

A Gaussian is an exponential family: with the features φ(x) = (1, x, x xᵀ), every
log π_k N(x | μ_k, Σ_k) is a linear function θ_k · φ(x), and all that the M-step needs is
Σ_n r_nk φ(x_n). So the E-step is Θ Φ, its statistics are R Φᵀ, and arrays laid out (K, n) let max,
exp and sum over the components run along memory. That is the fast kernel, nearly always used.

Its rounding error grows with ‖x‖² / σ², so for components that are tiny against the spread of the
data a second kernel works with differences from each mean instead: slower, and exact there.
"""

import numpy as np

from gmmlab.engine.arrays import Array, pairs
from gmmlab.engine.model.density import log_joint_exact as by_differences
from gmmlab.engine.model.density import posterior
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.step.chunks import Chunk

# The fast kernel loses about ‖x‖² / σ² units in the last place. At the first ratio log-densities
# and moments are still good to 1e-9; at the second log-densities alone are good to 1e-6, which is
# enough where the moments are taken about the means anyway.
PRODUCT_KERNEL_LIMIT = 1e6
LOG_DENSITY_LIMIT = 1e9


# From so many features on, Σ r φ(x) costs more than the few sums about the means that matter: with
# many dimensions nearly every responsibility is negligible.
_MANY_FEATURES = 60


def products_are_exact(mixture: Mixture, chunk: Chunk) -> bool:
    """Whether the fast kernel keeps the digits that are needed of these points."""
    many = many_features(mixture.n_features, mixture.diagonal)
    limit = LOG_DENSITY_LIMIT if many else PRODUCT_KERNEL_LIMIT
    return mixture.sharpness * chunk.largest_square <= limit


def many_features(d: int, diagonal: bool) -> bool:
    """Whether d axes have so many features φ that sums over them are better avoided."""
    return (1 + 2 * d if diagonal else 1 + d + d * (d + 1) // 2) > _MANY_FEATURES


def log_joint_by_products(mixture: Mixture, chunk: Chunk) -> Array:
    """log π_k N(x | μ_k, Σ_k), (K, n), by the fast kernel."""
    return mixture.natural_parameters @ chunk.features(mixture.diagonal)


def log_joint_exact(mixture: Mixture, chunk: Chunk) -> Array:
    """log π_k N(x | μ_k, Σ_k), (K, n), by differences from each mean."""
    return by_differences(mixture, chunk.points)


def normalize(joint: Array, weights: Array | None) -> Array:
    """Turn log-joints (…, K, n) into (weighted) responsibilities in place; the log-likelihoods."""
    log_density = posterior(joint, weights)
    return log_density.sum(axis=-1) if weights is None else log_density @ weights


def shifted(moments: Array, about: Array, diagonal: bool) -> tuple[Array, Array, Array]:
    """Moments about zero (K, features), as R Φᵀ gives them, moved to `about` (K, d)."""
    K, d = about.shape
    counts, raw, products = moments[:, 0], moments[:, 1 : d + 1], moments[:, d + 1 :]
    first = raw - counts[:, None] * about
    if diagonal:
        return counts, first, products - about * (raw + first)
    both = pairs(d)
    second = np.empty((K, d * d))
    second[:, both.flat] = second[:, both.mirrored] = (
        products
        - about.take(both.rows, axis=1) * raw.take(both.columns, axis=1)
        - first.take(both.rows, axis=1) * about.take(both.columns, axis=1)
    )
    return counts, first, second.reshape(K, d, d)
