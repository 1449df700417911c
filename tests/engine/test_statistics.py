"""Sufficient statistics: additive, the same from both kernels, and equal to their definition."""

from functools import reduce
from operator import add

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from gmmlab.engine.model.covariance import COVARIANCE_TYPES
from gmmlab.engine.model.frame import Frame
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.step import kernels
from gmmlab.engine.step.chunks import Chunk, Slice
from gmmlab.engine.step.steps import e_step, m_step

TYPES = tuple(COVARIANCE_TYPES)


def some_mixture(rng: np.random.Generator, K: int, d: int, covariance_type: str) -> Mixture:
    roots = rng.normal(size=(K, d, d))
    full = roots @ roots.transpose(0, 2, 1) + 0.3 * np.eye(d)
    covariances = {
        "spherical": full[:, 0, 0],
        "diag": np.einsum("kdd->kd", full),
        "tied": full[0],
        "full": full,
    }[covariance_type]
    return Mixture(rng.dirichlet(np.ones(K)), rng.normal(size=(K, d)), covariances, covariance_type)


sizes = {"seed": st.integers(0, 10_000), "K": st.integers(1, 5), "d": st.integers(1, 5)}


@pytest.mark.parametrize("covariance_type", TYPES)
@given(**sizes, weighted=st.booleans())
def test_statistics_equal_their_definition(covariance_type, seed, K, d, weighted):
    rng = np.random.default_rng(seed)
    mixture = some_mixture(rng, K, d, covariance_type)
    X = 2 * rng.normal(size=(23, d))
    weights = rng.uniform(0.1, 3, size=23) if weighted else None
    got = e_step(mixture, X, weights)

    w = np.ones(23) if weights is None else weights
    shares = mixture.responsibilities(X) * w[:, None]
    centred = X[:, None] - mixture.means
    second = np.einsum("nk,nki,nkj->kij", shares, centred, centred)
    if COVARIANCE_TYPES[covariance_type].diagonal:
        second = np.einsum("kii->ki", second)
    assert_allclose(got.counts, shares.sum(axis=0), atol=1e-10)
    assert_allclose(got.first, np.einsum("nk,nkd->kd", shares, centred), atol=1e-9)
    assert_allclose(got.second, second, atol=1e-9)
    assert got.log_likelihood == pytest.approx(w @ mixture.score_samples(X), rel=1e-11)
    assert got.total == pytest.approx(w.sum())
    assert got.counts.sum() == pytest.approx(w.sum())


@pytest.mark.parametrize("covariance_type", TYPES)
@given(**sizes, cut=st.integers(1, 39))
def test_statistics_of_two_parts_add_up_to_the_whole(covariance_type, seed, K, d, cut):
    rng = np.random.default_rng(seed)
    mixture = some_mixture(rng, K, d, covariance_type)
    X, weights = rng.normal(size=(40, d)), rng.uniform(size=40)
    whole = e_step(mixture, X, weights)
    parts = e_step(mixture, X[:cut], weights[:cut]) + e_step(mixture, X[cut:], weights[cut:])
    for name in ("counts", "first", "second", "log_likelihood", "total"):
        assert_allclose(getattr(parts, name), getattr(whole, name), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("covariance_type", TYPES)
@given(**sizes)
def test_both_kernels_agree(covariance_type, seed, K, d):
    rng = np.random.default_rng(seed)
    mixture = some_mixture(rng, K, d, covariance_type)
    chunk = Chunk.of(rng.normal(size=(50, d)), rng.uniform(0.1, 1, size=50))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernels, "PRODUCT_KERNEL_LIMIT", np.inf)
        fast = e_step(mixture, chunk)
        exact = e_step(mixture, chunk, exact=True)
    for name in ("counts", "first", "second", "log_likelihood"):
        assert_allclose(getattr(fast, name), getattr(exact, name), rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("covariance_type", TYPES)
@pytest.mark.parametrize(("n", "K", "d"), [(7, 3, 2), (90, 9, 12), (3000, 3, 2), (5000, 4, 20)])
@given(seed=st.integers(0, 10_000), weighted=st.booleans())
def test_what_a_type_needs_is_what_the_whole_statistics_give(
    covariance_type, n, K, d, seed, weighted
):
    """Lean sums, sums about the means and a mixed set of both make the same M-step."""
    rng = np.random.default_rng(seed)
    mixture = some_mixture(rng, K, d, covariance_type)
    X = rng.normal(size=(n, d))
    weights = rng.uniform(0.1, 1, size=n) if weighted else None
    expected = m_step(e_step(mixture, X, weights, exact=True), covariance_type, 1e-6)
    for exact in (False, True, np.arange(K) % 2 == 0):
        made = m_step(e_step(mixture, X, weights, exact=exact, lean=True), covariance_type, 1e-6)
        for name in ("weights", "means", "covariances"):
            assert_allclose(getattr(made, name), getattr(expected, name), rtol=1e-7, atol=1e-8)


def test_features_in_pieces_are_the_features():
    """More of them than may exist at one time, kept or not."""
    rng = np.random.default_rng(0)
    mixture = some_mixture(rng, 40, 30, "full")
    points = rng.normal(size=(30, 9000))
    pieces, once = Chunk(points, keep=False), Chunk(points[:, :500])
    assert not pieces.has_room_for("products")
    assert once.has_room_for("products")
    joint = kernels.log_joint_by_products(mixture, pieces)
    assert_allclose(joint[:, :500], kernels.log_joint_by_products(mixture, once), rtol=1e-12)
    assert_allclose(joint, mixture.log_joint(points.T).T, rtol=1e-6)


@pytest.mark.parametrize("covariance_type", TYPES)
@pytest.mark.parametrize("weight", [1e-12, 1.0, 1e12])
def test_skipping_negligible_shares_changes_nothing(covariance_type, weight):
    """Many features and far components, at which the sums run over the points that matter."""
    rng = np.random.default_rng(0)
    d, K = 12, 9
    mixture = some_mixture(rng, K, d, covariance_type)
    X = np.vstack([mean + 0.2 * rng.normal(size=(30, d)) for mean in 20 * mixture.means])
    spread = Mixture(mixture.weights, 20 * mixture.means, mixture.covariances, covariance_type)
    found = e_step(spread, X, np.full(len(X), weight))
    shares = weight * spread.responsibilities(X)
    assert np.mean(shares < 1e-14 * weight) > 0.5
    assert_allclose(found.counts, shares.sum(axis=0), rtol=1e-10, atol=1e-12 * weight)
    assert_allclose(
        found.first + found.counts[:, None] * spread.means, shares.T @ X, atol=1e-9 * weight
    )


def test_slices_of_large_data_are_chunks_when_used():
    rng = np.random.default_rng(0)
    X = 1e5 + rng.normal(size=(1000, 2))
    frame = Frame.of(X)
    mixture = some_mixture(rng, 3, 2, "full")
    slices = [Slice(X[i : i + 300], None, frame) for i in range(0, 1000, 300)]
    parts = reduce(add, (e_step(mixture, each) for each in slices))
    whole = e_step(mixture, frame.into(X))
    assert_allclose(parts.second, whole.second, rtol=1e-9, atol=1e-9)
    assert parts.log_likelihood == pytest.approx(whole.log_likelihood, rel=1e-12)


def test_tiny_components_far_from_the_origin_keep_their_shape():
    """Where the fast kernel would lose every digit, the exact one is used."""
    rng = np.random.default_rng(0)
    X = np.array([1e5, -1e5]) + 1e-3 * rng.normal(size=(500, 2))
    mixture = Mixture(np.ones(1), X.mean(axis=0, keepdims=True), np.eye(2)[None] * 1e-6)
    second = e_step(mixture, X).second[0] / 500
    assert_allclose(second, np.cov(X.T, bias=True), rtol=1e-9)


def test_statistics_about_other_points_do_not_add():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(10, 2))
    one, other = (some_mixture(np.random.default_rng(s), 2, 2, "full") for s in (1, 2))
    with pytest.raises(ValueError, match="reference points"):
        e_step(one, X) + e_step(other, X)
