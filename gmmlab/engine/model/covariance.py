"""The four covariance types, each one entry of one table.

EM estimates one scatter matrix per component. A covariance type is a *projection* of these K
matrices onto a smaller family, and nothing else: the rest of the engine asks the table and never
branches on a type's name.

In the letters of Fraley and Raftery, "Model-based clustering, discriminant analysis, and density
estimation", JASA 97 (2002): spherical is VII, diag is VVI, tied is EEE and full is VVV.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gmmlab.engine.arrays import Array

# Second moments of K components: one Σ r ‖x‖² each, (K, 1); one for every axis, (K, d); one matrix
# of all together, (1, d, d); a matrix each, (K, d, d).
Moments = Literal["norms", "squares", "pooled", "products"]


class DegenerateCovariance(ValueError):
    """A covariance that is not positive definite: its component has collapsed."""


@dataclass(frozen=True)
class CovarianceType:
    """How the scatter of K components becomes covariances.

    `diagonal` says that the type reads only the variances along the axes, so a scatter is (K, d)
    instead of (K, d, d); `shared`, that all components have one covariance; `least`, which second
    moments are enough to estimate it. `pool` projects N (K,) and the scatter onto the stored
    covariances, from `least` moments as well as from one scatter per component; `expand` gives one
    diagonal (or matrix) per component back, with a leading axis of length 1 where it is shared.
    """

    name: str
    diagonal: bool
    shared: bool
    least: Moments
    pool: Callable[[Array, Array], Array]
    expand: Callable[[Array, int], Array]
    n_parameters: Callable[[int, int], int]
    shape: Callable[[int, int], tuple[int, ...]]

    @property
    def own(self) -> Moments:
        """The second moments that give each component a scatter of its own."""
        return "squares" if self.diagonal else "products"


def _mean_variance(_: Array, scatter: Array) -> Array:
    return scatter.mean(axis=1)


def _own(_: Array, scatter: Array) -> Array:
    return scatter


def _weighted_average(counts: Array, scatter: Array) -> Array:
    return scatter[0] if len(scatter) == 1 else np.tensordot(counts / counts.sum(), scatter, axes=1)


COVARIANCE_TYPES: dict[str, CovarianceType] = {
    entry.name: entry
    for entry in (
        CovarianceType(
            name="spherical",
            diagonal=True,
            shared=False,
            least="norms",
            pool=_mean_variance,
            expand=lambda variances, d: np.broadcast_to(variances[:, None], (len(variances), d)),
            n_parameters=lambda K, d: K,
            shape=lambda K, d: (K,),
        ),
        CovarianceType(
            name="diag",
            diagonal=True,
            shared=False,
            least="squares",
            pool=_own,
            expand=lambda variances, d: variances,
            n_parameters=lambda K, d: K * d,
            shape=lambda K, d: (K, d),
        ),
        CovarianceType(
            name="tied",
            diagonal=False,
            shared=True,
            least="pooled",
            pool=_weighted_average,
            expand=lambda covariance, d: covariance[None],
            n_parameters=lambda K, d: d * (d + 1) // 2,
            shape=lambda K, d: (d, d),
        ),
        CovarianceType(
            name="full",
            diagonal=False,
            shared=False,
            least="products",
            pool=_own,
            expand=lambda covariances, d: covariances,
            n_parameters=lambda K, d: K * d * (d + 1) // 2,
            shape=lambda K, d: (K, d, d),
        ),
    )
}


def covariance_family(name: str) -> CovarianceType:
    """The table's entry for `name`; a ValueError lists the names there are."""
    try:
        return COVARIANCE_TYPES[name]
    except KeyError:
        known = ", ".join(COVARIANCE_TYPES)
        raise ValueError(f"covariance_type must be one of {known}; got {name!r}.") from None


def with_ridge(scatter: Array, ridge: float | Array) -> Array:
    """`scatter` (K, d) or (K, d, d) with `ridge`, one or (d,), added to the variances."""
    return scatter + (ridge if scatter.ndim == 2 else ridge * np.eye(scatter.shape[-1]))


def inverse_factors(expanded: Array) -> tuple[Array, Array]:
    """Factors F with FᵀF = Σ⁻¹, and log det F, for each of M expanded covariances.

    For variances (M, d), F is their inverse square root (M, d); for matrices (M, d, d), it is the
    inverse of the Cholesky factor (M, d, d), lower triangular. The second value is (M,).

    Raises DegenerateCovariance if a covariance is not positive definite.
    """
    if expanded.ndim == 2:
        if not np.all(expanded > 0):
            raise DegenerateCovariance(_COLLAPSED)
        factors = 1 / np.sqrt(expanded)
        return factors, np.log(factors).sum(axis=1)
    factors, pivots = _of_planes(expanded) if expanded.shape[-1] == 2 else _of_matrices(expanded)
    # What is left of a variance, given the axes before it, must be more than rounding.
    if not np.all(pivots**2 > _ROUNDING * np.diagonal(expanded, axis1=1, axis2=2)):
        raise DegenerateCovariance(_COLLAPSED)
    return factors, -np.log(pivots).sum(axis=1)


def sharpness(factors: Array) -> Array:
    """A bound on 1 / σ² in the thinnest direction of each of M covariances with factors F, (M,).

    That is the largest eigenvalue of FᵀF, which lies between trace(FᵀF) / d and trace(FᵀF), the
    bound taken here; along axes, F (M, d), it is read off.
    """
    if factors.ndim == 2:
        return (factors**2).max(axis=1)
    return np.einsum("mij,mij->m", factors, factors)


def _of_matrices(covariances: Array) -> tuple[Array, Array]:
    """Inverse Cholesky factors (M, d, d), and the diagonals (M, d) of the factors themselves."""
    try:
        lower = np.asarray(np.linalg.cholesky(covariances), dtype=np.float64)
    except np.linalg.LinAlgError:
        raise DegenerateCovariance(_COLLAPSED) from None
    return _inverse_of_lower(lower), np.diagonal(lower, axis1=1, axis2=2)


def _inverse_of_lower(lower: Array) -> Array:
    """Inverses of lower triangular matrices (M, d, d), by halves: numpy knows only whole ones."""
    d = lower.shape[-1]
    if d < _WORTH_HALVING:
        return np.asarray(np.linalg.inv(lower), dtype=np.float64)
    half = d // 2
    inverse = np.zeros(lower.shape)
    top, bottom = (_inverse_of_lower(lower[:, s, s]) for s in (slice(half), slice(half, d)))
    inverse[:, :half, :half] = top
    inverse[:, half:, half:] = bottom
    inverse[:, half:, :half] = -bottom @ lower[:, half:, :half] @ top
    return inverse


def _of_planes(covariances: Array) -> tuple[Array, Array]:
    """The same in two dimensions, written out: pictures fit these all day."""
    a, b, c = covariances[:, 0, 0], covariances[:, 1, 0], covariances[:, 1, 1]
    with np.errstate(invalid="ignore", divide="ignore"):  # what is not finite is refused above
        first = np.sqrt(a)
        cross = b / first
        second = np.sqrt(c - cross * cross)
        factors = np.zeros(covariances.shape)
        factors[:, 0, 0] = 1 / first
        factors[:, 1, 1] = 1 / second
        factors[:, 1, 0] = -cross / (first * second)
    return factors, np.stack([first, second], axis=1)


_ROUNDING = 1e-13
_WORTH_HALVING = 16
_COLLAPSED = (
    "A component collapsed: its covariance is singular. "
    "Use fewer components, a larger reg_covar, or a simpler covariance type."
)
