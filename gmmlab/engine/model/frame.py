"""The frame of reference in which data are fitted: their mean as origin, their spread as unit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gmmlab.engine.arrays import Array
from gmmlab.engine.model.mixture import Mixture

_BLOCK = 1 << 18  # coordinates that are looked at at one time


@dataclass(frozen=True, eq=False)
class Frame:
    """The map x ↦ (x / unit − shift) / spread, one spread for all axes.

    One scalar for all axes keeps every covariance type what it is: a sphere stays a sphere. `unit`
    is a power of two near the largest value, so that dividing by it is exact, and neither 1e-300
    nor 1e300 leaves the range of a float when squared. `variances` (d,) are those of the data along
    each axis of this frame; 1, their mean, stands in for the 0 of a constant axis. `varied`
    says whether the data have any spread at all.
    """

    unit: float
    shift: Array
    spread: float
    variances: Array
    varied: bool = True

    @staticmethod
    def of(points: Array, weights: Array | None = None) -> "Frame":
        """The frame in which `points` (n, d), weighted, have mean 0 and mean variance 1."""
        return Extent.of(points, weights).frame()

    @property
    def scale(self) -> float:
        """The length of one unit of this frame, in the data's own units."""
        return self.spread * self.unit

    def into(self, points: Array) -> Array:
        """`points` (n, d) in this frame."""
        framed: Array = points / self.unit
        framed -= self.shift
        framed /= self.spread
        return framed

    def out_of(self, points: Array) -> Array:
        """Points (…, d) of this frame in the data's own units."""
        return (points * self.spread + self.shift) * self.unit

    def mixture_into(self, mixture: Mixture) -> Mixture:
        """A mixture over the data's own units, in this frame."""
        covariances = mixture.covariances / self.unit / self.unit / self.spread**2
        return Mixture(
            mixture.weights, self.into(mixture.means), covariances, mixture.covariance_type
        )

    def mixture_from(self, framed: "Framed") -> Mixture:
        """A mixture of another frame, in this one; no scale is too far away."""
        other, mixture = framed
        ratio = (other.spread / self.spread) * (other.unit / self.unit)
        means = self.into(other.out_of(mixture.means))
        covariances = mixture.covariances * ratio * ratio
        return Mixture(mixture.weights, means, covariances, mixture.covariance_type)

    def mixture_out_of(self, mixture: Mixture) -> Mixture:
        """A mixture of this frame, over the data's own units.

        At a scale beyond 1e±150 its covariances are no longer floats: they become infinite or 0.
        """
        with np.errstate(over="ignore", under="ignore"):
            covariances = mixture.covariances * self.spread**2 * self.unit * self.unit
        return Mixture(
            mixture.weights, self.out_of(mixture.means), covariances, mixture.covariance_type
        )


@dataclass(frozen=True, eq=False)
class Extent:
    """Where points lie and how far they spread, all that a frame is made of; that of parts adds up.

    `weight` is Σ w; `mean` and `variances` (d,) are those of the points divided by `unit`.
    """

    weight: float
    unit: float
    mean: Array
    variances: Array

    @staticmethod
    def of(points: Array, weights: Array | None = None) -> "Extent":
        """The extent of `points` (n, d), weighted."""
        largest = float(max(points.max(), -points.min()))
        unit = float(np.exp2(np.clip(np.frexp(largest)[1], -1021, 1023))) if largest > 0 else 1.0
        mean = _average(points, weights, lambda x: x / unit)
        # The mean is rounded: once more on the differences gives it to the last place.
        mean = mean + _average(points, weights, lambda x: x / unit - mean)
        variances = _average(points, weights, lambda x: (x / unit - mean) ** 2)
        weight = float(len(points) if weights is None else weights.sum())
        return Extent(weight, unit, mean, variances)

    def __add__(self, other: "Extent") -> "Extent":
        """Of both together: Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm
        for computing sample variances" (1979)."""
        unit = max(self.unit, other.unit)
        one, two = self.unit / unit, other.unit / unit  # powers of 2: exact
        weight = self.weight + other.weight
        share = other.weight / weight
        step = other.mean * two - self.mean * one
        return Extent(
            weight,
            unit,
            self.mean * one + share * step,
            (1 - share) * self.variances * one**2
            + share * other.variances * two**2
            + share * (1 - share) * step**2,
        )

    def frame(self) -> Frame:
        """The frame in which these points have mean 0 and mean variance 1."""
        shift, variances = self.mean, self.variances
        spread = float(np.sqrt(variances.mean()))
        # A constant axis, and equal points, have no spread but rounding; any unit serves them.
        rounding = 4 * np.finfo(float).eps * np.maximum(np.abs(shift), np.finfo(float).tiny)
        varied = variances > rounding**2
        if not varied.any():
            return Frame(self.unit, shift, 1.0, np.ones_like(shift), varied=False)
        scaled = np.where(varied, variances / spread**2, 1.0)
        return Frame(self.unit, shift, spread, scaled)


class Framed(NamedTuple):
    """A mixture, and the frame in which it stands."""

    frame: Frame
    mixture: Mixture


def _average(points: Array, weights: Array | None, of: Callable[[Array], Array]) -> Array:
    """The weighted mean (d,) of a function of points (n, d), a block at a time: no copy of them."""
    length = max(1, _BLOCK // points.shape[1])
    starts = range(0, len(points), length)
    if weights is None:
        sums = [of(points[i : i + length]).sum(axis=0) for i in starts]
        return np.sum(sums, axis=0) / len(points)
    sums = [weights[i : i + length] @ of(points[i : i + length]) for i in starts]
    return np.sum(sums, axis=0) / weights.sum()
