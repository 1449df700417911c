"""What a fit says of points in the data's own units, whatever these are."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.mixture import GaussianMixture

from gmmlab.engine.em import fit
from gmmlab.engine.kmeans.kmeans import fit_kmeans
from gmmlab.engine.model.covariance import COVARIANCE_TYPES
from gmmlab.engine.model.mixture import Mixture
from tests.engine.test_em import clouds
from tests.engine.test_statistics import some_mixture

each_type = pytest.mark.parametrize("covariance_type", COVARIANCE_TYPES)


@each_type
@pytest.mark.parametrize(("scale", "offset"), [(1.0, 0.0), (1e-3, 0.1), (1e6, -4e7)])
def test_densities_are_scikit_learns_in_the_datas_own_units(covariance_type, scale, offset):
    X = clouds(3, n=500) * scale + offset
    found = fit(X, 3, covariance_type)
    theirs = GaussianMixture(3, covariance_type=covariance_type)
    theirs.weights_, theirs.means_ = found.mixture.weights, found.mixture.means
    theirs.covariances_ = found.mixture.covariances
    square = covariance_type in ("tied", "full")
    precisions = (
        np.linalg.inv(theirs.covariances_) if square else 1 / np.asarray(theirs.covariances_)
    )
    theirs.precisions_cholesky_ = np.linalg.cholesky(precisions) if square else np.sqrt(precisions)
    joint = theirs._estimate_weighted_log_prob(X)
    assert_allclose(found.log_joint(X), joint, rtol=1e-5, atol=1e-5)
    assert_allclose(found.score_samples(X), theirs.score_samples(X), rtol=1e-5, atol=1e-5)
    assert_allclose(found.responsibilities(X), theirs.predict_proba(X), atol=1e-5)
    assert np.mean(found.predict(X) == theirs.predict(X)) > 0.998
    assert found.score_samples(X).mean() == pytest.approx(found.objective, rel=1e-9)


@each_type
@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_no_scale_is_too_small_or_too_large(covariance_type, scale):
    X = clouds(2) / np.abs(clouds(2)).max()
    still, scaled = fit(X, 3, covariance_type), fit(X * scale, 3, covariance_type)
    moved = scaled.score_samples(X * scale) + 2 * np.log(scale)
    assert_allclose(moved, still.score_samples(X), rtol=1e-9, atol=1e-9)
    points, labels = scaled.sample(300, seed=4)
    expected, same = still.sample(300, seed=4)
    assert_allclose(points / scale, expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(labels, same)


def test_many_points_in_several_pieces_are_as_few():
    X = clouds(2, n=300_000)
    found = fit(X[:1000], 5, "full")
    for method in ("log_joint", "score_samples", "responsibilities", "predict"):
        whole = getattr(found, method)(X)
        assert_allclose(whole[:50], getattr(found, method)(X[:50]), rtol=1e-12)
        assert_allclose(whole[-50:], getattr(found, method)(X[-50:]), rtol=1e-12)


@pytest.mark.parametrize("scale", [1e-300, 1.0, 1e300])
def test_kmeans_tells_whose_a_point_is_at_any_scale(scale):
    X = clouds(2) / np.abs(clouds(2)).max() * scale
    found = fit_kmeans(X, 4)
    np.testing.assert_array_equal(found.predict(X), found.labels)


@each_type
@pytest.mark.parametrize("d", [1, 2, 7, 30])
def test_sharpness_bounds_the_largest_precision(covariance_type, d):
    """The mixture's kernels are chosen by it; it may say at most d times as much."""
    mixture = some_mixture(np.random.default_rng(d), 3, d, covariance_type)
    largest = 1 / np.linalg.eigvalsh(mixture.full_covariances)[:, 0]
    assert np.all(largest * (1 - 1e-9) <= mixture.sharpness)
    assert np.all(mixture.sharpness <= largest * d * (1 + 1e-9))


def test_sharpness_sees_a_direction_between_the_axes():
    """Twenty axes that vary together: each entry of the factor is small, and their sum is not."""
    d = 20
    direction = np.ones(d) / np.sqrt(d)
    covariance = np.eye(d) - (1 - 1e-6) * np.outer(direction, direction)
    mixture = Mixture(np.ones(1), np.zeros((1, d)), covariance[None])
    assert mixture.sharpness[0] >= 1e6 * (1 - 1e-6)
