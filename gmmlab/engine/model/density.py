"""The density of a mixture, the one way of working it out that is exact whatever the mixture."""

from typing import TYPE_CHECKING

import numpy as np

from gmmlab.engine.arrays import Array

if TYPE_CHECKING:
    from gmmlab.engine.model.mixture import Mixture


def log_joint_exact(mixture: "Mixture", points: Array) -> Array:
    """log π_k N(x | μ_k, Σ_k) of points (d, n), (K, n), by differences from each mean."""
    factors = mixture.factors[0]
    factors = np.broadcast_to(factors, (mixture.n_components, *factors.shape[1:]))
    joint = np.empty((mixture.n_components, points.shape[1]))
    for k, (mean, factor) in enumerate(zip(mixture.means, factors, strict=True)):
        centred = points - mean[:, None]
        whitened = factor[:, None] * centred if factor.ndim == 1 else factor @ centred
        np.einsum("dn,dn->n", whitened, whitened, out=joint[k])
    joint *= -0.5
    joint += mixture.log_normalizers[:, None]
    return joint


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
