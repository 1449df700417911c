"""EM for Gaussian mixtures, all of it, as it stands in a textbook.

Nothing here is fast, and nothing in the package calls it: it is what the package's steps do, to
be read in one go, and what they are tested against. `step/` has the same three parts, an E-step,
sums over the points and an M-step, by products that cost less and keep more digits; `run/` has the
loop.

Bishop, "Pattern Recognition and Machine Learning" (2006), section 9.2; the covariance types are
those of scikit-learn. Points are (n, d), and there are K components.
"""

from typing import NamedTuple

import numpy as np

from gmmlab.engine.arrays import Array


class Plain(NamedTuple):
    """A mixture: weights (K,), means (K, d) and one covariance matrix each, (K, d, d)."""

    weights: Array
    means: Array
    covariances: Array


def log_joint(mixture: Plain, points: Array) -> Array:
    """log π_k N(x | μ_k, Σ_k), (n, K)."""
    columns = []
    for weight, mean, covariance in zip(*mixture, strict=True):
        centred = points - mean
        squared_distance = (centred * np.linalg.solve(covariance, centred.T).T).sum(axis=1)
        log_volume = np.linalg.slogdet(2 * np.pi * covariance)[1]
        columns.append(np.log(weight) - 0.5 * (log_volume + squared_distance))
    return np.stack(columns, axis=1)


def e_step(mixture: Plain, points: Array) -> tuple[Array, float]:
    """Responsibilities p(k | x), (n, K), and the mean of log p(x)."""
    joint = log_joint(mixture, points)
    peak = joint.max(axis=1, keepdims=True)  # so that exp neither overflows nor gives all zeros
    log_density = peak + np.log(np.exp(joint - peak).sum(axis=1, keepdims=True))
    return np.exp(joint - log_density), float(log_density.mean())


def m_step(responsibilities: Array, points: Array, covariance_type: str, ridge: float) -> Plain:
    """The mixture that makes the points most likely, given whose they are."""
    counts = responsibilities.sum(axis=0)
    means = responsibilities.T @ points / counts[:, None]
    centred = points[:, None] - means  # (n, K, d)
    scatter = np.einsum("nk,nki,nkj->kij", responsibilities, centred, centred)
    own = scatter / counts[:, None, None]
    d = points.shape[1]
    axes = np.eye(d)
    covariances = {
        "full": own,
        "tied": np.broadcast_to(scatter.sum(axis=0) / counts.sum(), own.shape),
        "diag": own * axes,
        "spherical": np.trace(own, axis1=1, axis2=2)[:, None, None] / d * axes,
    }[covariance_type]
    return Plain(counts / counts.sum(), means, covariances + ridge * axes)


def em(
    start: Plain, points: Array, covariance_type: str, n_iter: int, ridge: float = 0.0
) -> tuple[Plain, list[float]]:
    """`n_iter` steps from `start`: the mixture, and the objective before and after each step."""
    mixture, history = start, []
    for _ in range(n_iter):
        responsibilities, objective = e_step(mixture, points)
        history.append(objective)
        mixture = m_step(responsibilities, points, covariance_type, ridge)
    return mixture, [*history, e_step(mixture, points)[1]]
