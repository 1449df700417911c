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
    *_, last = STORY["clusters"]
    first, second, *_ = STORY["density"]
    app = opened_page("clusters", **to_query(last.settings))
    assert following(app).label == "Next: Density →"
    checked(following(app).click().run())
    assert app.title[0].value == "Density"
    assert query_of(app) == to_query(first.settings)
    app = opened_page("density", **to_query(first.settings))
    assert following(app).label == f"Next: {second.title} →"
    checked(following(app).click().run())
    assert query_of(app) == to_query(second.settings)


def test_a_visitors_own_drawing_comes_along_with_the_story():
    first, *_ = STORY["density"]
    scene = {"show": "types", "tolerance": "1e-3", "seed": "42", "n_components": "1"}
    drawing = {
        "data": "drawing",
        "data_code": encoded(np.random.default_rng(0).normal(size=(9, 2))),
    }
    app = opened_page("clusters", **drawing, **scene)
    assert following(app).label == "Next: Density →"
    checked(following(app).click().run())
    assert app.title[0].value == "Density"
    shown = query_of(app)
    assert {name: shown[name] for name in drawing} == drawing
    assert shown["lens"] == to_query(first.settings)["lens"]
