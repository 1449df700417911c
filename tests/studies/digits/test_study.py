"""New digits: PCA as scikit-learn's, samples as their mixture says, and a default that is good."""

from functools import cache

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import mannwhitneyu
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture

from gmmlab.data.image_sets.digits import digit_images, split
from gmmlab.engine.em import fit
from gmmlab.engine.model.covariance import DegenerateCovariance
from gmmlab.studies.digits import classifiers
from gmmlab.studies.digits import sweep as sweep_module
from gmmlab.studies.digits.classifiers import CLASSIFIERS, told_apart
from gmmlab.studies.digits.evaluation import MOST_JUDGED, real_against_real
from gmmlab.studies.digits.pca import MAX_AXES, Space
from gmmlab.studies.digits.presets import GeneratorSettings
from gmmlab.studies.digits.study import (
    PRESETS,
    compared,
    evaluate,
    fit_generator,
    interpolation,
    nearest,
)
from gmmlab.studies.digits.sweep import SWEEP, sweep
from tests.studies.digits.moments import moments

DIGITS = digit_images()
TRAIN, HELD_OUT = split(DIGITS)
PLAIN = {"shrinkage": 0, "averaged": 1, "tails": 0.0, "per_class": False, "pixels": "raw"}


@cache
def ours():
    return fit_generator(TRAIN.images, TRAIN.labels)


@cache
def chapters():
    return fit_generator(TRAIN.images, n_components=110, **PLAIN)


def small(**settings):
    """A generator that is quick to fit."""
    quick = {"variance_kept": 0.8, "n_components": 20, "averaged": 2}
    return fit_generator(TRAIN.images, TRAIN.labels, **{**quick, **settings})


# --- the space of PCA scores ---


def test_the_default_keeps_41_axes_of_all_digits():
    assert Space.of(DIGITS.images).n_axes == 41


@pytest.mark.parametrize("whiten", [True, False])
@pytest.mark.parametrize("kept", [0.5, 0.8, 0.99, 0.999])
def test_pca_and_its_inverse_are_scikit_learns(kept, whiten):
    X = load_digits().data
    theirs = PCA(kept, whiten=whiten, svd_solver="full").fit(X)
    space = Space.of(DIGITS.images, kept, whiten)
    assert space.n_axes == theirs.n_components_
    scores = space.scores(DIGITS.images)
    assert_allclose(scores, theirs.transform(X), atol=1e-9 * np.abs(scores).max())
    back = theirs.inverse_transform(theirs.transform(X)).reshape(-1, 8, 8)
    assert_allclose(space.images(scores), back, atol=1e-9)
    assert_allclose(space.reconstruction(DIGITS.images), back, atol=1e-9)
    assert_allclose(space.explained[: space.n_axes], theirs.explained_variance_ratio_)
    axes = space.pictures.reshape(space.n_axes, -1)
    assert_allclose(axes, theirs.components_, atol=1e-12)
    assert space.kept > kept


def test_fewer_images_than_pixels_have_fewer_axes():
    few = DIGITS.images[:10]
    space = Space.of(few, 0.999)
    assert space.n_axes < 10
    assert_allclose(Space.of(few, 1.0).reconstruction(few), few, atol=1e-9)


@pytest.mark.parametrize(
    ("images", "says"),
    [
        (np.zeros((10, 64)), r"\(n, height, width\)"),
        (np.zeros((0, 8, 8)), r"\(n, height, width\)"),
        (np.full((10, 8, 8), np.nan), "NaN"),
        (np.ones((10, 8, 8)), "two different images"),
    ],
)
def test_images_that_cannot_be_used_are_refused(images, says):
    with pytest.raises(ValueError, match=says):
        fit_generator(images)


def test_images_of_another_size_are_refused():
    with pytest.raises(ValueError, match="must be 8 × 8 pixels; they are 4 × 4"):
        ours().score(np.zeros((3, 4, 4)))


# --- generators ---


@pytest.mark.parametrize(("K", "floor", "held_out"), [(110, 1e-6, -4_200_893), (40, 0.2, -49.9)])
def test_plain_settings_are_the_chapters_recipe(K, floor, held_out):
    found = fit_generator(TRAIN.images, n_components=K, floor=floor, **PLAIN)
    X, T = (part.images.reshape(-1, 64).astype(float) for part in (TRAIN, HELD_OUT))
    pca = PCA(0.99, whiten=True).fit(X)
    theirs = GaussianMixture(K, reg_covar=floor, random_state=0).fit(pca.transform(X))
    assert found.score(HELD_OUT.images) == pytest.approx(theirs.score(pca.transform(T)), rel=1e-6)
    assert found.score(HELD_OUT.images) == pytest.approx(held_out, rel=1e-3)
    assert found.n_parameters == theirs._n_parameters()
    assert found.converged
    assert found.iterations == (theirs.n_iter_,)


@pytest.mark.parametrize("settings", [{}, {"tails": 0.0, "averaged": 1}, {"whiten": False}])
@pytest.mark.parametrize("covariance_type", ["spherical", "diag", "tied", "full"])
def test_samples_have_the_moments_of_their_mixture(settings, covariance_type):
    found = small(covariance_type=covariance_type, pixels="raw", **settings)
    images = found.sample(40_000, 3)
    assert images.shape == (40_000, 8, 8)
    scores = found.space.scores(images)
    mean, covariance = moments(found.mixture)
    roots = np.sqrt(np.diagonal(covariance))
    assert_allclose(scores.mean(axis=0) / roots, mean / roots, atol=0.03)
    within = np.cov(scores.T) / roots / roots[:, None]
    assert_allclose(within, covariance / roots / roots[:, None], atol=0.05)


def test_a_draw_is_fixed_by_its_seed():
    assert_array_equal(ours().sample(5, 1), ours().sample(5, 1))
    assert not np.array_equal(ours().sample(5, 1), ours().sample(5, 2))
    assert ours().sample(0, 1).shape == (0, 8, 8)


def test_new_pixels_are_those_of_real_images():
    images, train = ours().sample(3000, 0), TRAIN.images
    assert set(np.unique(images)) == set(range(17))
    assert_allclose(images.mean(axis=0), train.mean(axis=0), atol=0.5)
    assert_allclose((images == 0).mean(axis=0), (train == 0).mean(axis=0), atol=0.04)
    raw, clipped = (small(pixels=name).sample(200, 0) for name in ("raw", "clipped"))
    assert raw.min() < 0 < 16 < raw.max()
    assert_array_equal(clipped, np.clip(raw, 0, 16))


def test_a_seven_is_a_seven():
    # A classifier that has only seen real digits, by its nearest neighbour.
    which = nearest(ours().sample(300, 0, label=7), TRAIN.images).which
    assert np.mean(TRAIN.labels[which] == 7) > 0.95
    draw = ours().draw(600, 0)
    seen = TRAIN.labels[nearest(draw.images, TRAIN.images).which]
    assert np.mean(seen == draw.labels) > 0.9
    shares = np.bincount(draw.labels) / 600
    assert_allclose(shares, np.bincount(TRAIN.labels) / len(TRAIN.labels), atol=0.05)


def test_a_class_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="There is no class 10; the classes are 0, 1"):
        ours().sample(1, label=10)
    with pytest.raises(ValueError, match="knows no classes"):
        chapters().sample(1, label=7)


@pytest.mark.parametrize("covariance_type", ["spherical", "diag", "tied", "full"])
def test_classes_can_be_asked_for_under_every_type(covariance_type):
    found = small(covariance_type=covariance_type)
    which = nearest(found.sample(100, 0, label=0), TRAIN.images).which
    assert np.mean(TRAIN.labels[which] == 0) > 0.8


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"colour": 1}, "no setting 'colour'"),
        ({"n_components": 0}, "a whole number from 1"),
        ({"variance_kept": 1.0}, "a number from 0.5 to 0.999"),
        ({"labels": [1, 2]}, "one whole number per image"),
        ({"labels": np.full(1203, 0.5)}, "one whole number per image"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(settings, says):
    with pytest.raises(ValueError, match=says):
        fit_generator(TRAIN.images, **settings)


def test_a_collapse_is_said_in_one_sentence():
    with pytest.raises(DegenerateCovariance, match="A component collapsed"):
        fit_generator(TRAIN.images, **{**PLAIN, "n_components": 110, "floor": 0.0})


def test_images_of_two_values_are_drawn_as_such():
    images = np.zeros((40, 5, 5))
    images[:20, 2, 2] = 255
    found = fit_generator(images, n_components=2, groups=1)
    assert found.space.n_axes == 1
    drawn = found.sample(200, 0)
    assert set(np.unique(drawn)) == {0, 255}
    assert np.mean(drawn[:, 2, 2] == 255) == pytest.approx(0.5, abs=0.1)


def test_few_images_lower_k_and_say_so():
    found = fit_generator(TRAIN.images[:20], TRAIN.labels[:20])
    assert found.notes == ("There are only 20 images, so K is 20 here, not 60.",)
    assert np.isfinite(evaluate(found, TRAIN.images[:20], HELD_OUT.images[:10]).tell_apart)
    assert ours().notes == ()


def test_images_of_many_axes_say_so():
    noise = np.random.default_rng(0).integers(0, 256, size=(400, 12, 12))
    found = fit_generator(noise, n_components=2, averaged=1, groups=1)
    assert found.space.n_axes == MAX_AXES
    assert "more than 100 axes" in found.notes[0]


def test_a_class_of_one_image_is_no_obstacle():
    labels = TRAIN.labels.copy()
    labels[0] = 77
    found = fit_generator(TRAIN.images, labels, n_components=20, averaged=1)
    assert np.isfinite(found.score(HELD_OUT.images))
    assert found.sample(3, label=77).shape == (3, 8, 8)


# --- judging ---


class Rows:
    """A generator that hands out real images."""

    def __init__(self, images):
        self.images = images

    def sample(self, n, seed):
        return self.images[np.random.default_rng(seed).permutation(len(self.images))[:n]]

    def score(self, images):
        return float(len(images))


def test_training_digits_are_judged_as_copies():
    found = evaluate(Rows(TRAIN.images), TRAIN.images, HELD_OUT.images)
    assert (found.copying, found.distance, found.close) == (0, 0, 1)
    assert found.usual == pytest.approx(17.1, abs=0.05)
    # The yardstick: real images in the place of new ones, whose strongest judge is at a loss.
    assert found.tell_apart == pytest.approx(0.49, abs=0.02)
    assert found.held_out == found.n_judged == 594
    yardstick = real_against_real(TRAIN.images, HELD_OUT.images)
    assert yardstick.auc == pytest.approx(0.5, abs=0.03)
    assert yardstick.caught == pytest.approx(yardstick.false_alarms, abs=0.05)


def test_held_out_digits_are_judged_as_perfect():
    # Halves of the held-out digits against each other: real, unseen and not copied.
    first, second = HELD_OUT.images[::2], HELD_OUT.images[1::2]
    found = evaluate(Rows(first), TRAIN.images, second)
    assert found.copying == pytest.approx(1, abs=0.05)
    assert found.tell_apart == pytest.approx(0.5, abs=0.05)
    few = TRAIN.images[:150]
    assert evaluate(Rows(few), few, few).copying == 1
    assert evaluate(Rows(second), few, few).copying == np.inf


def test_noise_is_told_apart():
    noise = np.random.default_rng(0).integers(0, 17, size=(150, 8, 8))
    found = evaluate(Rows(noise), TRAIN.images, HELD_OUT.images[:150])
    assert found.tell_apart > 0.99
    assert found.copying > 2


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_the_strongest_classifier_judges(name, monkeypatch):
    # Each alone finds less than, or as much as, all together; its rates and AUC are scikit-learn's.
    noise = np.random.default_rng(0).normal(0, 0.4, HELD_OUT.images[::4].shape)
    new = HELD_OUT.images[::4] + noise
    together = told_apart([new], HELD_OUT.images[1::4].astype(float), 16)
    monkeypatch.setattr(classifiers, "CLASSIFIERS", {name: CLASSIFIERS[name]})
    alone = told_apart([new], HELD_OUT.images[1::4].astype(float), 16)
    assert alone.classifier == name
    assert alone.auc <= together.auc
    assert (alone == together) == (name == together.classifier)
    assert 0 <= alone.false_alarms <= 1


def test_the_noise_of_an_auc_is_that_of_a_rank_sum():
    draws = np.random.default_rng(0).normal(size=(4000, 30))
    aucs = mannwhitneyu(draws[:, :20], draws[:, 20:], axis=1).statistic / 200
    few = HELD_OUT.images.astype(float)
    assert told_apart([few[:20]], few[20:30], 16).noise == pytest.approx(np.std(aucs), rel=0.05)


@pytest.mark.exhaustive
def test_new_images_are_judged_as_a_file_would_keep_them():
    # Off the whole numbers by a little, and still not to be told from them.
    near = Rows(TRAIN.images + np.random.default_rng(0).uniform(-0.4, 0.4, TRAIN.images.shape))
    assert evaluate(near, TRAIN.images, HELD_OUT.images).tell_apart < 0.55


def test_the_unit_of_pixels_does_not_matter_to_the_judge():
    new, real = HELD_OUT.images[::4], HELD_OUT.images[1::4]
    one = evaluate(Rows(new), TRAIN.images, real)
    other = evaluate(Rows(new * 15), TRAIN.images * 15, real * 15)
    assert one.copying == pytest.approx(other.copying)
    assert one.tell_apart == pytest.approx(other.tell_apart, abs=1e-3)


@pytest.mark.exhaustive
def test_many_held_out_images_are_judged_by_a_part_of_them():
    found = evaluate(Rows(HELD_OUT.images), HELD_OUT.images, TRAIN.images)
    assert found.held_out == found.n_judged == MOST_JUDGED
    assert found.copying == 0
    assert found.tell_apart == pytest.approx(0.5, abs=0.05)


def test_the_nearest_real_image_by_brute_force():
    new = ours().sample(50, 0)
    differences = new[:, None] - TRAIN.images[None]
    distances = np.sqrt((differences**2).sum(axis=(2, 3)))
    found = nearest(new, TRAIN.images)
    assert_array_equal(found.which, distances.argmin(axis=1))
    assert_allclose(found.distance, distances.min(axis=1))
    assert_array_equal(nearest(TRAIN.images, TRAIN.images).distance, 0)


@pytest.mark.exhaustive  # the page says so too
def test_the_default_is_likely_no_copy_and_hard_to_tell_apart():
    found = evaluate(ours(), TRAIN.images, HELD_OUT.images)
    assert found.held_out > -44
    assert 0.95 < found.copying < 1.1
    assert found.close < 0.01
    assert found.tell_apart < 0.67  # by the strongest of three; 0.69 with one map for all classes


@pytest.mark.exhaustive
def test_without_classes_it_is_as_good():
    found = evaluate(fit_generator(TRAIN.images), TRAIN.images, HELD_OUT.images)
    assert found.held_out > -45
    assert 0.95 < found.copying < 1.1
    assert found.tell_apart < 0.67


def test_the_chapters_generator_keeps_too_near_and_is_seen_through():
    ((_, found),) = compared(TRAIN, HELD_OUT, [next(iter(PRESETS.values()))])
    assert found.held_out < -4e6
    assert found.copying == pytest.approx(0.84, abs=0.01)
    assert found.distance == pytest.approx(14.4, abs=0.1)
    assert found.close == pytest.approx(0.05, abs=0.02)
    assert found.tell_apart > 0.85
    assert found.told.caught > 0.7 > 0.25 > found.told.false_alarms
    assert list(PRESETS.values())[-1] == GeneratorSettings()


# --- comparing log-likelihoods across spaces ---


def test_at_the_default_space_both_scores_are_one():
    assert ours().standard_score(HELD_OUT.images) == pytest.approx(ours().score(HELD_OUT.images))


def test_one_gaussian_has_one_density_whatever_its_space():
    # One component is PCA's own Gaussian: dropped axes are independent, so all must agree.
    def score(**settings):
        one = fit_generator(TRAIN.images, **{**PLAIN, "n_components": 1, "floor": 0.0, **settings})
        return one.standard_score(HELD_OUT.images)

    expected = score()
    for settings in ({"variance_kept": 0.6}, {"variance_kept": 0.997}, {"whiten": False}):
        assert score(**settings) == pytest.approx(expected, abs=0.1)


def test_densities_of_other_spaces_integrate_to_one():
    # E[q(x) / p(x)] under p is the integral of q, if q covers p: p a default, q in other units.
    made = small(variance_kept=0.5, n_components=2, averaged=1, per_class=False, groups=1)
    unwhitened = small(
        variance_kept=0.5, n_components=2, averaged=1, per_class=False, groups=1, whiten=False
    )
    images = unwhitened.space.images(unwhitened.draw(500, 0).scores)
    ratios = [
        np.exp(made.standard_score(image[None]) - unwhitened.standard_score(image[None]))
        for image in images
    ]
    assert np.mean(ratios) == pytest.approx(1, abs=0.15)


# --- what the page shows ---


def test_the_sweep_is_the_chapters():
    assert list(SWEEP) == list(range(50, 201, 10))
    X = PCA(0.99, whiten=True).fit_transform(load_digits().data)
    Ks = (50, 110)
    cells = list(sweep(DIGITS.images, TRAIN.images, HELD_OUT.images, n_components=Ks))
    for K, cell, printed in zip(Ks, cells, (28_641, -198_825), strict=True):
        theirs = GaussianMixture(K, random_state=0).fit(X)
        assert cell.n_components == K
        assert cell.aic == pytest.approx(theirs.aic(X), abs=1)
        assert cell.aic == pytest.approx(printed, abs=1)
        assert cell.bic == pytest.approx(theirs.bic(X), abs=1)
    assert cells[1].held_out == pytest.approx(chapters().score(HELD_OUT.images))
    # 99,329 parameters for 73,677 numbers.
    assert cells[1].numbers_per_parameter == pytest.approx(0.742, abs=1e-3)
    assert cells[1].images_per_component == pytest.approx(16.3, abs=0.1)


def test_a_sweep_can_be_left_between_two_cells(monkeypatch):
    fits = []

    def counted(*arguments, **options):
        fits.append(1)
        return fit(*arguments, **options)

    monkeypatch.setattr(sweep_module, "fit", counted)
    cells = sweep(DIGITS.images, TRAIN.images, HELD_OUT.images, n_components=[1] * 200)
    next(cells)
    cells.close()
    assert len(fits) < 2 * 200


def test_an_interpolation_leads_from_one_reconstruction_to_the_other():
    first, second = HELD_OUT.images[:2]
    way = interpolation(ours(), first, second, 5)
    ends = np.clip(ours().space.reconstruction(HELD_OUT.images[:2]), 0, 16)
    assert way.shape == (5, 8, 8)
    assert_allclose(way[[0, -1]], ends)
    assert (np.diff(nearest(way, first[None]).distance) > 0).all()
