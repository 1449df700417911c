"""What an engineer who swaps the import meets first: sentinels, weights, precisions, warnings."""

import warnings

import numpy as np
import pytest
import sklearn.mixture
from numpy.testing import assert_allclose
from sklearn.datasets import make_blobs
from sklearn.exceptions import ConvergenceWarning

from gmmlab.engine.em import fit
from gmmlab.engine.estimator import GaussianMixture

TYPES = ("spherical", "diag", "tied", "full")
each_type = pytest.mark.parametrize("covariance_type", TYPES)


@pytest.fixture(scope="module")
def X() -> np.ndarray:
    return make_blobs(300, centers=3, cluster_std=1.5, random_state=2)[0]


@pytest.mark.parametrize("covariance_type", ["diag", "full"])
def test_reg_covar_is_absolute_beside_a_sentinel(covariance_type):
    """A column where −99,999,999 says "missing" has a huge variance, and its two parts have not."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(1000, 2))
    X[:100, 0] = -99_999_999
    found = GaussianMixture(2, covariance_type=covariance_type, random_state=0).fit(X)
    theirs = sklearn.mixture.GaussianMixture(2, covariance_type="diag", random_state=0).fit(X)
    heavy = found.weights_.argmax()
    variances = found.covariances_[heavy]
    variances = np.diagonal(variances) if covariance_type == "full" else variances
    assert_allclose(variances, theirs.covariances_[theirs.weights_.argmax()], rtol=1e-3)


def test_a_ridge_that_floats_cannot_carry_is_replaced_with_a_warning():
    line = 1e6 * np.linspace(0, 1, 60)
    with pytest.warns(UserWarning, match="reg_covar=1e-06 is lost beside"):
        GaussianMixture(2, random_state=0).fit(np.column_stack([line, 2 * line]))


@each_type
def test_criteria_take_the_weights_of_the_fit(covariance_type, X):
    repeats = np.random.default_rng(0).integers(0, 4, len(X))
    model = GaussianMixture(3, covariance_type=covariance_type, random_state=0)
    model.fit(X, sample_weight=repeats)
    whole = np.repeat(X, repeats, axis=0)
    for criterion in ("score", "bic", "aic", "icl"):
        weighted = getattr(model, criterion)(X, sample_weight=repeats)
        assert weighted == pytest.approx(getattr(model, criterion)(whole), rel=1e-10)
        assert weighted != pytest.approx(getattr(model, criterion)(X), rel=1e-4)
    found = fit(X, 3, covariance_type, sample_weight=repeats, reg_covar=1e-6)
    assert model.bic(X, sample_weight=repeats) == pytest.approx(found.bic, rel=1e-6)
    assert model.aic(X, sample_weight=repeats) == pytest.approx(found.aic, rel=1e-6)


def test_single_precision_points_keep_a_double_models_scores(X):
    model = GaussianMixture(3, random_state=0).fit(X)
    assert model.score_samples(X.astype("f4")).dtype == np.float64
    assert model.bic(X.astype("f4")) == pytest.approx(model.bic(X.astype("f4").astype(float)))
    assert GaussianMixture(3).fit(X.astype("f4")).score_samples(X.astype("f4")).dtype == np.float32


def test_means_that_are_no_numbers_are_said_to_be_that(X):
    with pytest.raises(ValueError, match="init must be finite"):
        fit(X, 2, init=[[np.nan, 0.0], [1.0, 1.0]])


def test_warnings_point_at_the_caller(X):
    for call in (GaussianMixture.fit, GaussianMixture.fit_predict):
        with pytest.warns(ConvergenceWarning) as caught:
            call(GaussianMixture(3, max_iter=1, tol=1e-9, random_state=0), X)
        assert caught[0].filename == __file__


@pytest.mark.parametrize("scale", [1.0, 1e300])
def test_samples_come_component_by_component_at_every_scale(scale, X):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        model = GaussianMixture(3, random_state=0).fit(X * scale)
    points, labels = model.sample(200)
    assert np.all(np.diff(labels) >= 0)
    assert np.mean(model.predict(points) == labels) > 0.8


@each_type
def test_no_runtime_warning_leaks(covariance_type, X):
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        warnings.simplefilter("ignore", UserWarning)
        options = {"covariance_type": covariance_type, "random_state": 0}
        heavy = np.random.default_rng(0).uniform(1, 2, len(X))
        plain = GaussianMixture(3, **options).fit(X, sample_weight=heavy)
        weighed = GaussianMixture(3, **options).fit(X, sample_weight=heavy * 1e305)
        assert_allclose(weighed.means_, plain.means_, rtol=1e-9)
        for scale in (1e-25, 1e25):
            model = GaussianMixture(3, **options).fit((X * scale).astype("f4"))
            assert np.isfinite(model.score((X * scale).astype("f4")))
