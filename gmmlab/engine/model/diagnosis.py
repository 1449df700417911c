"""Is this mixture to be believed? How many components do something, and which have collapsed."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from gmmlab.engine.arrays import Array
from gmmlab.engine.model.covariance import covariance_family, inverse_factors
from gmmlab.engine.model.mixture import Mixture

_MOST_COMPARED = 200_000  # points that are looked through for equal ones


def effective_components(mixture: Mixture, n: float) -> int:
    """How many components do something: they hold a tenth of a point, and are not twins.

    `mixture` is in the frame of its n points, where lengths are about 1.
    """
    used = np.flatnonzero(mixture.weights * n > 0.1)
    means = mixture.means[used]
    squares = (means**2).sum(axis=1)
    near = squares[:, None] + squares - 2 * means @ means.T < 1e-12
    if np.count_nonzero(near) <= len(used):  # each is near itself alone
        return len(used)
    covariances = mixture.full_covariances[used]
    doubled = {
        int(later)
        for earlier, later in np.argwhere(np.triu(near, k=1))
        if np.allclose(covariances[earlier], covariances[later], atol=1e-9)
    }
    return len(used) - len(doubled)


def at_ridge(mixture: Mixture, ridge: float | Array) -> NDArray[np.bool_]:
    """Which components have, in some direction, a variance that is mostly ridge, (K,)."""
    K, d = mixture.means.shape
    if not np.all(np.asarray(ridge) > 0):
        return np.zeros(K, dtype=bool)
    if mixture.diagonal:
        thinnest = (mixture.expanded / ridge).min(axis=1)
    else:
        roots = np.sqrt(np.broadcast_to(ridge, (d,)))
        thinnest = np.linalg.eigvalsh(mixture.expanded / roots / roots[:, None])[:, 0]
    return np.broadcast_to(thinnest <= 2, (K,))


def spurious(mixture: Mixture, n: float, ridge: float | Array) -> NDArray[np.bool_]:
    """Which components are artefacts: collapsed on a few points that happen to lie close, (K,).

    The likelihood of a mixture has no upper bound: it grows without end as a component shrinks onto
    points that are nearly collinear (McLachlan and Peel, "Finite Mixture Models", 2000, section
    3.10). A component is called spurious if the ridge is all that keeps a variance from 0; if its
    thinnest direction holds less than 1/10,000 of the pooled variance in that direction; or less
    than 1/100 and it rests on fewer points than it has parameters of its own, while an equal share
    of the points would be enough for them: where it is not, every component rests on too few, and
    this tells none from another. All three are the same however the axes are scaled. `mixture` is
    in the frame of its n points.
    """
    covariances = mixture.full_covariances
    pooled = np.einsum("k,kij->ij", mixture.weights, covariances)
    whitener = inverse_factors(pooled[None])[0][0]
    thinnest = np.linalg.eigvalsh(whitener @ covariances @ whitener.T)[:, 0]
    d = mixture.n_features
    needed = d + covariance_family(mixture.covariance_type).n_parameters(1, d)
    few = (mixture.weights * n < needed) & (n >= needed * mixture.n_components)
    return at_ridge(mixture, ridge) | (thinnest < 1e-4) | (few & (thinnest < 1e-2))


def remarks(
    mixture: Mixture,
    n: int,
    n_distinct: Callable[[], int],
    n_components: int,
    ridge: float | Array,
) -> tuple[str, ...]:
    """Sentences about data that cannot carry so many components, or one that a lone point took.

    `mixture` is in the frame of the n points; `n_distinct` counts those that differ from each
    other, which takes long for many.
    """
    if effective_components(mixture, n) < n_components and n <= _MOST_COMPARED:
        distinct = n_distinct()
        if distinct < n_components:
            some = "1 distinct point" if distinct == 1 else f"{distinct} distinct points"
            return (f"The data have only {some}, which {n_components} components share.",)
    alone = np.flatnonzero(np.abs(mixture.weights * n - 1) < 0.5)
    if len(alone) and at_ridge(mixture, ridge)[alone].any():
        return (
            "A component holds a single point, perhaps an outlier; remove the point or use fewer "
            "components if it means nothing.",
        )
    return ()
