"""Some colours of a palette are given, and k-means finds the others around them."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from gmmlab.engine.arrays import Array
from gmmlab.engine.kmeans.quantize import Weighted, nearest
from gmmlab.studies.recolour.color_space import Floats

_MAX_ITER = 20
_SETTLED = 1e-3  # of a coordinate's range: what a centre must move for another step


def nearest_pairs(pins: Floats, centers: Array) -> NDArray[np.intp]:
    """For each of p pins (p, d) a centre (K, d) of its own, (p,), p ≤ K: in all the nearest."""
    apart = ((pins.astype(np.float64)[:, None] - centers) ** 2).sum(axis=2)
    return linear_sum_assignment(apart)[1]


def around(level: Weighted, centers: Array, n_colors: int, pins: Floats) -> Array:
    """Centres (K, d), of which the pins (p, d) are some: Lloyd's steps that leave these alone.

    `centers` (k, d) are where the others start; `n_colors` is the most there may be. As many as
    must give way to pins do, those nearest to them.
    """
    pins = pins[:n_colors]
    n_replaced = max(0, len(centers) + len(pins) - n_colors)
    kept = np.ones(len(centers), dtype=bool)
    if n_replaced == len(centers):
        kept[:] = False
    elif n_replaced:
        own = nearest_pairs(pins, centers) if len(pins) <= len(centers) else np.arange(0)
        apart = ((pins[: len(own)] - centers[own]) ** 2).sum(axis=1)
        kept[own[np.argsort(apart)[:n_replaced]]] = False
    free, n_pins = centers[kept], len(pins)
    all_of_them = np.concatenate([pins.astype(np.float64), free])
    span = float(np.ptp(level.points)) or 1.0
    for _ in range(_MAX_ITER):
        labels = nearest(level.points, all_of_them)
        moments = np.stack([np.bincount(labels, row, len(all_of_them)) for row in level.moments])
        mass, sums = moments[0, n_pins:, None], moments[1:, n_pins:].T
        moved = np.where(mass > 0, sums / np.where(mass > 0, mass, 1), all_of_them[n_pins:])
        step = float(np.abs(moved - all_of_them[n_pins:]).max(initial=0))
        all_of_them[n_pins:] = moved
        if step <= _SETTLED * span:
            break
    return all_of_them
