"""Bootstrap stability: against refitting one resample at a time, and what it must say."""

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans

from gmmlab.data.points.datasets import load
from gmmlab.engine.kmeans.kmeans import fit_kmeans
from gmmlab.studies.clusters.stability import bootstrap_stability


def one_at_a_time(X, kmeans, n_resamples, seed):
    """The same idea with scikit-learn, a loop and repeated rows."""
    rng = np.random.default_rng(seed)
    K = len(kmeans.centers)
    kept = np.zeros(len(X))
    for _ in range(n_resamples):
        rows = rng.integers(0, len(X), size=len(X))
        model = KMeans(K, random_state=int(rng.integers(1 << 30))).fit(X[rows])
        labels = model.predict(X)
        overlap = np.zeros((K, K))
        np.add.at(overlap, (kmeans.labels, labels), 1)
        match = linear_sum_assignment(overlap, maximize=True)[1]
        kept += match[kmeans.labels] == labels
    return kept / n_resamples


def test_it_agrees_with_refitting_one_resample_at_a_time():
    X = load("moons").X
    kmeans = fit_kmeans(X, 3)
    ours = bootstrap_stability(X, kmeans, n_resamples=300)
    theirs = one_at_a_time(X, kmeans, n_resamples=300, seed=1)
    np.testing.assert_allclose(ours, theirs, atol=0.15)
    assert np.corrcoef(ours, theirs)[0, 1] > 0.9


def test_only_points_between_blobs_are_shaky():
    X = load("blobs").X
    kmeans = fit_kmeans(X, 4)
    stability = bootstrap_stability(X, kmeans)
    assert np.mean(stability == 1) > 0.95
    distances = np.sort(np.linalg.norm(X[:, None] - kmeans.centers, axis=2), axis=1)
    between = distances[:, 1] - distances[:, 0]
    assert between[stability < 1].max() < np.median(between)


def test_clusters_that_are_not_there_are_shaky():
    X = load("uniform").X
    assert bootstrap_stability(X, fit_kmeans(X, 7)).mean() < 0.9


def test_one_cluster_is_always_kept_and_the_same_seed_gives_the_same_answer():
    X = load("moons").X
    np.testing.assert_array_equal(bootstrap_stability(X, fit_kmeans(X, 1)), 1)
    kmeans = fit_kmeans(X, 5)
    first, second = (bootstrap_stability(X, kmeans, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_equal_points_are_no_error():
    X = np.full((30, 2), 2.0)
    np.testing.assert_array_equal(bootstrap_stability(X, fit_kmeans(X, 1)), 1)
