"""The density page's sums: against scikit-learn, quadrature and moments."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import (
    gaussian_kde,
    ks_1samp,
    multivariate_normal,
    norm,
    percentileofscore,
    ttest_rel,
)
from sklearn.datasets import load_iris
from sklearn.neighbors import KernelDensity

from gmmlab.data.points.datasets import load
from gmmlab.engine.em import fit
from gmmlab.engine.model.covariance import COVARIANCE_TYPES
from gmmlab.studies.density.kernels import kernel_estimate
from gmmlab.studies.density.rivals import Rival, kernels_held_out, mixture_held_out, verdict
from gmmlab.studies.density.surface import (
    Surface,
    kernel_score,
    score_point,
    shared_limits,
    surface,
)
from gmmlab.studies.mixtures.cross_validation import HeldOut, lead
from gmmlab.studies.mixtures.projection import marginal, projected
from gmmlab.studies.selection.sweep import sweep

TYPES = tuple(COVARIANCE_TYPES)


@pytest.fixture(scope="module")
def X() -> np.ndarray:
    return load("moons").X


def density_by_hand(mixture, points):
    terms = zip(mixture.weights, mixture.means, mixture.full_covariances, strict=True)
    return sum(w * multivariate_normal(m, c).pdf(points) for w, m, c in terms)


@pytest.mark.parametrize("covariance_type", TYPES)
def test_log_density_is_that_of_the_sum_of_gaussians(covariance_type, X):
    found = fit(X, 4, covariance_type)
    np.testing.assert_allclose(
        found.score_samples(X), np.log(density_by_hand(found.mixture, X)), atol=1e-9
    )


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_log_density_follows_the_scale_of_the_data(scale, X):
    plain, scaled = fit(X, 3), fit(X * scale, 3)
    expected = plain.score_samples(X) - 2 * np.log(scale)
    np.testing.assert_allclose(scaled.score_samples(X * scale), expected, rtol=1e-9)


def test_the_surface_holds_the_density_of_each_node(X):
    found = fit(X, 5)
    grid = surface(found, (-1, 2, -0.5, 1), (7, 4))
    assert grid.values.shape == (4, 7)
    assert (grid.x[0], grid.x[-1], grid.y[0], grid.y[-1]) == (-1, 2, -0.5, 1)
    for row, column in [(0, 0), (3, 6), (1, 5)]:
        node = [[grid.x[column], grid.y[row]]]
        assert grid.values[row, column] == pytest.approx(float(found.score_samples(node)[0]))


def test_compared_surfaces_share_their_colours(X):
    fits = [fit(X, 2), fit(X, 16)]
    grids = [surface(each, (-2, 3, -1.5, 2), (60, 50)) for each in fits]
    at_data = [each.score_samples(X) for each in fits]
    low, high = shared_limits(grids, at_data)
    assert high == max(grid.values.max() for grid in grids)
    # No more than 1 % of the data are below it in any model, and the far tails are.
    assert all(np.mean(values < low) <= 0.01 for values in at_data)
    assert grids[1].values.min() < low - 100
    assert shared_limits(grids[::-1], at_data[::-1]) == (low, high)


def test_a_flat_surface_has_a_colour_scale_too():
    low, high = shared_limits(
        [Surface(np.zeros(1), np.zeros(1), np.zeros((1, 1)))], [np.full(3, 9.0)]
    )
    assert low < high


@pytest.mark.parametrize("covariance_type", TYPES)
@pytest.mark.parametrize("axis", [0, 1])
def test_a_marginal_is_the_density_with_the_other_axis_integrated_out(covariance_type, axis, X):
    mixture = fit(X, 3, covariance_type).mixture
    shadow = marginal(mixture, axis)
    for at in (-0.5, 0.4, 1.7):

        def along(other, at=at):
            return density_by_hand(mixture, [at, other] if axis == 0 else [other, at])

        expected = quad(along, -8, 8, limit=400, points=[-1, 0, 1])[0]
        assert np.exp(shadow.score_samples([[at]])[0]) == pytest.approx(expected, rel=1e-6)


def test_a_projection_has_the_projected_moments():
    X = load_iris().data
    found = fit(X, 3, "tied")
    axes = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)[2][:2].T
    shadow = projected(found.mixture, axes, X.mean(axis=0))
    points = (found.mixture.sample(200_000, seed=1)[0] - X.mean(axis=0)) @ axes
    mean = shadow.weights @ shadow.means
    np.testing.assert_allclose(mean, points.mean(axis=0), atol=0.02)
    spread = shadow.means - mean
    covariance = np.einsum("k,kij->ij", shadow.weights, shadow.full_covariances)
    covariance += np.einsum("k,ki,kj->ij", shadow.weights, spread, spread)
    np.testing.assert_allclose(covariance, np.cov(points.T), atol=0.03)


@pytest.mark.parametrize("covariance_type", TYPES)
def test_samples_have_the_moments_and_the_marginals_of_the_mixture(covariance_type, X):
    found = fit(X, 4, covariance_type)
    points, labels = found.sample(100_000, seed=5)
    mixture = found.mixture
    shares = np.bincount(labels, minlength=4) / len(labels)
    np.testing.assert_allclose(shares, mixture.weights, atol=0.006)
    for k in range(4):
        own = points[labels == k]
        np.testing.assert_allclose(own.mean(axis=0), mixture.means[k], atol=0.02)
        np.testing.assert_allclose(np.cov(own.T), mixture.full_covariances[k], atol=0.02)
    shadow = marginal(mixture, 0)

    def cumulative(x):
        deviations = np.sqrt(shadow.full_covariances[:, 0, 0])
        return norm.cdf((x[:, None] - shadow.means[:, 0]) / deviations) @ shadow.weights

    assert ks_1samp(points[:2000, 0], cumulative).pvalue > 1e-3


def test_samples_follow_their_seed_and_the_scale_of_the_data(X):
    found = fit(X, 4)
    again, other = found.sample(50, seed=1), found.sample(50, seed=2)
    np.testing.assert_array_equal(again[0], found.sample(50, seed=1)[0])
    assert not np.array_equal(again[0], other[0])
    tiny = fit(X * 1e-200, 4).sample(50, seed=1)[0]
    np.testing.assert_allclose(tiny * 1e200, again[0], rtol=1e-6)


def test_the_score_of_a_point(X):
    found = fit(X, 6)
    data = found.score_samples(X)
    for point in (X[0], X[data.argmin()], X[data.argmax()], np.array([0.5, 0.25])):
        score = score_point(found, X, point)
        own = float(found.score_samples([point])[0])
        assert score.log_density == pytest.approx(own)
        assert score.percentile == pytest.approx(percentileofscore(data, own + 1e-12, kind="weak"))
        np.testing.assert_allclose(score.responsibilities, found.responsibilities([point])[0])
    assert score_point(found, X, [50, 50]).percentile == 0
    assert score_point(found, X, X[data.argmax()]).percentile == 100


def test_the_kernel_estimate_is_scipys_of_the_same_bandwidth(X):
    # scipy scales its kernel by the data's covariance; whitened, that is one width again.
    white = np.linalg.solve(np.linalg.cholesky(np.cov(X.T)), X.T)
    ours = kernel_estimate(white.T)
    theirs = gaussian_kde(white, bw_method=ours.bandwidth)
    np.testing.assert_allclose(ours.score_samples(white.T), theirs.logpdf(white), atol=0.01)


def test_the_kernel_estimate_has_mass_one(X):
    grid = surface(kernel_estimate(X), (-2.5, 3.5, -2, 2.5), (240, 180))
    cell = (grid.x[1] - grid.x[0]) * (grid.y[1] - grid.y[0])
    assert np.exp(grid.values).sum() * cell == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("factor", [1.0, 1e-5, 1e6])
def test_the_bandwidth_is_the_best_by_leaving_one_out(factor, X):
    few = X[:60] * factor
    estimate = kernel_estimate(few)
    for bandwidth, score in estimate.tried:
        by_hand = [
            KernelDensity(bandwidth=bandwidth).fit(np.delete(few, i, axis=0)).score(few[[i]])
            for i in range(len(few))
        ]
        assert score == pytest.approx(np.mean(by_hand), rel=1e-6)
    widths = [bandwidth for bandwidth, _ in estimate.tried]
    assert estimate.bandwidth == max(estimate.tried, key=lambda each: each[1])[0]
    assert min(widths) < estimate.bandwidth < max(widths)


def test_more_points_ask_for_a_narrower_bandwidth():
    few, many = (kernel_estimate(load("moons", n_samples=n).X) for n in (100, 5000))
    assert many.bandwidth < few.bandwidth


def test_repeated_points_do_not_ask_for_no_bandwidth(X):
    doubled = kernel_estimate(np.repeat(X, 2, axis=0))
    assert min(width for width, _ in doubled.tried) < doubled.bandwidth
    with pytest.raises(ValueError, match="not all equal"):
        kernel_estimate(np.ones((5, 2)))


def test_rivals_meet_the_same_folds(X):
    folds = {"n_folds": 4, "seed": 2}
    mixture = mixture_held_out(X, 8, "full", **folds)
    (cell,) = sweep(X, [8], **folds)
    assert mixture[:2] == pytest.approx((cell.held_out, cell.held_out_se))
    one, kernels = mixture_held_out(X, 1, "full", **folds), kernels_held_out(X, **folds)
    assert one.mean < kernels.mean  # one Gaussian is no rival on two moons
    assert lead(kernels, one).mean == pytest.approx(kernels.mean - one.mean)


def test_a_lead_is_that_of_students_paired_test():
    rng = np.random.default_rng(3)
    hard = rng.normal(size=5)  # what makes a fold easy or hard for both
    one, other = (HeldOut(0, 0, tuple(hard + rng.normal(at, 0.1, 5))) for at in (0.3, 0.0))
    low, high = ttest_rel(one.folds, other.folds).confidence_interval(0.95)
    ahead = lead(one, other)
    assert (ahead.mean - ahead.reach, ahead.mean + ahead.reach) == pytest.approx((low, high))
    assert ahead.clear == (ttest_rel(one.folds, other.folds).pvalue < 0.05)
    assert lead(other, one).mean == -ahead.mean
    assert not lead(one, one).clear


def test_a_small_lead_on_every_fold_is_no_draw():
    # Apart, the two means differ by far less than either's own error.
    hard = np.array([-1.0, 0.2, 0.9, -0.4, 0.3])
    better = hard + 0.1 + np.array([0.01, -0.01, 0.0, 0.01, -0.01])
    scores = [
        HeldOut(each.mean(), each.std(ddof=1) / 5**0.5, tuple(each)) for each in (hard, better)
    ]
    assert scores[1].mean - scores[0].mean < scores[0].error / 3
    two, four = (Rival(f"The mixture with K = {K}", s) for K, s in zip((2, 4), scores, strict=True))
    assert verdict([two, four]).startswith(
        "The mixture with K = 4 foresees held-out points better than the mixture with K = 2: by 0.1"
    )
    noisy = HeldOut(0.0, 0.0, (0.1, 0.5, 0.2, -0.9, 1.0))
    assert verdict([two, Rival("The kernel estimate", noisy)]).startswith("A draw: the kernel")


def test_a_rival_that_cannot_learn_is_named(X):
    found = mixture_held_out(X[:10], 9, "full")
    assert "9 components need as many points" in found
    kernels = Rival("The kernel estimate", kernels_held_out(X[:10]))
    assert np.isfinite(kernels.score[:2]).all()
    assert verdict([Rival("The mixture", found), kernels]) == ""


def test_a_kernel_estimate_scores_points_as_if_they_were_new(X):
    few = X[:80]
    found = kernel_estimate(few)
    at_data = found.score_samples(few)
    tree = KernelDensity(bandwidth=found.bandwidth)
    left_out = [tree.fit(np.delete(few, i, axis=0)).score(few[[i]]) for i in range(len(few))]
    np.testing.assert_allclose(found.without_own_bump(at_data), left_out, atol=2e-3)
    for point in ([0.5, 0.25], [1.0, 0.5], [9.0, 9.0]):
        score = kernel_score(found, at_data, point)
        assert score.log_density == pytest.approx(float(found.score_samples([point])[0]))
        assert score.percentile == pytest.approx(
            percentileofscore(left_out, score.log_density, kind="weak"), abs=1.3
        )
        assert score.responsibilities is None
