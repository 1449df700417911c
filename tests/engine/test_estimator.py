"""gmmlab.GaussianMixture: a scikit-learn estimator with weights, history, and no fear of scale."""

import pickle
import warnings

import joblib
import numpy as np
import pytest
import sklearn.mixture
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.datasets import load_iris, make_blobs
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator

from gmmlab.engine.estimator import GaussianMixture

TYPES = ("spherical", "diag", "tied", "full")
each_type = pytest.mark.parametrize("covariance_type", TYPES)


@pytest.fixture(scope="module")
def X() -> np.ndarray:
    return make_blobs(300, centers=3, cluster_std=1.5, random_state=2)[0]


def test_it_is_a_scikit_learn_estimator():
    with warnings.catch_warnings():
        # The checks fit noise on purpose, and pass objects to see them refused.
        warnings.simplefilter("ignore")
        results = check_estimator(GaussianMixture(), on_fail=None)
    failed = [r["check_name"] for r in results if r["status"] == "failed"]
    assert failed == []
    assert sum(r["status"] == "passed" for r in results) > 40


@each_type
def test_fitted_attributes_are_scikit_learns(covariance_type, X):
    ours = GaussianMixture(3, covariance_type=covariance_type, random_state=1).fit(X)
    theirs = sklearn.mixture.GaussianMixture(3, covariance_type=covariance_type, random_state=1)
    theirs.fit(X)
    for name in ("weights_", "means_", "covariances_", "precisions_", "precisions_cholesky_"):
        assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=1e-7, atol=1e-10)
    assert ours.n_iter_ == theirs.n_iter_
    assert ours.converged_ == theirs.converged_
    for method in ("predict_proba", "score_samples", "predict"):
        assert_allclose(getattr(ours, method)(X), getattr(theirs, method)(X), atol=1e-8)
    for method in ("score", "aic", "bic"):
        assert getattr(ours, method)(X) == pytest.approx(getattr(theirs, method)(X), rel=1e-9)
    assert isinstance(ours, sklearn.mixture.GaussianMixture)


def test_history_is_the_objective_and_ends_with_the_returned_parameters(X):
    found = GaussianMixture(3, random_state=1, tol=1e-6, max_iter=1000).fit(X)
    assert len(found.history_) == found.n_iter_ + 1
    assert np.all(np.diff(found.history_) > -1e-9)
    assert found.lower_bound_ == found.history_[-1] == pytest.approx(found.score(X), rel=1e-12)
    assert found.lower_bounds_ == found.history_[1:]


def test_icl_is_bic_with_a_price_on_doubt(X):
    found = GaussianMixture(3, random_state=0).fit(X)
    by_hand = found.bic(X)
    for row in found.predict_proba(X):
        by_hand -= 2 * np.log(max(row))
    assert found.icl(X) == pytest.approx(by_hand)
    apart = GaussianMixture(1).fit(X)
    assert apart.icl(X) == apart.bic(X)


@each_type
@pytest.mark.parametrize("init_params", ["kmeans", "k-means++", "random", "random_from_data"])
def test_whole_weights_are_repeated_rows_and_zero_weights_removed_rows(
    covariance_type, init_params, X
):
    repeats = np.random.default_rng(0).integers(0, 4, len(X))
    options = {"covariance_type": covariance_type, "init_params": init_params, "random_state": 3}
    weighted = GaussianMixture(3, **options).fit(X, sample_weight=repeats)
    repeated = GaussianMixture(3, **options).fit(np.repeat(X, repeats, axis=0))
    for name in ("weights_", "means_", "covariances_", "precisions_"):
        assert_allclose(getattr(weighted, name), getattr(repeated, name), rtol=1e-10, atol=1e-10)
    assert weighted.lower_bound_ == pytest.approx(repeated.lower_bound_, rel=1e-10)


def test_weights_move_the_fit_towards_what_weighs(X):
    heavy = X[:, 0] > np.median(X[:, 0])
    weights = np.where(heavy, 9.0, 1.0)
    found = GaussianMixture(1).fit(X, sample_weight=weights)
    assert_allclose(found.means_[0], np.average(X, axis=0, weights=weights))
    assert_allclose(found.covariances_[0], np.cov(X.T, aweights=weights, bias=True), atol=2e-6)


def test_in_pipelines_searches_clones_and_pickles(X):
    pipeline = make_pipeline(PCA(2), GaussianMixture(3, random_state=0)).fit(load_iris().data)
    assert np.isfinite(pipeline.score(load_iris().data))
    search = GridSearchCV(
        GaussianMixture(random_state=0), {"n_components": [1, 3], "covariance_type": TYPES}
    ).fit(X)
    assert search.best_params_["n_components"] == 3
    copy = clone(search.best_estimator_)
    assert not hasattr(copy, "means_")
    again = pickle.loads(pickle.dumps(search.best_estimator_))
    assert_allclose(again.predict_proba(X), search.best_estimator_.predict_proba(X))


@each_type
def test_parameters_put_in_by_hand_are_used(covariance_type, X):
    ours, theirs = (
        cls(3, covariance_type=covariance_type, random_state=0).fit(X)
        for cls in (GaussianMixture, sklearn.mixture.GaussianMixture)
    )
    for change in ("weights_", "means_", "precisions_cholesky_"):
        for model in (ours, theirs):
            getattr(model, change)[0] *= 0.5  # in place
        assert ours.score(X) == pytest.approx(theirs.score(X), rel=1e-6)
    bare = GaussianMixture(3, covariance_type=covariance_type)
    bare.weights_, bare.means_ = theirs.weights_, theirs.means_
    bare.covariances_ = theirs.covariances_
    bare.precisions_cholesky_ = theirs.precisions_cholesky_
    assert bare.score(X) == pytest.approx(theirs.score(X), rel=1e-6)


@pytest.mark.parametrize("dtype", ["i8", "i1", "u1", "f2", "f4", bool])
def test_predictions_are_real_numbers_whatever_the_data_are(dtype, X):
    Y = (X > 0) if dtype is bool else np.abs(X).astype(dtype)
    found = GaussianMixture(2, random_state=0).fit(Y)
    assert found.score(Y) == pytest.approx(found.score(Y.astype(float)), rel=1e-5)
    assert found.predict_proba(Y).dtype == (np.float32 if dtype == "f4" else np.float64)


@pytest.mark.parametrize("offset", [0, 1e12])
def test_a_model_survives_joblib(X, offset, tmp_path):
    found = GaussianMixture(3, random_state=0).fit(X + offset)
    joblib.dump(found, tmp_path / "model")
    again = joblib.load(tmp_path / "model")
    np.testing.assert_array_equal(again.predict_proba(X + offset), found.predict_proba(X + offset))


def test_a_warm_start_does_not_go_on_from_another_kind_of_mixture(X):
    found = GaussianMixture(3, random_state=0, warm_start=True).fit(X)
    with pytest.raises(ValueError, match="full with 3 components"):
        found.set_params(covariance_type="diag").fit(X)


@pytest.mark.parametrize("weight", [1e308, 1e-320])
def test_weights_that_cannot_be_added_up_are_refused(weight, X):
    with pytest.raises(ValueError, match="too large or too small to be added up"):
        GaussianMixture(2).fit(X, sample_weight=np.full(len(X), weight))


@each_type
@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1e160, 1e300])
def test_any_scale_gives_the_same_labels(covariance_type, scale, X):
    still = GaussianMixture(3, covariance_type=covariance_type, random_state=0).fit_predict(X)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = GaussianMixture(3, covariance_type=covariance_type, random_state=0)
        labels = found.fit_predict(X * scale)
    np.testing.assert_array_equal(labels, still)
    # That covariances are beyond floats is said once; that reg_covar is not used, where it is not.
    said = " ".join(str(w.message) for w in caught)
    assert {w.category for w in caught} == {UserWarning}
    assert "predictions, scores and samples are not affected" in said
    assert ("reg_covar=1e-06 is far larger" in said) == (scale < 1)
    assert np.isfinite(found.score(X * scale))
    points, _ = found.sample(500)
    assert_allclose(points.mean(axis=0) / scale, X.mean(axis=0), atol=1)
    again = GaussianMixture(3, covariance_type=covariance_type, warm_start=True, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert np.mean(again.fit(X * scale).fit_predict(X * scale) == labels) > 0.98


@each_type
def test_an_offset_gives_the_same_labels(covariance_type, X):
    model = GaussianMixture(3, covariance_type=covariance_type, random_state=0)
    np.testing.assert_array_equal(model.fit_predict(X + 1e8), model.fit_predict(X))


def test_a_fit_that_does_not_converge_warns(X):
    with pytest.warns(ConvergenceWarning, match="did not converge"):
        GaussianMixture(3, max_iter=1, tol=1e-9).fit(X)


@pytest.mark.parametrize(
    ("options", "data", "part"),
    [
        ({}, [[np.nan, 1.0], [1, 2]], "NaN"),
        ({}, [[np.inf, 1.0], [1, 2]], "infinity"),
        ({"n_components": 3}, [[0.0, 1.0], [1, 2]], "n_samples >= n_components"),
        ({}, np.empty((0, 2)), "0 sample"),
        ({"init_params": "guess"}, [[0.0, 1.0], [1, 2]], "init_params"),
    ],
)
def test_unusable_input_is_refused(options, data, part):
    with pytest.raises(ValueError, match=part):
        GaussianMixture(**options).fit(data)


def test_the_clusters_are_found():
    X, truth = make_blobs(300, centers=3, cluster_std=0.8, random_state=2)
    labels = GaussianMixture(3, n_init=3, random_state=0).fit_predict(X)
    assert adjusted_rand_score(truth, labels) > 0.9
