"""Shrunken covariances and blended mixtures: against the engine, and written out by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import multivariate_normal

from gmmlab.engine.model.covariance import COVARIANCE_TYPES
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.step.steps import e_step, m_step
from gmmlab.studies.digits.blends import (
    NARROW,
    WIDE,
    blended,
    chosen,
    of_first_axes,
    with_tails,
)
from gmmlab.studies.digits.histogram_matching import HistogramMatching, MatchingByKind
from gmmlab.studies.digits.shrinkage import fit_shrunken, shrunken_m_step
from tests.studies.digits.moments import moments

RNG = np.random.default_rng(0)
GROUPS = [RNG.normal(size=(n, 3)) @ RNG.normal(size=(3, 3)) + RNG.normal(size=3) for n in (60, 90)]


def mixture(K, covariance_type="full", d=3, seed=0):
    rng = np.random.default_rng(seed)
    roots = rng.normal(size=(K, d, d)) + 2 * np.eye(d)
    full = roots @ roots.transpose(0, 2, 1)
    covariances = {
        "full": full,
        "tied": full[0],
        "diag": np.diagonal(full, axis1=1, axis2=2),
        "spherical": full[:, 0, 0],
    }
    weights = rng.dirichlet(np.ones(K))
    return Mixture(weights, rng.normal(size=(K, d)), covariances[covariance_type], covariance_type)


def density(made, x):
    """The density of a mixture at one point by scipy, whatever its type."""
    parts = zip(made.weights, made.means, made.full_covariances, strict=True)
    return sum(w * multivariate_normal(m, C).pdf(x) for w, m, C in parts)


@pytest.mark.parametrize("covariance_type", COVARIANCE_TYPES)
def test_without_shrinkage_it_is_the_engines_m_step(covariance_type):
    statistics = [e_step(mixture(2, covariance_type), points) for points in GROUPS]
    ours = shrunken_m_step(statistics, covariance_type, 0.0, 0.01)
    for each, found in zip(statistics, ours, strict=True):
        expected = m_step(each, covariance_type, 0.01)
        assert_allclose(found.weights, expected.weights)
        assert_allclose(found.means, expected.means)
        assert_allclose(found.covariances, expected.covariances)


def test_shrinkage_written_out():
    start, nu, ridge = mixture(2), 7.0, 0.1
    scatters, counts = [], []
    for points in GROUPS:
        shares = start.responsibilities(points)
        counts.append(shares.sum(axis=0))
        means = shares.T @ points / counts[-1][:, None]
        centred = points[:, None] - means
        scatters.append(np.einsum("nk,nki,nkj->kij", shares, centred, centred))
    average = sum(each.sum(axis=0) for each in scatters) / (60 - 2 + 90 - 2)
    found = shrunken_m_step([e_step(start, points) for points in GROUPS], "full", nu, ridge)
    for g, n in enumerate((60, 90)):
        typical = (scatters[g].sum(axis=0) + 3 * average) / (n - 2 + 3)
        for k in range(2):
            expected = (scatters[g][k] + nu * typical) / (counts[g][k] + nu) + ridge * np.eye(3)
            assert_allclose(found[g].covariances[k], expected)


@pytest.mark.parametrize("covariance_type", COVARIANCE_TYPES)
def test_a_fit_ends_at_rest_and_fits_better_than_its_start(covariance_type):
    options = {"shrinkage": 5, "ridge": np.full(3, 1e-6), "units": np.ones(3)}
    found = fit_shrunken(GROUPS, [3, 2], covariance_type, tol=1e-9, max_iter=500, **options)
    assert found.converged
    assert found.history[-1] > found.history[0]
    statistics = [e_step(m, points) for m, points in zip(found.mixtures, GROUPS, strict=True)]
    again = shrunken_m_step(statistics, covariance_type, 5, options["ridge"])
    for one, other in zip(found.mixtures, again, strict=True):
        assert_allclose(one.means, other.means, atol=0.05)
    short = fit_shrunken(GROUPS, [3, 2], covariance_type, tol=0.0, max_iter=3, **options)
    assert not short.converged
    assert len(short.history) == 4


@pytest.mark.parametrize("covariance_type", COVARIANCE_TYPES)
def test_blends_have_the_densities_they_should(covariance_type):
    one, other = mixture(2, covariance_type, seed=1), mixture(3, covariance_type, seed=2)
    both = blended([one, other], [3, 1])
    tailed = with_tails(one, 0.3)
    second = chosen(both, np.array([2, 3, 4]))
    for x in RNG.normal(size=(5, 3)):
        (found,) = np.exp(both.score_samples([x]))
        assert found == pytest.approx(0.75 * density(one, x) + 0.25 * density(other, x))
        (found,) = np.exp(second.score_samples([x]))
        assert found == pytest.approx(density(other, x))
        scaled = [
            share * density(Mixture(one.weights, one.means, s * one.full_covariances), x)
            for share, s in ((0.7, NARROW), (0.3, WIDE))
        ]
        (found,) = np.exp(tailed.score_samples([x]))
        assert found == pytest.approx(sum(scaled))
    assert blended([one], [5]) is one
    assert with_tails(one, 0) is one


@pytest.mark.parametrize("covariance_type", COVARIANCE_TYPES)
def test_a_marginal_is_what_is_left_of_the_points(covariance_type):
    made, units = mixture(3, covariance_type), np.array([2.0, 0.5])
    part = of_first_axes(made, 2, units)
    x = np.array([0.3, -0.7])
    # Integrate the third axis out by a sum, on a fine grid.
    third = np.linspace(-40, 40, 20_001)
    grid = np.column_stack([np.tile(x * units, (len(third), 1)), third])
    whole = np.exp(made.score_samples(grid)).sum() * (third[1] - third[0]) * units.prod()
    assert np.exp(part.score_samples([x]))[0] == pytest.approx(whole, rel=1e-4)


def test_moments_are_those_of_many_points():
    made = mixture(3)
    mean, covariance = moments(made)
    points = made.sample(400_000, 0)[0]
    assert_allclose(points.mean(axis=0), mean, atol=0.03)
    assert_allclose(np.cov(points.T), covariance, rtol=0.03, atol=0.05)


def test_matched_ink_gives_drawn_pixels_the_values_of_real_ones():
    real = RNG.poisson(2.0, size=(3000, 2, 2)).astype(float)
    drawn = RNG.normal(size=(5000, 2, 2))
    ink = HistogramMatching.of(drawn, real)
    fresh = RNG.normal(size=(4000, 2, 2))
    mapped = ink.applied(fresh)
    assert set(np.unique(mapped)) <= set(np.unique(real))
    for value in range(5):
        shares = [(images == value).mean() for images in (mapped, real)]
        assert shares[0] == pytest.approx(shares[1], abs=0.02)
    order = np.argsort(fresh[:, 0, 0])
    assert (np.diff(mapped[order, 0, 0]) >= 0).all()


def test_each_kind_of_image_has_pixel_values_of_its_own():
    kinds = np.repeat([3, 7, 9], [400, 300, 20])
    real = RNG.poisson(2.0, size=(720, 2, 2)).astype(float)
    real[kinds == 7, 0, 0] = 0  # always blank in a seven
    drawn, drawn_kinds = RNG.normal(size=(6000, 2, 2)), RNG.choice([3, 7, 9], 6000)
    matching = MatchingByKind.of(drawn, drawn_kinds, real, kinds)
    fresh, fresh_kinds = RNG.normal(size=(3000, 2, 2)), RNG.choice([3, 7, 9], 3000)
    mapped = matching.applied(fresh, fresh_kinds)
    assert (mapped[fresh_kinds == 7, 0, 0] == 0).all()
    for kind in (3, 7):
        for value in range(4):
            theirs = (real[kinds == kind][:, 1, 1] == value).mean()
            ours = (mapped[fresh_kinds == kind][:, 1, 1] == value).mean()
            assert ours == pytest.approx(theirs, abs=0.04)
    # Twenty images are too few for a map: it would be those images over again.
    assert set(matching.own) == {3, 7}
    everyone = matching.everyone.applied(fresh[fresh_kinds == 9])
    assert_allclose(mapped[fresh_kinds == 9], everyone)


def test_maps_of_many_large_kinds_stay_small():
    real = RNG.integers(0, 255, size=(6000, 24, 24)).astype(float)
    matching = MatchingByKind.of(real, np.arange(6000) % 100, real, np.arange(6000) % 100)
    numbers = sum(each.real.size for each in (matching.everyone, *matching.own.values()))
    assert numbers <= 3_000_000
