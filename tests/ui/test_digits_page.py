"""The page New digits without a browser: its steps, the judge, and image sets good and hostile."""

import io
import time
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from streamlit.testing.v1 import AppTest

from gmmlab.data.image_sets.digits import digit_images
from gmmlab.data.image_sets.image_set import write_image_set
from gmmlab.guide.scenes import DIGIT_SCENES
from gmmlab.settings import from_query, to_query
from gmmlab.studies.digits import page as digits_page
from gmmlab.studies.digits import sweep
from gmmlab.studies.digits.pca import Space
from gmmlab.studies.digits.sweep import SweepCell, what_aic_says
from tests.ui.driving import charts, checked, figures, opened_page, query_of, sentences, widget


def button(app: AppTest, label: str):
    return next(each for each in app.button if each.label == label)


def labels(app: AppTest) -> set[str]:
    kinds = (app.slider, app.select_slider, app.selectbox, app.number_input, app.checkbox)
    return {each.label for kind in kinds for each in kind}


@pytest.mark.parametrize(("step", "n"), [("corpus", 1), ("pca", 3), ("generate", 3)])
def test_the_steps_show_their_pictures(step, n):
    app = opened_page("digits", step=step)
    assert charts(app) == n


def test_pca_keeps_41_axes():
    app = opened_page("digits", step="pca")
    assert any("41 axes** hold 99.0%" in caption.value for caption in app.caption)
    checked(widget(app, "Variance kept").set_value(0.5).run())
    assert not any("41 axes" in caption.value for caption in app.caption)


def test_the_judge_begins_with_the_settings_of_the_sidebar():
    app = opened_page("digits", step="judge")
    told = {metric.label: float(metric.value.replace(",", "")) for metric in app.metric}
    assert told["Held-out log-likelihood"] >= -47
    assert 0.95 <= told["Copying"] <= 1.1
    assert 0.6 <= told["Tell-apart"] <= 0.67  # by the strongest of three; 0.57 by one alone
    rows = app.dataframe[0].value
    assert len(rows) == 6
    assert rows["held out"].min() < -4e6  # the chapter's
    said = next(m.value for m in app.markdown if "As set here" in m.value)
    assert "keep as far from training images as real ones do" in said
    assert "can sometimes be told from real ones" in said
    assert "Where real images stand in for new ones, tell-apart is 0.49" in said
    assert not any("images were held out" in sentence for sentence in sentences(app))
    (figure,) = figures(app)
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [
        1,
        pytest.approx(0.49, abs=0.01),
    ]


@pytest.mark.usefixtures("by_hand")
def test_a_cancelled_judge_stays_cancelled_until_it_is_asked_again():
    app = opened_page("digits", step="judge")
    checked(next(b for b in app.button if b.label == "Cancel").click().run())
    for _ in range(3):
        assert "Cancelled: " in " ".join(sentences(app))
        time.sleep(0.3)
        checked(app.run())
    checked(next(b for b in app.button if b.label == "Continue").click().run())
    assert not any("Cancelled" in sentence for sentence in sentences(app))


QUICK = {"n_components": "10", "averaged": "1", "variance_kept": "0.8"}


def test_a_seven_can_be_asked_for():
    app = opened_page("digits", step="generate", only="7", **QUICK)
    words = [line for row in figures(app)[0]["data"][0]["text"] for line in row if line]
    assert {line.split("drawn as ")[1] for line in words} == {"7"}
    chosen = widget(app, "Class")
    assert chosen.options == ["all", *"0123456789"]
    checked(chosen.set_value("").run())
    assert "only" not in query_of(app)
    odd = opened_page("digits", only="77")
    assert sentences(odd) == ["There is no class 77 in these images: all are shown."]
    assert "only" not in query_of(odd)


def test_a_class_without_one_mixture_per_class_is_not_ignored_in_silence():
    app = opened_page("digits", step="generate", only="7", per_class="0", **QUICK)
    assert any("New images of class 7 alone need" in sentence for sentence in sentences(app))
    assert "Class" not in labels(app)
    # The real images beside them are of all classes too.
    real = {line[-1] for row in figures(app)[1]["data"][0]["text"] for line in row if line}
    assert real == set("0123456789")


@pytest.mark.parametrize(
    ("step", "shown"),
    [
        ("corpus", {"How many", "Class"}),
        ("pca", {"Variance kept"}),
        ("sweep", {"Covariance", "Fit seed"}),
    ],
)
def test_a_step_shows_its_own_controls(step, shown):
    assert labels(opened_page("digits", step=step)) == {"Images", *shown}


def test_of_a_generator_only_what_acts_is_shown():
    app = opened_page("digits", step="generate", **QUICK)
    first = {"Components K", "Per class", "How many", "Class", "Draw seed"}
    more = {each.label for kind in ("number_input", "slider", "checkbox", "selectbox")
            for each in getattr(app.sidebar.expander[0], kind)}  # fmt: skip
    assert {"Whiten", "Shrinkage", "Groups", "Tails", "Pixels", "Fit seed"} <= more
    assert first <= labels(app) - more
    plain = opened_page("digits", step="generate", shrinkage="0", **QUICK)
    assert "Groups" not in labels(plain)
    judge = opened_page("digits", step="judge", n_components="7", averaged="1")
    assert {"How many", "Class", "Draw seed"}.isdisjoint(labels(judge))


def test_the_story_begins_at_the_corpus_and_next_leads_on():
    app = opened_page("digits")
    assert [each.label for each in app.button[:7]] == [
        *(f"{i + 1} {scene.title}" for i, scene in enumerate(DIGIT_SCENES)), "Next: PCA →",
    ]  # fmt: skip
    assert any("The first 100 of 1,797" in caption.value for caption in app.caption)
    checked(button(app, "Next: PCA →").click().run())
    assert query_of(app) == {"step": "pca"}
    checked(widget(app, "Variance kept").set_value(0.5).run())
    checked(button(app, "3 How many?").click().run())
    assert query_of(app) == {"step": "sweep", "variance_kept": "0.5"}


def test_the_story_comes_back_to_a_visitors_own_images():
    everything = digit_images()
    app = uploaded(opened_page("digits", source="own"), write_image_set(everything.images[:60]))
    kept = query_of(app)
    for name in ("source", "digest"):
        del app.query_params[name]
    app.switch_page("../../pages/recolour.py").run()
    while "New digits" not in app.title[0].value:
        (on,) = [each for each in app.button if each.label.startswith("Next: ")]
        checked(on.click().run())
    assert query_of(app) == kept


def test_a_generator_of_ones_own_is_judged_next():
    app = opened_page("digits", step="generate", **QUICK)
    checked(button(app, "Next: The judge →").click().run())
    assert query_of(app) == {"step": "judge", **QUICK}


def test_the_components_asked_for_and_the_gaussians_drawn_from_agree():
    app = opened_page("digits", step="generate")
    said = " ".join(caption.value for caption in app.caption)
    assert "**K = 60** components from each of 4 starts" in said
    assert "each as a narrow and a wide one (Tails): 480 Gaussians" in said
    # A mean of 41, a covariance of 861; the weights of each start sum to 1.
    assert 240 * (41 + 861) + 4 * 59 == 216_716
    assert "of the 240 that were fitted are 216,716 parameters, from 1,797 images" in said
    chapter = checked(button(app, "4 The chapter's digits").click().run())
    said = " ".join(caption.value for caption in chapter.caption)
    assert "**K = 110** components. Means, covariances and weights are 99,329 parameters" in said


def test_fewer_components_than_classes_are_said_to_be_one_for_each():
    app = opened_page("digits", step="generate", n_components="3", averaged="1", tails="0")
    assert any("so K is 10 here, not 3" in sentence for sentence in sentences(app))
    assert any("**K = 10** components." in caption.value for caption in app.caption)


def test_the_way_leads_from_the_image_named_to_the_image_named():
    app = opened_page("digits", step="generate", **QUICK)
    start = widget(app, "From image")
    assert (start.value, start.min, start.max) == (1, 1, 1797)
    checked(start.set_value(30).run())
    assert query_of(app)["first"] == "30"
    # Its first picture is what PCA keeps of image 30, counted from 1 as everywhere on the page.
    space = Space.of(digit_images().images, 0.8)
    expected = np.clip(space.reconstruction(digit_images().images[29:30])[0], 0, 16)
    z = np.array(figures(app)[-1]["data"][0]["z"], dtype=float)
    assert_allclose(z[:8, :8], expected, atol=1e-3)
    app = opened_page("digits", step="generate", last="9999", **QUICK)
    assert any("only 1,797 images" in sentence for sentence in sentences(app))
    assert query_of(app)["last"] == "1797"


def test_an_image_is_chosen_by_its_number_and_belongs_to_its_draw():
    app = opened_page("digits", step="generate", **QUICK)
    n = charts(app)
    checked(widget(app, "New image").set_value(37).run())
    assert charts(app) == n + 1
    checked(widget(app, "Draw seed").set_value(1).run())
    assert widget(app, "New image").value is None
    assert charts(app) == n


def test_the_sweep_says_what_was_read_and_what_is_measured(monkeypatch):
    monkeypatch.setattr(sweep, "possible", lambda images: [110, 150])
    app = opened_page("digits", step="sweep")
    said = next(m.value for m in app.markdown if "AIC is lowest" in m.value)
    assert "lowest at **K = 150** (−234,112), measured here; the chapter read 110" in said
    assert "held out is −5,959,429 nats" in said
    assert "foreseen" not in said


@pytest.mark.parametrize("scene", DIGIT_SCENES, ids=lambda scene: scene.figure)
def test_a_scene_is_a_link(scene):
    query = to_query(scene.settings)
    assert from_query(digits_page.DigitsSettings, query) == (scene.settings, ())


def test_the_floor_can_be_none_and_what_it_was():
    app = opened_page("digits", step="generate", n_components="10", averaged="1")
    floor = widget(app, "Floor")
    assert floor.value == 1e-6
    assert "0.000001" in floor.options
    checked(floor.set_value(0.0).run())
    assert query_of(app)["floor"] == "0"
    checked(widget(app, "Floor").set_value(1e-6).run())
    assert "floor" not in query_of(app)


def test_a_floor_between_two_marks_is_kept():
    app = opened_page("digits", step="generate", n_components="10", averaged="1", floor="0.13")
    assert widget(checked(app.run()), "Floor").value == 0.13
    assert query_of(app)["floor"] == "0.13"
    assert widget(checked(widget(app, "Floor").set_value(0.2).run()), "Floor").value == 0.2
    assert query_of(app)["floor"] == "0.2"


def test_a_slider_shows_the_digits_that_its_steps_have():
    app = opened_page("digits", step="pca")
    assert widget(app, "Variance kept").proto.format == "%.3f"


def uploaded(app: AppTest, data: bytes) -> AppTest:
    return checked(app.file_uploader[0].upload("set.npz", data).run())


def test_an_image_set_of_ones_own_goes_through_all_steps():
    everything = digit_images()
    data = write_image_set(everything.images[:200], everything.labels[:200])
    app = uploaded(opened_page("digits", source="own", n_components="10"), data)
    for number, scene in enumerate(DIGIT_SCENES, start=1):
        checked(button(app, f"{number} {scene.title}").click().run())
        assert charts(app) >= 1 or number == 3  # too few for the chapter's sweep
        assert query_of(app)["source"] == "own"
    assert "Only 66 images were held out" in sentences(app)[0]


def without_pickle(**arrays) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        without_pickle(pictures=np.zeros((40, 8, 8), np.uint8)),
        without_pickle(images=np.zeros((40, 8), np.uint8)),
        without_pickle(images=np.array([{"a": 1}, None], dtype=object)),
    ],
)
def test_a_hostile_file_gets_one_sentence(data):
    app = uploaded(opened_page("digits", source="own"), data)
    assert app.error[0].value.endswith("The images shown are those from before.")


def test_tiles_are_found_where_they_are_drawn():
    images = np.arange(23.0)[:, None, None] * np.ones((23, 3, 4))
    for columns in (10, 5):
        sheet = digits_page.mosaic(images, columns)
        for (y, x), value in np.ndenumerate(sheet):
            found = digits_page.tile_at(x, y, (3, 4), 23, columns)
            assert found == value or np.isnan(value)
        for x, y in ((-3, 1), (1, -3), (sheet.shape[1] + 3, 1), (1, sheet.shape[0] + 3)):
            assert digits_page.tile_at(x, y, (3, 4), 23, columns) is None


@pytest.mark.parametrize("n", [1, 2, 9, 100, 400])
@pytest.mark.parametrize("shape", [(8, 8), (32, 3), (1, 32)])
def test_a_sheet_is_about_square(n, shape):
    columns = digits_page.columns_for(n, shape)
    height, width = digits_page.mosaic(np.zeros((n, *shape)), columns).shape
    assert 1 <= columns <= n
    if n * min(shape) > 10 * max(shape):
        assert 0.5 < height / width < 2


def test_words_about_aic_follow_the_numbers():
    assert what_aic_says([]) == ""
    few = SweepCell(50, 100.0, 200.0, -1609.0, 45_000, 1797, 73_677, 2, True)
    many = replace(few, n_components=60, aic=300.0, n_parameters=500, held_out=-40.0)
    said = what_aic_says([few, many])
    assert "1.64 numbers for each parameter." in said
    assert "highest at K = 60: −40.0" in said
    assert "needles" in said
    agreed = what_aic_says([few, replace(many, aic=50.0)])
    assert "lowest at **K = 60** (50.0)" in agreed
    assert "highest" not in agreed
    assert "needles" not in agreed
