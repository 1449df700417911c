"""Runs side by side are the same runs as one after the other."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gmmlab.engine.model.covariance import COVARIANCE_TYPES
from gmmlab.engine.model.frame import Frame
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.run.batch import short_runs
from gmmlab.engine.run.initialization import first_mixtures
from gmmlab.engine.run.loop import iterate, run
from gmmlab.engine.step.chunks import Chunk
from tests.engine.test_em import clouds

TYPES = tuple(COVARIANCE_TYPES)


@pytest.mark.parametrize("covariance_type", TYPES)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("d", "K"), [(1, 2), (2, 1), (3, 4)])
def test_side_by_side_is_one_by_one(covariance_type, weighted, d, K):
    X = clouds(d)
    weights = np.random.default_rng(0).uniform(0.5, 2, len(X)) if weighted else None
    points = Frame.of(X, weights).into(X)
    data = Chunk.of(points, weights)
    recipes = first_mixtures(
        points, weights, K, covariance_type, "random_from_data", n_init=7, seed=1, reg_covar=1e-6
    )
    firsts = [recipe() for recipe in recipes]
    together = short_runs(firsts, data, steps=9, reg_covar=1e-6)
    assert len(together) == 7
    for first, found in zip(firsts, together, strict=True):
        alone = run(iterate([data], first, reg_covar=1e-6), 0.0, 9)
        assert_allclose(found.history, alone.history, rtol=1e-9)
        assert_allclose(found.mixture.weights, alone.mixture.weights, atol=1e-9)
        assert_allclose(found.mixture.means, alone.mixture.means, atol=1e-8)
        assert_allclose(found.mixture.covariances, alone.mixture.covariances, atol=1e-8)
        assert found.mixture.covariance_type == covariance_type


def test_a_run_that_breaks_down_is_left_out_and_spoils_no_other():
    points = Frame.of(clouds(2)).into(clouds(2))
    data = Chunk.of(points)
    good = first_mixtures(points, None, 2, "full", "kmeans")[0]()
    flat = Mixture(good.weights, good.means, np.zeros((2, 2, 2)), "full")
    found = short_runs([good, flat, good], data, steps=3)
    assert len(found) == 2
    assert_allclose(found[0].history, found[1].history)


def test_a_sharp_mixture_is_run_on_its_own():
    points = Frame.of(clouds(2)).into(clouds(2))
    data = Chunk.of(points)
    good = first_mixtures(points, None, 2, "full", "kmeans")[0]()
    sharp = Mixture(good.weights, good.means, good.covariances * 1e-8, "full")
    found = short_runs([sharp, good], data, steps=3)
    alone = run(iterate([data], sharp), 0.0, 3)
    assert_allclose(found[0].history, alone.history)


def test_no_starts_are_no_runs():
    assert short_runs([], Chunk.of(np.eye(2)), steps=3) == []
