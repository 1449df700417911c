"""Is this mixture to be believed? How many components do something, and which have collapsed."""

import numpy as np

from gmmlab.engine.arrays import Array
from gmmlab.engine.mixture import Mixture


def effective_components(mixture: Mixture, n: int) -> int:
    """How many components do something: they hold a tenth of a point, and are not twins.

    `mixture` is in the frame of its n points, where lengths are about 1.
    """
    kept: list[int] = []
    for k in np.flatnonzero(mixture.weights * n > 0.1):
        twin = any(
            np.allclose(mixture.means[k], mixture.means[j], rtol=0, atol=1e-6)
            and np.allclose(mixture.full_covariances[k], mixture.full_covariances[j], atol=1e-9)
            for j in kept
        )
        if not twin:
            kept.append(int(k))
    return len(kept)


def smallest_variances(mixture: Mixture) -> Array:
    """The smallest variance of each component in any direction, (K,)."""
    return np.asarray(np.linalg.eigvalsh(mixture.full_covariances)[:, 0], dtype=np.float64)
