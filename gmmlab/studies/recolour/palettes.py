"""Palettes beside one another: their order, and which colour stands in for which."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linear_sum_assignment

from gmmlab.engine.arrays import Array, Labels
from gmmlab.studies.recolour.color_space import Bytes, oklab_of

ORDERS = {"share": "share", "lightness": "lightness", "hue": "hue"}
# Below this distance from the grey axis of OKLab a hue is an accident of rounding.
_GREY = 0.02


def order_of(palette: Bytes, shares: Array, by: str) -> Labels:
    """The places of a palette (K, 3) in another order, (K,).

    By share, the largest first; by lightness, the darkest first; or by hue, from red over green
    and blue, with greys at the end from dark to light. Equals keep their order.
    """
    if by not in ORDERS:
        raise ValueError(f"A palette can be ordered by {', '.join(ORDERS)}; got {by!r}.")
    if by == "share":
        return np.argsort(-np.asarray(shares), kind="stable")
    lightness, green_red, blue_yellow = oklab_of(palette).T
    if by == "lightness":
        return np.argsort(lightness, kind="stable")
    grey = np.hypot(green_red, blue_yellow) < _GREY
    hue = np.where(grey, lightness, np.arctan2(blue_yellow, green_red) % (2 * np.pi))
    return np.lexsort([hue, grey])


def borrowed(palette: Bytes, other: Bytes, shares: ArrayLike | None = None) -> Bytes:
    """The colours of `other` (M, 3) that stand in best for those of `palette` (K, 3), (K, 3).

    The one-to-one matching with the smallest sum of squared OKLab distances, each weighted by its
    colour's share (all alike if None). With M < K every colour of `other` serves as often as the
    next, give or take one.
    """
    if len(other) == 0:
        raise ValueError("The other palette has no colours; choose one that has.")
    repeats = -(-len(palette) // len(other))
    candidates = np.tile(other, (repeats, 1))
    apart = oklab_of(palette)[:, None] - oklab_of(candidates)
    weights = np.ones(len(palette)) if shares is None else np.asarray(shares, dtype=np.float64)
    costs = (apart.astype(np.float64) ** 2).sum(axis=2) * weights[:, None]
    return candidates[linear_sum_assignment(costs)[1]]
