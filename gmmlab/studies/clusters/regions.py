"""Which cluster a point anywhere would join: a map of the plane, computed finely at borders."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter, minimum_filter

from gmmlab.compute.questions import costs
from gmmlab.engine.arrays import Array, Labels
from gmmlab.studies.clusters.study import Clusters

Box = tuple[float, float, float, float]  # x low, x high, y low, y high
_COARSE, _FINER = 200, 6  # squares on each axis, and parts of a square's side at borders


@dataclass(frozen=True, eq=False)
class Regions:
    """The labels by k-means and by the mixture in the squares (m, m) that fill `box`.

    Rows go up along y.
    """

    box: Box
    by_kmeans: NDArray[np.uint8]
    by_gmm: NDArray[np.uint8]


def _seconds(result: Clusters, box: Box, coarse: int = _COARSE) -> float:
    return 1.5e-7 * 4 * coarse**2 * result.n_components


@costs(_seconds)
def regions(result: Clusters, box: Box, coarse: int = _COARSE) -> Regions:
    """The regions of both models in `box`."""
    predictions = (result.kmeans.predict, result.gmm.predict)
    return Regions(box, *(_map(predict, box, coarse) for predict in predictions))


def _map(predict: Callable[[Array], Labels], box: Box, coarse: int) -> NDArray[np.uint8]:
    """Labels of (coarse · _FINER)² squares: one for each coarse square, but where borders are."""
    rows, columns = np.indices((coarse, coarse), dtype=np.float64)
    centers = _places(np.stack([columns, rows], axis=-1).reshape(-1, 2) + 0.5, box, coarse)
    rough = predict(centers).reshape(coarse, coarse).astype(np.uint8)
    fine = rough.repeat(_FINER, axis=0).repeat(_FINER, axis=1)
    border = maximum_filter(rough, 3) != minimum_filter(rough, 3)
    if border.any():
        row, column = np.nonzero(border)
        parts = np.arange(_FINER)
        at_row = (row[:, None] * _FINER + parts)[:, :, None]
        at_column = (column[:, None] * _FINER + parts)[:, None, :]
        shape = (len(row), _FINER, _FINER)
        places = np.stack(
            [np.broadcast_to(at_column, shape), np.broadcast_to(at_row, shape)], axis=-1
        )
        points = _places((places.reshape(-1, 2) + 0.5) / _FINER, box, coarse)
        fine[at_row, at_column] = predict(points).reshape(shape)
    return fine


def _places(squares: Array, box: Box, coarse: int) -> Array:
    """Points (n, 2) of the plane from places counted in coarse squares, across and up."""
    low, high = np.array(box[::2]), np.array(box[1::2])
    return low + squares * (high - low) / coarse
