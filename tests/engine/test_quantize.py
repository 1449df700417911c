"""k-means from coarse to fine: scikit-learn's steps, and never a worse end than its own."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import pairwise_distances_argmin

from gmmlab.engine.kmeans.quantize import Weighted, lloyd, nearest, quantize


def points_of(n=3000, d=3, seed=0) -> Weighted:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(n, d)) + rng.choice([-6, 0, 6], size=(n, d))
    return Weighted(points.astype(np.float32), rng.integers(1, 50, n).astype(float))


def inertia(level: Weighted, centers) -> float:
    squares = ((level.points[:, None].astype(float) - centers) ** 2).sum(axis=2).min(axis=1)
    return float(squares @ level.weights)


@pytest.mark.parametrize("K", [1, 2, 17, 256])
@pytest.mark.parametrize("precision", [np.float32, np.float64])
def test_nearest_is_scikit_learns(K, precision):
    rng = np.random.default_rng(K)
    points = rng.integers(0, 256, (20_000, 3)).astype(np.float32)
    centers = rng.integers(0, 256, (K, 3)).astype(precision)
    expected = pairwise_distances_argmin(points.astype(float), centers.astype(float))
    np.testing.assert_array_equal(nearest(points, centers), expected)


def test_of_two_equally_near_centres_the_first():
    points = np.array([[0, 0, 0], [10, 0, 0]], dtype=np.float32)
    centers = np.array([[5, 0, 0], [-5, 0, 0], [5, 0, 0]], dtype=float)
    assert nearest(points, centers).tolist() == [0, 0]


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_lloyds_steps_are_scikit_learns(steps):
    level = points_of()
    start = level.points[:6].astype(float)
    error, centers = lloyd(level, start, steps)
    theirs = KMeans(6, init=start.astype(np.float32), n_init=1, max_iter=steps, tol=0)
    theirs.fit(level.points, sample_weight=level.weights)
    order = pairwise_distances_argmin(centers, theirs.cluster_centers_)
    np.testing.assert_allclose(centers, theirs.cluster_centers_[order], atol=1e-3)
    assert error >= inertia(level, centers) * (1 - 1e-6)


def test_errors_fall_and_settle():
    level = points_of(seed=1)
    start = level.points[:8].astype(float)
    errors = [lloyd(level, start, steps)[0] for steps in range(1, 12)]
    assert (np.diff(errors) <= 1e-9 * errors[0]).all()
    error, centers = lloyd(level, start, 1000)
    assert error == pytest.approx(inertia(level, centers), rel=1e-3)


def test_an_empty_cluster_stays_where_it_is():
    level = points_of()
    far = np.full((1, 3), 1000.0)
    _, centers = lloyd(level, np.concatenate([level.points[:3].astype(float), far]))
    np.testing.assert_array_equal(centers[3], far[0])


@pytest.mark.parametrize("K", [2, 9, 27])
def test_no_worse_than_scikit_learn(K):
    level = points_of(seed=K)
    centers = quantize([level], K)
    theirs = KMeans(K, n_init=3, random_state=0).fit(level.points, sample_weight=level.weights)
    assert inertia(level, centers) <= 1.005 * theirs.inertia_


def test_levels_end_where_the_points_alone_would():
    fine = points_of(20_000)
    bins = np.round(fine.points).astype(int)
    _, place = np.unique(bins, axis=0, return_inverse=True)
    sums = np.stack([np.bincount(place, row) for row in fine.moments])
    coarse = Weighted((sums[1:] / sums[0]).T.astype(np.float32), sums[0])
    both, alone = quantize([coarse, fine], 27), quantize([fine], 27)
    assert inertia(fine, both) == pytest.approx(inertia(fine, alone), rel=0.01)


def test_one_seed_one_result():
    level = points_of()
    np.testing.assert_array_equal(quantize([level], 5, seed=2), quantize([level], 5, seed=2))


def test_as_many_clusters_as_points():
    level = points_of(12)
    centers = quantize([level], 12)
    assert inertia(level, centers) == pytest.approx(0, abs=1e-6)
    with pytest.raises(ValueError, match="13 clusters need as many points; there are 12"):
        quantize([level], 13)
