"""GMM Lab: understand and use k-means and Gaussian mixture models."""

from gmmlab.engine.estimator import GaussianMixture

__all__ = ["GaussianMixture"]
