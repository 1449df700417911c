"""EM against scikit-learn, and against the properties that every EM must have."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import make_blobs
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from gmmlab.engine.em import fit, iterate
from gmmlab.engine.model.covariance import COVARIANCE_TYPES, DegenerateCovariance
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.step.chunks import Chunk
from gmmlab.engine.step.steps import m_step

TYPES = tuple(COVARIANCE_TYPES)


def clouds(d: int, n: int = 300, seed: int = 0) -> np.ndarray:
    """Three overlapping clouds, stretched, so that EM has something to do."""
    X, _ = make_blobs(n, n_features=d, centers=3, cluster_std=2.5, random_state=seed)
    return X @ np.random.RandomState(seed + 1).normal(size=(d, d))


def start(X: np.ndarray, K: int, covariance_type: str) -> Mixture:
    """A start that both libraries are given: random means and the identity as covariances."""
    means = X[np.random.RandomState(5).choice(len(X), K, replace=False)]
    d = X.shape[1]
    covariances = {
        "spherical": np.ones(K),
        "diag": np.ones((K, d)),
        "tied": np.eye(d),
        "full": np.tile(np.eye(d), (K, 1, 1)),
    }[covariance_type]
    weights = np.arange(1, K + 1) / np.arange(1, K + 1).sum()
    return Mixture(weights, means, covariances * X.var(), covariance_type)


def inverted(covariances: np.ndarray) -> np.ndarray:
    """Precisions in scikit-learn's shapes: matrices are inverted, variances divided into 1."""
    square = covariances.ndim >= 2 and covariances.shape[-1] == covariances.shape[-2]
    return np.linalg.inv(covariances) if square else 1 / covariances


@pytest.mark.parametrize("n_iter", [1, 7, 40])
@pytest.mark.parametrize("d", [1, 2, 3, 10])
@pytest.mark.parametrize("covariance_type", TYPES)
def test_same_start_and_steps_give_scikit_learns_parameters(covariance_type, d, n_iter):
    X = clouds(d)
    K = 4  # not d, so that variances (K, d) are never mistaken for a matrix
    first = start(X, K, covariance_type)
    theirs = GaussianMixture(
        K,
        covariance_type=covariance_type,
        tol=0,
        max_iter=n_iter,
        weights_init=first.weights,
        means_init=first.means,
        precisions_init=inverted(first.covariances),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        theirs.fit(X)
    ours = fit(X, K, covariance_type, init=first, tol=0, max_iter=n_iter, reg_covar=1e-6)

    assert ours.n_iter == n_iter
    np.testing.assert_allclose(ours.mixture.weights, theirs.weights_, rtol=1e-8)
    np.testing.assert_allclose(ours.mixture.means, theirs.means_, rtol=1e-8, atol=1e-8 * X.std())
    np.testing.assert_allclose(
        ours.mixture.covariances, theirs.covariances_, rtol=1e-8, atol=1e-8 * X.var()
    )
    assert ours.objective == pytest.approx(theirs.score(X), rel=1e-8)
    assert ours.history[-2] == pytest.approx(theirs.lower_bound_, rel=1e-8)
    assert ours.aic == pytest.approx(theirs.aic(X), rel=1e-8)
    assert ours.bic == pytest.approx(theirs.bic(X), rel=1e-8)


@pytest.mark.parametrize("init", ["kmeans", "random"])
@pytest.mark.parametrize("covariance_type", TYPES)
def test_same_seed_gives_scikit_learns_fit(covariance_type, init):
    X = clouds(2)
    theirs = GaussianMixture(3, covariance_type=covariance_type, init_params=init, random_state=42)
    theirs.fit(X)
    ours = fit(X, 3, covariance_type, init=init, seed=42, reg_covar=1e-6)
    assert ours.n_iter == theirs.n_iter_
    np.testing.assert_allclose(ours.mixture.means, theirs.means_, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("init", ["kmeans", "k-means++", "random", "random_from_data"])
@pytest.mark.parametrize("covariance_type", TYPES)
@given(seed=st.integers(0, 10_000), d=st.integers(1, 4), K=st.integers(1, 5))
def test_likelihood_never_falls_without_a_ridge(covariance_type, init, seed, d, K):
    X = clouds(d, n=120, seed=seed)
    try:
        history = fit(
            X, K, covariance_type, init=init, seed=seed, tol=0, max_iter=30, reg_covar=0
        ).history
    except DegenerateCovariance:
        return  # a component on fewer than d + 1 points: an error, never a falling likelihood
    assert np.all(np.diff(history) >= -1e-9 * np.abs(history[0]))


@pytest.mark.parametrize("covariance_type", TYPES)
@given(
    seed=st.integers(0, 10_000),
    scale=st.floats(1e-9, 1e9),
    shift=st.floats(-1e4, 1e4),
)
def test_fits_move_and_grow_with_the_data(covariance_type, seed, scale, shift):
    X = clouds(2, seed=seed)
    still = fit(X, 3, covariance_type, seed=1, tol=0, max_iter=20)
    moved = fit((X + shift) * scale, 3, covariance_type, seed=1, tol=0, max_iter=20)
    size = np.abs(still.mixture.means).max()
    np.testing.assert_allclose(
        moved.mixture.means / scale - shift, still.mixture.means, atol=1e-6 * (size + abs(shift))
    )
    np.testing.assert_allclose(
        moved.mixture.covariances / scale**2, still.mixture.covariances, rtol=1e-5, atol=1e-5
    )
    assert moved.objective == pytest.approx(still.objective - 2 * np.log(scale), abs=1e-6)


@given(seed=st.integers(0, 2**32 - 1), covariance_type=st.sampled_from(TYPES))
def test_the_same_seed_gives_the_same_bits(seed, covariance_type):
    X = clouds(2)
    first, second = (fit(X, 3, covariance_type, seed=seed, n_init=2) for _ in range(2))
    assert first.mixture.means.tobytes() == second.mixture.means.tobytes()
    assert first.mixture.covariances.tobytes() == second.mixture.covariances.tobytes()
    assert first.history == second.history


def test_several_chunks_on_threads_give_the_same_bits_each_time_and_one_chunks_fit():
    X = clouds(3, n=200_000)
    runs = [fit(X, 8, "full", tol=0, max_iter=5, seed=3) for _ in range(2)]
    assert runs[0].mixture.means.tobytes() == runs[1].mixture.means.tobytes()
    whole = [Chunk.of(runs[0].frame.into(X))]
    start = fit(X, 8, "full", tol=0, max_iter=0, seed=3).framed
    states = iterate(whole, start, reg_covar=runs[0].ridge)
    for state in states:
        if state.step == "expectation" and state.iteration == 5:
            break
    np.testing.assert_allclose(runs[0].framed.means, state.mixture.means, rtol=1e-9, atol=1e-12)


def test_restarts_keep_the_best_final_objective():
    X = clouds(2, seed=3)
    alone = [fit(X, 6, init="random_from_data", seed=seed).objective for seed in range(12)]
    assert max(alone) > min(alone) + 1e-3  # the data have several local optima
    together = fit(X, 6, init="random_from_data", seed=0, n_init=12)
    assert together.objective >= alone[0]
    more = fit(X, 6, init="random_from_data", seed=0, n_init=30)
    assert more.objective >= together.objective


def test_iterate_alternates_immutable_half_steps():
    X = clouds(2)
    states = iterate([Chunk.of(X)], start(X, 3, "full"))
    seen = [next(states) for _ in range(6)]
    assert [s.step for s in seen] == ["expectation", "maximization"] * 3
    assert [s.iteration for s in seen] == [0, 0, 1, 1, 2, 2]
    assert seen[1].mixture is seen[2].mixture
    remade = m_step(seen[2].statistics, "full")
    np.testing.assert_array_equal(remade.means, seen[3].mixture.means)
    with pytest.raises(ValueError, match="read-only"):
        seen[0].mixture.means[0] = 0
    objectives = [s.statistics.objective for s in seen[::2]]
    assert objectives == sorted(objectives)


def test_the_reported_objective_is_that_of_the_returned_mixture():
    X = clouds(3)
    result = fit(X, 3, "diag", max_iter=4)
    assert result.objective == pytest.approx(result.mixture.score_samples(X).mean(), rel=1e-12)
    assert result.log_likelihood == pytest.approx(result.mixture.score_samples(X).sum(), rel=1e-12)
    assert result.reason == "max_iter"
    assert not result.converged


def test_a_run_that_can_only_stall_says_so():
    X, _ = make_blobs(200, centers=2, cluster_std=0.3, random_state=0)
    stalled = fit(X, 2, tol=0, max_iter=200)
    assert stalled.reason == "stalled"
    assert not stalled.converged
    assert fit(X, 2, tol=1e-9, max_iter=200).reason == "converged"
    assert fit(clouds(2), 3, tol=0, max_iter=3).reason == "max_iter"


def test_a_ridge_that_pulls_the_likelihood_down_is_reported_as_a_fall():
    X, _ = make_blobs(200, centers=2, cluster_std=0.3, random_state=0)
    result = fit(X, 4, "full", floor=0.2)
    falls = np.diff(result.history) < 0
    assert falls.any()
    assert result.reason == "fell"
    assert result.at_floor.any()


@pytest.mark.parametrize("covariance_type", TYPES)
@given(seed=st.integers(0, 10_000))
def test_weights_count_like_repeated_rows(covariance_type, seed):
    rng = np.random.default_rng(seed)
    X = clouds(2, n=80, seed=seed)
    repeats = rng.integers(0, 4, size=len(X))
    first = start(X[repeats > 0], 3, covariance_type)
    weighted = fit(X, 3, covariance_type, init=first, sample_weight=repeats, max_iter=8, tol=0)
    repeated = fit(np.repeat(X, repeats, axis=0), 3, covariance_type, init=first, max_iter=8, tol=0)
    scale = X.var()
    np.testing.assert_allclose(weighted.mixture.means, repeated.mixture.means, atol=1e-9 * scale)
    np.testing.assert_allclose(
        weighted.mixture.covariances, repeated.mixture.covariances, atol=1e-9 * scale
    )
    assert weighted.log_likelihood == pytest.approx(repeated.log_likelihood, rel=1e-10)
    assert weighted.bic == pytest.approx(repeated.bic, rel=1e-10)


def test_given_means_are_where_em_begins():
    X = clouds(2)
    means = X[[3, 50, 100]]
    begun = fit(X, 3, init=means, max_iter=0)
    np.testing.assert_allclose(begun.mixture.means, means, rtol=1e-12)
    np.testing.assert_allclose(begun.mixture.weights.sum(), 1)


@pytest.mark.parametrize(
    ("X", "K", "options", "sentence"),
    [
        ([[0.0, 1.0], [np.nan, 2.0]], 1, {}, "NaN or infinity"),
        ([[0.0, 1.0], [np.inf, 2.0]], 1, {}, "NaN or infinity"),
        ([[0.0, 1.0]], 2, {}, "2 components need as many points; there are 1"),
        (np.empty((0, 2)), 1, {}, "empty"),
        ([1.0, 2.0, 3.0], 1, {}, "n rows and d columns"),
        (np.eye(4), 0, {}, "at least 1"),
        (np.eye(4), 2.0, {}, "n_components must be a whole number"),
        (np.eye(4), 2, {"n_init": 1.5}, "n_init must be a whole number"),
        (np.eye(4), 2, {"max_iter": -1}, "max_iter must be a whole number, at least 0"),
        (np.eye(4), 2, {"tol": np.nan}, "tol must be a number"),
        (np.eye(4), 2, {"floor": -1}, "floor must be a number"),
        (np.eye(4), 2, {"reg_covar": np.inf}, "reg_covar must be a number"),
        (np.eye(4), 2, {"init": None}, "init must be the name of a start"),
        (np.eye(4), 2, {"init": np.zeros((2, 3))}, "means of 4 columns"),
        (np.eye(4), 2, {"init": start(np.eye(4), 3, "full")}, "full with 3 components"),
        (np.eye(4), 3, {"init": start(np.eye(4), 3, "diag")}, "diag with 3 components"),
        (np.eye(4), 2, {"sample_weight": [1e308] * 4}, "too large or too small"),
        (np.eye(4), 2, {"covariance_type": "round"}, "spherical, diag, tied, full"),
        (np.eye(4), 2, {"init": "guess"}, "kmeans, k-means\\+\\+, random"),
        (np.eye(4), 2, {"init": np.zeros((3, 4))}, "must be 2 rows of 4 values"),
        (np.eye(4), 2, {"sample_weight": [1, 2]}, "one value per row"),
        (np.eye(4), 2, {"sample_weight": [1, -1, 1, 1]}, "not negative"),
    ],
)
def test_bad_input_gets_one_sentence(X, K, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        fit(X, K, **options)
