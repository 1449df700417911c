"""Lloyd's algorithm to be watched: the centres of every half-step."""

import numpy as np

from gmmlab.engine.arrays import Array
from gmmlab.engine.kmeans.kmeans import nearest_centers


def lloyd_path(points: Array, centers: Array, max_iter: int = 500) -> list[Array]:
    """The centres (K, d) from `centers` on, one more for each update that changed something.

    `points` (n, d). A centre that loses all its points stays where it is. It ends when no point
    changes its cluster: exactly, without a tolerance (Lloyd, "Least squares quantization in PCM",
    IEEE Transactions on Information Theory 28, 1982).
    """
    passed = [centers]
    labels = nearest_centers(points, centers)
    for _ in range(max_iter):
        moved = passed[-1].copy()
        for k in range(len(moved)):
            if (own := labels == k).any():
                moved[k] = points[own].mean(axis=0)
        if np.array_equal(moved, passed[-1]):
            break
        passed.append(moved)
        nearest = nearest_centers(points, moved)
        if np.array_equal(nearest, labels):
            break
        labels = nearest
    return passed
