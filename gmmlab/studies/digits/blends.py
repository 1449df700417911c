"""Mixtures made of mixtures: weighted together, with heavier tails, in other coordinates."""

from collections.abc import Sequence

import numpy as np

from gmmlab.engine.arrays import Array, Labels
from gmmlab.engine.model.mixture import Mixture

# Variances of the narrow and the wide copy of a component, as shares of its own.
NARROW, WIDE = 0.8, 2.0


def blended(mixtures: Sequence[Mixture], weights: Sequence[float]) -> Mixture:
    """The mixture that draws from each of `mixtures`, of one covariance type, with these weights.

    Its components are theirs, one after the other; a single mixture comes back as it is.
    """
    if len(mixtures) == 1:
        return mixtures[0]
    shares = np.asarray(weights) / np.sum(weights)
    return Mixture(
        np.concatenate([w * m.weights for w, m in zip(shares, mixtures, strict=True)]),
        np.concatenate([m.means for m in mixtures]),
        np.concatenate([_own_covariances(m) for m in mixtures]),
        _type_of_own(mixtures[0]),
    )


def with_tails(mixture: Mixture, share: float) -> Mixture:
    """Each component as two about one mean: a narrow copy, and a wide one with `share` of it.

    Where a covariance comes from few points, what it predicts of a further point is Student's t and
    not a Gaussian; two scales come close to that and stay a mixture of Gaussians. All narrow copies
    come first.
    """
    if share == 0:
        return mixture
    covariances = _own_covariances(mixture)
    return Mixture(
        np.concatenate([(1 - share) * mixture.weights, share * mixture.weights]),
        np.concatenate([mixture.means, mixture.means]),
        np.concatenate([NARROW * covariances, WIDE * covariances]),
        _type_of_own(mixture),
    )


def of_first_axes(mixture: Mixture, n_axes: int, units: Array) -> Mixture:
    """The mixture of the first `n_axes` coordinates, each in units (n_axes,) of the old ones."""
    covariances = _own_covariances(mixture)
    if mixture.diagonal:
        covariances = covariances[:, :n_axes] / units**2
    else:
        covariances = covariances[:, :n_axes, :n_axes] / (units * units[:, None])
    means = mixture.means[:, :n_axes] / units
    return Mixture(mixture.weights, means, covariances, _type_of_own(mixture))


def chosen(mixture: Mixture, components: Labels) -> Mixture:
    """The mixture of some components alone, their weights brought to a sum of 1."""
    weights = mixture.weights[components]
    covariances = _own_covariances(mixture)[components]
    total = weights.sum()
    return Mixture(weights / total, mixture.means[components], covariances, _type_of_own(mixture))


def _own_covariances(mixture: Mixture) -> Array:
    """One covariance per component: variances (K, d), or matrices (K, d, d)."""
    expanded = mixture.expanded
    return np.broadcast_to(expanded, (mixture.n_components, *expanded.shape[1:]))


def _type_of_own(mixture: Mixture) -> str:
    return "diag" if mixture.diagonal else "full"
