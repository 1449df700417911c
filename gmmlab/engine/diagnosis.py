"""Is this mixture to be believed? How many components do something, and which have collapsed."""

import numpy as np

from gmmlab.engine.arrays import Array
from gmmlab.engine.mixture import Mixture


def effective_components(mixture: Mixture, n: float) -> int:
    """How many components do something: they hold a tenth of a point, and are not twins.

    `mixture` is in the frame of its n points, where lengths are about 1.
    """
    used = np.flatnonzero(mixture.weights * n > 0.1)
    means = mixture.means[used]
    squares = (means**2).sum(axis=1)
    apart = squares[:, None] + squares - 2 * means @ means.T
    twins = np.argwhere(np.triu(apart < 1e-12, k=1))
    covariances = mixture.full_covariances[used]
    doubled = {
        int(later)
        for earlier, later in twins
        if np.allclose(covariances[earlier], covariances[later], atol=1e-9)
    }
    return len(used) - len(doubled)


def smallest_variances(mixture: Mixture) -> Array:
    """The smallest variance of each component in any direction, (K,)."""
    return np.asarray(np.linalg.eigvalsh(mixture.full_covariances)[:, 0], dtype=np.float64)
