"""Data that break other mixtures: equal, collinear, tiny, huge or far-off points."""

import numpy as np
import pytest
from sklearn.datasets import make_blobs
from sklearn.metrics import adjusted_rand_score

from gmmlab.engine.covariance import COVARIANCE_TYPES, DegenerateCovariance
from gmmlab.engine.em import fit

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
    np.testing.assert_allclose(result.mixture.means, 7)
    assert result.at_floor.all()


def test_identical_points_without_a_ridge_are_an_error_of_one_sentence(covariance_type):
    with pytest.raises(DegenerateCovariance, match="singular"):
        fit(np.full((200, 2), 7.0), 2, covariance_type, reg_covar=0)


@pytest.mark.parametrize("scale", [1, 1e6, 1e-6])
def test_collinear_points_fit_at_every_scale(covariance_type, scale):
    line = np.linspace(0, 1, 60)
    X = np.column_stack([line, 2 * line])
    result = fit(X * scale, 2, covariance_type)
    assert adjusted_rand_score(labels(result, X * scale), line > 0.5) == pytest.approx(1, abs=0.1)
    if covariance_type in ("tied", "full"):
        assert result.at_floor.all()
    else:
        assert not result.at_floor.any()


def test_as_many_points_as_components(covariance_type):
    X = np.array([[0.0, 0.0], [1.0, 5.0], [4.0, 2.0]])
    result = fit(X, 3, covariance_type)
    assert sorted(labels(result, X)) == [0, 1, 2]
    assert result.at_floor.all()


def test_an_outlier_takes_a_component_and_the_rest_is_fitted(covariance_type, X):
    far = np.vstack([X, [[1e9, 1e9]]])
    result = fit(far, 2, covariance_type)
    assert np.isfinite(result.history).all()
    assert (labels(result, far) == labels(result, far)[-1]).sum() == 1
