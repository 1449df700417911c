"""The page New digits without a browser: its steps, the judge, and image sets good and hostile."""

import io
import time

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from gmmlab.data.image_sets.digits import digit_images
from gmmlab.data.image_sets.image_set import write_image_set
from gmmlab.guide.scenes import DIGIT_SCENES
from gmmlab.settings import from_query, to_query
from gmmlab.studies.digits import page as digits_page
from gmmlab.studies.digits.sweep import why_aic_is_fooled
from tests.ui.driving import charts, checked, figures, opened_page, query_of, sentences, widget


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


def test_a_seven_can_be_asked_for():
    app = opened_page("digits", only="7")
    words = [line for row in figures(app)[0]["data"][0]["text"] for line in row if line]
    assert {line.split("drawn as ")[1] for line in words} == {"7"}
    odd = opened_page("digits", only="77")
    assert "There is no class 77" in sentences(odd)[0]


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
    for step in ("corpus", "pca", "generate", "judge"):
        checked(widget(app, "Step").set_value(step).run())
        assert charts(app) >= 1 or app.metric
    assert query_of(app)["source"] == "own"
    for scene in DIGIT_SCENES[:2]:
        checked(next(b for b in app.button if b.key == f"scene {scene.figure}").click().run())
        assert query_of(app)["source"] == "own"
        assert charts(app) >= 1


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
    sheet = digits_page.mosaic(images)
    for (y, x), value in np.ndenumerate(sheet):
        if not np.isnan(value):
            assert digits_page.tile_at(x, y, (3, 4)) == value


def test_words_about_aic_name_the_numbers():
    assert why_aic_is_fooled([]) == ""
