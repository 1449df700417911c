"""What a mixture is in fewer dimensions: on an axis, or in the plane of a picture."""

import numpy as np
from numpy.typing import ArrayLike

from gmmlab.engine.model.mixture import Mixture


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
