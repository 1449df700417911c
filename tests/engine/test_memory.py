"""Memory beyond the data, as the allocator sees it: many features must not multiply it."""

import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest

from gmmlab.engine.em import fit
from gmmlab.engine.result import Fit

MEGABYTE = 1 << 20


def peak(work: Callable[[], object]) -> tuple[object, float]:
    """What `work` gives, and how far memory rose meanwhile, in megabytes."""
    tracemalloc.start()
    try:
        return work(), tracemalloc.get_traced_memory()[1] / MEGABYTE
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("n", "d", "most"), [(20_000, 150, 100), (5_000, 784, 200)])
def test_many_features_with_two_components_take_a_few_copies_of_the_data(n, d, most):
    """All products of their features would be 1.8 and 12 gigabytes."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, d)) + 3 * rng.integers(0, 2, n)[:, None]
    found, fitting = peak(lambda: fit(X, 2, init=X[:2], tol=0, max_iter=2))
    assert fitting < most
    assert isinstance(found, Fit)
    _, predicting = peak(lambda: found.predict(X))
    assert predicting < 40


def test_many_points_with_many_components_take_no_more_than_their_responsibilities():
    X = np.random.default_rng(0).normal(size=(200_000, 2))
    found, fitting = peak(lambda: fit(X, 50, init=X[:50], tol=0, max_iter=1))
    assert fitting < 200
    assert isinstance(found, Fit)
    _, predicting = peak(lambda: found.score_samples(X))
    assert predicting < 20
