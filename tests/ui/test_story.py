"""Every scene leads to the next one, and a page's last scene to the first of the next page."""

import numpy as np

from gmmlab.data.points.drawing import encoded
from gmmlab.guide.scenes import STORY, scene_after
from gmmlab.settings import to_query
from tests.ui.driving import checked, opened_page, query_of


def test_the_story_goes_through_all_scenes_once():
    page, shown, told = "clusters", None, []
    while (following := scene_after(page, shown)) is not None:
        page, shown = following
        told.append(shown)
    assert told == [scene for of_page in STORY.values() for scene in of_page]


def following(app):
    (button,) = [each for each in app.button if each.label.startswith("Next: ")]
    return button


def test_next_shows_the_next_scene_and_goes_to_the_next_page():
    *_, before, last = STORY["density"]
    (first, *_) = STORY["how_many"]
    app = opened_page("density", **to_query(before.settings))
    assert following(app).label == f"Next: {last.title} →"
    checked(following(app).click().run())
    assert query_of(app) == to_query(last.settings)
    assert following(app).label == "Next: How many components? →"
    checked(following(app).click().run())
    assert app.title[0].value == "How many components?"
    assert query_of(app) == to_query(first.settings)


def test_a_visitors_own_drawing_comes_along_with_the_story():
    *_, last = STORY["density"]
    (first, *_) = STORY["how_many"]
    code = encoded(np.random.default_rng(0).normal(size=(40, 2)))
    drawing = {"data": "drawing", "data_code": code}
    app = opened_page("density", **to_query(last.settings), **drawing)
    checked(following(app).click().run())
    assert app.title[0].value == "How many components?"
    assert query_of(app) == drawing | to_query(first.settings)


def test_looks_are_no_story_but_the_page_leads_on():
    app = opened_page("recolour")
    assert following(app).label == "Next: New digits →"
