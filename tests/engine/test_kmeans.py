"""k-means: results against scikit-learn, discs and side-by-side runs against brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.cluster import KMeans, kmeans_plusplus
from sklearn.datasets import make_blobs

from gmmlab.engine.kmeans.kmeans import (
    fit_kmeans,
    lloyd,
    lloyd_side_by_side,
    nearest_centers,
    plus_plus,
)


@pytest.fixture(scope="module")
def X() -> np.ndarray:
    return make_blobs(400, centers=4, cluster_std=0.6, random_state=0)[0][:, ::-1]


def test_labels_and_inertia_are_scikit_learns(X):
    theirs = KMeans(4, random_state=0).fit(X)
    ours = fit_kmeans(X, 4, seed=0)
    np.testing.assert_array_equal(ours.labels, theirs.labels_)
    assert_allclose(ours.centers, theirs.cluster_centers_, rtol=1e-9)
    assert ours.inertia == pytest.approx(theirs.inertia_, rel=1e-9)


@given(seed=st.integers(0, 1000), K=st.integers(1, 6), offset=st.sampled_from([0, 1e8]))
def test_discs_reach_to_the_farthest_own_point(seed, K, offset):
    X = np.random.default_rng(seed).normal(size=(40, 2)) + offset
    found = fit_kmeans(X, K, seed=seed)
    distances = np.linalg.norm(X - found.centers[found.labels], axis=1)
    brute = [distances[found.labels == k].max(initial=0) for k in range(K)]
    assert_allclose(found.radii, brute, atol=1e-7)
    assert found.inertia == pytest.approx((distances**2).sum(), rel=1e-5)


def test_more_starts_never_raise_the_inertia():
    X = np.random.default_rng(0).uniform(size=(300, 2))
    one = [fit_kmeans(X, 9, n_init=1, init="random", seed=s).inertia for s in range(8)]
    assert fit_kmeans(X, 9, n_init=20, init="random", seed=0).inertia <= np.median(one)


def test_given_centres_are_the_start(X):
    centers = X[:4] + 100.0
    centers[0] -= 100
    assert fit_kmeans(X, 4, init=centers).n_iter >= 1
    again = fit_kmeans(X, 4, init=fit_kmeans(X, 4).centers)
    assert_allclose(again.centers, fit_kmeans(X, 4).centers, rtol=1e-9)


def test_another_order_keeps_every_points_centre(X):
    found = fit_kmeans(X, 4)
    turned = found.reordered(np.array([3, 1, 0, 2]))
    assert_allclose(turned.centers[turned.labels], found.centers[found.labels])
    assert_allclose(turned.radii[turned.labels], found.radii[found.labels])


def test_nearest_centres_against_brute_force(X):
    centers = np.random.default_rng(1).normal(size=(7, 5, 2)) * 3
    brute = np.linalg.norm(X[None, :, None] - centers[:, None], axis=-1).argmin(axis=-1)
    np.testing.assert_array_equal(nearest_centers(X, centers), brute)
    np.testing.assert_array_equal(nearest_centers(X, centers[0]), brute[0])


def test_side_by_side_runs_are_lloyds_algorithm(X):
    """Each of the runs ends where scikit-learn's Lloyd ends from the same start and weights."""
    rng = np.random.default_rng(2)
    weights = rng.multinomial(len(X), np.full(len(X), 1 / len(X)), size=5).astype(float)
    starts = np.stack([X[rng.choice(len(X), 4, replace=False)] for _ in range(5)])
    found = lloyd_side_by_side(X, starts, weights)
    for start, weight, centers in zip(starts, weights, found, strict=True):
        model = KMeans(4, init=start, n_init=1, tol=0, max_iter=300).fit(X, sample_weight=weight)
        assert_allclose(centers, model.cluster_centers_, rtol=1e-7)


@given(seed=st.integers(0, 10_000), K=st.integers(1, 12), d=st.integers(1, 5))
def test_the_quick_start_is_scikit_learns(seed, K, d):
    X = np.random.RandomState(seed).normal(size=(90, d))
    seeds = plus_plus(X, K, np.random.RandomState(seed))
    assert_allclose(seeds, kmeans_plusplus(X, K, random_state=seed)[0])
    theirs = KMeans(K, init=seeds, n_init=1).fit(X)
    np.testing.assert_array_equal(lloyd(X, seeds), theirs.labels_)


def test_a_quick_start_whose_cluster_runs_empty_is_scikit_learns():
    X = np.array([[0.0], [0.1], [0.2], [10.0], [10.1]])
    start = np.array([[0.0], [10.0], [100.0]])
    assert len(set(lloyd(X, start))) == 3


@given(seed=st.integers(0, 1000))
def test_quick_starts_take_weights(seed):
    rng = np.random.RandomState(seed)
    X, weights = rng.normal(size=(60, 2)), rng.uniform(0.1, 5, 60)
    seeds = plus_plus(X, 4, np.random.RandomState(seed), weights)
    theirs = kmeans_plusplus(X, 4, sample_weight=weights, random_state=seed)[0]
    assert_allclose(seeds, theirs)
    model = KMeans(4, init=seeds, n_init=1).fit(X, sample_weight=weights)
    np.testing.assert_array_equal(lloyd(X, seeds, weights), model.labels_)


def test_a_centre_without_points_stays():
    X = np.array([[0.0, 0.0], [1.0, 0.0]])
    centers = np.array([[[0.4, 0.0], [50.0, 50.0]]])
    found = lloyd_side_by_side(X, centers, np.ones((1, 2)))
    assert_allclose(found, [[[0.5, 0.0], [50.0, 50.0]]])


def test_too_few_points_are_refused_in_a_sentence():
    with pytest.raises(ValueError, match="3 clusters need as many points; there are 2"):
        fit_kmeans(np.zeros((2, 2)), 3)
