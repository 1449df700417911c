"""GMM Lab: understand and use k-means and Gaussian mixture models."""
