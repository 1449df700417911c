"""Rooms in which a class answers together: who may ask, who has answered what, and until when.

A room is opened with a code, which the class types, and a key, which only its lecturer has. It
shows one question at a time. Nothing here is about people: an answer is known by the session that
gave it, and goes with its question. All of it lies in the memory of one process, within limits; the
time is told by who calls, in seconds of a clock that never goes back.
"""

import secrets
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Protocol

# No vowels, so that no word comes up, and nothing that looks like something else: O 0, I 1 L, S 5,
# Z 2, B 8, G 6, U V, Q.
LETTERS = "CDFHJKMNPRTWXY3479"
LENGTH = 6  # 34 million codes
HOURS = 2.0


class NotPossible(ValueError):
    """What was asked of a room cannot be done: one sentence for people."""


class NoRoom(NotPossible):
    """There is no such room, or no longer."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such room: the code has a slip, or the room was closed, or is older than "
            "two hours. Look at the code on the wall, and type it again."
        )


class Question(Protocol):
    """What a room asks: how many bytes of memory it keeps, and which answers it takes."""

    @property
    def n_bytes(self) -> int:
        """Bytes that it holds."""

    def taken(self, said: Any) -> Any:
        """What was said as an answer of few bytes; ValueError in a sentence if it is none."""


@dataclass(frozen=True)
class Limits:
    """How much there may be of everything."""

    seconds: float = HOURS * 3600
    rooms: int = 64
    rooms_a_session: int = 6  # in `window` seconds
    answers: int = 500  # to one question
    n_bytes: int = 8 << 20  # of all questions together
    n_bytes_a_question: int = 256 << 10
    tries: int = 20  # of codes that there are not, by one session in `window` seconds
    taps: int = 40  # answers of one session in `window` seconds
    window: float = 60.0
    left: float = 300.0  # seconds after which a room whose lecturer is away makes way for another


@dataclass(frozen=True)
class Seen:
    """A room as it is now: the question's number, from 1, or 0 before the first one.

    `closed` means that its answer is shown, and no more answers are taken.
    """

    number: int = 0
    question: Any = None
    closed: bool = False
    n_answers: int = 0

    @property
    def scene(self) -> tuple[int, bool]:
        """What must be drawn anew when it changes."""
        return self.number, self.closed


@dataclass
class _Room:
    key: str
    opened: float
    looked: float  # when its lecturer was last there
    number: int = 0
    question: Any = None
    closed: bool = False
    answers: dict[Hashable, Any] = field(default_factory=dict)

    @property
    def n_bytes(self) -> int:
        return 0 if self.question is None else int(self.question.n_bytes)

    @property
    def seen(self) -> Seen:
        return Seen(self.number, self.question, self.closed, len(self.answers))


class _Rate:
    """How often each session did something lately."""

    def __init__(self, most: int, window: float) -> None:
        self.most, self.window = most, window
        self._times: dict[Hashable, list[float]] = {}
        self._tidied = 0.0

    def is_full(self, session: Hashable, now: float) -> bool:
        return len(self._lately(session, now)) >= self.most

    def note(self, session: Hashable, now: float) -> None:
        if now - self._tidied >= self.window:  # without sessions that are long gone
            self._times = {each: ts for each in self._times if (ts := self._lately(each, now))}
            self._tidied = now
        self._times[session] = [*self._lately(session, now), now]

    def _lately(self, session: Hashable, now: float) -> list[float]:
        return [at for at in self._times.get(session, ()) if now - at < self.window]


class Rooms:
    """All rooms of one process; safe to use from many threads."""

    def __init__(
        self, limits: Limits | None = None, draw: Callable[[str], str] = secrets.choice
    ) -> None:
        self.limits = limits or Limits()
        self._draw = draw
        self._rooms: dict[str, _Room] = {}
        self._lock = Lock()
        self._opened = _Rate(self.limits.rooms_a_session, self.limits.window)
        self._missed = _Rate(self.limits.tries, self.limits.window)
        self._tapped = _Rate(self.limits.taps, self.limits.window)

    def open(self, session: Hashable, now: float) -> tuple[str, str]:
        """The code and the key of a new room; NotPossible if there are too many."""
        with self._lock:
            self._forget(now)
            if self._opened.is_full(session, now):
                raise NotPossible("You have opened many rooms just now. Wait a minute.")
            if len(self._rooms) >= self.limits.rooms:
                self._make_way(now)
            self._opened.note(session, now)
            code = self._new_code()
            key = secrets.token_urlsafe(12)
            self._rooms[code] = _Room(key, now, now)
            return code, key

    def ask(self, code: str, key: str, question: Question, now: float) -> int:
        """Show a question in a room, its answers none as yet; its number."""
        with self._lock:
            room = self._led(code, key, now)
            size = int(question.n_bytes)
            others = sum(each.n_bytes for each in self._rooms.values()) - room.n_bytes
            if size > self.limits.n_bytes_a_question or size + others > self.limits.n_bytes:
                raise NotPossible(
                    "These points are too many for a room: each phone has to hold them. Choose "
                    "fewer, and ask again."
                )
            room.question, room.number, room.closed = question, room.number + 1, False
            room.answers = {}
            return room.number

    def reveal(self, code: str, key: str, now: float, closed: bool = True) -> None:
        """Take no more answers to the question and show what is right; or go on with it."""
        with self._lock:
            self._led(code, key, now).closed = closed

    def close(self, code: str, key: str, now: float) -> None:
        """End a room: it and all its answers are gone."""
        with self._lock:
            self._led(code, key, now)
            del self._rooms[code]

    def leads(self, code: str, key: str, now: float) -> bool:
        """Whether this key is that of a room that is there."""
        with self._lock:
            try:
                self._led(code, key, now)
            except NotPossible:
                return False
            return True

    def find(self, code: str, session: Hashable, now: float) -> str:
        """The code of a room as it is kept, from what somebody typed.

        NoRoom if there is none; NotPossible if that session has tried too many.
        """
        with self._lock:
            if self._missed.is_full(session, now):
                raise NotPossible("Too many codes that are none: wait a minute, and try again.")
            try:
                self._there(kept := spelled(code), now)
            except NoRoom:
                self._missed.note(session, now)
                raise
            return kept

    def look(self, code: str, now: float) -> Seen:
        """A room as it is now; NoRoom if it is gone."""
        with self._lock:
            return self._there(code, now).seen

    def answer(self, code: str, number: int, session: Hashable, said: Any, now: float) -> Any:
        """Take the answer of a session to question `number`, in place of an earlier one of its own.

        It is given as it was taken. NotPossible, in a sentence, where it cannot be.
        """
        with self._lock:
            room = self._there(code, now)
            if room.number != number or room.question is None:
                raise NotPossible("That question is over; here is the next one.")
            if room.closed:
                raise NotPossible("This question takes no more answers.")
            if self._tapped.is_full(session, now):
                raise NotPossible("You have answered very often just now. Wait a minute.")
            self._tapped.note(session, now)
            if session not in room.answers and len(room.answers) >= self.limits.answers:
                raise NotPossible("This room is full: it takes no more answers.")
            try:
                taken = room.question.taken(said)
            except ValueError as problem:
                raise NotPossible(str(problem)) from None
            room.answers[session] = taken
            return taken

    def own_answer(self, code: str, session: Hashable, now: float) -> Any:
        """What a session has answered to the question that is shown; None if nothing."""
        with self._lock:
            return self._there(code, now).answers.get(session)

    def answers(self, code: str, now: float) -> tuple[Any, ...]:
        """All answers to the question that is shown, in the order of who answered first."""
        with self._lock:
            return tuple(self._there(code, now).answers.values())

    def __len__(self) -> int:
        return len(self._rooms)

    def _there(self, code: str, now: float) -> _Room:
        self._forget(now)
        room = self._rooms.get(code)
        if room is None:
            raise NoRoom
        return room

    def _led(self, code: str, key: str, now: float) -> _Room:
        room = self._there(code, now)
        if not secrets.compare_digest(room.key.encode(), key.encode(errors="replace")):
            raise NotPossible("Only who opened this room leads it.")
        room.looked = now
        return room

    def _forget(self, now: float) -> None:
        over = [c for c, room in self._rooms.items() if now - room.opened >= self.limits.seconds]
        for code in over:
            del self._rooms[code]

    def _make_way(self, now: float) -> None:
        """End the room whose lecturer has been away longest, if that is long enough."""
        code, room = min(self._rooms.items(), key=lambda each: each[1].looked)
        if now - room.looked < self.limits.left:
            raise NotPossible("All rooms of this server are taken. Try again in some minutes.")
        del self._rooms[code]

    def _new_code(self) -> str:
        while True:
            code = "".join(self._draw(LETTERS) for _ in range(LENGTH))
            if code not in self._rooms:
                return code


def spelled(typed: str) -> str:
    """What somebody typed as codes are spelled; NoRoom if no code is."""
    code = "".join(typed.split()).replace("-", "").upper() if len(typed) <= 40 else ""
    if len(code) != LENGTH or not set(code) <= set(LETTERS):
        raise NoRoom
    return code


def grouped(code: str) -> str:
    """A code as it is read from a wall: in two halves."""
    return f"{code[: LENGTH // 2]} {code[LENGTH // 2 :]}"
