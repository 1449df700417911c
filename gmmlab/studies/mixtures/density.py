"""A mixture is a density: its height anywhere, its shadows on the axes, its samples, its rival."""

import numpy as np
from numpy.typing import ArrayLike

from gmmlab.engine.arrays import Array, Labels, as_points
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.result import Fit


def log_density(found: Fit, X: ArrayLike) -> Array:
    """log p(x) of points (n, d) in the data's own units, at any scale, (n,)."""
    points = as_points(X)
    own_units = points.shape[1] * np.log(found.frame.scale)  # densities are per unit of volume
    return found.framed.score_samples(found.frame.into(points)) - own_units


def projected(mixture: Mixture, directions: ArrayLike, origin: ArrayLike | None = None) -> Mixture:
    """The distribution of (x − origin) @ directions for x from `mixture`: again a mixture, exactly.

    `directions` is (d, m), columns of the identity for marginals, principal axes for a picture of
    many columns; `origin` (d,) is 0 if not given. Bishop, "Pattern Recognition and Machine
    Learning" (2006), section 2.3.2. In the data's own units, and so not for scales beyond 1e±150.
    """
    onto = np.asarray(directions, dtype=np.float64)
    means = mixture.means if origin is None else mixture.means - np.asarray(origin)
    covariances = onto.T @ mixture.full_covariances @ onto
    symmetric = (covariances + covariances.transpose(0, 2, 1)) / 2
    return Mixture(mixture.weights, means @ onto, symmetric, "full")


def marginal(mixture: Mixture, axis: int) -> Mixture:
    """The distribution of one coordinate: a mixture in one dimension."""
    return projected(mixture, np.eye(mixture.n_features)[:, [axis]])


def sampled(found: Fit, n: int, seed: int = 0) -> tuple[Array, Labels]:
    """`n` new points (n, d) in the data's own units, and the component (n,) of each."""
    points, labels = found.framed.sample(n, seed)
    return found.frame.out_of(points), labels
