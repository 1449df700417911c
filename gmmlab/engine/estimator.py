"""The scikit-learn face of the engine: `gmmlab.GaussianMixture`, in place of scikit-learn's."""

import sys
import warnings
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar, cast

import numpy as np
import sklearn.base
import sklearn.mixture
from numpy.typing import ArrayLike
from sklearn.base import _fit_context
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture._gaussian_mixture import _compute_precision_cholesky
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from gmmlab.compute.cluster import users_client
from gmmlab.engine import lazy, prediction
from gmmlab.engine.arrays import Array, Labels, as_weights
from gmmlab.engine.blocks import Blocks
from gmmlab.engine.em import Asked, fitted_to
from gmmlab.engine.lazy import as_lazy_points, by_rows, is_lazy
from gmmlab.engine.model.covariance import DegenerateCovariance, covariance_family, inverse_factors
from gmmlab.engine.model.frame import Frame, Framed
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.result import Fit
from gmmlab.engine.run.initialization import STARTS
from gmmlab.engine.run.preparation import Data, InMemory

Method = TypeVar("Method")
# scikit-learn's has no types, and what it decorates would be of any.
_with_checked_parameters = cast(
    Callable[[Method], Method], _fit_context(prefer_skip_nested_validation=True)
)


class GaussianMixture(sklearn.mixture.GaussianMixture):
    """A Gaussian mixture fitted by this package's engine: scikit-learn's in all but the fitting.

    Constructor, methods and fitted attributes are those of `sklearn.mixture.GaussianMixture`, of
    which this is a subclass. What is new: `fit` takes `sample_weight`; `history_` (n_iter_ + 1,)
    holds the mean log-likelihood at the start and after each iteration; `icl(X)`; data far from the
    origin or at an extreme scale are fitted as well as any. What differs: `lower_bound_` is the
    objective of the *returned* parameters, not of those before the last step; the starts
    "k-means++" and "random_from_data" assign every point to its nearest seed; `init_params` may be
    "search", which looks for a better optimum (see the module of that name).

    `reg_covar` is absolute, in squared units of the data. Only where it is over a million times the
    variance of all data, and would merge everything, is 1e-6 of that variance used instead, and
    where a component collapsed although it is more than 0, 1e-12 of it: both with a warning.
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **sklearn.mixture.GaussianMixture._parameter_constraints,
        "init_params": [StrOptions({*STARTS, "search"})],
    }

    @_with_checked_parameters
    def fit(
        self, X: ArrayLike, y: object = None, sample_weight: ArrayLike | None = None
    ) -> "GaussianMixture":
        """Fit the mixture to X (n, d), each row counting as often as `sample_weight` (n,) says.

        X may be a Dask array or data frame, which no one machine has to hold: see
        `gmmlab.fit_dask`. What is predicted of one is a Dask array as well.
        """
        data: Data
        if is_lazy(X):
            points = as_lazy_points(X)
            data = Blocks(points, sample_weight, users_client())
            n = data.n
            self.n_features_in_ = data.n_features
            if hasattr(self, "feature_names_in_"):
                del self.feature_names_in_
        else:
            points = validate_data(self, X, dtype=[np.float64, np.float32], ensure_min_samples=2)
            if sample_weight is not None:
                sample_weight = _check_sample_weight(
                    sample_weight, points, ensure_non_negative=True
                )
            data, n = InMemory(points, sample_weight, None), len(points)
        if n < max(2, self.n_components):
            raise ValueError(
                f"Expected n_samples >= n_components but got n_components = {self.n_components}, "
                f"n_samples = {n}"
            )
        self._check_parameters(points, xp=np)
        found = self._fitted_to(data)
        if not found.converged and self.max_iter > 0:
            # scikit-learn's own words: programs filter this warning by them.
            warnings.warn(
                "Best performing initialization did not converge. Try different init parameters, "
                "or increase max_iter, tol, or check for degenerate data.",
                ConvergenceWarning,
                stacklevel=_callers_level(),
            )
        for note in found.notes:
            warnings.warn(note, UserWarning, stacklevel=_callers_level())
        self._take(found, np.float32 if points.dtype == np.float32 else np.float64)
        return self

    def fit_predict(
        self, X: ArrayLike, y: object = None, sample_weight: ArrayLike | None = None
    ) -> Labels:
        """Fit the mixture to X (n, d); the most probable component (n,) of each row."""
        return self.fit(X, y, sample_weight).predict(X)

    def predict(self, X: ArrayLike) -> Labels:
        """The most probable component (n,) of each row of X (n, d)."""
        return cast(Labels, by_rows(super().predict, X))

    def predict_proba(self, X: ArrayLike) -> Array:
        """The posterior probability of each component (n, K) for each row of X (n, d)."""
        return cast(Array, by_rows(super().predict_proba, X, self.n_components))

    def score_samples(self, X: ArrayLike) -> Array:
        """The log-likelihood (n,) of each row of X (n, d)."""
        return cast(Array, by_rows(super().score_samples, X))

    def score(
        self, X: ArrayLike, y: object = None, sample_weight: ArrayLike | None = None
    ) -> float:
        """The mean log-likelihood per point of X (n, d), or per unit of `sample_weight` (n,)."""
        return _mean(self.score_samples(X), sample_weight)[0]

    def bic(self, X: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """The Bayesian information criterion on X (n, d), lower is better.

        After `fit(X, sample_weight=w)` it is `bic(X, sample_weight=w)` that is the `bic` of
        `gmmlab.engine.em.fit(X, K, sample_weight=w)` and, for whole weights, of repeated rows;
        without weights every row counts once. The same goes for `aic`, `icl` and `score`.
        """
        score, n = _mean(self.score_samples(X), sample_weight)
        return float(-2 * score * n + self._n_parameters() * np.log(n))

    def aic(self, X: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Akaike's information criterion on X (n, d), lower is better; see `bic` for weights."""
        score, n = _mean(self.score_samples(X), sample_weight)
        return float(-2 * score * n + 2 * self._n_parameters())

    def icl(self, X: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """The integrated completed likelihood on X (n, d), on the scale of BIC: lower is better.

        BIC − 2 Σ w log t, where t is each point's largest posterior: Biernacki, Celeux and Govaert,
        "Assessing a mixture model for clustering with the integrated completed likelihood", IEEE
        TPAMI 22 (2000). It is BIC with a price on points between components.
        """
        doubt, n = _mean(np.log(self.predict_proba(X).max(axis=1)), sample_weight)
        return float(self.bic(X, sample_weight) - 2 * doubt * n)

    def _fitted_to(self, data: Data) -> Fit:
        goes_on = self.warm_start and hasattr(self, "converged_")
        given = [self.weights_init, self.means_init, self.precisions_init]
        none, all_three = all(g is None for g in given), all(g is not None for g in given)
        init: str | Mixture | Framed = self.init_params
        if goes_on:
            init = self._model()
        elif all_three:
            init = self._amended(None)
        try:
            asked = Asked(
                self.n_components,
                self.covariance_type,
                init,
                n_init=1 if goes_on else self.n_init,
                seed=check_random_state(self.random_state),
                tol=self.tol,
                max_iter=self.max_iter,
                amend=None if none or goes_on or all_three else self._amended,
                before=self.history_[-2] if goes_on and len(self.history_) > 1 else None,
                watch=self._report if self.verbose else None,
                reg_covar=self.reg_covar,
            )
            return fitted_to(data, asked)
        except DegenerateCovariance:
            # scikit-learn refuses a singular covariance in its own words; callers match on them.
            _compute_precision_cholesky(np.zeros((1, 1, 1)), "full", xp=np)
            raise

    def _amended(self, first: Mixture | None) -> Mixture:
        """`first` with the weights, means and precisions that the constructor was given."""
        precisions = self.precisions_init
        if precisions is None:
            covariances = cast(Mixture, first).covariances
        elif covariance_family(self.covariance_type).diagonal:
            covariances = 1 / np.asarray(precisions)
        else:
            covariances = np.linalg.inv(precisions)
        return Mixture(
            cast(Mixture, first).weights if self.weights_init is None else self.weights_init,
            cast(Mixture, first).means if self.means_init is None else self.means_init,
            covariances,
            self.covariance_type,
        )

    def _report(self, start: int, iteration: int, objective: float) -> None:
        if iteration == 0:
            print(f"Start {start + 1}: mean log-likelihood {objective:.5f}")
        elif iteration % self.verbose_interval == 0:
            print(f"  iteration {iteration}: mean log-likelihood {objective:.5f}")

    def _take(self, found: Fit, dtype: Any) -> None:
        """Set the fitted attributes, in the precision of the data."""
        mixture, scale = found.mixture, found.frame.scale
        factors = inverse_factors(found.framed.expanded)[0]
        with np.errstate(over="ignore", under="ignore"):
            if factors.ndim == 2:
                cholesky, precisions = factors / scale, factors**2 / scale / scale
            else:
                cholesky = factors.transpose(0, 2, 1) / scale
                precisions = cholesky @ cholesky.transpose(0, 2, 1)
        shape = mixture.covariances.shape
        if self.covariance_type == "spherical":
            cholesky, precisions = cholesky[:, 0], precisions[:, 0]
        with np.errstate(over="ignore", under="ignore"):
            self.weights_ = mixture.weights.astype(dtype)
            self.means_ = mixture.means.astype(dtype)
            self.covariances_ = mixture.covariances.astype(dtype)
            self.precisions_cholesky_ = cholesky.reshape(shape).astype(dtype)
            self.precisions_ = precisions.reshape(shape).astype(dtype)
        self.converged_ = found.converged
        self.n_iter_ = found.n_iter
        self.history_ = list(found.history)
        self.lower_bound_ = found.objective
        self.lower_bounds_ = self.history_[1:]
        self._fitted = (Framed(found.frame, found.framed), *map(np.copy, self._parameters()))
        if not self._within_floats():
            warnings.warn(
                "At this scale of the data covariances_ and precisions_ are beyond the range of "
                "their floats; predictions, scores and samples are not affected.",
                UserWarning,
                stacklevel=_callers_level(),
            )

    def _within_floats(self) -> bool:
        return bool(np.isfinite(self.covariances_).all() and np.isfinite(self.precisions_).all())

    def _parameters(self) -> tuple[Array, Array, Array]:
        """The attributes that scikit-learn's own predictions are made of."""
        return self.weights_, self.means_, self.precisions_cholesky_

    def _model(self) -> Framed:
        """The fitted mixture in its frame, where any scale is exact.

        Or what a caller has put into the attributes, as scikit-learn's users do: to change a fitted
        mixture, or to restore one from arrays.
        """
        check_is_fitted(self)
        fitted = getattr(self, "_fitted", None)
        if fitted is not None and all(map(np.array_equal, self._parameters(), fitted[1:])):
            return cast(Framed, fitted[0])
        weights, means, cholesky = (np.asarray(a, dtype=np.float64) for a in self._parameters())
        if covariance_family(self.covariance_type).diagonal:
            covariances: Any = 1 / cholesky**2
        else:
            covariances = np.linalg.inv(cholesky @ np.swapaxes(cholesky, -1, -2))
        d = means.shape[1]
        plain = Frame(1.0, np.zeros(d), 1.0, np.ones(d))
        return Framed(plain, Mixture(weights, means, covariances, self.covariance_type))

    def sample(self, n_samples: int = 1) -> tuple[Array, Labels]:
        """`n_samples` new points (n, d), and the component (n,) that each came from."""
        check_is_fitted(self)
        if n_samples < 1 or not hasattr(self, "_fitted") or self._within_floats():
            return cast("tuple[Array, Labels]", super().sample(n_samples))
        seed = check_random_state(self.random_state).randint(np.iinfo(np.int32).max)
        points, labels = prediction.sample(self._model(), n_samples, seed)
        order = np.argsort(labels, kind="stable")  # by component, as scikit-learn's
        return points[order], labels[order]

    def _estimate_weighted_log_prob(self, X: Array, xp: Any = None) -> Array:
        """log π_k N(x | μ_k, Σ_k), (n, K): what scikit-learn's predict and score are made of."""
        joint = prediction.log_joint(self._model(), X)
        # Single precision comes of a model in single precision, not of the points alone.
        single = X.dtype == np.float32 and self.weights_.dtype == np.float32
        return cast(Array, joint.astype(np.float32) if single else joint)


def _mean(values: Array, sample_weight: ArrayLike | None) -> tuple[float, float]:
    """The mean of values (n,), and how many they are or what they weigh together."""
    if is_lazy(values):
        return lazy.mean(cast(Any, values), sample_weight)
    if sample_weight is None:
        return float(values.mean()), float(len(values))
    weights = cast(Array, as_weights(sample_weight, len(values)))
    return float(np.average(values, weights=weights)), float(weights.sum())


def _callers_level() -> int:
    """How many frames up the first one is that is neither here nor scikit-learn's wrapper of it."""
    ours = {__file__, sklearn.base.__file__}
    level, frame = 0, sys._getframe()
    while frame.f_back is not None and frame.f_code.co_filename in ours:
        level, frame = level + 1, frame.f_back
    return level
