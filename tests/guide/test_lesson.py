"""Lessons as values, files and links: round trips, and whatever else somebody may hand in."""

import json
import random
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmmlab.guide import lesson_file
from gmmlab.guide.lesson import (
    MOST_IN_A_NOTE,
    MOST_IN_A_TITLE,
    MOST_MOMENTS,
    PAGES,
    Lesson,
    LessonRejected,
    Moment,
    cleaned,
    controls_of,
    moment_of,
    read_moment,
)
from gmmlab.guide.lesson_file import as_code, as_json, from_code, from_json
from gmmlab.guide.tour import SLIDES
from gmmlab.settings import to_query
from tests.ui.walk import random_settings

TOUR = Lesson(
    "The tour",
    tuple(
        Moment(each.page, each.scene.settings, each.title, each.text, each.controls)
        for each in SLIDES
    ),
)
TWENTY = Lesson("Twenty moments", TOUR.moments[:20])


@st.composite
def moments(draw):
    """A random moment of any page, by the walk over settings that the pages are tested with."""
    page = draw(st.sampled_from(sorted(PAGES)))
    chosen = random_settings(PAGES[page], random.Random(draw(st.integers(0, 10**6))))
    keep = draw(st.lists(st.sampled_from(sorted(controls_of(chosen))), unique=True, max_size=4))
    title = cleaned(draw(st.text(max_size=100)), MOST_IN_A_TITLE)
    note = cleaned(draw(st.text(max_size=300)), MOST_IN_A_NOTE, lines=True)
    return Moment(page, chosen, title, note, tuple(keep))


lessons = st.builds(
    Lesson,
    st.text(max_size=90).map(lambda text: cleaned(text, MOST_IN_A_TITLE)),
    st.lists(moments(), min_size=1, max_size=5).map(tuple),
)


def spelled(lesson):
    """All of a lesson; settings of EM that differ in the moment alone are equal."""
    return lesson, [to_query(each.settings) for each in lesson.moments]


@given(lessons)
@settings(max_examples=20, deadline=None)
def test_a_lesson_comes_back_from_its_file_and_from_its_link(lesson):
    found = from_json(as_json(lesson))
    assert spelled(found.lesson) == spelled(lesson)
    assert all("HTML" in each for each in found.notices)
    if (code := as_code(lesson)) is not None:
        assert spelled(from_code(code).lesson) == spelled(lesson)
        assert from_code(code).notices == ()


@given(st.text(), st.integers(0, 50), st.booleans())
def test_cleaned_text_is_visible_and_cleaning_it_again_changes_nothing(text, most, lines):
    found = cleaned(text, most, lines)
    assert len(found) <= most
    assert found.replace("\n", "" if lines else "\n").isprintable()
    assert cleaned(found, most, lines) == found
    found.encode()


def test_twenty_moments_with_their_notes_fit_into_a_link():
    code = as_code(TWENTY)
    assert code is not None
    assert len(code) < 3_500
    assert spelled(from_code(code).lesson) == spelled(TWENTY)
    assert from_code(code).notices == ()


def test_a_lesson_too_long_for_a_link_has_none():
    chance = random.Random(0)
    note = "".join(map(chr, chance.choices(range(0x4E00, 0x9FFF), k=MOST_IN_A_NOTE)))
    moment = Moment("em", PAGES["em"](), "", note)
    assert as_code(Lesson("", (moment,) * 2)) is not None
    assert as_code(Lesson("", tuple(
        Moment("em", PAGES["em"](), "", "".join(chance.sample(note, len(note)))) for _ in range(9)
    ))) is None  # fmt: skip


def test_of_a_link_that_was_cut_off_the_beginning_is_read():
    code = as_code(TWENTY)
    lengths = []
    for end in range(0, len(code), 41):
        try:
            found = from_code(code[:end])
        except LessonRejected:
            assert not lengths, end
            continue
        assert "cut off or changed" in found.notices[0]
        assert found.lesson.moments == TWENTY.moments[: len(found.lesson)]
        lengths.append(len(found.lesson))
    assert lengths == sorted(lengths)
    assert lengths[0] <= 2
    assert lengths[-1] >= 19


@given(st.integers(2, len(as_code(TWENTY)) - 1), st.sampled_from("Ab0_-~ é"))
@settings(max_examples=60, deadline=None)
def test_a_link_that_was_tampered_with_says_so(place, letter):
    code = as_code(TWENTY)
    other = code[:place] + letter + code[place + 1 :]
    try:
        found = from_code(other)
    except LessonRejected:
        return
    # The bits that fill up the last letter mean nothing.
    if other != code and place < len(code) - 1:
        assert "cut off or changed" in found.notices[0]
    for moment in found.lesson.moments:
        assert type(moment.settings) is PAGES[moment.page]


@given(st.text(max_size=200) | st.text("0123456789.AZaz_-", max_size=200))
def test_no_text_is_more_than_a_rejected_lesson(text):
    with pytest.raises(LessonRejected, match=r"\.$"):
        from_code(text)


def test_a_link_that_swells_is_not_unpacked(monkeypatch):
    def code_of(text):
        letters = lesson_file.base64.urlsafe_b64encode(zlib.compress(text, 9)).decode()
        return "1." + letters.rstrip("=")

    bomb = code_of(b'["",1]\n["em",{},"' + b"x" * 3_000_000 + b'",""]')
    assert len(bomb) < 6_000
    with pytest.raises(LessonRejected, match="nothing of it"):
        from_code(bomb)
    assert len(from_code(code_of(b'["",1]\n["em",{},"x",""]')).lesson) == 1


def file(*moments, **other):
    written = {"format": "GMM Lab lesson", "version": 1, "title": "", "moments": list(moments)}
    return json.dumps(written | other).encode()


EM = {"page": "em"}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "no JSON"),
        (b"x" * 300_001, "300,001 bytes"),
        (b"\x80\x04\x95" + b"cos\nsystem\n(S'true'\ntR.", "no JSON"),  # a pickle
        (b"[]", "no lesson"),
        (b"null", "no lesson"),
        (b'{"moments": []}', "no lesson"),
        (file(), "no moments"),
        (file(moments={"0": EM}), "no moments"),
        (file(EM, version="1"), "no lesson"),
        (file(EM, version=True), "no lesson"),
        (file(EM, version=0), "no lesson"),
        (file({"page": "notes"}), "does not have"),
        (file({"page": ["em"]}), "does not have"),
        (file("em", None, 3), "has no page"),
    ],
)
def test_a_file_that_is_no_lesson_is_one_sentence(data, words):
    with pytest.raises(LessonRejected, match=words):
        from_json(data)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ({"page": "clusters", "settings": {"n_components": "999"}}, "must be a whole number"),
        ({"page": "clusters", "settings": {"n_components": float("nan")}}, "must be a whole"),
        ({"page": "clusters", "settings": {"data": "\ud800<b>"}}, "must be one of"),
        ({"page": "clusters", "settings": {"no_such": "1"}}, "does not know"),
        ({"page": "clusters", "settings": {"seed": {"$": 1}}}, "does not know"),
        ({"page": "clusters", "settings": {"centers": "nan,nan"}}, "Moment 2: The link asks"),
        ({"page": "clusters", "settings": []}, "cannot be read"),
        ({"page": "em", "title": "<script>alert(1)</script>"}, "plain text"),
        ({"page": "em", "note": "a</b>"}, "plain text"),
        ({"page": "em", "title": 3}, "is no text"),
        ({"page": "em", "title": "x" * 81}, "longer than 80"),
        ({"page": "em", "note": "x" * 5_000}, "longer than 600"),
        ({"page": "em", "keep": ["seed", "exit"]}, "keeps controls"),
        ({"page": "em", "keep": [["seed"]]}, "keeps controls"),
        ({"page": "em", "keep": 3}, "keeps controls"),
        ({"page": "nowhere"}, "does not have"),
    ],
)
def test_what_cannot_be_used_is_said_and_the_rest_is_there(moment, words):
    found = from_json(file(EM, moment))
    assert len(found.notices) == 1
    assert words in found.notices[0]
    assert "2" in found.notices[0]
    assert len(found.lesson) == (1 if moment["page"] == "nowhere" else 2)
    as_json(found.lesson)  # nothing is in it that no file can have


def test_html_and_hidden_letters_are_text_or_gone():
    found = from_json(file({"page": "em", "title": "a\u202eb\x00 <b>c</b>\n\ud800d"}))
    assert found.lesson.moments[0].title == "ab <b>c</b> d"


def test_numbers_of_a_file_written_by_hand_are_settings_too():
    written = {"page": "clusters", "settings": {"n_components": 3, "regions": True}}
    moment, notices = read_moment(written, 1)
    assert notices == ()
    assert to_query(moment.settings) == {"n_components": "3", "regions": "1"}


def test_lessons_of_other_versions_open_as_far_as_they_are_understood():
    older = {"page": "how_many", "settings": {"tied": "1", "high": "4"}}  # before types were one
    moment, notices = read_moment(older, 1)
    assert notices == ()
    assert to_query(moment.settings) == {"types": "full.tied", "high": "4"}
    newer = from_json(file(EM, version=7, colour="green"))
    assert len(newer.lesson) == 1
    assert "newer" in newer.notices[0]
    code = as_code(Lesson("", TOUR.moments[:2]))
    assert "newer" in from_code("9" + code[1:]).notices[0]


def test_a_lesson_has_a_largest_size():
    found = from_json(file(*[EM] * (MOST_MOMENTS + 1)))
    assert len(found.lesson) == MOST_MOMENTS
    assert "at most" in found.notices[0]
    with pytest.raises(ValueError, match="at most"):
        found.lesson.added(found.lesson.moments[0])


@given(st.integers(0, 4), st.integers(0, 4))
def test_moments_move_and_go_as_in_a_list(place, to):
    lesson = Lesson("", TOUR.moments[:5])
    expected = list(lesson.moments)
    expected.insert(to, expected.pop(place))
    assert list(lesson.moved(place, to).moments) == expected
    assert list(lesson.without(place).moments) == [
        each for each in lesson.moments if each is not lesson.moments[place]
    ]


def test_a_moment_is_called_after_its_scene_or_its_data():
    slide = SLIDES[1]
    assert moment_of("clusters", slide.scene.settings, "Clusters").title == slide.scene.title
    other = PAGES["clusters"]()
    found = moment_of("clusters", other, "Clusters", ("seed",))
    assert found.title.startswith("Clusters: ")
    assert found.keep == ("seed",)
    assert moment_of("digits", PAGES["digits"](), "New digits").title
