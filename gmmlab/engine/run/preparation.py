"""What is checked and made ready before EM begins: points, weights, ridge, and a sample."""

from numbers import Integral, Real

import numpy as np
from numpy.typing import ArrayLike

from gmmlab.engine.arrays import Array, as_points, as_weights
from gmmlab.engine.model.frame import Frame, Framed
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.step.chunks import framed

_DROWNING = 1e3  # standard deviations of all data: such a ridge would merge everything


def ridge_for(frame: Frame, floor: float, reg_covar: float | None) -> tuple[Array, tuple[str, ...]]:
    """What is added to the variances, (d,) in the frame, and a sentence if it is not as asked."""
    relative = floor * frame.variances
    if reg_covar is None:
        return relative, ()
    if frame.varied and np.sqrt(reg_covar) > _DROWNING * frame.scale:
        return 1e-6 * frame.variances, (
            f"reg_covar={reg_covar:g} is far larger than the variance of the data (their standard "
            f"deviation is about {frame.scale:.1g}), so 1e-6 of that variance is used instead; "
            "scale the data, or set reg_covar to a smaller value.",
        )
    return np.full(len(frame.variances), reg_covar / frame.scale / frame.scale), ()


def weighted_points(
    X: ArrayLike, sample_weight: ArrayLike | None
) -> tuple[Array, Array | None, float]:
    """The points that count, since a row of weight zero is no row; and the unit of their weights,
    which is not 1 only where sums over them would leave the range of floats."""
    points = as_points(X)
    weights = as_weights(sample_weight, len(points))
    if weights is None:
        return points, None, 1.0
    largest = float(weights.max())
    unit = 1.0 if 1e-100 < largest < 1e100 else float(np.exp2(np.frexp(largest)[1] - 1))
    weights = weights if unit == 1 else weights / unit
    held = weights > 0
    return (points, weights, unit) if held.all() else (points[held], weights[held], unit)


def sampled(
    points: Array, weights: Array | None, frame: Frame, enough: int, across: Array | None
) -> tuple[Array, Array | None]:
    """The points from which first mixtures are made, in the frame: of many, a random sample.

    `across` (d, n) are all of them in the frame, if they are there already.
    """
    if len(points) <= enough:
        return (framed(points, frame) if across is None else across).T, weights
    chosen = np.random.default_rng(0).choice(len(points), size=enough, replace=False)
    chosen.sort()
    sample = framed(points[chosen], frame)
    return sample.T, None if weights is None else weights[chosen]


def in_frame(init: str | ArrayLike | Mixture | Framed, frame: Frame) -> str | Array | Mixture:
    match init:
        case str():
            return init
        case Framed():
            return frame.mixture_from(init)
        case Mixture():
            return frame.mixture_into(init) if init.n_features == len(frame.shift) else init
    means = np.asarray(init, dtype=object if init is None else np.float64)
    if means.ndim != 2 or means.shape[1] != len(frame.shift):
        raise ValueError(
            f"init must be the name of a start, a Mixture, or means of {len(frame.shift)} columns."
        )
    if not np.isfinite(means).all():
        raise ValueError("init must be finite; these means contain NaN or infinity.")
    return frame.into(means)


def check(n_components: object, n_init: object, max_iter: object, **numbers: object) -> None:
    """One sentence for whichever argument of `fit` is not a number that it can be."""
    whole = {"n_components": (n_components, 1), "n_init": (n_init, 1), "max_iter": (max_iter, 0)}
    for name, (value, least) in whole.items():
        if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
            raise ValueError(f"{name} must be a whole number, at least {least}; got {value!r}.")
    for name, number in numbers.items():
        if not isinstance(number, Real) or not 0 <= float(number) < np.inf:
            raise ValueError(f"{name} must be a number, not negative and finite; got {number!r}.")
