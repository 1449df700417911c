"""Data and K that a visitor chose come along from page to page; a default stays where it is."""

import pytest
from streamlit.testing.v1 import AppTest

from gmmlab.data.points.datasets import SOURCES, drawn
from gmmlab.guide.scenes import CLUSTER_SCENES
from gmmlab.settings import build
from gmmlab.studies.clusters.page import ClustersSettings
from gmmlab.studies.density.page import DensitySettings
from gmmlab.studies.selection.page import HowManySettings
from tests.ui.driving import charts, checked, opened_page, query_of, widget

POINTS = "data_n_samples"
SMALL = {"full": "1", "high": "6"}


def turned_to(app: AppTest, page: str) -> AppTest:
    """The page after a click in the navigation, whose links have no parameters."""
    app.query_params.clear()
    return checked(app.switch_page(f"../../pages/{page}.py").run())


def chosen(app: AppTest, label: str, value) -> AppTest:
    return checked(widget(app, label).set_value(value).run())


def test_a_data_set_and_its_parameters_come_along_with_a_k_that_fits():
    app = chosen(opened_page("clusters"), "Data set", "geyser")
    assert query_of(app) == {"data": "geyser", "n_components": "2"}
    chosen(app, "Points", 60)
    turned_to(app, "density")
    there = {"data": "geyser", POINTS: "60", "n_components": "2", "other_components": "1"}
    assert query_of(app) == there
    assert charts(app) == 2
    turned_to(app, "how_many")
    assert query_of(app) == {"data": "geyser", POINTS: "60"}
    chosen(app, "Data set", "unequal")
    turned_to(app, "clusters")
    assert query_of(app) == {"data": "unequal", "n_components": "3"}


def test_k_comes_along_where_it_was_chosen():
    app = opened_page("clusters", data="geyser", data_n_samples="60", n_components="2")
    chosen(app, "Components K", 5)
    turned_to(app, "density")
    assert query_of(app) == {"data": "geyser", POINTS: "60", "n_components": "5"}
    turned_to(app, "how_many")
    assert query_of(app) == {"data": "geyser", POINTS: "60", "cell": "5-full"}
    turned_to(app, "clusters")
    assert query_of(app)["n_components"] == "5"
    chosen(app, "Components K", 2)
    turned_to(app, "density")
    assert (query_of(app)["n_components"], query_of(app)["other_components"]) == ("2", "1")


def test_what_nobody_chose_stays_where_it_is():
    app = opened_page("clusters")
    turned_to(app, "density")
    assert query_of(app) == {}
    turned_to(app, "clusters")
    scene = next(s for s in CLUSTER_SCENES if s.title == "Stretched")
    checked(next(b for b in app.button if b.key == f"scene {scene.figure}").click().run())
    assert query_of(app)["data"] == "stretched"
    turned_to(app, "density")
    assert query_of(app) == {}
    assert widget(app, "Data set").value == "moons"


def test_a_set_that_is_a_scenes_too_is_chosen_by_its_own_control():
    app = chosen(opened_page("clusters"), "Data set", "stretched")
    turned_to(app, "density")
    assert query_of(app)["data"] == "stretched"
    chosen(app, "Data set", "moons")
    assert query_of(app) == {}
    turned_to(app, "clusters")
    assert query_of(app) == {"data": "moons", "n_components": "2"}


def test_a_link_wins_and_is_taken_along():
    app = chosen(opened_page("clusters"), "Data set", "geyser")
    app.query_params.clear()
    app.query_params.update({"data": "circles", "n_components": "7"})
    checked(app.switch_page("../../pages/density.py").run())
    assert query_of(app) == {"data": "circles", "n_components": "7"}
    turned_to(app, "clusters")
    assert query_of(app) == {"data": "circles", "n_components": "7"}


def test_a_drawing_and_a_table_come_along():
    code = "-10_10_-10_10~AAAAgAgA__AA8888"
    app = opened_page("clusters", data="drawing", data_code=code, n_components="3")
    turned_to(app, "density")
    assert query_of(app) == {"data": "drawing", "data_code": code, "n_components": "3"}
    rows = "a,b,c\n" + "\n".join(f"{i % 7},{(i * i) % 11},{(3 * i) % 5}" for i in range(40))
    chosen(app, "Data set", "table")
    checked(app.file_uploader[0].upload("t.csv", rows.encode()).run())
    chosen(app, "Up", "c")
    before = {k: v for k, v in query_of(app).items() if k.startswith("data")}
    turned_to(app, "clusters")
    assert {k: v for k, v in query_of(app).items() if k.startswith("data")} == before
    assert charts(app) == 2
    assert widget(app, "Up").value == "c"


def test_k_follows_the_number_of_groups_until_it_is_chosen():
    app = chosen(opened_page("clusters"), "Centres", 6)
    assert query_of(app) == {"data_centers": "6", "n_components": "6"}
    chosen(app, "Components K", 3)
    chosen(app, "Centres", 5)
    assert query_of(app) == {"data_centers": "5", "n_components": "3"}


def test_a_cell_that_was_clicked_is_of_its_data_and_its_k_comes_along():
    app = opened_page("how_many", data="unequal", cell="4-full", **SMALL)
    turned_to(app, "clusters")
    assert query_of(app) == {"data": "unequal"}  # K = 4 is this page's default
    assert widget(app, "Components K").value == 4
    turned_to(app, "how_many")
    chosen(app, "Data set", "geyser")
    assert "cell" not in query_of(app)


@pytest.mark.parametrize("name", SOURCES)
def test_every_data_set_suggests_its_k_and_says_its_lesson(name):
    source = SOURCES[name]()
    groups = drawn(name, source).y
    assert source.n_groups == (None if groups is None else len(set(groups.tolist())))
    app = chosen(opened_page("clusters", n_components="9"), "Data set", name)
    if name != "blobs":  # was there before
        assert widget(app, "Components K").value == (source.n_groups or 9)
    assert source.lesson in [caption.value for caption in app.sidebar.caption]


@pytest.mark.parametrize("K", range(1, 21))
@pytest.mark.parametrize("name", SOURCES)
def test_every_page_can_have_every_k_and_density_shows_another_beside(name, K):
    data = SOURCES[name]()
    for cls in (ClustersSettings, DensitySettings, HowManySettings):
        page = build(cls, {"data": name}).with_k(K)
        assert (page.data, page.k) == (data, K)
    model = build(DensitySettings, {"data": name}).with_k(K).model
    assert model.other_components != model.n_components
