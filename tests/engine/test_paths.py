"""Runs that are watched, and many of them at once: both are `em.fit`, told in more words."""

from itertools import islice

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture

from gmmlab.data.points.datasets import Blobs, Moons, Stretched
from gmmlab.engine import plain
from gmmlab.engine.em import fit, iterate
from gmmlab.engine.kmeans.kmeans import plus_plus
from gmmlab.engine.kmeans.lloyd_path import lloyd_path
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.path import bound_of, lower_bound, path
from gmmlab.engine.restarts import restarts
from gmmlab.engine.step.chunks import Chunk

TYPES = ("full", "tied", "diag", "spherical")
X = Stretched().draw()[0]


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("init", ["random_from_data", "random"])
def test_a_path_passes_through_the_mixtures_of_iterate(kind, init):
    way = path(X, 3, kind, init=init, seed=4, tol=1e-6, floor=0.0)
    states = iterate([Chunk(np.ascontiguousarray(X.T), None)], way.mixtures[0])
    begun = [s.mixture for s in islice(states, 2 * len(way.mixtures)) if s.step == "expectation"]
    assert len(way.mixtures) == len(way.fit.history) == len(begun)
    for ours, theirs in zip(way.mixtures, begun, strict=True):
        np.testing.assert_allclose(ours.means, theirs.means, atol=1e-7)
        np.testing.assert_allclose(ours.covariances, theirs.covariances, atol=1e-7)
    np.testing.assert_array_equal(way.mixtures[-1].means, way.fit.mixture.means)
    densities = [m.score_samples(X).mean() for m in way.mixtures]
    np.testing.assert_allclose(way.fit.history, densities, atol=1e-10)


@pytest.mark.parametrize("kind", TYPES)
def test_a_path_ends_where_scikit_learn_ends_from_the_same_start(kind):
    way = path(X, 4, kind, init="random_from_data", seed=1, tol=1e-9, floor=0.0)
    first = way.mixtures[0]
    precisions = np.linalg.inv(first.full_covariances)
    given = {
        "full": precisions,
        "tied": precisions[0],
        "diag": precisions.diagonal(axis1=1, axis2=2),
        "spherical": precisions[:, 0, 0],
    }[kind]
    theirs = GaussianMixture(
        4, covariance_type=kind, weights_init=first.weights, means_init=first.means,
        precisions_init=given, tol=1e-9, reg_covar=0.0, max_iter=500,
    ).fit(X)  # fmt: skip
    np.testing.assert_allclose(way.fit.mixture.means, theirs.means_, atol=1e-4)
    assert way.fit.objective == pytest.approx(theirs.score(X), abs=1e-8)


@pytest.mark.parametrize("kind", TYPES)
def test_the_bound_is_below_and_touches_after_every_e_step(kind):
    way = path(X, 4, kind, init="random", seed=0, tol=1e-5)
    for i, mixture in enumerate(way.mixtures):
        at = lower_bound(mixture, mixture, X)
        assert at == pytest.approx(mixture.score_samples(X).mean(), abs=1e-10)
        for later in way.mixtures[i + 1 : i + 3]:
            assert lower_bound(mixture, later, X) <= later.score_samples(X).mean() + 1e-12
        if i + 1 < len(way.mixtures):  # the M-step raises it (the floor is too small to matter)
            assert lower_bound(mixture, way.mixtures[i + 1], X) >= at - 1e-9


def test_the_bound_by_the_textbooks_own_e_step():
    start = path(X, 3, init="kmeans").mixtures[0]
    q, _ = plain.e_step(plain.Plain(start.weights, start.means, start.covariances), X)
    other = fit(X, 3).mixture
    joint = plain.log_joint(plain.Plain(other.weights, other.means, other.covariances), X)
    entropy = -(q * np.log(np.maximum(q, 1e-300))).sum(axis=1).mean()
    assert lower_bound(start, other, X) == pytest.approx((q * joint).sum() / len(X) + entropy)


def test_the_bound_with_responsibilities_of_zero():
    q = np.array([[1.0, 0.0], [0.5, 0.5]])
    joint = np.array([[-1.0, -np.inf], [-2.0, -2.0]])
    assert bound_of(q, joint) == pytest.approx((-1 + (-2 - np.log(0.5))) / 2)


def test_a_collapse_ends_a_path_at_the_last_mixture_before_it():
    points = np.vstack([Blobs().draw()[0], [[9.0, 9.0]]])
    means = np.array([[0.5, 2.5], [9.0, 9.0]])
    start = Mixture(np.array([0.5, 0.5]), means, np.array([np.cov(points.T), 2 * np.eye(2)]))
    way = path(points, 2, "full", init=start, floor=0.0)
    assert way.fit.reason == "collapsed"
    assert len(way.mixtures) > 1
    assert np.isfinite(way.fit.history).all()
    assert np.linalg.det(way.mixtures[-1].covariances[1]) > 0


def test_lloyds_path_is_scikit_learns():
    begin = plus_plus(X, 4, np.random.RandomState(3))
    passed = lloyd_path(X, begin)
    theirs = KMeans(4, init=begin, n_init=1, tol=0, algorithm="lloyd").fit(X)
    np.testing.assert_allclose(passed[-1], theirs.cluster_centers_, atol=1e-12)
    np.testing.assert_array_equal(passed[0], begin)
    inertias = [((X[:, None] - c) ** 2).sum(axis=2).min(axis=1).sum() for c in passed]
    assert np.all(np.diff(inertias) < 0)


def test_a_centre_without_points_stays():
    passed = lloyd_path(X, np.array([[0.0, 0.0], [1e3, 1e3]]))
    assert passed[-1][1].tolist() == [1e3, 1e3]
    np.testing.assert_allclose(passed[-1][0], X.mean(axis=0))


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("init", ["kmeans", "k-means++", "random", "random_from_data"])
def test_restarts_end_where_fits_from_the_same_seeds_end(kind, init):
    points = Moons().draw()[0]
    ends = restarts(points, 4, kind, init=init, seeds=range(4), tol=1e-6, max_iter=300)
    assert [end.seed for end in ends] == [0, 1, 2, 3]
    for end in ends:
        found = fit(points, 4, kind, init=init, seed=end.seed, tol=1e-6, max_iter=300)
        if found.reason == "converged":
            assert abs(end.n_iter - found.n_iter) <= 1
        assert end.objective == pytest.approx(found.objective, abs=1e-4)
        assert end.objective >= found.objective - 1e-6
        np.testing.assert_allclose(end.mixture.weights, found.mixture.weights, atol=0.05)


def test_restarts_that_collapse_are_told_and_lose_nobody():
    points = np.vstack([Blobs().draw()[0][:30], [[50.0, 50.0]]])
    ends = restarts(points, 6, "full", init="k-means++", seeds=range(8), floor=0.0)
    for end in ends:
        found = fit(points, 6, init="k-means++", seed=end.seed, tol=1e-7, max_iter=500, floor=0.0)
        assert end.collapsed == (found.reason == "collapsed")
    many = restarts(points, 6, "full", init="random", seeds=range(8), floor=1e-6)
    assert [end.seed for end in many] == list(range(8))
    with pytest.raises(ValueError, match="need as many points"):
        restarts(points[:3], 6, "full", init="random", seeds=[0])
