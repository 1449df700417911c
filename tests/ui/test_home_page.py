"""The front page without a browser: both models, data to choose, and the ways on."""

import xml.etree.ElementTree as ET

import pytest

from gmmlab.data.points.datasets import SOURCES, load
from gmmlab.figures.palette import COLORS
from gmmlab.figures.thumbnails import thumbnail
from gmmlab.guide.lesson import Lesson, moment_of
from gmmlab.guide.lesson_file import as_code
from gmmlab.guide.tour import SLIDES
from gmmlab.settings import to_query, updated
from gmmlab.studies.clusters.front import FrontSettings
from tests.ui.driving import charts, checked, figures, opened_page, query_of, sentences, widget


def button(app, label: str):
    return next(b for b in app.button if label in b.label)


def went_to(app, label: str):
    return checked(button(app, label).click().run())


def test_the_front_page_has_live_pictures_and_a_way_in():
    app = opened_page("home")
    assert charts(app) == 2
    assert query_of(app) == {}
    assert widget(app, "Components K").value == 2
    before = figures(app)
    checked(app.slider[0].set_value(12).run())
    assert charts(app) == 2
    assert figures(app) != before
    assert query_of(app) == {"n_components": "12"}


def test_its_pictures_are_those_of_clusters_with_the_same_data_and_k():
    home = opened_page("home", n_components="5")
    clusters = opened_page("clusters", data="moons", n_components="5")
    assert [f["layout"]["meta"]["alt"] for f in figures(home)] == [
        f["layout"]["meta"]["alt"] for f in figures(clusters)
    ]


@pytest.mark.parametrize("name", SOURCES)
def test_every_data_set_is_one_click_away_and_comes_along(name):
    app = opened_page("home", data="blobs" if name != "blobs" else "circles", n_components="3")
    checked(next(b for b in app.button if b.key == f"thumbnail {name}").click().run())
    assert charts(app) == 2
    there = updated(updated(FrontSettings(), {"n_components": 3}), {"data": name}).with_own_k()
    assert query_of(app) == to_query(there)
    app.query_params.clear()
    checked(app.switch_page("../../pages/clusters.py").run())
    assert query_of(app).get("data", "blobs") == name


def test_a_centre_placed_by_hand_is_where_both_start_and_other_data_forget_it():
    app = opened_page("home", init="hand", centers="0,0;1,1")
    assert not sentences(app)
    checked(next(b for b in app.button if b.key == "thumbnail circles").click().run())
    assert "hand" not in query_of(app).values()


def test_the_ways_on():
    assert query_of(went_to(opened_page("home"), "Start the tour"))["slide"] == "1"
    assert SLIDES[0].page == "recolour"
    photo = went_to(opened_page("home"), "Recolour a photo")
    assert photo.title[0].value == "Recolour a photo"
    table = went_to(opened_page("home"), "Bring your table")
    assert table.title[0].value == "Clusters"
    assert query_of(table)["data"] == "table"
    em = went_to(opened_page("home", n_components="3"), "Watch EM")
    assert em.title[0].value == "EM step by step"
    assert query_of(em)["data"] == "moons"
    assert query_of(em)["n_components"] == "3"


def test_a_blank_sheet_and_no_table_say_what_to_do():
    assert charts(opened_page("home", data="drawing")) == 2
    assert opened_page("home", data="table").get("file_uploader") or sentences(
        opened_page("home", data="table")
    )


@pytest.mark.parametrize("name", SOURCES)
def test_a_thumbnail_shows_points_of_every_group_within_its_frame(name):
    dataset = load(name)
    svg = ET.fromstring(thumbnail(dataset))
    _, _, width, height = map(float, svg.attrib["viewBox"].split())
    paths = svg.findall(".//{*}path")
    assert len(paths) == (1 if dataset.y is None else len(set(dataset.y)))
    assert len({path.attrib["stroke"] for path in paths}) == len(paths) <= len(COLORS)
    for path in paths:
        dots = [dot.split("h")[0].split() for dot in path.attrib["d"].split("M")[1:]]
        assert dots
        assert all(0 <= float(x) <= width and 0 <= float(y) <= height for x, y in dots)


def test_home_is_presented_collected_and_told_like_every_page():
    app = opened_page("home", n_components="3")
    went_to(app, "Add this moment")
    went_to(app, "Present")
    assert query_of(app)["present"] == "1"
    assert charts(app) == 2
    assert not [each for each in app.button if each.key.startswith("thumbnail")]
    assert not app.slider
    kept = opened_page("home", present="1", keep="n_components.data")
    assert [each.label for each in kept.slider] == ["Components K"]
    assert [each.label for each in kept.selectbox] == ["Data set"]
    moment = moment_of("home", FrontSettings(), "Home", ("n_components",))
    told = opened_page("home", moment="1", lesson=as_code(Lesson("", (moment,))))
    assert any(each.value.startswith("### Home") for each in told.markdown)
    assert charts(told) == 2
