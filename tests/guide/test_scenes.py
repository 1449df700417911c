"""What a click on a scene changes: model and view, and the data only where it is about them."""

from dataclasses import replace

import pytest

from gmmlab.data.points.datasets import Blobs, Geyser, Moons, Stretched
from gmmlab.data.points.drawing import BLANK, Drawing
from gmmlab.data.points.own_table import OwnTable
from gmmlab.guide.scene import after_click, shown_scene, step_of
from gmmlab.guide.scenes import (
    CLUSTER_SCENES,
    DENSITY_SCENES,
    DIGIT_SCENES,
    HOW_MANY_SCENES,
    RECOLOR_SCENES,
)
from gmmlab.studies.digits.page import CorpusSettings
from gmmlab.studies.recolour.page import PictureSettings

POINTS = [*CLUSTER_SCENES, *DENSITY_SCENES, *HOW_MANY_SCENES]
TABLE = OwnTable(digest="0123456789abcdef", x="a", y="b")
DRAWING = Drawing("-10_10_-10_10~AAAAgAgA__AA")
THEIRS = {
    "picture": [PictureSettings("own", "0123"), PictureSettings("flower")],
    "corpus": [CorpusSettings("own", "0123")],
    "data": [TABLE, DRAWING, Geyser(), Moons(noise=0.3), Blobs(n_samples=77)],
}


def page_of(scene):
    pages = (CLUSTER_SCENES, DENSITY_SCENES, HOW_MANY_SCENES, RECOLOR_SCENES, DIGIT_SCENES)
    return next(page for page in pages if scene in page)


def part(settings):
    return next(name for name in THEIRS if hasattr(settings, name))


@pytest.mark.parametrize("scene", [*POINTS, *RECOLOR_SCENES], ids=lambda scene: scene.figure)
def test_what_a_visitor_chose_stays_unless_the_scene_is_about_its_data(scene):
    name, of_page = part(scene.settings), page_of(scene)
    for theirs in THEIRS[name]:
        before = replace(of_page[-1].settings, **{name: theirs})
        if len(of_page) == 1:
            before = replace(before, model=replace(before.model, seed=5))
        if scene is of_page[-1] and scene.source and len(of_page) > 1:
            before = replace(of_page[0].settings, **{name: theirs})
        after = after_click(scene, of_page, before)
        if scene.about_data:
            assert after == scene.settings
            continue
        assert getattr(after, name) == theirs
        assert after.view == scene.settings.view
        shown = shown_scene(of_page, after)
        assert shown.with_data_of(after) == after
        # A second click asks for the chapter's own data; looks and generators have none.
        again = after_click(scene, of_page, after)
        assert again == (scene.settings if scene.source else after)


@pytest.mark.parametrize("scene", DIGIT_SCENES, ids=lambda scene: scene.figure)
@pytest.mark.parametrize("corpus", [CorpusSettings(), *THEIRS["corpus"]])
def test_a_step_of_the_story_leaves_images_view_and_mostly_the_model(scene, corpus):
    for other in DIGIT_SCENES:
        mine = replace(other.settings.model, n_components=33, variance_kept=0.9)
        view = replace(other.settings.view, only="7", n_new=25)
        before = replace(other.settings, corpus=corpus, model=mine, view=view)
        after = after_click(scene, DIGIT_SCENES, before)
        assert after.corpus == corpus
        assert after.view == replace(view, step=scene.settings.view.step)
        is_recipe = scene.title in ("The chapter's digits", "Ours")
        assert after.model == (scene.settings.model if is_recipe else mine)
        assert shown_scene(DIGIT_SCENES, after) is scene
        assert after_click(scene, DIGIT_SCENES, after) == after


def test_settings_of_ones_own_are_within_a_step_of_the_story():
    mine = replace(DIGIT_SCENES[4].settings.model, n_components=33)
    own = replace(DIGIT_SCENES[4].settings, model=mine)
    assert shown_scene(DIGIT_SCENES, own) is None
    assert step_of(DIGIT_SCENES, own) is DIGIT_SCENES[4]  # the judge comes next
    assert step_of(CLUSTER_SCENES, replace(CLUSTER_SCENES[0].settings, data=Geyser())) is None


def test_the_chapters_words_on_digits_are_said_of_its_figures_only():
    sweep = DIGIT_SCENES[2]
    assert "measured here is at K = 150; the chapter read 110" in sweep.told(sweep.settings)
    diagonal = replace(sweep.settings.model, covariance_type="diag")
    assert "150" not in sweep.told(replace(sweep.settings, model=diagonal))
    theirs = replace(sweep.settings, corpus=CorpusSettings("own", "0123"))
    assert "chapter" not in sweep.told(theirs)
    more = replace(sweep.settings.model, n_components=33)  # which the sweep does not look at
    assert "5-138" in sweep.told(replace(sweep.settings, model=more))


def test_only_the_clouds_that_are_stretched_are_a_scene_about_its_data():
    assert [s.figure for s in POINTS if s.about_data] == ["5-126"]


@pytest.mark.parametrize("scene", CLUSTER_SCENES, ids=lambda scene: scene.figure)
def test_within_the_chapter_each_scene_brings_its_own_data(scene):
    for other in CLUSTER_SCENES:
        assert after_click(scene, CLUSTER_SCENES, other.settings) == scene.settings
    assert shown_scene(CLUSTER_SCENES, scene.settings) is scene


def test_data_that_are_not_there_yet_are_nobodys():
    scene = CLUSTER_SCENES[0]
    for blank in (OwnTable(), Drawing(), Drawing(BLANK)):
        before = replace(scene.settings, data=blank)
        assert after_click(CLUSTER_SCENES[1], CLUSTER_SCENES, before) == CLUSTER_SCENES[1].settings


def test_k_stays_with_the_data_where_the_scene_is_not_about_k():
    before = replace(CLUSTER_SCENES[0].settings, data=Geyser())
    before = replace(before, model=replace(before.model, n_components=2))
    after = after_click(CLUSTER_SCENES[5], CLUSTER_SCENES, before)
    assert (after.model.n_components, after.model.seed) == (2, 42)
    sixteen = next(s for s in DENSITY_SCENES if s.title == "K = 16")
    table = replace(DENSITY_SCENES[0].settings, data=TABLE)
    assert after_click(sixteen, DENSITY_SCENES, table).model.n_components == 16


def test_the_chapters_words_are_said_of_its_own_data_only():
    first = CLUSTER_SCENES[0]
    assert "Four round clouds" in first.told(first.settings)
    elsewhere = replace(first.settings, data=Stretched(n_samples=9))
    assert "Four round clouds" not in first.told(elsewhere)
    assert "other data" in first.told(elsewhere)
