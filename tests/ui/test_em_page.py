"""The page EM step by step without a browser: its parts, scenes, own data, and the way to it."""

import pytest

from gmmlab.guide.em_scenes import EM_SCENES
from gmmlab.settings import to_query
from gmmlab.studies.em.page import PARTS
from tests.ui.driving import checked, figures, films, opened_page, query_of, sentences, widget


def shown(app):
    (found,) = films(app)
    return found["film"]


@pytest.mark.parametrize("scene", EM_SCENES, ids=lambda scene: scene.figure)
def test_every_scene_has_a_picture_and_is_marked(scene):
    app = opened_page("em", **to_query(scene.settings))
    assert films(app) or figures(app)
    assert not sentences(app)
    assert any(scene.look in each.value for each in app.caption)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("line", ["plane", "y", "pc"])
def test_every_part_in_the_plane_and_on_a_line(part, line):
    app = opened_page("em", part=part, line=line, n_components="2", n_starts="10")
    if part == "atlas":
        assert len(figures(app)) > 1
    else:
        assert shown(app)["d"] == (2 if line == "plane" else 1)


def test_another_moment_is_the_same_scene_and_another_run_begins_at_its_start():
    app = opened_page("em", step="7")
    assert films(app)[0]["options"]["step"] == 7
    assert any(EM_SCENES[0].look in each.value for each in app.caption)
    seed = widget(app, "Seed")
    checked(seed.set_value(5).run())
    assert films(app)[0]["options"]["step"] == 0
    assert "step" not in query_of(app)


def test_a_link_to_a_moment_beyond_the_end_shows_the_end():
    app = opened_page("em", step="1999")
    film = shown(app)
    assert films(app)[0]["options"]["step"] == 2 * len(film["weights"]) - 1


def test_more_components_than_points_and_no_floor_are_a_sentence_and_a_picture():
    drawing = "-10_10_-10_10~AAAAgAgA__AA"
    app = opened_page("em", data="drawing", data_code=drawing, n_components="12")
    assert any("only 3 distinct points" in each for each in sentences(app))
    assert shown(app)["K"] == 3
    app = opened_page("em", data="drawing", data_code=drawing, n_components="3", floor="0")
    assert any("EM cannot even begin" in each for each in sentences(app))
    assert any("nothing drawn" in each for each in sentences(opened_page("em", data="drawing")))


def test_clusters_leads_to_the_run_that_made_its_fit():
    asked = {"data": "moons", "n_components": "3", "seed": "4", "covariance_type": "diag"}
    app = opened_page("clusters", **asked)
    button = next(each for each in app.button if each.label.startswith("Watch it converge"))
    checked(button.click().run())
    there = query_of(app)
    assert {name: there.get(name) for name in asked} == asked
    assert there["init"] == "kmeans"
    objective = shown(app)["curve"]["lines"][0]["y"][-1]
    back = opened_page("clusters", **asked, tolerance="1e-6")
    told = next(each.value for each in back.metric if each.label.startswith("Log-lik"))
    assert objective == pytest.approx(float(told.replace("−", "-")), abs=1e-3)
    many = opened_page("clusters", n_components="13")
    assert next(b for b in many.button if b.label.startswith("Watch it")).disabled
