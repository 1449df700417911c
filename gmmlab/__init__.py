"""GMM Lab: understand and use k-means and Gaussian mixture models."""

from gmmlab.engine.estimator import GaussianMixture
from gmmlab.engine.exchange import to_sklearn
from gmmlab.engine.saved import load_model, save_model

__version__ = "0.1.0"

__all__ = ["GaussianMixture", "load_model", "save_model", "to_sklearn"]
