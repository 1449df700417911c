"""The density of a mixture, the one way of working it out that is exact whatever the mixture."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gmmlab.engine.arrays import Array

if TYPE_CHECKING:
    from gmmlab.engine.model.mixture import Mixture


_BLOCK = 1 << 16  # differences that exist at one time: half a megabyte, for a core's own cache


def log_joint_exact(
    mixture: "Mixture", points: Array, only: NDArray[np.bool_] | None = None
) -> Array:
    """log π_k N(x | μ_k, Σ_k) of points (d, n), (K, n), by differences from each mean.

    F (x − μ), with FᵀF = Σ⁻¹, is taken as F x − F μ: with F the factors of several components
    stacked, or the one that all share, F x is one product. That costs ‖x‖ / σ units in the last
    place, no more than x itself has lost when it was rounded. `only` (K,) picks some components.
    """
    factors, means, constants = mixture.factors[0], mixture.means, mixture.log_normalizers
    if only is not None:
        factors = factors[only] if len(factors) == len(means) else factors
        means, constants = means[only], constants[only]
    d, n = points.shape
    joint = np.empty((len(means), n))
    stretch = max(256, _BLOCK // d)
    for first in range(0, n, stretch):
        piece = slice(first, first + stretch)
        _squares(factors, means, points[:, piece], joint[:, piece])
    joint *= -0.5
    joint += constants[:, None]
    return joint


def _squares(factors: Array, means: Array, points: Array, out: Array) -> None:
    """‖F (x − μ)‖² of points (d, n) for every component, into (K, n)."""
    (d, n), K = points.shape, len(means)
    shared = factors.ndim == 3 and len(factors) < K
    if shared:
        points, means = factors[0] @ points, means @ factors[0].T
    block = max(1, _BLOCK // (d * n))
    for k in range(0, K, block):
        some = slice(k, k + block)
        if shared or factors.ndim == 2:
            whitened = points - means[some, :, None]
            if not shared:
                whitened *= factors[some, :, None]
        else:
            own = factors[some]
            whitened = (own.reshape(-1, d) @ points).reshape(len(own), d, n)
            whitened -= own @ means[some, :, None]
        np.einsum("kdn,kdn->kn", whitened, whitened, out=out[some])


def posterior(joint: Array, weights: Array | None = None) -> Array:
    """Turn log-joints (…, K, n) into responsibilities in place; the log-densities (…, n).

    With `weights` (n,), each point's responsibilities add up to its weight.
    """
    peak = joint.max(axis=-2, keepdims=True)
    joint -= peak
    np.exp(joint, out=joint)
    evidence = joint.sum(axis=-2, keepdims=True)
    if weights is None:
        joint /= evidence
    else:
        joint *= weights / evidence
    return (peak + np.log(evidence))[..., 0, :]
