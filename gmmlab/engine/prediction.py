"""What a fitted mixture says of points in the data's own units, at any scale and in little memory.

A mixture is fitted in a frame, where nothing overflows, and densities are per unit of volume: both
are settled here, so that nobody who asks has to know of frames.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import ArrayLike

from gmmlab.compute.threads import threads_for
from gmmlab.engine.arrays import Array, Labels, as_points
from gmmlab.engine.model.density import posterior
from gmmlab.engine.model.frame import Framed
from gmmlab.engine.step import kernels
from gmmlab.engine.step.chunks import Slice, chunk_length


def log_joint(framed: Framed, X: ArrayLike) -> Array:
    """log π_k N(x | μ_k, Σ_k) of points (n, d), (n, K)."""
    volume = _log_volume(framed)

    def of(joint: Array) -> Array:
        joint -= volume
        return joint

    return np.concatenate([joint.T for joint in _joints(framed, X, of)])


def score_samples(framed: Framed, X: ArrayLike) -> Array:
    """The log-density log p(x) of points (n, d), (n,)."""
    return np.concatenate(list(_joints(framed, X, posterior))) - _log_volume(framed)


def responsibilities(framed: Framed, X: ArrayLike) -> Array:
    """Posterior probabilities of the components given each of n points (n, d), (n, K)."""

    def of(joint: Array) -> Array:
        posterior(joint)
        return joint

    return np.concatenate([shares.T for shares in _joints(framed, X, of)])


def predict(framed: Framed, X: ArrayLike) -> Labels:
    """The most probable component of each of n points (n, d), (n,)."""
    return np.concatenate(list(_joints(framed, X, lambda joint: joint.argmax(axis=0))))


def sample(framed: Framed, n: int, seed: int) -> tuple[Array, Labels]:
    """`n` new points (n, d), shuffled, and the component (n,) that each came from."""
    points, labels = framed.mixture.sample(n, seed)
    return framed.frame.out_of(points), labels


def _joints(framed: Framed, X: ArrayLike, of: Callable[[Array], Array]) -> Iterator[Array]:
    """A function of log-joints (K, n) in the frame, for one piece of the points after another."""
    (frame, mixture), points = framed, as_points(X)
    length = chunk_length(*mixture.means.shape)
    slices = [Slice(points[i : i + length], None, frame) for i in range(0, len(points), length)]
    with threads_for(len(slices)) as executor:
        yield from executor.map(lambda each: of(kernels.log_joint(mixture, each.ready())), slices)


def _log_volume(framed: Framed) -> float:
    """Of the frame's unit cube, in the data's own units."""
    return framed.mixture.n_features * float(np.log(framed.frame.scale))
