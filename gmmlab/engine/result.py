"""What a fit gives back: the mixture, and how it came about."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gmmlab.engine import prediction
from gmmlab.engine.arrays import Array, Labels, as_points
from gmmlab.engine.model.diagnosis import at_ridge, effective_components, spurious
from gmmlab.engine.model.frame import Frame, Framed
from gmmlab.engine.model.mixture import Mixture

Reason = Literal["converged", "fell", "max_iter", "stalled", "collapsed"]


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted mixture and how it came about.

    `mixture` is in the data's own units, `framed` is the same in `frame`, where nothing overflows;
    the methods take and give points in the data's own units, and no caller needs the frame.
    `history` holds the objective (mean log-likelihood per point, natural log) at the start and
    after each iteration; its last value is that of `mixture`. `reason` says why EM stopped:
    "converged" (the objective changed by less than `tol`), "fell" (it fell by less than `tol`: the
    ridge pulls against the likelihood), "max_iter", "stalled" (the same, but the last step changed
    nothing beyond rounding: `tol` asks for more than floats can tell), or "collapsed" (the next
    step would have made a covariance singular, so `mixture` is the last one before it).

    `ridge` (d,) is what was added to the variances, in squared units of `frame`. `failures` are the
    sentences of starts that broke down before their first E-step; `notes`, those about data that
    cannot carry so many components.
    """

    mixture: Mixture
    framed: Mixture
    frame: Frame
    history: tuple[float, ...]
    reason: Reason
    total_weight: float
    ridge: Array
    failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @cached_property
    def effective_components(self) -> int:
        """How many components do something: they hold a tenth of a point, and are not twins."""
        return effective_components(self.framed, self.total_weight)

    @cached_property
    def spurious(self) -> NDArray[np.bool_]:
        """Which components are artefacts, (K,): see `diagnosis.spurious` for what is meant."""
        return spurious(self.framed, self.total_weight, self.ridge)

    @cached_property
    def at_floor(self) -> NDArray[np.bool_]:
        """Which components have a variance that is mostly the ridge, (K,)."""
        return at_ridge(self.framed, self.ridge)

    @property
    def converged(self) -> bool:
        """Whether EM stopped because the objective no longer changed."""
        return self.reason in ("converged", "fell")

    @property
    def n_iter(self) -> int:
        """How many M-steps were made."""
        return len(self.history) - 1

    @property
    def objective(self) -> float:
        """Mean log-likelihood per point of `mixture`."""
        return self.history[-1]

    @property
    def log_likelihood(self) -> float:
        """Total log-likelihood of the data."""
        return self.objective * self.total_weight

    @property
    def aic(self) -> float:
        """Akaike's information criterion, lower is better."""
        return -2 * self.log_likelihood + 2 * self.mixture.n_parameters

    @property
    def bic(self) -> float:
        """The Bayesian information criterion, lower is better."""
        penalty = self.mixture.n_parameters * np.log(self.total_weight)
        return float(-2 * self.log_likelihood + penalty)

    def reordered(self, order: Labels) -> "Fit":
        """The same fit with its components in another order, a permutation (K,)."""
        return replace(
            self,
            mixture=self.mixture.reordered(order),
            framed=self.framed.reordered(order),
        )

    def log_joint(self, X: ArrayLike) -> Array:
        """log π_k N(x | μ_k, Σ_k) of points (n, d) in the data's own units, (n, K)."""
        return prediction.log_joint(self._framed, X)

    def score_samples(self, X: ArrayLike) -> Array:
        """log p(x) of points (n, d) in the data's own units, at any scale, (n,)."""
        return prediction.score_samples(self._framed, X)

    def responsibilities(self, X: ArrayLike) -> Array:
        """Posterior probabilities (n, K) of points in the data's own units, at any scale."""
        return prediction.responsibilities(self._framed, X)

    def predict(self, X: ArrayLike) -> Labels:
        """The most probable component (n,) of points (n, d) in the data's own units."""
        return prediction.predict(self._framed, X)

    def sample(self, n: int, seed: int = 0) -> tuple[Array, Labels]:
        """`n` new points (n, d) in the data's own units, shuffled, and the component of each."""
        return prediction.sample(self._framed, n, seed)

    def standardized(self, X: ArrayLike) -> tuple[Mixture, Array]:
        """The mixture and points (n, d) in one frame, moved and scaled alike on all axes.

        For questions that depend on shapes alone: there is no unit in which they would overflow.
        """
        return self.framed, self.frame.into(as_points(X))

    @property
    def _framed(self) -> Framed:
        return Framed(self.frame, self.framed)
