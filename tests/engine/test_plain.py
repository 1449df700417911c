"""The engine, with all its kernels, is the textbook's EM."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from gmmlab.engine.em import fit
from gmmlab.engine.model.covariance import COVARIANCE_TYPES
from gmmlab.engine.plain import Plain, em
from tests.engine.test_em import clouds, start


# Shapes for which different kernels are chosen: products, stacked factors, sums about the means.
@pytest.mark.parametrize(("n", "d", "K"), [(60, 1, 2), (300, 2, 5), (200, 12, 2), (400, 12, 9)])
@pytest.mark.parametrize("covariance_type", COVARIANCE_TYPES)
@given(seed=st.integers(0, 10_000))
def test_every_shape_and_type_is_the_textbooks_em(covariance_type, n, d, K, seed):
    X = clouds(d, n=n, seed=seed)
    first = start(X, K, covariance_type)
    plain, history = em(
        Plain(first.weights, first.means, first.full_covariances), X, covariance_type, 4, 0.1
    )
    found = fit(X, K, covariance_type, init=first, tol=0, max_iter=4, reg_covar=0.1)
    size = np.abs(X).max()
    assert_allclose(found.history, history, rtol=1e-8, atol=1e-8)
    assert_allclose(found.mixture.weights, plain.weights, atol=1e-7)
    assert_allclose(found.mixture.means, plain.means, atol=1e-7 * size)
    assert_allclose(found.mixture.full_covariances, plain.covariances, atol=1e-6 * size**2)
