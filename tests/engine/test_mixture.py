"""A mixture as a density: against scipy, and its samples against its moments."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.special import logsumexp
from scipy.stats import multivariate_normal
from sklearn.mixture import GaussianMixture

from gmmlab.engine.model.covariance import COVARIANCE_TYPES, DegenerateCovariance
from gmmlab.engine.model.mixture import Mixture
from tests.engine.test_statistics import some_mixture

TYPES = tuple(COVARIANCE_TYPES)


@pytest.mark.parametrize("covariance_type", TYPES)
@given(seed=st.integers(0, 10_000), K=st.integers(1, 5), d=st.integers(1, 5))
def test_densities_and_responsibilities_equal_scipys(covariance_type, seed, K, d):
    rng = np.random.default_rng(seed)
    mixture = some_mixture(rng, K, d, covariance_type)
    X = 3 * rng.normal(size=(17, d))
    joint = np.column_stack(
        [
            np.log(w) + multivariate_normal(m, c).logpdf(X)
            for w, m, c in zip(
                mixture.weights, mixture.means, mixture.full_covariances, strict=True
            )
        ]
    )
    assert_allclose(mixture.log_joint(X), joint, rtol=1e-9, atol=1e-9)
    assert_allclose(mixture.score_samples(X), logsumexp(joint, axis=1), rtol=1e-9, atol=1e-9)
    shares = mixture.responsibilities(X)
    assert_allclose(shares.sum(axis=1), 1, rtol=1e-12)
    assert_allclose(shares, np.exp(joint - logsumexp(joint, axis=1, keepdims=True)), atol=1e-9)


@pytest.mark.parametrize("covariance_type", TYPES)
def test_samples_have_the_mixtures_moments(covariance_type):
    mixture = some_mixture(np.random.default_rng(3), 3, 2, covariance_type)
    n = 200_000
    X, labels = mixture.sample(n, seed=1)
    mean = mixture.weights @ mixture.means
    spread = mixture.means - mean
    covariance = np.einsum("k,kij->ij", mixture.weights, mixture.full_covariances)
    covariance = covariance + np.einsum("k,ki,kj->ij", mixture.weights, spread, spread)
    assert_allclose(X.mean(axis=0), mean, atol=5 * np.sqrt(covariance.max() / n))
    assert_allclose(np.cov(X.T), covariance, rtol=0.03, atol=0.03)
    assert_allclose(np.bincount(labels) / n, mixture.weights, atol=0.01)
    for k in range(3):
        assert_allclose(X[labels == k].mean(axis=0), mixture.means[k], atol=0.05)


def test_the_same_seed_draws_the_same_points():
    mixture = some_mixture(np.random.default_rng(3), 3, 2, "full")
    assert np.array_equal(mixture.sample(50, seed=4)[0], mixture.sample(50, seed=4)[0])
    assert not np.array_equal(mixture.sample(50, seed=4)[0], mixture.sample(50, seed=5)[0])


@pytest.mark.parametrize("covariance_type", TYPES)
@pytest.mark.parametrize(("K", "d"), [(1, 1), (3, 2), (4, 10)])
def test_parameters_are_counted_as_in_scikit_learn(covariance_type, K, d):
    mixture = some_mixture(np.random.default_rng(0), K, d, covariance_type)
    theirs = GaussianMixture(K, covariance_type=covariance_type)
    theirs.means_ = mixture.means
    assert mixture.n_parameters == theirs._n_parameters()


@pytest.mark.parametrize("covariance_type", TYPES)
def test_another_order_is_the_same_density(covariance_type):
    rng = np.random.default_rng(1)
    mixture = some_mixture(rng, 4, 3, covariance_type)
    order = np.array([2, 0, 3, 1])
    X = rng.normal(size=(9, 3))
    assert_allclose(mixture.reordered(order).score_samples(X), mixture.score_samples(X))
    assert_allclose(
        mixture.reordered(order).responsibilities(X), mixture.responsibilities(X)[:, order]
    )


def test_a_singular_covariance_is_refused_when_it_is_used():
    flat = Mixture(np.ones(1), np.zeros((1, 2)), np.zeros((1, 2, 2)))
    with pytest.raises(DegenerateCovariance, match="singular"):
        flat.score_samples(np.zeros((1, 2)))


def test_shapes_that_do_not_belong_together_are_refused():
    with pytest.raises(ValueError, match="needs weights"):
        Mixture(np.ones(1), np.zeros((1, 2)), np.ones((2, 2)), "full")
