"""The likelihood along one parameter, and the bound that touches it there at every E-step.

EM is coordinate ascent on F(q, θ) = E_q[log p(x, z | θ)] + H(q), which never exceeds log p(x | θ)
(Neal and Hinton 1998; Bishop, "Pattern Recognition and Machine Learning", 2006, section 9.4). Seen
along one parameter, both are curves: after an E-step they touch and are tangent at the current
value, and the M-step goes to the top of the lower one.

The line through the parameters is chosen so that this top is exactly the M-step's value. A mean's
coordinate j moves together with the mean's other coordinates by Σ_kj / Σ_jj, as on a regression
line (with diagonal covariances they stay); a weight moves against all others in proportion.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import logsumexp

from gmmlab.compute.questions import costs, digest_of
from gmmlab.engine.arrays import Array
from gmmlab.engine.model.mixture import Mixture
from gmmlab.studies.em.course import Course

_GRID = 121
COORDINATES = {"mean_x": 0, "mean_y": 1}


@dataclass(frozen=True, eq=False)
class Slices:
    """Curves over one parameter of one component, one pair for each E-step of a run.

    `values` (g,) are the parameter's, in the ground's units (a weight has none); `current` (m,) is
    what it was at each E-step; `log_likelihood` and `bound` (m, g) are per point, in own units.
    """

    parameter: str
    component: int
    values: Array
    current: Array
    log_likelihood: Array
    bound: Array

    @cached_property
    def identity(self) -> str:
        """A digest of all curves."""
        return digest_of(
            self.parameter, self.component, self.values, self.current, self.log_likelihood
        )


@costs(lambda run, *_: 2e-8 * _GRID * len(run.ground.points) * len(run.mixtures))
def slices(run: Course, parameter: str, component: int) -> Slices:
    """The curves along `parameter` of component number `component`, from 1 (at most K)."""
    k = min(component, run.mixtures[0].n_components) - 1
    if run.ground.d == 1 and parameter == "mean_y":
        parameter = "mean_x"
    values = _values(run, parameter)
    pairs = [curves(mixture, run.ground.points, parameter, k, values) for mixture in run.mixtures]
    return Slices(
        parameter,
        k + 1,
        values,
        np.array([current(mixture, parameter, k) for mixture in run.mixtures]),
        np.array([pair[0] for pair in pairs]) - run.ground.volume,
        np.array([pair[1] for pair in pairs]) - run.ground.volume,
    )


def current(mixture: Mixture, parameter: str, k: int) -> float:
    """The value of that parameter of component k."""
    if parameter == "weight":
        return float(mixture.weights[k])
    return float(mixture.means[k, COORDINATES[parameter]])


def moved(mixture: Mixture, parameter: str, k: int, value: float) -> Mixture:
    """The mixture at another value of that parameter, on the line described above."""
    weights, means = mixture.weights.copy(), mixture.means.copy()
    if parameter == "weight":
        others = 1 - weights[k]
        weights *= (1 - value) / others if others > 0 else 0.0
        weights[k] = value
    else:
        j = COORDINATES[parameter]
        covariance = mixture.full_covariances[k]
        means[k] += (value - means[k, j]) * covariance[:, j] / covariance[j, j]
    return Mixture(weights, means, mixture.covariances, mixture.covariance_type)


def curves(
    mixture: Mixture, points: Array, parameter: str, k: int, values: Array
) -> tuple[Array, Array]:
    """log p and F per point at each of `values` (g,), q being the responsibilities of `mixture`.

    On that line log N(x | μ_k, Σ_k) is a parabola in the value, the same but for its slope for all
    points, and F another; so neither needs a Gaussian for each value.
    """
    joint = mixture.log_joint(points)
    own = joint[:, k]
    others = logsumexp(np.delete(joint, k, axis=1), axis=1)
    q = np.exp(own - np.logaddexp(own, others))
    touching = float(np.logaddexp(own, others).mean())
    if parameter == "weight":
        if mixture.n_components == 1:
            return np.full(len(values), touching), np.full(len(values), touching)
        weight = np.clip(mixture.weights[k], 1e-300, 1 - 1e-16)
        up, down = np.log(values / weight), np.log((1 - values) / (1 - weight))
        likelihood = np.logaddexp(own[:, None] + up, others[:, None] + down).mean(axis=0)
        return likelihood, touching + q.mean() * up + (1 - q).mean() * down
    j = COORDINATES[parameter]
    variance = mixture.full_covariances[k, j, j]
    centred = points[:, j] - mixture.means[k, j]
    away = values - mixture.means[k, j]
    gain = (np.outer(centred, away) - away**2 / 2) / variance
    likelihood = np.logaddexp(own[:, None] + gain, others[:, None]).mean(axis=0)
    return likelihood, touching + (q @ gain) / len(points)


def _values(run: Course, parameter: str) -> Array:
    if parameter == "weight":
        return np.linspace(0.005, 0.995, _GRID)
    column = run.ground.points[:, COORDINATES[parameter]]
    reach = 0.1 * (column.max() - column.min() or 1.0)
    return np.linspace(column.min() - reach, column.max() + reach, _GRID)
