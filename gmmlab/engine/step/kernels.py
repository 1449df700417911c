"""The kernels of the E-step: log-joints by one product, or by differences from the means.

A Gaussian is an exponential family: with the features φ(x) = (1, x, x xᵀ), every
log π_k N(x | μ_k, Σ_k) is a linear function θ_k · φ(x), and all that the M-step needs is
Σ_n r_nk φ(x_n). So the E-step is Θ Φ, its statistics are R Φᵀ, and arrays laid out (K, n) let max,
exp and sum over the components run along memory. Where all share one covariance, its quadratic term
is taken once for all of them.

The rounding error of these grows with ‖x‖² / σ², so for components that are tiny against the spread
of the data another kernel works with differences from each mean instead: exact there, and also
quicker where features are many and components few (see `costs`).
"""

import numpy as np
from numpy.typing import NDArray

from gmmlab.engine.arrays import Array, pairs
from gmmlab.engine.model.covariance import Moments, covariance_family
from gmmlab.engine.model.density import log_joint_exact, posterior
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.step.chunks import Chunk, n_features_of
from gmmlab.engine.step.costs import products_pay

# The fast kernels lose about ‖x‖² / σ² units in the last place. At the first ratio moments are
# still good to 1e-9, at the second log-densities to 1e-8. At the third they are good to 1e-6, which
# is enough where the exact kernel is much the slower one.
PRODUCT_KERNEL_LIMIT = 1e7
LOG_DENSITY_LIMIT = 1e8
LAST_LIMIT = 1e10
Flags = NDArray[np.bool_]  # of components, (K,)
_MANY_FEATURES = 60


def log_joint(mixture: Mixture, chunk: Chunk, exact: bool | Flags = False) -> Array:
    """log π_k N(x | μ_k, Σ_k) of a chunk's points, (K, n), by the quickest kernels that are exact
    for each component; `exact`, one or (K,), asks for differences whatever the mixture."""
    family = covariance_family(mixture.covariance_type)
    if family.least == "products" and not products_pay(mixture.n_components, chunk):
        return log_joint_exact(mixture, chunk.points)
    many = n_features_of(mixture.n_features, family.own) > _MANY_FEATURES
    limit = LAST_LIMIT if many else LOG_DENSITY_LIMIT
    apart = too_sharp(mixture, chunk, limit, exact)
    if apart is not None and (family.shared or apart.all()):
        return log_joint_exact(mixture, chunk.points)
    fast = log_joint_shared if family.least == "pooled" else log_joint_by_products
    joint = fast(mixture, chunk)
    if apart is not None:
        joint[apart] = log_joint_exact(mixture, chunk.points, apart)
    return joint


def too_sharp(
    mixture: Mixture, chunk: Chunk, limit: float, exact: bool | Flags = False
) -> Flags | None:
    """Which components are so tiny against the spread of the points that fast sums lose digits,
    or are to be `exact` anyway, (K,), or (1,) for all if they share; None if there are none."""
    if exact is False and mixture.sharpest * chunk.largest_square <= limit:
        return None
    return exact | (mixture.sharpness * chunk.largest_square > limit)


def log_joint_by_products(mixture: Mixture, chunk: Chunk) -> Array:
    """log π_k N(x | μ_k, Σ_k), (K, n), as Θ Φ."""
    kind = mixture.features
    if chunk.has_room_for(kind):
        return mixture.natural_parameters @ chunk.features(kind)
    joint = np.empty((mixture.n_components, chunk.points.shape[1]))
    for piece, features in chunk.pieces(kind):
        np.matmul(mixture.natural_parameters, features, out=joint[:, piece])
    return joint


def log_joint_shared(mixture: Mixture, chunk: Chunk) -> Array:
    """log π_k N(x | μ_k, Σ), (K, n), of components that share Σ: linear but for one common term."""
    factor = mixture.factors[0][0]
    whitened, means = factor @ chunk.points, mixture.means @ factor.T
    joint: Array = means @ whitened
    joint += (mixture.log_normalizers - 0.5 * (means * means).sum(axis=1))[:, None]
    joint -= 0.5 * np.einsum("dn,dn->n", whitened, whitened)
    return joint


def normalize(joint: Array, weights: Array | None) -> Array:
    """Turn log-joints (…, K, n) into (weighted) responsibilities in place; the log-likelihoods."""
    log_density = posterior(joint, weights)
    return log_density.sum(axis=-1) if weights is None else log_density @ weights


def moments_by_products(
    shares: Array, chunk: Chunk, about: Array, kind: Moments
) -> tuple[Array, Array, Array]:
    """Counts (K,), first (K, d) and second moments about `about` (K, d), as R Φᵀ and moved there.

    `shares` (K, n) are responsibilities times weights; of pooled second moments, the points' own
    scatter is most, whatever the shares, provided that they add up to the weights.
    """
    if chunk.has_room_for(kind):
        sums = shares @ chunk.features(kind).T
    else:
        sums = np.zeros((len(about), n_features_of(about.shape[1], kind)))
        for piece, features in chunk.pieces(kind):
            sums += shares[:, piece] @ features.T
    if kind != "pooled":
        return shifted(sums, about, kind)
    counts, raw = sums[:, 0], sums[:, 1:]
    first = raw - counts[:, None] * about
    # Σ r (x − a)(x − a)ᵀ = Σ r x xᵀ − Σ_k (raw aᵀ + a firstᵀ)
    return counts, first, (chunk.scatter - raw.T @ about - about.T @ first)[None]


def shifted(moments: Array, about: Array, kind: Moments) -> tuple[Array, Array, Array]:
    """Moments about zero (K, features), as R Φᵀ gives them, moved to `about` (K, d)."""
    K, d = about.shape
    counts, raw, products = moments[:, 0], moments[:, 1 : d + 1], moments[:, d + 1 :]
    first = raw - counts[:, None] * about
    if kind == "norms":
        return counts, first, products - (about * (raw + first)).sum(axis=1, keepdims=True)
    if kind == "squares":
        return counts, first, products - about * (raw + first)
    both = pairs(d)
    second = np.empty((K, d * d))
    second[:, both.flat] = second[:, both.mirrored] = (
        products
        - about.take(both.rows, axis=1) * raw.take(both.columns, axis=1)
        - first.take(both.rows, axis=1) * about.take(both.columns, axis=1)
    )
    return counts, first, second.reshape(K, d, d)
