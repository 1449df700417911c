"""A room without a browser: a lecturer and students, each a session of its own."""

import pytest

from gmmlab.guide.asked import N_SEEDS, HowMany
from gmmlab.guide.room import Limits, Rooms
from gmmlab.ui.shell import rooms as shell
from tests.ui.driving import charts, checked, figures, opened_page, query_of, sentences, widget

KINDS = {"HowMany": "ask HowMany", "WhichFit": "ask beside kmeans"}
KINDS |= {"NextMean": "ask NextMean", "OneStart": "ask OneStart"}


class Hall:
    """Who is speaking, and what time it is."""

    def __init__(self):
        self.session, self.time = "lecturer", 1000.0

    @property
    def rooms(self) -> Rooms:
        return shell.rooms()


@pytest.fixture
def hall(monkeypatch):
    found = Hall()
    shell.rooms.cache_clear()
    monkeypatch.setattr(shell, "monotonic", lambda: found.time)
    monkeypatch.setattr(shell, "visitor", lambda: found.session)
    yield found
    shell.rooms.cache_clear()


def lead(page: str = "clusters", **query: str):
    """A lecturer's session that has opened a room on a page, and its code."""
    app = opened_page(page, **query)
    return enter(app)


def enter(app):
    press(app, "ask the class")
    there = query_of(app)
    assert set(there) == {"code", "lead"}
    for name in list(app.query_params):
        del app.query_params[name]
    app.query_params.update(there)
    return checked(app.switch_page("../../pages/room.py").run()), there["code"]


def press(app, key: str):
    return checked(next(each for each in app.button if each.key == key).click().run())


def student(hall: Hall, name: str, code: str):
    hall.session = name
    return opened_page("room", code=code)


def again(hall: Hall, name: str, app):
    """The session's page, run once more as its fragment does when something has changed."""
    hall.session = name
    return checked(app.run())


def words(app) -> str:
    return " ".join(each.value for each in app.markdown)


def test_a_class_chooses_k_and_the_criteria_are_revealed_beside_it(hall):
    wall, code = lead(data="stretched", n_components="3")
    assert "at once" in words(wall)
    anna = student(hall, "anna", code)
    assert anna.title[0].value == "You are in"
    hall.session = "lecturer"
    press(wall, KINDS["HowMany"])
    assert wall.title[0].value == HowMany.title
    anna = again(hall, "anna", anna)
    ben = student(hall, "ben", code)
    assert charts(ben) == 1
    press(ben, "answer 3")
    assert "You said **K = 3**" in words(ben)
    press(ben, "answer 4")  # in place of the first
    hall.session = "anna"
    press(anna, "answer 4")
    assert hall.rooms.answers(code, hall.time) == (4, 4)
    wall = again(hall, "lecturer", wall)
    assert "**2 answers**" in words(wall)
    assert figures(wall)[-1]["data"][0]["y"] == [0, 0, 0, 2] + 8 * [0]
    press(wall, "room reveal")
    wall = again(hall, "lecturer", wall)
    assert "BIC chooses K = 4 (2 of 2 said so)" in words(wall)
    names = {trace.get("name") for trace in figures(wall)[0]["data"]}
    assert {"AIC", "BIC"} <= names
    ben = again(hall, "ben", ben)
    assert "You said **K = 4**. No more answers" in words(ben)
    assert all(each.disabled for each in ben.button)
    hall.session = "lecturer"
    press(wall, "room reveal")
    assert "Another tap" in words(again(hall, "ben", ben))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("page", ["clusters", "em", "density", "how_many"])
def test_every_question_about_every_page_on_the_wall_and_on_a_phone(hall, page, kind):
    # A density may have more components than can be watched.
    query = {"n_components": "3"} if page != "how_many" else {"high": "3", "cell": "3-diag"}
    wall, code = lead(page, data="moons", **query)
    press(wall, KINDS[kind])
    phone = student(hall, "anna", code)
    assert charts(phone) >= 1
    if kind == "OneStart":
        checked(phone.button[0].click().run())
        assert "is sent" in words(phone)
    elif kind != "NextMean":
        checked(phone.button[1].click().run())
    else:
        hall.rooms.answer(code, 1, "anna", (0.5, 0.25), hall.time)
        phone = again(hall, "anna", phone)
        assert "Your red dot" in words(phone)
    for closed in (False, True):
        wall = again(hall, "lecturer", wall)
        if closed:
            press(wall, "room reveal")
        assert charts(wall) >= 1
        assert "**1 answer**" in words(wall)
        assert not sentences(wall) + sentences(phone)
        assert "nan" not in words(wall).lower()
    phone = again(hall, "anna", phone)
    assert charts(phone) >= 1


def test_restarts_gather_in_an_atlas_and_each_phone_has_one(hall):
    wall, code = lead("em", data="stretched", seed="5")
    press(wall, KINDS["OneStart"])
    for name in ("anna", "ben", "cleo"):
        phone = student(hall, name, code)
        checked(phone.button[0].click().run())
        assert not phone.button
    seeds = hall.rooms.answers(code, hall.time)
    assert len(seeds) == 3
    assert all(0 <= each < N_SEEDS for each in seeds)
    wall = again(hall, "lecturer", wall)
    assert sum(figures(wall)[0]["data"][0]["y"]) == 3
    assert "3 starts end in" in words(wall)


def test_the_next_mean_is_the_runs_own_and_the_next_step_is_asked(hall):
    wall, code = lead("em", data="stretched", step="4")
    press(wall, KINDS["NextMean"])
    question = hall.rooms.look(code, hall.time).question
    assert question.at == 2
    assert "after step 3" in words(wall)
    press(wall, "room reveal")
    star = figures(wall)[-1]["data"][-1]
    assert star["marker"]["symbol"] == "star"
    checked(next(b for b in wall.button if b.label == "Ask about the next step").click().run())
    assert hall.rooms.look(code, hall.time).question.at == 3


@pytest.mark.parametrize(
    "typed", ["XXXXXX", "0", "<script>alert(1)</script>", "[x](http://e.vil)", "../..", "9" * 5000]
)
def test_a_code_of_no_room_is_one_sentence_and_the_field_is_there(hall, typed):
    app = opened_page("room", code=typed)
    (said,) = sentences(app)
    assert said.startswith("There is no such room")
    assert widget(app, "Code")
    assert not charts(app)


def test_a_code_is_typed_in_any_way(hall):
    _, code = lead()
    app = student(hall, "anna", "")
    widget(app, "Code").set_value(f"{code[:3].lower()} {code[3:]}")
    checked(app.button[0].click().run())
    assert app.title[0].value == "You are in"
    assert opened_page("room", code=code, lead="guessed").title[0].value == "You are in"


def test_a_room_that_is_over_is_one_sentence_on_phone_and_wall(hall):
    wall, code = lead()
    press(wall, KINDS["HowMany"])
    phone = student(hall, "anna", code)
    press(phone, "answer 2")
    hall.time += 7200
    for name, app in (("anna", phone), ("lecturer", wall)):
        again(hall, name, app)
        (said,) = sentences(app)
        assert "older than two hours" in said
    assert len(hall.rooms) == 0


def test_a_room_is_closed_by_its_lecturer_who_is_back_on_the_page(hall):
    wall, code = lead(data="moons", n_components="5")
    phone = student(hall, "anna", code)
    hall.session = "lecturer"
    checked(next(b for b in wall.button if b.label == "Close the room").click().run())
    assert query_of(wall) == {"data": "moons", "n_components": "5"}
    assert sentences(again(hall, "anna", phone))[0].startswith("There is no such room")


def test_a_late_tap_is_not_counted_and_says_so(hall):
    wall, code = lead()
    press(wall, KINDS["HowMany"])
    phone = student(hall, "anna", code)
    hall.session = "lecturer"
    press(wall, "room reveal")
    hall.session = "anna"
    press(phone, "answer 2")
    assert sentences(phone) == ["This question takes no more answers."]
    assert hall.rooms.answers(code, hall.time) == ()


def test_the_room_stays_when_its_lecturer_goes_back_for_another_question(hall):
    wall, code = lead(data="moons")
    press(wall, KINDS["HowMany"])
    checked(next(b for b in wall.button if b.label == "← Clusters").click().run())
    assert query_of(wall) == {"data": "moons"}
    page = checked(wall.switch_page("../../pages/clusters.py").run())
    page, same = enter(page)
    assert same == code
    assert page.title[0].value == HowMany.title
    # A reload is another session, which the key makes the lecturer's again.
    anew = opened_page("room", code=code, lead=query_of(page)["lead"])
    assert any("Ask the class" in each.value for each in anew.caption)
    assert "**No answers yet**" in words(anew)


def test_many_points_are_thinned_and_it_is_said(hall):
    wall, code = lead(data_n_samples="5000")
    press(wall, KINDS["HowMany"])
    for app in (wall, student(hall, "anna", code)):
        assert any("2,000 of the 5,000 points" in each.value for each in app.caption)
    assert len(hall.rooms.look(code, hall.time).question.dataset.X) == 2000


def test_what_cannot_be_asked_says_why(hall):
    wall, _ = lead("density", n_components="30")
    refused = {each.label: each.help for each in wall.button if each.disabled}
    assert refused["Where next?"] == "Runs with up to 12 components can be asked about, not 30."
    assert "Which fit?" in refused


@pytest.mark.parametrize(
    ("page", "query"), [("recolour", {"n_colors": "3"}), ("clusters", {"data": "drawing"})]
)
def test_a_page_without_points_is_asked_about_as_it_is_on_the_wall(hall, page, query):
    wall, code = lead(page, **query)
    press(wall, "ask WhichFit")
    phone = student(hall, "anna", code)
    assert charts(phone) == 0
    press(phone, "answer 1")
    wall = again(hall, "lecturer", wall)
    assert figures(wall)[0]["data"][0]["y"] == [0, 1]
    press(wall, "ask HowMany")
    assert charts(again(hall, "lecturer", wall)) == 1


def test_a_server_without_a_free_room_says_so_on_the_page(hall):
    hall.rooms.limits = Limits(rooms=1)
    hall.rooms.open("another", hall.time)
    app = press(opened_page("clusters"), "ask the class")
    assert sentences(app) == ["All rooms of this server are taken. Try again in some minutes."]
    assert charts(app)


def test_a_presentation_leads_to_a_room_too(hall):
    wall, _ = lead(present="1", keep="n_components")
    checked(next(b for b in wall.button if b.label == "← Clusters").click().run())
    assert query_of(wall) == {"present": "1", "keep": "n_components"}
