"""The height of a density: over a grid, on a scale that pictures share, and at one point."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gmmlab.engine.arrays import Array, as_points
from gmmlab.engine.result import Fit
from gmmlab.studies.density.kernels import KernelEstimate

Box = tuple[float, float, float, float]  # x low, x high, y low, y high


_HIDDEN = 0.01  # of the data may lie below the colour scale


_MARGIN = float(np.log(100))  # the scale reaches down to a hundredth of the density there


@dataclass(frozen=True, eq=False)
class Surface:
    """Log-densities `values` (ny, nx) at the nodes of a grid, `x` (nx,) by `y` (ny,)."""

    x: Array
    y: Array
    values: Array


def surface(model: "Fit | KernelEstimate", box: Box, resolution: tuple[int, int]) -> Surface:
    """log p at every node of a grid of (nx, ny) nodes that spans `box`, for data in the plane."""
    x = np.linspace(box[0], box[1], resolution[0])
    y = np.linspace(box[2], box[3], resolution[1])
    nodes = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    values = model.score_samples(nodes)
    return Surface(x, y, values.reshape(len(y), len(x)))


def shared_limits(surfaces: Iterable[Surface], at_data: Iterable[Array]) -> tuple[float, float]:
    """One colour scale for surfaces that are compared: the lowest and highest log-density shown.

    It ends at the highest peak, and begins at a hundredth of the density that 99 % of the points
    reach in the model that gives them least; `at_data` are each model's log-densities of the data.
    Below, far from all points, a log-density falls without end, and would take all the colours.
    """
    high = max(float(each.values.max()) for each in surfaces)
    low = min(float(np.quantile(values, _HIDDEN)) for values in at_data) - _MARGIN
    return min(low, high - 1.0), high


@dataclass(frozen=True, eq=False)
class PointScore:
    """What a model says of one point.

    `percentile` is the share of the data, in percent, whose log-density is at most the point's: a
    low one marks an outlier. `responsibilities` (K,) are those of a mixture's components.
    """

    log_density: float
    percentile: float
    responsibilities: Array | None = None


def score_point(found: Fit, X: ArrayLike, point: ArrayLike) -> PointScore:
    """The score of `point` (d,) among the data X (n, d) to which the mixture was fitted."""
    row = np.atleast_2d(np.asarray(point, dtype=np.float64))
    # Together, so that a point of the data meets its own value to the last bit.
    *data, own = found.score_samples(np.vstack([as_points(X), row]))
    below = float(np.mean(np.asarray(data) <= own))
    return PointScore(float(own), 100 * below, found.responsibilities(row)[0])


def kernel_score(found: KernelEstimate, at_data: Array, point: ArrayLike) -> PointScore:
    """The score of `point` (d,) under a kernel estimate of points with log p `at_data` (n,).

    Each of these is compared without its own bump, which the point has not.
    """
    row = np.atleast_2d(np.asarray(point, dtype=np.float64))
    own = float(found.score_samples(row)[0])
    below = float(np.mean(found.without_own_bump(at_data) <= own))
    return PointScore(own, 100 * below)
