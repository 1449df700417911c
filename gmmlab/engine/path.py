"""A run of EM to be watched: not only where it ends, but every mixture on its way."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gmmlab.engine.arrays import Array, as_points
from gmmlab.engine.em import fit
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.result import Fit


@dataclass(frozen=True, eq=False)
class Path:
    """The way of one run: `mixtures[i]`, in the data's units, is the one of its i-th E-step.

    The first is the start, the last that of `fit`, whose `history` has the objective of each.
    """

    fit: Fit
    mixtures: tuple[Mixture, ...]


def path(
    X: ArrayLike,
    n_components: int,
    covariance_type: str = "full",
    *,
    init: str | ArrayLike | Mixture = "kmeans",
    seed: int = 0,
    tol: float = 1e-7,
    max_iter: int = 500,
    floor: float = 1e-6,
) -> Path:
    """EM on points (n, d) from one start, and all it passes by; arguments as of `em.fit`."""
    passed: list[Mixture] = []
    found = fit(
        X,
        n_components,
        covariance_type,
        init=init,
        seed=seed,
        tol=tol,
        max_iter=max_iter,
        floor=floor,
        record=lambda _, mixture: passed.append(mixture),
    )
    return Path(found, tuple(passed))


def lower_bound(mixture: Mixture, other: Mixture, X: ArrayLike) -> float:
    """F(q, θ) = E_q[log p(x, z | θ)] + H(q) per point (n, d), q the responsibilities of `mixture`.

    θ is `other`. It is at most the mean log-likelihood of θ, and equal to it where the posteriors
    of θ are q (Neal and Hinton, "A view of the EM algorithm that justifies incremental, sparse, and
    other variants", 1998). Natural logarithm.
    """
    points = as_points(X)
    q = mixture.responsibilities(points)
    return bound_of(q, other.log_joint(points))


def bound_of(q: Array, log_joint: Array) -> float:
    """The mean over points of E_q[log p(x, z)] + H(q), for q and log p(x, z) of (n, K)."""
    held = q > 0  # 0 log 0 = 0, and what q rules out may have any probability
    terms = np.zeros_like(q)
    np.subtract(log_joint, np.log(q, out=np.zeros_like(q), where=held), out=terms, where=held)
    return float((q * terms).sum() / len(q))
