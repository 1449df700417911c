"""A lesson of one's own without a browser: collected, edited, played, saved, and shared."""

import re

from streamlit.testing.v1 import AppTest

from gmmlab.guide.lesson import PAGES, Lesson, Moment
from gmmlab.guide.lesson_file import as_code, as_json, from_code
from gmmlab.guide.tour import SLIDES
from gmmlab.settings import to_query
from tests.guide.test_lesson import TWENTY
from tests.ui.driving import charts, checked, opened_page, query_of, sentences, widget

THREE = Lesson(
    "Three",
    tuple(
        Moment(page, PAGES[page](), title, note, ("n_components",))
        for page, title, note in (
            ("clusters", "First *one* <b>", "Look <i>here</i>.\nAnd there."),
            ("density", "", ""),
            ("clusters", "Third", ""),
        )
    ),
)


def button(app: AppTest, label: str):
    return next(each for each in app.button if each.label.startswith(label))


def pressed(app: AppTest, label: str, then: str = "") -> AppTest:
    """The page after a click on a button, which leads to the page `then`, if it leads to one."""
    found = checked(button(app, label).click().run())
    # A test's app does not know where a script has led it.
    return found.switch_page(f"../../pages/{then}.py") if then else found


def lesson_in(app: AppTest) -> Lesson:
    return from_code(query_of(app)["moments"]).lesson


def titles(app: AppTest) -> list[str]:
    return [each.title for each in lesson_in(app).moments]


def playing(lesson: Lesson, number: int, code: str | None = None, page: str = "") -> AppTest:
    moment = lesson.moments[number - 1]
    query = to_query(moment.settings) | {"moment": str(number), "keep": "n_components"}
    return opened_page(page or moment.page, **query, lesson=code or as_code(lesson) or "")


def uploaded(app: AppTest, data: bytes) -> AppTest:
    upload = next(each for each in app.file_uploader if each.label == "Load a lesson")
    return checked(upload.upload("lesson.json", data).run())


def test_moments_of_several_pages_are_collected_in_their_order():
    app = opened_page("clusters", data="moons", n_components="6")
    pressed(app, "Add this moment")
    checked(widget(app, "Components K").set_value(5).run())
    pressed(app, "Add this moment")
    app.query_params.clear()
    checked(app.switch_page("../../pages/em.py").run())
    pressed(app, "Add this moment")
    app.query_params.clear()
    checked(app.switch_page("../../pages/lesson.py").run())
    found = lesson_in(app).moments
    assert [each.page for each in found] == ["clusters", "clusters", "em"]
    assert [to_query(each.settings).get("n_components") for each in found[:2]] == ["6", "5"]
    assert found[0].keep == ("n_components",)
    assert not sentences(app)


def test_a_moment_is_renamed_told_moved_and_removed():
    app = opened_page("lesson", moments=as_code(THREE))
    checked(widget(app, "Title").set_value(" New <b>name</b> ").run())
    checked(app.text_area[0].set_value("Look.").run())
    checked(app.multiselect[0].set_value(["seed", "n_components"]).run())
    first = lesson_in(app).moments[0]
    assert (first.title, first.note) == ("New <b>name</b>", "Look.")
    assert set(first.keep) == {"seed", "n_components"}
    pressed(app, "↓ Later")
    assert titles(app) == ["", "New <b>name</b>", "Third"]
    assert widget(app, "Title").value == "New <b>name</b>"
    pressed(app, "First")
    assert button(app, "↑ Earlier").disabled
    pressed(app, "Last")
    assert titles(app) == ["", "Third", "New <b>name</b>"]
    pressed(app, "Remove")
    assert titles(app) == ["", "Third"]
    assert widget(app, "Title").value == "Third"
    pressed(app, "1 Untitled")
    checked(widget(app, "Title").set_value("Density").run())
    checked(widget(app, "Name of the lesson").set_value("Mine").run())
    assert titles(app) == ["Density", "Third"]
    assert lesson_in(app).title == "Mine"
    pressed(app, "Remove")
    pressed(app, "Remove")
    assert any("no moments yet" in each for each in sentences(app))


def test_a_lesson_is_played_as_the_tour_is():
    app = opened_page("lesson", moments=as_code(THREE))
    pressed(app, "Play", "clusters")
    assert query_of(app)["moment"] == "1"
    assert charts(app) == 2
    assert any(each.value == "### First \\*one\\* \\<b\\>" for each in app.markdown)
    assert [each.value for each in app.text] == ["Look <i>here</i>.\nAnd there."]
    assert [each.label for each in app.slider] == ["Components K", "Components K"]
    assert not app.sidebar.selectbox
    pressed(app, "Next", "density")
    assert query_of(app)["moment"] == "2"
    assert any(each.value == "### Untitled" for each in app.markdown)
    pressed(app, "3 Third", "clusters")
    assert button(app, "Next").disabled
    assert query_of(app)["lesson"] == as_code(THREE)
    pressed(app, "Open in the lab")
    assert "lesson" not in query_of(app)
    assert app.sidebar.selectbox


def test_a_link_with_twenty_moments_opens_right():
    app = opened_page("lesson", moments=as_code(TWENTY))
    assert lesson_in(app) == TWENTY
    listed = [each for each in app.button if re.fullmatch(r"moment \d+", each.key or "")]
    assert len(listed) == 20
    for number in (1, 5, 20):
        app = playing(TWENTY, number)
        assert any(SLIDES[number - 1].title in each.value for each in app.markdown)
        assert any(each.value == f"{number} of 20" for each in app.caption)
        assert app.get("bidi_component")
        assert not [each for each in sentences(app) if "link" in each]


def test_bad_links_open_the_nearest_valid_state_with_a_notice():
    code = as_code(TWENTY)
    cut = opened_page("lesson", moments=code[: len(code) // 2])
    assert lesson_in(cut).moments == TWENTY.moments[: len(lesson_in(cut))]
    assert any("cut off" in each for each in sentences(cut))
    for bad in ("1.AAAA", "nonsense", "own-0123", "<b>", "x" * 9_000):
        app = opened_page("lesson", moments=bad)
        assert sentences(app)
        assert any("no moments yet" in each for each in sentences(app))
        assert charts(playing(TWENTY, 2, code=bad))
    app = playing(TWENTY, 3, code=code[: len(code) // 2])
    assert any("3 of" in each.value for each in app.caption)
    assert any("cut off" in each for each in sentences(app))
    app = playing(TWENTY, 20, code=code[: len(code) // 2])
    assert any("moment 20 of a lesson" in each for each in sentences(app))
    assert "moment" not in query_of(app)
    assert app.get("bidi_component")
    app = playing(THREE, 2, page="clusters")  # a moment of another page
    assert charts(app)


def test_a_file_takes_the_lessons_place_and_a_bad_one_changes_nothing():
    app = opened_page("lesson", moments=as_code(THREE))
    uploaded(app, b"[" * 100_000)
    assert any("no JSON" in each and "as before" in each for each in sentences(app))
    assert titles(app) == titles(opened_page("lesson", moments=as_code(THREE)))
    app = opened_page("lesson")
    uploaded(app, as_json(TWENTY))
    assert lesson_in(app) == TWENTY


def test_a_lesson_too_long_for_a_link_stays_in_the_session():
    notes = [
        "".join(chr(0x4E00 + (i * k * 7919 + k) % 20_000) for i in range(600)) for k in range(9)
    ]
    long = Lesson("Long", tuple(Moment("clusters", PAGES["clusters"](), "", n) for n in notes))
    assert as_code(long) is None
    app = opened_page("lesson")
    uploaded(app, as_json(long))
    assert query_of(app)["moments"].startswith("own-")
    assert any("too long for a link" in each.value for each in app.caption)
    pressed(app, "Play", "clusters")
    pressed(app, "Next", "clusters")
    assert query_of(app)["moment"] == "2"
    assert app.text[0].value == notes[1]
