"""The Density page without a browser: lenses, scores, rivals, and its place in the site."""

import numpy as np
import pytest

from gmmlab.data.points.datasets import SOURCES, load
from gmmlab.figures.palette import MUTED
from gmmlab.guide.scenes import DENSITY_SCENES
from gmmlab.settings import from_query, to_query
from gmmlab.studies.density import lenses, page
from tests.ui.driving import charts, checked, figures, opened_page, query_of, sentences, widget


def types(figure) -> set[str]:
    return {trace["type"] for trace in figure["data"]}


def test_it_opens_with_two_mixtures_on_one_scale():
    app = opened_page("density")
    two, sixteen = figures(app)
    assert "contour" in types(two)
    scales = [
        next((t["zmin"], t["zmax"]) for t in figure["data"] if t["type"] == "contour")
        for figure in (two, sixteen)
    ]
    assert scales[0] == scales[1]
    assert two["layout"]["xaxis"]["range"] == sixteen["layout"]["xaxis"]["range"]
    metrics = {metric.label: metric.value for metric in app.metric}
    assert "±" in metrics["Mixture with K = 2"]
    assert "±" in metrics["Mixture with K = 16"]


def test_folds_are_fitted_only_for_who_opens_the_question():
    assert not opened_page("density", more=False).metric


@pytest.mark.parametrize(
    ("query", "judged"),
    [
        ({}, ["Mixture with K = 2", "Mixture with K = 16"]),
        ({"other_components": "7"}, ["Mixture with K = 7", "Mixture with K = 16"]),
        ({"beside": "kde"}, ["Mixture with K = 16", "Kernel estimate"]),
        ({"beside": "none"}, ["Mixture with K = 16"]),
        ({"lens": "points"}, []),
    ],
)
def test_the_models_that_are_pictured_are_those_that_are_judged(query, judged):
    app = opened_page("density", **query)
    assert [m.label for m in app.metric] == judged
    said = " ".join(caption.value for caption in app.caption)
    assert ("nats a point (95 % interval)" in said) == (len(judged) == 2)
    for name in judged if len(judged) == 2 else ():
        assert f"the {name[0].lower()}{name[1:]}" in said.replace("The ", "the ")


def test_a_kernel_estimate_is_scored_as_well():
    app = opened_page("density", beside="kde", score="0.5,0.2")
    assert [m.label for m in app.metric if m.label.startswith("log p")] == [
        "log p, Mixture, K = 16",
        "log p, Kernel estimate, bandwidth 0.0586",
    ]


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("lens", ["clusters", "density"])
def test_every_data_set_has_a_density(name, lens):
    app = opened_page("density", data=name, lens=lens, n_components="5")
    assert charts(app) == 2


@pytest.mark.parametrize(
    ("lens", "n"), [("points", 1), ("clusters", 2), ("density", 2), ("surface", 2), ("samples", 3)]
)
@pytest.mark.parametrize("beside", ["mixture", "kde", "none"])
def test_every_lens_beside_every_rival(lens, n, beside):
    app = opened_page("density", lens=lens, beside=beside)
    assert charts(app) == n - (beside == "none" and lens != "points")


@pytest.mark.parametrize("scene", DENSITY_SCENES, ids=lambda scene: scene.figure)
def test_a_scene_is_one_click_and_one_link(scene):
    app = opened_page("density", n_components="3")
    checked(next(b for b in app.button if b.key == f"scene {scene.figure}").click().run())
    query = query_of(app)
    assert query == to_query(scene.settings)
    assert from_query(page.DensitySettings, query) == (scene.settings, ())


def test_sixteen_ellipses_over_plain_points():
    (scene,) = [s for s in DENSITY_SCENES if s.figure == "5-134"]
    (figure,) = figures(opened_page("density", **to_query(scene.settings)))
    points = [t["marker"]["color"] for t in figure["data"] if t.get("mode") == "markers"]
    assert {c for each in points for c in each} == {MUTED}
    ellipses = [t for t in figure["data"] if str(t.get("uid")).startswith("glide-ellipse")]
    assert len(ellipses) == 48


def test_a_control_that_does_nothing_is_not_shown():
    def labels(**query):
        app = opened_page("density", **query)
        kinds = (app.slider, app.selectbox, app.number_input, app.checkbox)
        return {w.label for kind in kinds for w in kind}

    assert {"New points", "Draw seed"} <= labels(lens="samples")
    assert not {"New points", "Draw seed", "Colour"} & labels()
    assert not {"Marginals", "The other K"} & labels(lens="surface", beside="kde")


def test_a_point_is_scored_by_typing_or_by_link():
    app = opened_page("density")
    checked(widget(app, "Score a point").set_value("0.5, 0.2").run())
    assert query_of(app)["score"] == "0.5, 0.2"
    told = {m.label: m.value for m in app.metric}
    assert "log p, Mixture, K = 16" in told
    assert float(told["log p, Mixture, K = 16"]) < float(told["log p, Mixture, K = 2"])
    checked(widget(app, "Score a point").set_value("here").run())
    assert (
        "“Score a point” takes one point, for example 1.5, 2; it keeps its last value."
        in sentences(app)[0]
    )
    assert query_of(app)["score"] == "0.5, 0.2"
    checked(widget(app, "Score a point").set_value("1,2;3,4").run())
    assert "one point" in sentences(app)[0]


@pytest.mark.parametrize("point", ["1e308,1e308", "1e300,1"])
def test_a_point_beyond_all_numbers_is_refused(point):
    app = opened_page("density", score=point)
    assert "it must be one point" in sentences(app)[0]
    far = opened_page("density", score="1e60,1")
    told = {m.label: m.value for m in far.metric}
    assert told["log p, Mixture, K = 16"] == "below −1,000,000"
    assert not any("nan" in value.lower() for value in told.values())


def test_new_points_come_from_the_mixture():
    app = opened_page("density", lens="samples", n_samples="20000", beside="none")
    new = figures(app)[1]["data"][-1]
    found = lenses.study(load("moons"), lenses.DensityModel(beside="none"))
    mixture = found.lenses[0].fit.mixture
    mean = mixture.weights @ mixture.means
    np.testing.assert_allclose([new["x"].mean(), new["y"].mean()], mean, atol=0.03)


@pytest.mark.parametrize("rows", ["1,1\n1,1\n", "0,0\n1,0\n2,0\n", "1,2\n3,4\n"])
def test_degenerate_tables_show_a_picture_or_a_sentence(rows):
    app = opened_page("density", data="table")
    checked(app.file_uploader[0].upload("t.csv", f"a,b\n{rows}".encode()).run())
    for lens in ("density", "surface", "clusters", "samples"):
        checked(widget(app, "Lens").set_value(lens).run())
        assert charts(app) >= 1
    checked(widget(app, "Beside it").set_value("kde").run())
    assert charts(app) >= 1
