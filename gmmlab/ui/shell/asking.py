"""How a page asks: `ask` for one answer, `follow` for several that come one by one.

A question is a module-level function and frozen arguments. What is known or quick comes at once.
The rest is worked on by other processes, with progress, time left and Cancel on the page; a click
on anything else ends the wait, and work that the next run does not ask for again ends with it.
"""

from collections.abc import Callable, Sequence
from time import monotonic, sleep
from typing import Any, NamedTuple

import streamlit as st

from gmmlab.compute.desk import NoAnswer, Series
from gmmlab.compute.questions import Question, digest_of
from gmmlab.ui.shell.address import run_again, unfinished
from gmmlab.ui.shell.desk import desk, visitor
from gmmlab.ui.shell.words import plain

_SESSION = "questions of this session"
_MISSING = object()
_WITHOUT_A_WORD = 0.35  # seconds of waiting before anything is said of it
_LOOK = 0.05  # seconds between two looks at whether something was clicked
_AGAIN = 0.4  # seconds after which a page shows what came meanwhile, if anything did
_AT_LEAST = 2.0  # seconds after which it is run again all the same: the time left has changed
_TELLING = 0.5  # seconds between two steps of a bar


class Answered(NamedTuple):
    """Answers that have come so far, with the place of each; and whether others are to come."""

    places: list[int]
    answers: list[Any]
    running: bool


def ask(function: Callable[..., Any], *arguments: Any, words: str = "Computing") -> Any:
    """`function(*arguments)`: computed once, whoever asks.

    If it takes long, `words` say on the page what is being done. The page ends here, with a word,
    when the visitor cancels, or when there is no answer: not within the limits of one question, or
    not to what was asked.
    """
    question = Question(function, arguments)
    try:
        found = desk().known(question, _MISSING)
        if found is _MISSING and desk().is_quick([question]):
            found = desk().here(question, in_passing=unfinished())
        if found is _MISSING:
            _wait_for(question, words)
            found = desk().known(question, _MISSING)
    except (NoAnswer, ValueError) as problem:
        _say_why_not(problem, [question])
        st.stop()
    if found is _MISSING:  # it was given up meanwhile
        run_again()
    return found


def follow(asked: Sequence[tuple[Any, ...]], words: str = "", *, after: float = 0.0) -> Answered:
    """Many answers, as far as they are known: `asked` are functions, each with its arguments.

    While there are more to come, a bar says how many of the `words` are done and how long the rest
    takes, with Cancel; without words there is none. A page that has drawn what there is then calls
    `linger`, which runs it again. Work begins `after` some seconds in which nothing else is asked.
    """
    questions = [Question(function, tuple(arguments)) for function, *arguments in asked]
    name = _name_of(questions)
    known, in_vain, problem = _known(questions)
    failed = {question.key for question in in_vain}
    missing = [
        question
        for place, question in enumerate(questions)
        if place not in known and question.key not in failed
    ]
    running = False
    if missing and desk().is_quick(missing):
        for question in missing:
            desk().here(question, in_passing=unfinished())
        known, in_vain, problem = _known(questions)
    elif missing and name in _mine().cancelled:
        _offer_to_go_on(name, f"{len(known)} of {len(questions)} {words}")
    elif missing:
        series = _mine().waiting_for(name, missing, after)
        running = not series.wait(0.0 if after else max(0.0, _WITHOUT_A_WORD - series.elapsed))
        known, in_vain, problem = _known(questions)
        if running and words:
            words = f"{len(known)} of {len(questions)} {words}"
            _bar(_mine().signs, name, series, words)
    if problem is not None:
        _say_why_not(problem, in_vain)
    return Answered(list(known), list(known.values()), running)


def linger(*found: Answered) -> None:
    """End this run of the page, and begin another when there is more to show."""
    if not any(each.running for each in found):
        return
    mine = _mine()
    mine.leave_what_was_not_asked()
    shown, began = mine.n_done, monotonic()
    while (waited := monotonic() - began) < _AT_LEAST:
        sleep(_LOOK)
        st.session_state.get("a click ends the run here")
        # Each run costs the server as much as a click: only when there is something to show.
        if not mine.is_waiting or (mine.n_done > shown and waited > _AGAIN):
            break
    run_again()


def begin_run(*, turned: bool = False) -> None:
    """Note that a run of a page begins: nothing has been asked yet.

    Work for a page that the visitor has `turned` from ends at once, not behind the new page's own.
    """
    _mine().asked.clear()
    # Signs of waiting come and go: in the flow of the page, all below would be drawn anew.
    _mine().signs = st.container(key="waiting")
    if turned:
        _mine().leave_what_was_not_asked()


def end_run() -> None:
    """End the work for questions of earlier runs that this one did not ask again."""
    _mine().leave_what_was_not_asked()


class _Session:
    """What one visitor waits for, and what they cancelled: series of questions by name."""

    def __init__(self) -> None:
        self.series: dict[str, Series] = {}
        self.asked: set[str] = set()
        self.cancelled: set[str] = set()
        self.signs: Any = st
        self._functions: dict[str, Callable[..., Any]] = {}

    def waiting_for(self, name: str, questions: Sequence[Question], after: float = 0.0) -> Series:
        """The series that works on these; one of an earlier run on other such questions is left."""
        self.asked.add(name)
        function = questions[0].function
        for other in [each for each in self.series if each not in self.asked]:
            if self._functions[other] is function:
                self._leave(other)
        series = self.series.get(name)
        if series is None or not series.running:
            series = self.series[name] = desk().begin(questions, visitor(), after)
            self._functions[name] = function
        return series

    @property
    def is_waiting(self) -> bool:
        """Whether answers are still to come."""
        return any(series.running for series in self.series.values())

    @property
    def n_done(self) -> int:
        """How many answers have come."""
        return sum(series.n_done for series in self.series.values())

    def leave_what_was_not_asked(self) -> None:
        """Leave the series that this run of the page did not ask for."""
        for name in [each for each in self.series if each not in self.asked]:
            self._leave(name)

    def cancel(self, name: str) -> None:
        """Leave a series, and begin it no more until the visitor says so."""
        self.cancelled.add(name)
        self._leave(name)

    def _leave(self, name: str) -> None:
        self._functions.pop(name, None)
        if (series := self.series.pop(name, None)) is not None:
            series.leave()


def _mine() -> _Session:
    if _SESSION not in st.session_state:
        st.session_state[_SESSION] = _Session()
    found: _Session = st.session_state[_SESSION]
    return found


def _name_of(questions: Sequence[Question]) -> str:
    return digest_of(*(question.key for question in questions))


def _known(
    questions: Sequence[Question],
) -> tuple[dict[int, Any], list[Question], Exception | None]:
    """The answers there are by place; the questions asked in vain, and why the last of them was."""
    known: dict[int, Any] = {}
    in_vain: list[Question] = []
    why: Exception | None = None
    for place, question in enumerate(questions):
        try:
            found = desk().known(question, _MISSING)
        except (NoAnswer, ValueError) as problem:
            in_vain.append(question)
            why = problem
        else:
            if found is not _MISSING:
                known[place] = found
    return known, in_vain, why


def _wait_for(question: Question, words: str) -> None:
    """Wait for one answer, first in silence, then with a bar; a click ends the wait."""
    name = _name_of([question])
    if name in _mine().cancelled:
        _offer_to_go_on(name, words)
        st.stop()
    series = _mine().waiting_for(name, [question])
    place = bar = None
    told = 0.0
    while not series.wait(_LOOK):
        st.session_state.get("a click ends the run here")
        if bar is not None and series.elapsed - told > _TELLING:
            told = series.elapsed
            bar.progress(_share(series), _in_words(words, series))
        elif bar is None and series.elapsed > _WITHOUT_A_WORD:
            place = _mine().signs.empty()
            bar = _bar(place.container(), name, series, words, _share(series))
    if place is not None:
        place.empty()


def _bar(place: Any, name: str, series: Series, words: str, share: float | None = None) -> Any:
    """A bar with the time left, and Cancel beside it."""
    bar, button = place.columns([5, 1], vertical_alignment="bottom")
    shown = bar.progress(_share(series) if share is None else share, _in_words(words, series))
    button.button("Cancel", key=f"cancel {name}", on_click=_mine().cancel, args=(name,))
    return shown


def _share(series: Series) -> float:
    if series.n_before and not series.n_done:
        return 0.0
    left = series.seconds_left
    return 0.95 if left is None else series.elapsed / (series.elapsed + left)


def _in_words(words: str, series: Series) -> str:
    if n := series.n_before:
        return f"{words}: {n} {'others are' if n > 1 else 'other is'} before you"
    left = series.seconds_left
    if left is None:
        return f"{words}, for {series.elapsed:.0f} s so far"
    return f"{words}, about {_spelled(left)} left"


def _spelled(seconds: float) -> str:
    return f"{max(1, round(seconds))} s" if seconds < 100 else f"{round(seconds / 60)} min"


def _offer_to_go_on(name: str, words: str) -> None:
    note, button = st.columns([5, 1], vertical_alignment="center")
    note.info(f"Cancelled: {words}.")
    button.button("Continue", key=f"go on {name}", on_click=_mine().cancelled.discard, args=(name,))


def _say_why_not(problem: Exception, questions: Sequence[Question]) -> None:
    """Studies raise a ValueError in one sentence for what they cannot use."""
    if not isinstance(problem, NoAnswer):
        st.error(plain(str(problem)))
        return

    def try_again() -> None:
        for question in questions:
            desk().retry(question)

    note, button = st.columns([5, 1], vertical_alignment="center")
    note.error(str(problem))
    button.button("Try again", key=f"again {_name_of(questions)}", on_click=try_again)
