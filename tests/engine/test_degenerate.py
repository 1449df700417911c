"""Data that break other mixtures: equal, collinear, tiny, huge or far-off points."""

import numpy as np
import pytest
from sklearn.datasets import make_blobs
from sklearn.metrics import adjusted_rand_score

from gmmlab.engine.em import fit
from gmmlab.engine.estimator import GaussianMixture
from gmmlab.engine.model.covariance import COVARIANCE_TYPES, DegenerateCovariance

TYPES = tuple(COVARIANCE_TYPES)
pytestmark = pytest.mark.parametrize("covariance_type", TYPES)


@pytest.fixture(scope="module")
def X() -> np.ndarray:
    return make_blobs(300, centers=3, cluster_std=0.5, random_state=2)[0]


def labels(result, X) -> np.ndarray:
    return result.responsibilities(X).argmax(axis=1)


@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1e-12, 1e12, 1e160, 1e300])
def test_scale_does_not_change_labels(covariance_type, scale, X):
    still, scaled = fit(X, 3, covariance_type), fit(X * scale, 3, covariance_type)
    np.testing.assert_array_equal(labels(scaled, X * scale), labels(still, X))
    assert np.isfinite(scaled.history).all()
    assert np.isfinite(scaled.mixture.means).all()


@pytest.mark.parametrize("offset", [1e4, 1e8, -1e10])
def test_offset_does_not_change_labels(covariance_type, offset, X):
    still, moved = fit(X, 3, covariance_type), fit(X + offset, 3, covariance_type)
    np.testing.assert_array_equal(labels(moved, X + offset), labels(still, X))


def test_identical_points_are_one_component(covariance_type):
    result = fit(np.full((200, 2), 7.0), 3, covariance_type)
    assert result.effective_components == 1
    assert result.notes == ("The data have only 1 distinct point, which 3 components share.",)
    np.testing.assert_allclose(result.mixture.means, 7)
    assert result.at_floor.all()
    with pytest.warns(UserWarning, match="only 1 distinct point"):
        GaussianMixture(3, covariance_type=covariance_type).fit(np.full((200, 2), 7.0))


def test_identical_points_without_a_ridge_are_an_error_of_one_sentence(covariance_type):
    with pytest.raises(DegenerateCovariance, match="singular"):
        fit(np.full((200, 2), 7.0), 2, covariance_type, reg_covar=0)


@pytest.mark.parametrize("scale", [1, 1e6, 1e-6])
def test_collinear_points_fit_at_every_scale(covariance_type, scale):
    line = np.linspace(0, 1, 60)
    X = np.column_stack([line, 2 * line])
    still, scaled = fit(X, 2, covariance_type), fit(X * scale, 2, covariance_type)
    np.testing.assert_array_equal(labels(scaled, X * scale), labels(still, X))
    np.testing.assert_allclose(scaled.mixture.means, still.mixture.means * scale, rtol=1e-6)
    assert adjusted_rand_score(labels(scaled, X * scale), line > 0.5) == pytest.approx(1, abs=0.1)
    assert still.at_floor.all() == (covariance_type in ("tied", "full"))


# Beside such variances floats lose the default reg_covar, which is said.
@pytest.mark.filterwarnings("ignore:A component collapsed. reg_covar:UserWarning")
def test_collinear_points_times_a_million_in_the_estimator(covariance_type):
    line = np.linspace(0, 1, 60)
    X = np.column_stack([line, 2 * line])
    model = GaussianMixture(2, covariance_type=covariance_type, random_state=0)
    np.testing.assert_array_equal(model.fit_predict(X * 1e6), model.fit_predict(X))


def test_axes_of_different_size_give_the_labels_of_rescaled_ones(covariance_type, X):
    axes = np.array([1e12, 1e-12])
    still, odd = fit(X, 3, covariance_type), fit(X * axes, 3, covariance_type)
    assert np.isfinite(odd.history).all()
    if covariance_type != "spherical":
        assert adjusted_rand_score(labels(odd, X * axes), labels(still, X)) == 1
        return
    # Spheres see the large axis alone: what they see in the data without the small one.
    flat = X * [1, 0]
    still, odd = (fit(Z, 3, covariance_type, init=Z[:3]) for Z in (flat, X * axes))
    assert adjusted_rand_score(labels(odd, X * axes), labels(still, flat)) == 1


def test_as_many_points_as_components(covariance_type):
    X = np.array([[0.0, 0.0], [1.0, 5.0], [4.0, 2.0]])
    result = fit(X, 3, covariance_type)
    assert sorted(labels(result, X)) == [0, 1, 2]
    assert result.at_floor.all()


def test_an_outlier_takes_a_component_with_a_warning_and_the_rest_is_fitted(covariance_type, X):
    far = np.vstack([X, [[1e9, 1e9]]])
    result = fit(far, 2, covariance_type)
    assert np.isfinite(result.history).all()
    found = labels(result, far)
    assert (found == found[-1]).sum() == 1
    rest = result.mixture.means[1 - found[-1]]
    np.testing.assert_allclose(rest, X.mean(axis=0), atol=1e-3)
    assert "single point, perhaps an outlier" in result.notes[0]


def test_one_failed_start_never_spoils_the_others(covariance_type, X):
    """Twelve starts of as many components as there are clumps, with no ridge to hold them up."""
    clumps = np.repeat(X[:6], 5, axis=0) + 1e-3 * np.random.default_rng(0).normal(size=(30, 2))
    result = fit(clumps, 6, covariance_type, init="random_from_data", n_init=12, reg_covar=0)
    assert np.isfinite(result.history).all()
    assert result.mixture.covariance_type == covariance_type
