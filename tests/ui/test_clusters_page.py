"""The Clusters page without a browser: settings, address, presets, tables, and what is computed."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from gmmlab.data.points.datasets import SOURCES, load
from gmmlab.figures.palette import COLORS, MUTED
from gmmlab.guide.scenes import CLUSTER_SCENES
from gmmlab.settings import from_query, to_query
from gmmlab.studies.clusters import page
from tests.figures.test_clusters import DEGENERATE
from tests.ui.driving import charts, checked, figures, opened_page, query_of, sentences, widget


def opened(**query: str) -> AppTest:
    """The Clusters page, opened by a link with these parameters."""
    return opened_page("clusters", **query)


def test_the_page_opens_with_both_models():
    app = opened()
    assert [title.value for title in app.title] == ["Clusters"]
    assert charts(app) == 2
    assert {metric.label for metric in app.metric} >= {"BIC", "EM iterations", "GMM ARI"}
    assert app.query_params == {}


@pytest.mark.parametrize("name", SOURCES)
def test_every_data_set_opens_by_link(name):
    app = opened(data=name)
    assert widget(app, "Data set").value == name
    assert charts(app) == 2
    assert not sentences(app)


MORE, LESS = "a step more", "a step less"
# What is done to each control (words are an option as it is read), the only parameters that the
# address has then, and how many pictures the page has.
CHANGES = {
    "Data set": ("Moons", "data=moons&n_components=2", 2),
    "Points": (60, "data_n_samples=60", 2),
    "Centres": (LESS, "data_centers=3&n_components=3", 2),
    "Spread": (MORE, "data_cluster_std=0.65", 2),
    "Data seed": (7, "data_seed=7", 2),
    "Components K": (MORE, "n_components=5", 2),
    "Covariance": ("tied", "covariance_type=tied", 2),
    "Start": ("random points", "init=random_from_data", 2),
    "Restarts": (MORE, "n_init=2", 2),
    "Seed": (8, "seed=8", 2),
    "Tolerance": ("0.001", "tolerance=1e-3", 2),
    "Show": ("GMM", "show=gmm", 1),
    "Colour": ("blended", "color=blend", 2),
    "Point size": ("by certainty", "size=certainty", 2),
    "Discs, ellipses": (False, "shapes=0", 2),
    "Regions": (True, "regions=1", 2),
    "Marker shapes": (True, "markers=1", 2),
}


@pytest.mark.parametrize(
    ("label", "change", "parameter", "n_charts"),
    [(label, *rest) for label, rest in CHANGES.items()] + [("Show", "four types", "show=types", 4)],
)
def test_every_control_changes_the_page_and_its_address(label, change, parameter, n_charts):
    app = opened()
    control = widget(app, label)
    if change in (MORE, LESS):
        control.set_value(control.value + (control.step if change == MORE else -control.step))
    elif isinstance(change, str):
        control.select_index(control.options.index(change))
    else:
        control.set_value(change)
    checked(app.run())
    value = widget(app, label).value
    assert query_of(app) == dict(each.split("=") for each in parameter.split("&"))
    assert charts(app) == n_charts
    again = opened(**query_of(app))
    assert widget(again, label).value == value
    assert charts(again) == n_charts


def test_there_is_no_control_that_was_forgotten():
    app = opened()
    kinds = (app.slider, app.selectbox, app.number_input, app.checkbox)
    labels = {w.label for kind in kinds for w in kind}
    assert labels == {*CHANGES}
    assert all(w.proto.help for kind in kinds for w in kind)


def test_another_data_set_starts_with_its_own_defaults():
    app = opened(data_n_samples="77")
    checked(widget(app, "Data set").set_value("moons").run())
    assert widget(app, "Points").value == 200
    assert query_of(app) == {"data": "moons", "n_components": "2"}


def click_scene(app: AppTest, scene) -> AppTest:
    return checked(next(b for b in app.button if b.key == f"scene {scene.figure}").click().run())


@pytest.mark.parametrize("scene", CLUSTER_SCENES, ids=lambda scene: scene.figure)
def test_a_scene_is_one_click_and_one_link(scene):
    app = opened(n_components="11", seed="3")
    click_scene(app, scene)
    query = query_of(app)
    assert query == to_query(scene.settings)
    assert from_query(page.ClustersSettings, query) == (scene.settings, ())
    look = scene.look.replace("{left}", "left").replace("{right}", "right")
    assert any(look in caption.value for caption in app.caption)
    assert charts(app) == {"both": 2, "types": 4}.get(scene.settings.view.show, 1)


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ({"n_components": "999"}, "a whole number from 1 to 20: Components K is 4 instead"),
        ({"n_components": "<script>"}, "a whole number from 1 to 20"),
        ({"data": "spiral"}, "it must be one of blobs"),
        ({"covariance_type": "round"}, "Covariance is full instead"),
        ({"regions": "maybe"}, "0 or 1"),
    ],
)
def test_a_garbled_link_falls_back_with_a_notice(query, part):
    app = opened(**query)
    assert part in sentences(app)[0]
    assert charts(app) == 2
    assert query_of(app) == {}


FIT, SHAKEN = "clusters.study.study", "clusters.stability.study"


@pytest.mark.parametrize("scene", CLUSTER_SCENES[:3], ids=lambda scene: scene.figure)
def test_before_the_mixture_is_introduced_there_are_no_figures_of_it(scene):
    app = opened(**to_query(scene.settings))
    assert {metric.label for metric in app.metric} == {"k-means inertia", "k-means ARI"}
    columns = set(app.dataframe[0].value.columns)
    app.session_state["tables k-means"] = "Centres"
    columns.update(checked(app.run()).dataframe[0].value.columns)
    assert {"distance to centre", "disc radius"} <= columns
    assert not {"weight", "covariance", "p(1)"} & columns
    said = [each.value for kind in (app.caption, app.info) for each in kind]
    assert not any("EM" in each or "component" in each for each in said)
    labels = {w.label for kind in (app.slider, app.selectbox, app.number_input) for w in kind}
    assert not {"Covariance", "Tolerance"} & labels


def point_colors(figure) -> set[str]:
    found = [t["marker"]["color"] for t in figure["data"] if t.get("mode") == "markers"]
    return {c for each in found for c in ([each] if isinstance(each, str) else list(each))}


def test_points_have_the_colour_that_was_chosen():
    app = opened(data="unequal", n_components="3", color="truth")
    known = sorted(np.bincount(load("unequal").y).tolist())
    for figure in figures(app):
        groups = [list(t["marker"]["color"]) for t in figure["data"] if t.get("mode") == "markers"]
        assert sorted(sum(each.count(COLORS[k]) for each in groups) for k in range(3)) == known
        assert "true group" in figure["data"][0]["hovertemplate"]
    assert point_colors(figures(opened(color="plain"))[0]) == {MUTED}
    assert len(point_colors(figures(opened(color="blend", show="gmm"))[0])) > 4
    assert point_colors(figures(opened(show="types", color="plain"))[0]) == {MUTED}


@pytest.mark.parametrize("page", ["clusters", "density"])
def test_true_groups_are_offered_where_they_are_known(page):
    known = {"data": "moons"} | ({"lens": "clusters"} if page == "density" else {})
    assert "true groups" in widget(opened_page(page, **known), "Colour").options
    app = opened_page(page, **known | {"data": "uniform"}, color="truth")
    assert "true groups" not in widget(app, "Colour").options
    assert "Nobody knows the true groups" in sentences(app)[0]
    assert "color" not in query_of(app)


def test_a_search_says_whose_iterations_are_counted():
    app = opened(data="moons", n_components="3", init="search")
    assert "EM after search" in {metric.label for metric in app.metric}


def test_no_fit_runs_twice_and_a_view_computes_nothing(computed):
    app = opened()
    assert (computed.count(FIT), computed.count(SHAKEN)) == (1, 0)
    for label in ("Discs, ellipses", "Regions", "Marker shapes"):
        checked(widget(app, label).set_value(not widget(app, label).value).run())
    checked(widget(app, "Colour").set_value("blend").run())
    checked(widget(app, "Show").set_value("gmm").run())
    checked(widget(app, "Point size").set_value("certainty").run())
    # The mixture's certainty needs no bootstrap.
    assert (computed.count(FIT), computed.count(SHAKEN)) == (1, 0)
    checked(widget(app, "Show").set_value("both").run())
    assert (computed.count(FIT), computed.count(SHAKEN)) == (1, 1)
    checked(widget(app, "Components K").set_value(5).run())
    checked(widget(app, "Components K").set_value(4).run())
    assert computed.count(FIT) == 2
    assert computed.count(SHAKEN) == 2


def test_what_is_the_mixtures_alone_does_not_shake_k_means_again(computed):
    app = opened(size="certainty")
    checked(widget(app, "Covariance").set_value("tied").run())
    checked(widget(app, "Tolerance").set_value("1e-3").run())
    assert computed.count(FIT) == 3
    assert computed.count(SHAKEN) == 1


def test_comparing_types_is_computed_once(computed):
    app = opened(show="types")
    checked(widget(app, "Marker shapes").set_value(True).run())
    opened(show="types", covariance_type="diag")  # all four are shown anyway
    assert computed.count("clusters.covariance_types.study") == 1


def uploaded(app: AppTest, data: bytes, name: str = "table.csv") -> AppTest:
    return checked(app.file_uploader[0].upload(name, data).run())


TABLE = b"width,height,kind\n1,2,a\n2,4.5,b\n3,,a\n4,7,b\n5,1,a\n6,2,b\n"


def test_a_table_is_asked_for_then_shown_with_an_account():
    app = opened(data="table")
    assert "Upload a CSV file" in sentences(app)[0]
    assert charts(app) == 0
    uploaded(app, TABLE)
    assert charts(app) == 2
    account = next(c.value for c in app.caption if "points from" in c.value)
    assert account == (
        "5 points from 6 rows of table.csv; 1 row with gaps left out; text columns ignored: kind."
    )
    checked(widget(app, "Across").set_value("height").run())
    assert query_of(app)["data_x"] == "height"


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n", b"a,b\n1,2\n3\n", b"x\n1\n2\n", b"a,b\nu,v\n", b"a,b\n1,1e999\n"]
)
def test_a_broken_table_gets_a_sentence_and_what_was_shown_stays(data):
    app = uploaded(opened(data="table"), TABLE)
    before = query_of(app)
    uploaded(app, data, "broken.csv")
    assert len(app.error) == 1
    assert app.error[0].value.endswith(".")
    assert charts(app) == 2
    assert query_of(app) == before
    checked(widget(app, "Components K").set_value(2).run())
    assert charts(app) == 2


def test_a_table_is_there_again_after_another_data_set():
    app = uploaded(opened(data="table"), TABLE)
    checked(widget(app, "Across").set_value("height").run())
    checked(widget(app, "Data set").set_value("moons").run())
    checked(widget(app, "Data set").set_value("table").run())
    assert charts(app) == 2
    assert widget(app, "Across").value == "height"


def test_a_scene_keeps_a_visitors_table_and_k():
    app = uploaded(opened(data="table", n_components="3"), TABLE)
    before = query_of(app)
    for scene in CLUSTER_SCENES:
        click_scene(app, scene)
        query = query_of(app)
        if scene.about_data:
            assert query["data"] == "stretched"
            checked(widget(app, "Data set").set_value("table").run())
            checked(widget(app, "Components K").set_value(3).run())
            continue
        assert {name: query[name] for name in before} == before
        assert any("on other data" in caption.value for caption in app.caption)
        assert charts(app) == {"both": 2, "types": 4}.get(scene.settings.view.show, 1)
    click_scene(app, CLUSTER_SCENES[-1])
    assert query_of(app) == to_query(CLUSTER_SCENES[-1].settings)


def test_an_unknown_column_falls_back_with_a_notice():
    app = uploaded(opened(data="table"), TABLE)
    app.query_params["data_x"] = "zzz"
    checked(app.run())
    assert "no column “zzz”: “width” is shown" in sentences(app)[0]
    assert charts(app) == 2


def test_a_refused_file_says_what_is_still_shown():
    app = uploaded(uploaded(opened(data="table"), TABLE), b"", "broken.csv")
    assert app.error[0].value.endswith("Still showing table.csv.")


def test_an_example_table_is_one_click():
    app = opened(data="table")
    checked(next(b for b in app.button if "iris" in b.label).click().run())
    assert charts(app) == 2
    assert widget(app, "Across").value == "sepal length"


def test_a_link_to_a_table_that_is_not_here_keeps_the_rest():
    app = opened(data="table", data_digest="0123456789abcdef", data_x="height", n_components="2")
    assert "is not in this session" in sentences(app)[0]
    assert widget(app, "Components K").value == 2
    uploaded(app, TABLE)
    assert charts(app) == 2
    assert widget(app, "Components K").value == 2


@pytest.mark.parametrize("X", DEGENERATE.values(), ids=DEGENERATE)
@pytest.mark.parametrize("show", ["both", "types"])
def test_degenerate_tables_show_a_picture_or_a_sentence(X, show):
    rows = "\n".join(f"{a!r},{b!r}" for a, b in np.repeat(X, 2, axis=0).tolist())
    app = uploaded(opened(data="table", n_components="5", show=show), f"a,b\n{rows}\n".encode())
    assert charts(app) in (2, 4)
    checked(widget(app, "Standardise columns").set_value(False).run())
    assert charts(app) in (2, 4) or "too large or too close" in app.error[0].value


def test_centres_by_hand_are_forgotten_with_their_data_set():
    app = opened(init="hand", centers="0,0;1,1;2,2;9,9")
    assert widget(app, "Start").value == "hand"
    checked(widget(app, "Data set").set_value("moons").run())
    assert widget(app, "Start").value == "kmeans"
    assert "centers" not in query_of(app)


TIMES = b"x,y\n" + b"\n".join(b"%d,%d" % (1700000000 + 10 * i, i % 7) for i in range(40))


def test_a_file_of_large_numbers_becomes_a_drawing():
    app = opened(data="drawing")
    uploaded(app, TIMES)
    assert charts(app) == 2
    uploaded(app, b"x,y\n1e308,1\n-1e308,2\n0,3\n")
    assert "too large" in app.error[0].value
    assert charts(app) == 2


@pytest.mark.parametrize("code", ["-1e308_1e308_-1e308_1e308~AAAA____", "x", "kept-0123456789ab"])
def test_a_garbled_or_missing_drawing_is_a_blank_sheet(code):
    app = opened(data="drawing", data_code=code)
    assert sentences(app)
    assert charts(app) == 2


def test_a_page_is_as_it_was_left():
    app = opened()
    checked(widget(app, "Components K").set_value(6).run())
    app.query_params.clear()
    checked(app.switch_page("../../pages/home.py").run())
    checked(app.switch_page("../../pages/clusters.py").run())
    assert widget(app, "Components K").value == 6
    assert query_of(app) == {"n_components": "6"}


def test_what_a_button_does_is_not_undone_by_an_address_that_is_behind():
    app = opened()
    checked(widget(app, "Components K").set_value(6).run())
    assert query_of(app) == {"n_components": "6"}
    # A quick hand: the browser tells of the click before it has heard of its new address.
    app.query_params.clear()
    scene = CLUSTER_SCENES[1]
    checked(next(b for b in app.button if b.key == f"scene {scene.figure}").click().run())
    assert query_of(app) == to_query(scene.settings)
    checked(app.run())
    assert query_of(app) == to_query(scene.settings)
