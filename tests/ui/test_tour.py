"""The tour, presentations and lesson links, without a browser."""

import re
from io import BytesIO
from time import monotonic

import numpy as np
import pytest
from PIL import Image

from gmmlab.guide.lesson import controls_of
from gmmlab.guide.scenes import STORY
from gmmlab.guide.tour import SLIDES, THUMBNAIL_SIZE
from gmmlab.settings import from_query, specs, to_query
from gmmlab.ui.shell.sharing import qr_code_of
from gmmlab.ui.shell.showing import NAMES, Showing
from tests.ui.driving import charts, checked, films, opened_page, query_of, sentences, widget

# Every row of the chapter's table of scenes that is a figure of one of its pages.
CHAPTER = [f"5-{number}" for number in range(123, 140)]


def slide(number: int):
    shown = SLIDES[number - 1]
    return opened_page(shown.page, **to_query(shown.scene.settings), slide=str(number))


def test_every_figure_of_the_chapter_has_a_slide_in_the_chapters_order():
    figures = [each.figure for each in SLIDES if each.figure[0].isdigit()]
    assert sorted(figures) == CHAPTER
    assert figures[0] == "5-123"
    assert figures[1:] == sorted(figures[1:])
    for each in SLIDES:
        assert each.scene in STORY[each.page]
        assert each.text
        assert each.attempt
        assert each.notes
        names = {name for name, _, _ in specs(each.scene.settings)}
        assert set(each.controls) <= names


@pytest.mark.parametrize("number", [1, 2, 5, 9, 14, 18, 21])
def test_a_slide_is_its_scene_with_words_and_without_a_sidebar(number):
    app = slide(number)
    assert not sentences(app)
    assert app.get("bidi_component")
    assert any(SLIDES[number - 1].text in each.value for each in app.markdown)
    assert not app.sidebar.selectbox
    assert query_of(app)["slide"] == str(number)


def test_a_late_word_from_the_slide_before_does_not_turn_back(monkeypatch):
    app = slide(5)
    before = query_of(app)
    checked(next(b for b in app.button if b.label.startswith("Next")).click().run())
    after = query_of(app)
    assert after["slide"] == "6"

    def comes_with(query):
        app.query_params.clear()
        for name, value in query.items():
            app.query_params[name] = value
        return query_of(checked(app.run()))["slide"]

    assert comes_with(before) == "6"
    assert comes_with(after) == "6"
    monkeypatch.setattr("gmmlab.ui.shell.showing.monotonic", lambda: monotonic() + 60)
    assert comes_with(before) == "5"  # a minute later, that is the button Back of the browser


def test_slides_turn_to_other_pages_and_lead_back_to_the_lab():
    app = slide(4)
    checked(next(b for b in app.button if b.label.startswith("Next")).click().run())
    assert query_of(app)["slide"] == "5"
    assert films(app)
    app = slide(5)
    checked(next(b for b in app.button if b.label.startswith("← Back")).click().run())
    assert query_of(app)["slide"] == "4"
    app = slide(4)
    data = query_of(app)["data"]
    checked(next(b for b in app.button if b.label == "Open in the lab").click().run())
    assert "slide" not in query_of(app)
    assert query_of(app)["data"] == data
    assert app.sidebar.selectbox


def test_the_first_and_the_last_slide_have_no_way_on():
    first = slide(1)
    assert next(b for b in first.button if b.label.startswith("← Back")).disabled


def test_a_lesson_has_the_controls_of_the_link_and_no_others():
    app = opened_page("clusters", keep="n_components.covariance_type", data="moons")
    assert [each.label for each in app.sidebar.slider] == ["Components K"]
    assert [each.label for each in app.sidebar.selectbox] == ["Covariance"]
    checked(widget(app, "Components K").set_value(3).run())
    assert query_of(app) == {
        "keep": "n_components.covariance_type", "data": "moons", "n_components": "3",
    }  # fmt: skip


def test_a_presentation_keeps_only_what_was_ticked():
    app = opened_page("clusters", present="1", keep="seed")
    assert [each.label for each in app.number_input] == ["Seed"]
    assert not app.sidebar.selectbox
    assert not opened_page("density", present="1").number_input
    page = opened_page("clusters")
    checked(next(b for b in page.button if b.label == "Present").click().run())
    assert query_of(page)["present"] == "1"
    assert not page.sidebar.selectbox


@pytest.mark.parametrize(
    "query",
    [{"slide": "99"}, {"slide": "-1"}, {"present": "yes"}, {"keep": "a b;c"}, {"keep": "x" * 500}],
)
def test_a_bad_link_opens_the_page_with_a_notice(query):
    app = opened_page("clusters", **query)
    assert charts(app)
    assert any("The link asks for" in each for each in sentences(app))


def test_a_slide_of_another_page_is_no_slide():
    app = opened_page("clusters", slide="1")
    assert charts(app)
    assert not any(SLIDES[0].text in each.value for each in app.markdown)


def test_the_composer_offers_what_acts_and_its_code_is_drawn_here():
    shown = STORY["clusters"][0].settings
    assert "covariance_type" not in controls_of(shown)
    assert {"n_components", "seed", "data"} <= set(controls_of(shown))
    code = qr_code_of("http://127.0.0.1:8501/clusters?keep=seed")
    assert code.startswith("<svg")
    assert not re.search(r"(href|src)=", code)
    assert qr_code_of("x" * 2000) is None
    assert from_query(Showing, {"keep": "none"})[0].kept == ()
    assert Showing().kept is None


def test_every_slide_has_a_small_picture_of_its_own():
    """`make thumbnails` takes them, when a slide is new or shows something else."""
    seen = set()
    for each in SLIDES:
        data = each.thumbnail.read_bytes()
        picture = Image.open(BytesIO(data))
        assert picture.size == THUMBNAIL_SIZE
        assert len(data) < 30_000
        pixels = np.asarray(picture.convert("L"))
        assert pixels.max() > 240  # on white paper
        assert (pixels < 200).mean() > 0.002, each.figure
        seen.add(data)
    assert len(seen) == len(SLIDES)
    names = {path.stem for path in SLIDES[0].thumbnail.parent.iterdir()}
    assert names == {each.figure for each in SLIDES}


def test_the_contents_and_the_notes_open():
    contents = opened_page("tour")
    assert len(contents.get("image")) == len(SLIDES)
    assert sum(each.label.startswith("**") for each in contents.button) == len(SLIDES)
    checked(contents.button[0].click().run())
    assert query_of(contents)["slide"] == "1"
    assert any("Open the tour" in each for each in sentences(opened_page("notes")))


@pytest.mark.parametrize("page", STORY)
def test_no_page_has_a_setting_of_the_same_name(page):
    """One address holds a page's settings and how it is shown."""
    for scene in STORY[page]:
        assert NAMES.isdisjoint(name for name, _, _ in specs(scene.settings))


def test_no_link_draws_a_control_that_a_page_has_no_widget_for():
    app = opened_page("how_many", keep="cell.columns.high", high="3")
    assert [each.label for each in app.sidebar.number_input] == ["K to"]
    assert {"cell", "columns"}.isdisjoint(controls_of(STORY["how_many"][0].settings))


def test_a_presentation_that_goes_on_to_the_next_page_brings_the_data_along():
    app = opened_page("clusters", data="circles", present="1")
    assert query_of(app)["present"] == "1"
    chosen = opened_page("clusters", data="circles", n_components="3")
    chosen.query_params.clear()
    chosen.query_params["present"] = "1"
    checked(chosen.switch_page("../../pages/density.py").run())
    assert query_of(chosen)["data"] == "circles"
