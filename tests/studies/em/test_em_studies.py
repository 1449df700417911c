"""The studies of the page EM step by step against formulas, brute force and known answers."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import softmax

from gmmlab.data.points.datasets import SOURCES, Dataset, drawn
from gmmlab.engine.em import fit
from gmmlab.engine.path import lower_bound
from gmmlab.engine.restarts import End
from gmmlab.figures import atlas as atlas_figures
from gmmlab.figures import em as figures
from gmmlab.studies.em import atlas, bound, collapse, course, limit
from gmmlab.studies.em.ground import ground
from gmmlab.studies.em.page import MOST_POINTS, EmModel
from gmmlab.ui.chart.packing import packed, unpacked
from tests.figures.validated import validated

TYPES = ("full", "tied", "diag", "spherical")
STRETCHED = drawn("stretched", SOURCES["stretched"]())
MOONS = drawn("moons", SOURCES["moons"]())
rng = np.random.default_rng(0)


def points(X) -> Dataset:
    return Dataset(np.asarray(X, dtype=float), None, "given")


LINE = np.linspace(0, 1, 60)
DEGENERATE = {
    "equal": np.full((50, 2), 7.0),
    "collinear": np.column_stack([LINE, 2 * LINE]),
    "constant column": np.column_stack([LINE, np.ones(60)]),
    "tiny": STRETCHED.X * 1e-300,
    "huge": STRETCHED.X * 1e300,
    "far": STRETCHED.X + 1e10,
    "an outlier": np.vstack([STRETCHED.X[:60], [[1e6, -1e6]]]),
    "doubles": np.repeat(rng.normal(size=(6, 2)), 20, axis=0),
    "one point": [[1.0, 2.0]],
    "two points": [[1.0, 2.0], [3.0, 4.0]],
    "other units": STRETCHED.X * [1e8, 1e-8],
}


@pytest.mark.parametrize(("name", "kind"), list(zip(SOURCES, TYPES * 2, strict=False)))
def test_a_course_is_the_fit_in_own_units_and_its_bound_stays_below(name, kind):
    dataset = drawn(name, SOURCES[name]())
    model = EmModel(n_components=3, covariance_type=kind, init="k-means++", seed=2)
    run = course.course(dataset, model)
    found = fit(dataset.X, 3, kind, init="k-means++", seed=2, tol=course.TOL, max_iter=500)
    assert run.history[-1] == pytest.approx(found.objective, abs=1e-6)
    np.testing.assert_allclose(
        run.ground.own(run.mixtures[-1].means), found.mixture.means, rtol=1e-3, atol=1e-3
    )
    assert np.all(run.bounds <= run.history[1:] + 1e-10)
    # The floor pulls against it, but never by more than its own smallness.
    assert np.all(run.bounds >= run.history[:-1] - 1e-5)
    for i in (0, len(run.bounds) // 2):
        by_hand = lower_bound(run.mixtures[i], run.mixtures[i + 1], run.ground.points)
        assert run.bounds[i] == pytest.approx(by_hand - run.ground.volume, abs=1e-10)


def test_a_course_is_the_same_wherever_the_points_lie():
    model = EmModel(seed=3)
    here = course.course(STRETCHED, model)
    there = course.course(points(STRETCHED.X * 1e6 - 3e7), model)
    np.testing.assert_allclose(there.history + 2 * np.log(1e6), here.history, atol=1e-6)
    np.testing.assert_allclose(there.mixtures[-1].means, here.mixtures[-1].means, atol=1e-6)


def test_a_heavy_floor_makes_the_likelihood_fall_and_the_film_says_where():
    run = course.course(STRETCHED, EmModel(init="kmeans", floor="0.1"))
    assert run.falls
    for frame in run.falls:
        assert frame % 2 == 0
        assert run.history[frame // 2] < run.history[frame // 2 - 1]
    marks = figures.course_film(run, None).curve.marks
    assert [frame for frame, _ in marks] == list(run.falls)
    assert not course.course(STRETCHED, EmModel(floor="0")).falls


def test_means_by_hand_are_where_a_course_begins():
    run = course.course(MOONS, EmModel(n_components=2, init="hand", centers="0,1;1,-0.5"))
    np.testing.assert_allclose(run.ground.own(run.mixtures[0].means), [[0, 1], [1, -0.5]])
    np.testing.assert_allclose(run.ground.own(run.centers[0]), [[0, 1], [1, -0.5]])
    assert "Drag" in course.course(MOONS, EmModel(n_components=3, init="hand")).notes[-1]


def test_the_words_about_an_end_are_true():
    good = course.course(STRETCHED, EmModel())
    assert course.in_words(good, good.history[-1]).endswith("best optimum known.")
    bad = course.course(STRETCHED, EmModel(seed=9))
    best = course.best_known(STRETCHED, EmModel(seed=9))
    assert best - bad.history[-1] > 0.1
    assert "nats per point below the best optimum known" in course.in_words(bad, best)


def answered(study, *asked):
    """What a study gives, or the one sentence with which it refuses."""
    try:
        return study(*asked)
    except ValueError as problem:
        sentence = str(problem)
    assert "\n" not in sentence
    assert 20 < len(sentence) < 300
    return sentence


@pytest.mark.parametrize("line", ["plane", "pc"])
@pytest.mark.parametrize("name", DEGENERATE)
def test_degenerate_points_give_a_film_or_one_sentence(name, line):
    dataset = points(DEGENERATE[name])
    for model in (EmModel(n_components=3), EmModel(n_components=2, init="random", floor="0")):
        asked = (dataset, model, line)
        ways = {
            course.course: lambda run: figures.course_film(run, None, beside=True),
            collapse.collapse: figures.collapse_film,
            limit.limit: figures.limit_film,
        }
        for study, film in ways.items():
            found = answered(study, *asked)
            if isinstance(found, str):
                continue
            shown = film(found)
            content = unpacked(packed(shown.content()))
            for array in ("points", "weights", "means", "covariances"):
                assert np.isfinite(content[array]).all()
            assert np.isfinite(shown.stage.window).all()
            assert np.isfinite(shown.curve.lines[0].y).all()
            assert "nan" not in " ".join(shown.words)
        ended = answered(atlas.some, *asked, 0, 3)
        assert isinstance(ended, str) or all(np.isfinite(end.objective) for end in ended.ends)


def test_many_points_are_thinned_and_it_is_said():
    few = ground(points(rng.normal(size=(MOST_POINTS + 1, 2))))
    assert len(few.points) == MOST_POINTS
    assert "2,000 of the 2,001" in few.notes[0]
    assert not ground(points(rng.normal(size=(MOST_POINTS, 2)))).notes


def test_the_long_axis_is_the_first_principal_one():
    here = ground(STRETCHED, "pc")
    variance = np.linalg.eigvalsh(np.cov(STRETCHED.X.T, bias=True))[-1]
    assert here.own(here.points).var() == pytest.approx(variance)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("parameter", ["mean_x", "mean_y", "weight"])
def test_the_bound_is_tangent_below_and_its_top_is_the_m_step(kind, parameter):
    run = course.course(STRETCHED, EmModel(n_components=3, covariance_type=kind, floor="0"))
    X, k = run.ground.points, 1
    for i in (0, 2):
        mixture, following = run.mixtures[i], run.mixtures[i + 1]
        now = bound.current(mixture, parameter, k)
        h = 1e-4
        values = np.array([now - h, now, now + h])
        likelihood, below = bound.curves(mixture, X, parameter, k, values)
        assert np.all(below <= likelihood + 1e-12)
        assert below[1] == pytest.approx(likelihood[1], abs=1e-12)
        slopes = [(curve[2] - curve[0]) / (2 * h) for curve in (likelihood, below)]
        assert slopes[0] == pytest.approx(slopes[1], abs=1e-6)
        # Both by the definition, for mixtures moved along the line.
        far = np.array([now - 0.1, now + 0.2]) if parameter != "weight" else np.array([0.2, 0.7])
        likelihood, below = bound.curves(mixture, X, parameter, k, far)
        for j, value in enumerate(far):
            there = bound.moved(mixture, parameter, k, value)
            assert there.score_samples(X).mean() == pytest.approx(likelihood[j], abs=1e-9)
            assert lower_bound(mixture, there, X) == pytest.approx(below[j], abs=1e-9)
        top = bound.current(following, parameter, k)
        around = np.array([top - 1e-3, top, top + 1e-3])
        assert np.argmax(bound.curves(mixture, X, parameter, k, around)[1]) == 1


def test_slices_follow_a_course():
    asked = (MOONS, EmModel(n_components=2), "pc")
    run = course.course(*asked)
    cut = bound.slices(run, "mean_y", 7)
    assert cut.parameter == "mean_x"
    assert cut.component == 2
    assert cut.log_likelihood.shape == (len(run.mixtures), len(cut.values))
    assert np.all(cut.bound <= cut.log_likelihood + 1e-10)
    alone = bound.slices(course.course(MOONS, EmModel(n_components=1)), "weight", 1)
    assert np.ptp(alone.log_likelihood) == 0


def test_an_atlas_knows_optima_whatever_their_labels():
    ended = [q[0](*q[1:]) for q in atlas.questions(STRETCHED, EmModel(), "plane", 25)]
    assert [each.n_tried for each in ended] == [10, 10, 5]
    optima = atlas.optima(ended)
    assert sum(len(each.ends) for each in optima) == 25
    values = [each.best.objective for each in optima]
    assert values == sorted(values, reverse=True)
    best = optima[0].best
    order = np.array([2, 0, 3, 1])
    switched = best._replace(mixture=best.mixture.reordered(order))
    assert atlas.distance(best.mixture, switched.mixture) == 0
    both = atlas.Ended((best, switched), 2)
    assert len(atlas.optima([both])) == 1
    other: End = best._replace(objective=best.objective - 0.01)
    assert len(atlas.optima([atlas.Ended((best, other), 2)])) == 2
    validated(atlas_figures.atlas_figure(optima, 25, 25))
    validated(atlas_figures.optimum_figure(optima[0], ground(STRETCHED)))


@pytest.mark.parametrize("init", ["random", "k-means++", "hand"])
def test_a_start_of_an_atlas_opens_as_it_ended(init):
    model = EmModel(init=init, seed=7)
    (question,) = atlas.questions(STRETCHED, model, "plane", 10)
    for end in question[0](*question[1:]).ends[:3]:
        there = replace(model, init=atlas.start_of(model), seed=end.seed)
        assert course.course(STRETCHED, there).history[-1] == pytest.approx(end.objective, abs=1e-4)


@pytest.mark.parametrize("name", ["stretched", "unequal", "geyser"])
def test_the_limit_ends_in_k_means_and_passes_through_fixed_points(name):
    found = limit.limit(drawn(name, SOURCES[name]()), EmModel(n_components=3))
    assert found.gaps[-1] < 1e-6
    assert found.sure[-1] > 0.98
    assert found.sure[0] < 0.05
    X = found.ground.points
    for place in (5, 30):
        means, sigma = found.means[place], found.sigmas[place]
        apart = ((X[:, None] - means) ** 2).sum(axis=2)
        q = softmax(-apart / (2 * sigma**2), axis=1)
        again = (q.T @ X) / q.sum(axis=0)[:, None]
        np.testing.assert_allclose(again, means, atol=1e-4)


@pytest.mark.parametrize("kind", ["full", "diag", "spherical"])
def test_the_likelihood_of_a_collapse_climbs_by_the_known_slope(kind):
    found = collapse.collapse(STRETCHED, EmModel(covariance_type=kind))
    n = len(found.ground.points)
    assert n == len(STRETCHED.X) + 1
    # One of n points gains (d / 2) log 10 for each factor 10 of its variance.
    climbed = found.history[-1] - found.history[-5]
    assert climbed == pytest.approx(np.log(10) / n, rel=1e-2)
    np.testing.assert_allclose(found.widths[-5] / found.widths[-1], np.sqrt(10), rtol=1e-2)
    assert found.mixtures[-1].weights[found.lone] * n == pytest.approx(1, abs=0.1)
    assert found.widths[0] > 0.5
    assert "no first step" in found.without_floor
    film = figures.collapse_film(found)
    assert film.named is not None
    assert film.named.component == found.lone


def test_a_shared_covariance_does_not_collapse():
    found = collapse.collapse(STRETCHED, EmModel(covariance_type="tied"))
    assert found.widths[-1] > 0.05
    assert "still converges" in found.without_floor
    assert figures.collapse_film(found).named is None


def test_a_film_takes_little_room():
    run = course.course(STRETCHED, EmModel(n_components=6, init="random", seed=1))
    assert len(packed(figures.course_film(run, -1.9, beside=True).content())) < 200_000


def test_the_words_about_many_starts_are_true_of_any_optima():
    """Also where every start ends in an artefact, and where some cannot begin."""
    equal = points(np.full((50, 2), 7.0))
    ended = atlas.some(equal, EmModel(n_components=2), "plane", 0, 3)
    words = atlas.in_words(atlas.optima([ended]), len(ended.ends), 4)
    assert "In each, a component has collapsed" in words
    assert "the best" not in words
    assert "1 could not begin" in words
    assert "begin" not in atlas.in_words(atlas.optima([ended]), 3, 4, running=True)
    clean = atlas.some(STRETCHED, EmModel(n_components=1), "plane", 0, 3)
    assert "the best was found by 3 of them" in atlas.in_words(atlas.optima([clean]), 3, 3)


def test_one_shared_covariance_does_not_collapse_and_it_is_said():
    found = collapse.collapse(STRETCHED, EmModel(covariance_type="tied"))
    assert found.collapsed_at is None
    assert "share one covariance" in collapse.in_words(found)
    assert "share one covariance" in found.without_floor
    assert figures.collapse_film(found).named is None
    assert "shrinks onto its point" in collapse.in_words(collapse.collapse(STRETCHED, EmModel()))


def test_the_limit_is_called_k_means_only_where_it_is():
    assert limit.limit(STRETCHED, EmModel()).reached
    # Two clusters closer together than the smallest σ, and one far away.
    close = np.repeat([[0.0, 0.0], [1e-3, 0.0], [9.0, 9.0]], 20, axis=0)
    found = limit.limit(points(close), EmModel(n_components=3))
    assert not found.reached
    assert "Nearly" in figures.limit_film(found).ending
