"""What a class is asked: which answers count, and what is said of them together."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmmlab.data.points.datasets import Dataset, load
from gmmlab.guide import asked, pooled
from gmmlab.studies.clusters.page import ClustersSettings
from gmmlab.studies.clusters.study import study
from gmmlab.studies.density.page import DensityModel, DensitySettings
from gmmlab.studies.em.atlas import optima, some
from gmmlab.studies.em.course import course
from gmmlab.studies.em.page import EmModel, EmMoment, EmSettings
from gmmlab.studies.mixtures.model import ModelSettings
from gmmlab.studies.selection.page import HowManySettings, HowManyView, SweepSettings
from gmmlab.studies.selection.sweep import Rows, cell

BLOBS = load("blobs", n_samples=100)
COMMON = {"dataset": BLOBS, "page": "clusters", "query": {}, "notes": ()}
NOT_WHOLE = [None, True, 2.0, "3", "", [], {}, math.nan, 10**30, -1]


@pytest.mark.parametrize("said", NOT_WHOLE)
def test_what_is_no_choice_is_refused_in_a_sentence(said):
    for kind in (asked.HowMany, asked.WhichFit, asked.OneStart):
        with pytest.raises(ValueError, match="whole number from"):
            kind(**COMMON).taken(said)


@pytest.mark.parametrize(("kind", "low", "high"), [(asked.HowMany, 1, 12), (asked.WhichFit, 0, 1)])
def test_the_choices_there_are(kind, low, high):
    question = kind(**COMMON)
    assert [question.taken(each) for each in range(low, high + 1)] == [*range(low, high + 1)]
    for beyond in (low - 1, high + 1):
        with pytest.raises(ValueError, match="whole number"):
            question.taken(beyond)


@given(st.lists(st.floats(), max_size=3) | st.none() | st.text() | st.integers())
def test_a_place_is_two_finite_numbers_near_the_points_or_refused(said):
    question = asked.NextMean(**COMMON)
    try:
        x, y = question.taken(said)
    except ValueError:
        return
    assert math.isfinite(x + y)
    assert np.abs([x, y] - BLOBS.X.mean(axis=0)).max() < 10 * np.ptp(BLOBS.X)


def test_places_in_the_picture_count_whatever_the_scale():
    for scale in (1e-9, 1.0, 1e9):
        dataset = Dataset(scale * BLOBS.X, None, "scaled")
        question = asked.NextMean(**{**COMMON, "dataset": dataset})
        for point in dataset.X[:5].tolist():
            assert question.taken(tuple(point)) == tuple(point)
        with pytest.raises(ValueError, match="outside"):
            question.taken((1e3 * scale, 0.0))
    one = asked.NextMean(**{**COMMON, "dataset": Dataset(np.ones((3, 2)), None, "one place")})
    assert one.taken((1.5, 0.5)) == (1.5, 0.5)


def test_bytes_are_counted_and_many_points_thinned():
    large, notes = asked.for_phones(load("blobs", n_samples=9_000))
    assert len(large.X) == len(large.y) == 2_000
    assert "2,000 of the 9,000" in notes[0]
    assert asked.HowMany(large, "clusters", {}, notes).n_bytes == 2_000 * 24 + 1_000
    assert asked.HowMany(None, "recolour", {}, ()).n_bytes == 1_000
    assert asked.for_phones(BLOBS) == (BLOBS, ())


def test_what_a_page_shows_is_what_is_asked_about():
    density = DensitySettings(model=DensityModel(n_components=12, covariance_type="tied", seed=7))
    found = asked.fit_of(density)
    assert (found.n_components, found.covariance_type, found.seed) == (12, "tied", 7)
    view = HowManyView(cell=(5, "diag"))
    chosen = HowManySettings(model=SweepSettings(types=("full", "diag")), view=view)
    assert asked.fit_of(chosen).n_components == 5
    assert asked.fit_of(chosen).covariance_type == "diag"
    assert asked.covariance_of(HowManySettings(model=SweepSettings(types=()))) == "full"
    em = EmSettings(model=EmModel(init="hand", centers="0,1;1,0", seed=3), moment=EmMoment(step=5))
    assert asked.run_of(em) == em.model
    assert asked.m_steps_made(em) == 2
    assert asked.random_run_of(em).init == "random_from_data"
    assert asked.run_of(ClustersSettings(model=ModelSettings(init="search"))).init == "kmeans"
    with pytest.raises(ValueError, match="not 13"):
        asked.run_of(ClustersSettings(model=ModelSettings(n_components=13)))
    with pytest.raises(ValueError, match="not 21"):
        asked.fit_of(DensitySettings(model=DensityModel(n_components=21)))


@pytest.mark.parametrize("K", [1, 4, 20])
@pytest.mark.parametrize("init", ["kmeans", "hand"])
def test_every_rival_is_another_fit(K, init):
    model = ModelSettings(n_components=K, init=init)
    for rival in asked.rivals(model):
        one, other = asked.sides(model, rival, swapped=False)
        assert one.words != other.words
        assert asked.sides(model, rival, swapped=True) == (other, one)
        for side in (one, other):
            assert 1 <= side.model.n_components <= 20
            assert not (side.model.n_components != K and side.model.init == "hand")


def test_what_criteria_choose_and_how_many_did():
    blobs = load("blobs")
    rows, question = Rows(blobs.X, blobs.columns), asked.HowMany(**COMMON)
    cells = [cell(rows, question.method, key) for key in question.keys]
    words = pooled.how_many_in_words([4, 4, 2], cells)
    assert "BIC chooses K = 4 (2 of 3 said so)" in words
    assert "nobody said so" in pooled.how_many_in_words([], cells)
    assert pooled.how_many_in_words([1], []) == "No mixture could be fitted to these points."
    assert pooled.tally([1, 12, 12, 5], 1, 12) == [1, 0, 0, 0, 1] + 6 * [0] + [2]


def test_two_fits_in_words():
    sides = asked.sides(ModelSettings(), "kmeans", swapped=True)
    results = [study(BLOBS, side.model) for side in sides]
    words = pooled.fits_in_words([1, 1, 0], sides, results)
    assert words.startswith("**A** is k-means, K = 4: agreement with the true groups")
    assert "1 of 3 chose it. **B** is a full mixture, K = 4: BIC" in words
    assert words.endswith("2 of 3 chose it.")
    pair = asked.sides(ModelSettings(), "more", swapped=False)
    plain = Dataset(BLOBS.X, None, "no groups")
    words = pooled.fits_in_words([], pair, [study(plain, side.model) for side in pair])
    assert "agreement with" not in words
    assert "lower BIC is better" in words


def test_the_mean_that_moves_farthest_is_asked_about_and_clicks_are_measured():
    run = course(load("stretched"), EmModel(seed=1))
    question = asked.NextMean(**COMMON)
    index = question.index(run)
    assert index == 0
    assert asked.NextMean(**COMMON, at=10**6).index(run) == len(run.mixtures) - 2
    k = asked.moving(run, index)
    ways = np.linalg.norm(run.mixtures[1].means - run.mixtures[0].means, axis=1)
    assert ways[k] == ways.max()
    there = run.ground.own(run.mixtures[1].means)[k]
    far = there + 3 * run.ground.scale
    words = pooled.next_mean_in_words([tuple(there), tuple(there), tuple(far)], run, index, k)
    assert "are 0 from there (median); 2 of 3 came nearer" in words
    assert "clicks" not in pooled.next_mean_in_words([], run, index, k)


def test_starts_in_words():
    dataset, model = load("stretched"), EmModel()
    found = optima([some(dataset, model, "plane", seed, 1) for seed in range(12)])
    words = pooled.starts_in_words(found, 12)
    assert words.startswith(f"12 starts end in {len(found)} distinct optima; the best was found by")
    assert pooled.starts_in_words([], 0).startswith("Every start")
    assert pooled.starts_in_words([], 2) == "None of these starts could be run to its end."
