"""Where EM begins: the first mixture, from one of several kinds of starts.

Every start is a soft or hard assignment of the points, from which one M-step makes a mixture. With
the same seed, "kmeans" and "random" give the very assignments of scikit-learn's GaussianMixture:
that is why they draw from numpy's older RandomState.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from sklearn.utils import check_random_state

from gmmlab.engine.arrays import Array, Labels
from gmmlab.engine.kmeans.kmeans import lloyd, nearest_centers, plus_plus
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.step.chunks import Chunk
from gmmlab.engine.step.statistics import from_responsibilities
from gmmlab.engine.step.steps import careful_m_step

Seed = int | np.random.RandomState | None
# Larger weights need no such care: their starts hardly depend on how the rows are written.
_MOST_REPEATS = 100_000

# From points (n, d), weights (n,) or None, K and a source of randomness, responsibilities (K, n).
Start = Callable[[Array, Array | None, int, np.random.RandomState], Array]


def one_hot(labels: Labels, K: int) -> Array:
    """Labels (n,) as responsibilities (K, n) of zeros and ones."""
    return (labels == np.arange(K)[:, None]).astype(float)


def _kmeans(points: Array, weights: Array | None, K: int, random: np.random.RandomState) -> Array:
    return one_hot(lloyd(points, plus_plus(points, K, random, weights), weights), K)


def _plus_plus(
    points: Array, weights: Array | None, K: int, random: np.random.RandomState
) -> Array:
    return one_hot(nearest_centers(points, plus_plus(points, K, random, weights)), K)


def _random(points: Array, _: Array | None, K: int, random: np.random.RandomState) -> Array:
    shares = random.uniform(size=(len(points), K))
    shares /= shares.sum(axis=1, keepdims=True)
    return np.ascontiguousarray(shares.T)


def _random_points(
    points: Array, weights: Array | None, K: int, random: np.random.RandomState
) -> Array:
    share = None if weights is None else weights / weights.sum()
    chosen = random.choice(len(points), size=K, replace=False, p=share)
    return one_hot(nearest_centers(points, points[chosen]), K)


STARTS: dict[str, Start] = {
    "kmeans": _kmeans,
    "k-means++": _plus_plus,
    "random": _random,
    "random_from_data": _random_points,
}


def first_mixtures(
    points: Array,
    weights: Array | None,
    n_components: int,
    covariance_type: str,
    init: str | Array | Mixture,
    *,
    n_init: int = 1,
    seed: Seed = 0,
    reg_covar: float | Array = 0.0,
) -> list[Callable[[], Mixture]]:
    """Recipes for the mixtures from which EM starts on points (n, d), made when their turn comes.

    `init` is a name of STARTS (`n_init` recipes, which draw from one stream of randomness), means
    (K, d) or a Mixture (one recipe). Raises ValueError if it is none of these.
    """
    if isinstance(init, Mixture):
        asked = (covariance_type, n_components, points.shape[1])
        if (init.covariance_type, *init.means.shape) != asked:
            raise ValueError(
                f"The given mixture is {init.covariance_type} with {init.n_components} components "
                f"in {init.n_features} dimensions; {covariance_type}, {n_components} and "
                f"{points.shape[1]} are asked for."
            )
        return [lambda: init]
    data = Chunk(np.ascontiguousarray(points.T), weights, keep=False)
    make = partial(_from_shares, data, covariance_type, reg_covar)
    if not isinstance(init, str):
        expected = (n_components, points.shape[1])
        if init.shape != expected:
            raise ValueError(f"The given means must be {expected[0]} rows of {expected[1]} values.")
        nearby = make(one_hot(nearest_centers(points, init), n_components), init)
        return [lambda: Mixture(nearby.weights, init, nearby.covariances, covariance_type)]
    if init not in STARTS:
        raise ValueError(f"init must be one of {', '.join(STARTS)} or search; got {init!r}.")
    random = check_random_state(seed)
    seen = _comparable(points)
    about = np.zeros((n_components, points.shape[1]))
    return [
        lambda: make(_shares(STARTS[init], seen, weights, n_components, random), about)
    ] * n_init


def _comparable(points: Array) -> Array:
    """The points as distances should see them: axes a million times apart are brought together."""
    deviations = np.array([column.std() for column in points.T])
    varied = deviations > 0
    if not varied.any() or deviations.max() < 1e6 * deviations[varied].min():
        return points
    return points / np.where(varied, deviations, 1.0)


def _shares(
    start: Start, points: Array, weights: Array | None, K: int, random: np.random.RandomState
) -> Array:
    """The start's responsibilities (K, n); whole weights are treated as the repeated rows they are.

    So a table with counts begins where the table written out in full begins, and ends there.
    """
    if weights is None or weights.sum() > _MOST_REPEATS or np.any(weights != np.rint(weights)):
        return start(points, weights, K, random)
    counts = weights.astype(int)
    repeated = start(np.repeat(points, counts, axis=0), None, K, random)
    firsts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return np.add.reduceat(repeated, firsts, axis=1) / counts


def _from_shares(
    data: Chunk, covariance_type: str, reg_covar: float | Array, shares: Array, about: Array
) -> Mixture:
    take = partial(from_responsibilities, shares, data, about, covariance_type, lean=True)
    return careful_m_step(take(), lambda lost: take(exact=lost), covariance_type, reg_covar)[0]
