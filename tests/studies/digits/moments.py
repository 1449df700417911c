"""What a mixture draws as a whole, for tests of mixtures that are made of mixtures."""

import numpy as np


def moments(mixture):
    """The mean (d,) and the covariance (d, d) of all that a mixture draws."""
    mean = mixture.weights @ mixture.means
    centred = mixture.means - mean
    within = np.tensordot(mixture.weights, mixture.full_covariances, axes=1)
    return mean, within + (mixture.weights[:, None] * centred).T @ centred
