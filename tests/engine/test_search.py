"""The search: known optima of iris, never worse than ten restarts, and no artefacts."""

import numpy as np
import pytest
import sklearn.mixture
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.preprocessing import StandardScaler

from gmmlab.data.points.datasets import load
from gmmlab.engine.em import fit
from gmmlab.engine.estimator import GaussianMixture
from gmmlab.engine.model.covariance import COVARIANCE_TYPES
from gmmlab.engine.model.diagnosis import spurious
from gmmlab.engine.model.mixture import Mixture

IRIS_BIC = {
    "spherical": (1804.1, 1012.2, 853.8, 783.8, 742.6, 705.8),
    "diag": (1522.1, 857.6, 744.6, 705.1, 700.9, 696.9),
    "tied": (830.0, 688.1, 633.0, 591.4, 604.8, 600.7),
    "full": (830.0, 574.0, 580.8, 621.8, 648.3, 679.1),
}
CELLS = [(t, K, bic) for t, row in IRIS_BIC.items() for K, bic in enumerate(row, start=1)]


@pytest.mark.parametrize(("covariance_type", "K", "bic"), CELLS)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_iris_optima_are_reached_without_artefacts(covariance_type, K, bic, seed):
    X = load_iris().data
    found = fit(X, K, covariance_type, init="search", seed=seed)
    assert found.bic <= bic + 0.5
    assert not found.spurious.any()
    assert found.effective_components == K


@pytest.mark.parametrize("name", ["moons", "stretched", "unequal", "circles", "geyser"])
@pytest.mark.parametrize("covariance_type", COVARIANCE_TYPES)
@pytest.mark.parametrize("K", [2, 4, 7])
def test_it_is_at_least_as_good_as_scikit_learns_best_of_ten(name, covariance_type, K):
    X = load(name).X
    theirs = sklearn.mixture.GaussianMixture(
        K, covariance_type=covariance_type, n_init=10, random_state=0
    ).fit(X)
    found = fit(X, K, covariance_type, init="search")
    as_ours = Mixture(theirs.weights_, theirs.means_, theirs.covariances_, covariance_type)
    framed = found.frame.mixture_into(as_ours)
    if not spurious(framed, len(X), found.ridge).any():
        assert found.log_likelihood >= theirs.score(X) * len(X) - 0.05


def test_the_estimator_searches_too():
    X = load_iris().data
    found = GaussianMixture(3, init_params="search", random_state=0).fit(X)
    assert found.bic(X) == pytest.approx(580.8, abs=0.5)
    again = GaussianMixture(3, init_params="search", random_state=0).fit(X)
    assert found.means_.tobytes() == again.means_.tobytes()


def test_a_component_on_a_few_collinear_points_is_spurious():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(100, 2))
    line = np.column_stack([np.linspace(0, 0.1, 4), np.linspace(0, 0.2, 4)])
    X = np.vstack([X, line + 1e-5 * rng.normal(size=(4, 2))])
    labels = np.repeat([0, 1], [100, 4])
    start = Mixture(
        [0.96, 0.04],
        [X[labels == k].mean(axis=0) for k in (0, 1)],
        [np.cov(X[labels == k].T, bias=True) + 1e-9 * np.eye(2) for k in (0, 1)],
    )
    collapsed = fit(X, 2, init=start, floor=1e-12)
    assert collapsed.spurious.tolist() == [False, True]
    searched = fit(X, 2, init="search", floor=1e-12)
    assert not searched.spurious.any()
    assert searched.objective < collapsed.objective  # and yet the better answer


def test_spuriousness_does_not_depend_on_the_axes():
    X = load_iris().data
    found = [
        fit(X * axes, 6, init="random_from_data", seed=3, floor=1e-9, tol=1e-6, max_iter=500)
        for axes in (np.ones(4), np.array([1, 10, 100, 0.1]))
    ]
    for each in found:
        turned = each.framed.means[:, ::-1], each.framed.full_covariances[:, ::-1, ::-1]
        mixture = Mixture(each.framed.weights, *turned)
        np.testing.assert_array_equal(spurious(mixture, 150, each.ridge[::-1]), each.spurious)


@pytest.mark.parametrize("load_set", [load_breast_cancer, load_wine])
@pytest.mark.parametrize("covariance_type", ["full", "tied"])
def test_it_never_ends_below_its_own_start_from_kmeans(load_set, covariance_type):
    """Breast cancer has 30 columns: two components rest on fewer points than their parameters."""
    X = StandardScaler().fit_transform(load_set().data)
    plain = fit(X, 2, covariance_type, tol=1e-6, max_iter=1000)
    found = fit(X, 2, covariance_type, init="search")
    assert found.objective >= plain.objective - 1e-4


def test_weights_and_large_data_are_searched_too():
    X = load("blobs", n_samples=12_000).X
    found = fit(X, 4, init="search", sample_weight=np.ones(len(X)))
    assert found.effective_components == 4
    assert np.sort(found.mixture.weights)[0] > 0.2


@pytest.mark.parametrize("seed", range(4))
def test_small_data_get_starts_enough_for_any_seed(seed):
    """Of four stretched groups, three components share one optimum that few starts lead to."""
    X = load("stretched").X
    peer = sklearn.mixture.GaussianMixture(3, n_init=50, random_state=0).fit(X)
    assert fit(X, 3, init="search", seed=seed).objective > peer.score(X) - 1e-3
