"""The density of a mixture, the one way of working it out that is exact whatever the mixture."""

from typing import TYPE_CHECKING

import numpy as np

from gmmlab.engine.arrays import Array

if TYPE_CHECKING:
    from gmmlab.engine.model.mixture import Mixture


_BLOCK = 1 << 16  # differences that exist at one time: half a megabyte, for a core's own cache


def log_joint_exact(mixture: "Mixture", points: Array) -> Array:
    """log π_k N(x | μ_k, Σ_k) of points (d, n), (K, n), by differences from each mean.

    F (x − μ), with FᵀF = Σ⁻¹, is taken as F x − F μ: with F the factors of several components
    stacked, or the one that all share, F x is one product. That costs ‖x‖ / σ units in the last
    place, no more than x itself has lost when it was rounded.
    """
    (d, n), K = points.shape, mixture.n_components
    joint = np.empty((K, n))
    stretch = max(256, _BLOCK // d)
    for first in range(0, n, stretch):
        piece = slice(first, first + stretch)
        _squares(mixture, points[:, piece], joint[:, piece])
    joint *= -0.5
    joint += mixture.log_normalizers[:, None]
    return joint


def _squares(mixture: "Mixture", points: Array, out: Array) -> None:
    """‖F (x − μ)‖² of points (d, n) for every component, into (K, n)."""
    factors, means = mixture.factors[0], mixture.means
    (d, n), K = points.shape, len(means)
    if factors.ndim == 3 and len(factors) < K:
        points, means = factors[0] @ points, means @ factors[0].T
    block = max(1, _BLOCK // (d * n))
    for k in range(0, K, block):
        some = slice(k, k + block)
        if len(factors) < K:
            whitened = points - means[some, :, None]
        elif factors.ndim == 2:
            whitened = points - means[some, :, None]
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
