"""Models as scikit-learn's own fitted objects, for those who go on with scikit-learn."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import sklearn.mixture
from numpy.typing import ArrayLike
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from gmmlab.engine.arrays import Array, Labels, as_points
from gmmlab.engine.kmeans.kmeans import nearest_centers
from gmmlab.engine.model.covariance import inverse_factors
from gmmlab.engine.model.frame import Frame
from gmmlab.engine.model.mixture import Mixture


@dataclass(frozen=True, eq=False)
class Centers:
    """k-means as a value: `centers` (K, d), of which each point belongs to the nearest."""

    centers: Array

    def predict(self, X: ArrayLike) -> Labels:
        """The nearest centre (n,) of points (n, d)."""
        frame = Frame.of(self.centers)
        return nearest_centers(frame.into(as_points(X)), frame.into(self.centers))


def to_sklearn(model: Mixture | Centers) -> Any:
    """A fitted `sklearn.mixture.GaussianMixture`, or KMeans, that says what `model` says."""
    if isinstance(model, Centers):
        return _fitted_kmeans(model.centers)
    fitted = sklearn.mixture.GaussianMixture(
        model.n_components, covariance_type=model.covariance_type
    )
    factors = inverse_factors(model.expanded)[0]
    if factors.ndim == 2:
        cholesky, precisions = factors, factors**2
    else:
        cholesky = factors.transpose(0, 2, 1)
        precisions = cholesky @ factors
    if model.covariance_type == "spherical":
        cholesky, precisions = cholesky[:, 0], precisions[:, 0]
    shape = model.covariances.shape
    fitted.weights_, fitted.means_ = np.array(model.weights), np.array(model.means)
    fitted.covariances_ = np.array(model.covariances)
    fitted.precisions_cholesky_ = np.array(cholesky.reshape(shape))
    fitted.precisions_ = np.array(precisions.reshape(shape))
    fitted.n_features_in_ = model.n_features
    fitted.converged_ = True
    return fitted


def _fitted_kmeans(centers: Array) -> KMeans:
    """Fitted to its own centres: of so many points, each is a cluster."""
    kmeans = KMeans(len(centers), init=np.array(centers), n_init=1, max_iter=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # equal centres
        kmeans.fit(centers)
    kmeans.cluster_centers_ = np.array(centers)
    return kmeans
