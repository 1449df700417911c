"""Rooms: what is counted, who may do what, how much there may be of it, and when it is gone."""

import threading
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gmmlab.guide.room import (
    LENGTH,
    LETTERS,
    Limits,
    NoRoom,
    NotPossible,
    Rooms,
    grouped,
    spelled,
)


@dataclass(frozen=True)
class Whole:
    """A question that takes the numbers from 1 to 9."""

    n_bytes: int = 100

    def taken(self, said):
        if said not in range(1, 10):
            raise ValueError("A number from 1 to 9.")
        return said


def asked(rooms: Rooms, now: float = 0.0, **question) -> tuple[str, str]:
    code, key = rooms.open("lecturer", now)
    rooms.ask(code, key, Whole(**question), now)
    return code, key


def test_a_class_answers_and_a_later_answer_replaces_the_first():
    rooms = Rooms()
    code, key = asked(rooms)
    for session, said in (("a", 3), ("b", 4), ("a", 5)):
        assert rooms.answer(code, 1, session, said, 1.0) == said
    assert rooms.answers(code, 2.0) == (5, 4)
    assert rooms.own_answer(code, "a", 2.0) == 5
    assert rooms.own_answer(code, "c", 2.0) is None
    assert rooms.look(code, 2.0).n_answers == 2
    assert rooms.ask(code, key, Whole(), 3.0) == 2
    assert rooms.answers(code, 3.0) == ()
    with pytest.raises(NotPossible, match="That question is over"):
        rooms.answer(code, 1, "a", 3, 4.0)


def test_what_is_no_answer_changes_nothing():
    rooms = Rooms()
    code, key = rooms.open("lecturer", 0)
    with pytest.raises(NotPossible, match="That question is over"):
        rooms.answer(code, 0, "a", 3, 0)
    rooms.ask(code, key, Whole(), 0)
    rooms.answer(code, 1, "a", 3, 0)
    for said in (0, 10, None, "3; drop", float("nan")):
        with pytest.raises(NotPossible, match="from 1 to 9"):
            rooms.answer(code, 1, "a", said, 0)
    rooms.reveal(code, key, 0)
    with pytest.raises(NotPossible, match="no more answers"):
        rooms.answer(code, 1, "a", 4, 0)
    assert rooms.answers(code, 0) == (3,)
    rooms.reveal(code, key, 0, closed=False)
    rooms.answer(code, 1, "a", 4, 0)
    assert rooms.answers(code, 0) == (4,)


@pytest.mark.parametrize("key", ["", "x", "ключ", "a" * 10_000])
def test_only_who_opened_it_leads(key):
    rooms = Rooms()
    code, own = asked(rooms)
    for deed in (
        lambda: rooms.ask(code, key, Whole(), 0),
        lambda: rooms.reveal(code, key, 0),
        lambda: rooms.close(code, key, 0),
    ):
        with pytest.raises(NotPossible, match="Only who opened"):
            deed()
    assert not rooms.leads(code, key, 0)
    assert rooms.leads(code, own, 0)
    assert rooms.look(code, 0).number == 1


def test_a_room_is_gone_when_it_is_closed_and_after_two_hours():
    rooms = Rooms()
    code, key = asked(rooms)
    rooms.look(code, 7199.9)
    with pytest.raises(NoRoom, match="older than two hours"):
        rooms.look(code, 7200.0)
    assert len(rooms) == 0
    code, key = asked(rooms, 8000.0)
    rooms.close(code, key, 8001.0)
    for deed in (
        lambda: rooms.look(code, 8001.0),
        lambda: rooms.answers(code, 8001.0),
        lambda: rooms.answer(code, 1, "a", 3, 8001.0),
        lambda: rooms.ask(code, key, Whole(), 8001.0),
        lambda: rooms.find(code, "a", 8001.0),
    ):
        with pytest.raises(NoRoom):
            deed()
    assert not rooms.leads(code, key, 8001.0)


def test_codes_are_read_however_they_are_typed_and_nothing_else_is_one():
    rooms = Rooms()
    code, _ = asked(rooms)
    for typed in (code, code.lower(), grouped(code), f" {code[:2]}-{code[2:]} \n"):
        assert rooms.find(typed, "a", 0) == code
    hostile = ["", "A", "0O1I5S", "<script>", "../../etc", "́" * 6, "ſſſſſſ", "C" * 10**6, "٣٣٣٣٣٣"]
    for typed in hostile:
        with pytest.raises(NoRoom):
            spelled(typed)


@given(st.text(max_size=60))
def test_any_text_is_a_code_or_refused(typed):
    try:
        code = spelled(typed)
    except NoRoom:
        return
    assert len(code) == LENGTH
    assert set(code) <= set(LETTERS)


def test_letters_cannot_be_confused_and_codes_are_drawn_from_all_of_them():
    assert not set(LETTERS) & set("AEIOU01LS52Z8BG6VQ")
    assert len(set(LETTERS)) == len(LETTERS)
    seen = {letter for _ in range(40) for letter in Rooms().open("a", 0)[0]}
    assert len(seen) > len(LETTERS) / 2


def test_a_code_that_is_taken_is_drawn_again():
    letters = iter("CCCCCC" + "CCCCCC" + "DDDDDD")
    rooms = Rooms(draw=lambda _: next(letters))
    assert [rooms.open("a", 0)[0] for _ in range(2)] == ["CCCCCC", "DDDDDD"]


def test_guessing_codes_ends_after_some_tries_for_a_while():
    rooms = Rooms(Limits(tries=3))
    code, _ = asked(rooms)
    for _ in range(3):
        with pytest.raises(NoRoom):
            rooms.find("CCC CCD" if code != "CCCCCD" else "CCC CCF", "guesser", 0)
    with pytest.raises(NotPossible, match="Too many codes"):
        rooms.find(code, "guesser", 59)
    assert rooms.find(code, "somebody else", 59) == code
    assert rooms.find(code, "guesser", 60) == code


def test_rooms_answers_taps_and_bytes_are_bounded():
    rooms = Rooms(Limits(rooms=2, answers=2, taps=3, n_bytes=500, n_bytes_a_question=300))
    first, key = asked(rooms, 0, n_bytes=300)
    with pytest.raises(NotPossible, match="too many for a room"):
        rooms.ask(first, key, Whole(301), 0)
    second, other = rooms.open("another", 100)
    with pytest.raises(NotPossible, match="too many for a room"):
        rooms.ask(second, other, Whole(201), 100)
    rooms.ask(first, key, Whole(300), 100)  # in place of its own
    rooms.ask(second, other, Whole(200), 100)
    with pytest.raises(NotPossible, match="All rooms of this server are taken"):
        rooms.open("third", 150)
    for session in ("a", "b"):
        rooms.answer(first, 2, session, 1, 150)
    with pytest.raises(NotPossible, match="full"):
        rooms.answer(first, 2, "c", 1, 150)
    for _ in range(2):
        rooms.answer(first, 2, "a", 2, 150)
    with pytest.raises(NotPossible, match="very often"):
        rooms.answer(first, 2, "a", 2, 150)
    rooms.answer(first, 2, "a", 2, 211)


def test_a_room_whose_lecturer_has_left_makes_way():
    rooms = Rooms(Limits(rooms=2))
    left, _ = asked(rooms, 0)
    led, key = asked(rooms, 0)
    assert rooms.leads(led, key, 299)
    fresh, _ = rooms.open("third", 301)
    assert rooms.find(led, "a", 301)
    assert rooms.find(fresh, "a", 301)
    with pytest.raises(NoRoom):
        rooms.look(left, 301)


def test_one_session_opens_a_few_rooms_a_minute():
    rooms = Rooms(Limits(rooms_a_session=2))
    for _ in range(2):
        rooms.open("a", 0)
    with pytest.raises(NotPossible, match="Wait a minute"):
        rooms.open("a", 1)
    rooms.open("b", 1)
    rooms.open("a", 60)


def test_sessions_that_are_gone_are_forgotten():
    rooms = Rooms(Limits(tries=2))
    for n in range(500):
        with pytest.raises(NoRoom):
            rooms.find("nothing", n, now=float(n))
    assert len(rooms._missed._times) < 130


def test_sixty_threads_are_counted_once_each():
    rooms = Rooms()
    code, _ = asked(rooms)

    def phone(n: int) -> None:
        for said in (1, 2, 1 + n % 9):
            rooms.answer(code, 1, n, said, 0)

    threads = [threading.Thread(target=phone, args=(n,)) for n in range(60)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(rooms.answers(code, 0)) == sorted(1 + n % 9 for n in range(60))


class AnyClass(RuleBasedStateMachine):
    """Whatever happens in whatever order, a plain model of one room tells the same."""

    def __init__(self):
        super().__init__()
        self.rooms = Rooms(Limits(answers=3, taps=10**6))
        self.now, self.number, self.closed = 0.0, 0, False
        self.known: dict[int, int] = {}
        self.code, self.key = self.rooms.open("lecturer", self.now)
        self.until = 7200.0

    @property
    def is_there(self):
        return self.now < self.until

    @rule(seconds=st.floats(0, 1500))
    def wait(self, seconds):
        self.now += seconds

    @precondition(lambda self: self.is_there)
    @rule()
    def ask(self):
        self.number = self.rooms.ask(self.code, self.key, Whole(), self.now)
        self.known, self.closed = {}, False

    @precondition(lambda self: self.is_there)
    @rule(closed=st.booleans())
    def reveal(self, closed):
        self.rooms.reveal(self.code, self.key, self.now, closed)
        self.closed = closed

    @rule(session=st.integers(0, 5), said=st.integers(0, 10), behind=st.integers(0, 1))
    def answer(self, session, said, behind):
        number = self.number - behind
        full = session not in self.known and len(self.known) >= 3
        fits = self.is_there and number > 0 and not behind and not self.closed
        if fits and not full and 1 <= said <= 9:
            self.rooms.answer(self.code, number, session, said, self.now)
            self.known[session] = said
        else:
            with pytest.raises(NotPossible):
                self.rooms.answer(self.code, number, session, said, self.now)

    @invariant()
    def tells_the_same(self):
        if not self.is_there:
            with pytest.raises(NoRoom):
                self.rooms.look(self.code, self.now)
            return
        seen = self.rooms.look(self.code, self.now)
        assert (seen.number, seen.n_answers) == (self.number, len(self.known))
        assert seen.scene == (self.number, self.closed)
        assert self.rooms.answers(self.code, self.now) == tuple(self.known.values())


TestAnyClass = AnyClass.TestCase
TestAnyClass.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
