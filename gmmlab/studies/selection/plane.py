"""The fit of a cell as a picture in the plane can show it, and its components as clusters."""

from typing import NamedTuple

import numpy as np

from gmmlab.compute.questions import costs
from gmmlab.engine.arrays import Array
from gmmlab.engine.model.mixture import Mixture
from gmmlab.studies.mixtures.projection import projected
from gmmlab.studies.selection.merging import Merging, merge
from gmmlab.studies.selection.sweep import Cell, Rows


class InThePlane(NamedTuple):
    """Points (n, 2), a mixture in two dimensions, its responsibilities (n, K), and axis names."""

    points: Array
    mixture: Mixture
    responsibilities: Array
    columns: tuple[str, str]


def plane_of(X: Array) -> tuple[Array, Array]:
    """The two directions (d, 2) and the origin (d,) of the picture of points (n, d).

    The axes themselves for two columns; else the first two principal components.
    """
    d = X.shape[1]
    if d <= 2:
        return np.eye(d), np.zeros(d)
    origin = X.mean(axis=0)
    _, _, axes = np.linalg.svd(X - origin, full_matrices=False)
    # Signs are arbitrary; the largest entry of each axis points up, so that pictures stay put.
    largest = np.abs(axes[:2]).argmax(axis=1)
    signs = np.sign(axes[[0, 1], largest])
    return (axes[:2] * signs[:, None]).T, origin


@costs(lambda cell, rows: 1e-7 * rows.X.size * cell.n_components)
def in_the_plane(cell: Cell, rows: Rows) -> InThePlane:
    """A cell that has a fit, in the plane of two columns or of two principal components."""
    assert cell.fit is not None
    directions, origin = plane_of(rows.X)
    flat = projected(cell.fit.mixture, directions, origin)
    names = (
        rows.names if rows.X.shape[1] == 2 else ("first principal axis", "second principal axis")
    )
    shown = (rows.X - origin) @ directions
    return InThePlane(shown, flat, cell.fit.responsibilities(rows.X), (names[0], names[1]))


@costs(lambda cell, rows: 2e-3 + 3e-8 * len(rows.X) * cell.n_components**2)
def merged(cell: Cell, rows: Rows) -> Merging:
    """The components of a cell's fit, merged into clusters two by two."""
    assert cell.fit is not None
    return merge(cell.fit, rows.X)
