"""Is this mixture to be believed? How many components do something, and which have collapsed."""

import numpy as np
from numpy.typing import NDArray

from gmmlab.engine.arrays import Array
from gmmlab.engine.covariance import covariance_family, inverse_factors
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


def spurious(mixture: Mixture, n: float, ridge: float) -> NDArray[np.bool_]:
    """Which components are artefacts: collapsed on a few points that happen to lie close, (K,).

    The likelihood of a mixture has no upper bound: it grows without end as a component shrinks onto
    points that are nearly collinear (McLachlan and Peel, "Finite Mixture Models", 2000, section
    3.10). A component is called spurious if the ridge is all that keeps a variance from 0; if its
    thinnest direction holds less than 1/10,000 of the pooled variance in that direction; or less
    than 1/100 and it rests on fewer points than it has parameters of its own. All three are the
    same however the axes are scaled. `mixture` is in the frame of its n points.
    """
    covariances = mixture.full_covariances
    pooled = np.einsum("k,kij->ij", mixture.weights, covariances)
    whitener = inverse_factors(pooled[None])[0][0]
    thinnest = np.linalg.eigvalsh(whitener @ covariances @ whitener.T)[:, 0]
    d = mixture.n_features
    few = mixture.weights * n < d + covariance_family(mixture.covariance_type).n_parameters(1, d)
    at_ridge = smallest_variances(mixture) <= 2 * ridge
    return at_ridge | (thinnest < 1e-4) | (few & (thinnest < 1e-2))
