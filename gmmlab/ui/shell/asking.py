"""How a page asks: `ask` for one answer, `follow` for many that come one by one.

A question is a module-level function and frozen arguments. What is known or quick comes at once.
The rest is worked on by other processes, with progress, time left and Cancel on the page; a click
on anything else ends the wait, and work that the next run does not ask for again ends with it.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from threading import Thread
from time import sleep
from typing import Any, NamedTuple

import streamlit as st
from streamlit.runtime import exists as runtime_exists
from streamlit.runtime import get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from gmmlab.compute.desk import Desk, NoAnswer, Series
from gmmlab.compute.pool import Pool, processes_exist
from gmmlab.compute.questions import Answers, Question
from gmmlab.ui.shell.address import run_again, unfinished

_SESSION = "questions of this session"
_MISSING = object()
_WITHOUT_A_WORD = 0.35  # seconds of waiting before anything is said of it
_LOOK = 0.05  # seconds between two looks at whether something was clicked
_AGAIN = 0.4  # seconds after which a page shows what came meanwhile
_ROUND = 1.0  # seconds between two looks at which visitors are still there

# The answers of all visitors, and those about strokes that are still being drawn.
_ANSWERS = {"most": 2_000, "most_bytes": 300 << 20}
_PASSING = {"most": 12, "most_bytes": 20 << 20}


class _Session:
    """What one visitor waits for: series by the name of what is asked, and what was cancelled."""

    def __init__(self) -> None:
        self.series: dict[str, Series] = {}
        self.asked: set[str] = set()
        self.cancelled: set[str] = set()


class Answered(NamedTuple):
    """Answers that have come so far, with the place of each; and whether others are to come."""

    places: list[int]
    answers: list[Any]
    running: bool


@cache
def desk() -> Desk:
    """The desk of this server."""
    pool = Pool(preload=_WORKERS_IMPORT) if processes_exist() else None
    found = Desk(pool, Answers(**_ANSWERS), Answers(**_PASSING))
    Thread(target=_look_who_is_here, args=(found,), daemon=True, name="gmmlab-presence").start()
    return found


_WORKERS_IMPORT: Sequence[str] = ()


def open_desk(*workers_import: str) -> None:
    """Have the processes that answer made ready now; they import these modules before any work."""
    global _WORKERS_IMPORT
    _WORKERS_IMPORT = workers_import
    if (pool := desk().pool) is not None:
        pool.warm()


def ask(function: Callable[..., Any], *arguments: Any, words: str = "Computing") -> Any:
    """`function(*arguments)`: computed once, whoever asks.

    If it takes long, `words` say on the page what is being done. The page ends here, with a word,
    when the visitor cancels, or when there is no answer within the limits of one question.
    """
    question = Question(function, arguments)
    try:
        answer = desk().known(question, _MISSING)
        if answer is _MISSING and desk().is_quick([question]):
            answer = desk().here(question, in_passing=unfinished())
        if answer is _MISSING:
            _wait_for(question, words)
            answer = desk().known(question, _MISSING)
    except NoAnswer as problem:
        _say_why_not(str(problem), [question])
        st.stop()
    if answer is _MISSING:  # it was given up meanwhile
        run_again()
    return answer


def follow(function: Callable[..., Any], items: Sequence[tuple[Any, ...]], words: str) -> Answered:
    """`function(*item)` of each item, as far as they are known; call it again for more.

    While there are more, a bar says how many of the `words` are done and how long the rest takes,
    with Cancel. A page that has drawn what there is then calls `linger`.
    """
    questions = [Question(function, item) for item in items]
    name = f"{function.__qualname__} {words}"
    known, in_vain, problem = _known(questions)
    missing = [question for place, question in enumerate(questions) if place not in known]
    missing = [question for question in missing if question not in in_vain]
    running = False
    if missing and desk().is_quick(missing):
        for question in missing:
            desk().here(question, in_passing=unfinished())
        known, in_vain, problem = _known(questions)
    elif missing and name in _mine().cancelled and _is_same(name, missing):
        _offer_to_go_on(name, f"{len(known)} of {len(questions)} {words}")
    elif missing:
        series = _begun(name, missing)
        running = not series.wait(max(0.0, _WITHOUT_A_WORD - series.elapsed))
        known, in_vain, problem = _known(questions)
        if running:
            _bar(name, series, len(known), len(questions), words)
    if problem:
        _say_why_not(problem, in_vain)
    return Answered(list(known), list(known.values()), running)


def linger(*found: Answered) -> None:
    """End this run of the page, and begin another when there is more to show."""
    if not any(each.running for each in found):
        return
    leave_what_was_not_asked()
    for _ in range(round(_AGAIN / _LOOK)):
        sleep(_LOOK)
        st.session_state.get("a click ends the run here")
        if not any(series.running for series in _mine().series.values()):
            break
    run_again()


def begin_run() -> None:
    """Note that a run of a page begins: nothing has been asked yet."""
    _mine().asked = set()


def leave_what_was_not_asked() -> None:
    """End the work for questions of earlier runs that this one did not ask again."""
    mine = _mine()
    for name in [each for each in mine.series if each not in mine.asked]:
        mine.series.pop(name).leave()


def _mine() -> _Session:
    if _SESSION not in st.session_state:
        st.session_state[_SESSION] = _Session()
    found: _Session = st.session_state[_SESSION]
    return found


def _known(questions: Sequence[Question]) -> tuple[dict[int, Any], list[Question], str]:
    """The answers there are by place; the questions asked in vain, and why the last of them was."""
    known: dict[int, Any] = {}
    in_vain, why = [], ""
    for place, question in enumerate(questions):
        try:
            answer = desk().known(question, _MISSING)
        except NoAnswer as problem:
            in_vain.append(question)
            why = str(problem)
        else:
            if answer is not _MISSING:
                known[place] = answer
    return known, in_vain, why


def _begun(name: str, questions: Sequence[Question]) -> Series:
    """The series of this session that works on these; one of the same name on others is left."""
    mine = _mine()
    mine.cancelled.discard(name)
    mine.asked.add(name)
    series = mine.series.get(name)
    if series is not None and not (series.running and _is_same(name, questions)):
        series.leave()
        series = None
    if series is None:
        context = get_script_run_ctx()
        visitor = context.session_id if context else ""
        series = mine.series[name] = desk().begin(questions, visitor)
        st.session_state[f"{_SESSION}: {name}"] = frozenset(each.key for each in questions)
    return series


def _is_same(name: str, questions: Iterable[Question]) -> bool:
    """Whether these questions are what was last asked under this name, or a rest of it."""
    asked = st.session_state.get(f"{_SESSION}: {name}", frozenset())
    return all(question.key in asked for question in questions)


def _wait_for(question: Question, words: str) -> None:
    """Wait for one answer, first in silence, then with a bar; a click ends the wait."""
    name = question.function.__qualname__
    if name in _mine().cancelled and _is_same(name, [question]):
        _offer_to_go_on(name, words)
        st.stop()
    series = _begun(name, [question])
    place = None
    while not series.wait(_LOOK):
        st.session_state.get("a click ends the run here")
        if place is None and series.elapsed > _WITHOUT_A_WORD:
            place = st.empty()
            with place.container():
                bar = _bar(name, series, 0, 1, words)
        elif place is not None:
            bar.progress(_share(series), _in_words(words, series))
    if place is not None:
        place.empty()
    _mine().series.pop(name, None)


def _bar(name: str, series: Series, done: int, wanted: int, words: str) -> Any:
    """A bar with the time left, and Cancel beside it."""
    bar, button = st.columns([5, 1], vertical_alignment="bottom")
    share = done / wanted if wanted > 1 else _share(series)
    words = f"{done} of {wanted} {words}" if wanted > 1 else words
    shown = bar.progress(share, _in_words(words, series))
    button.button("Cancel", key=f"cancel {name}", on_click=_cancel, args=(name,))
    return shown


def _share(series: Series) -> float:
    left = series.seconds_left
    return 0.95 if left is None else series.elapsed / (series.elapsed + left)


def _in_words(words: str, series: Series) -> str:
    left = series.seconds_left
    if left is None:
        return f"{words}, for {series.elapsed:.0f} s so far"
    return f"{words}, about {max(1, round(left))} s left"


def _cancel(name: str) -> None:
    mine = _mine()
    mine.cancelled.add(name)
    if (series := mine.series.pop(name, None)) is not None:
        series.leave()


def _offer_to_go_on(name: str, words: str) -> None:
    note, button = st.columns([5, 1], vertical_alignment="center")
    note.info(f"Cancelled: {words}.")
    button.button("Continue", key=f"go on {name}", on_click=_mine().cancelled.discard, args=(name,))


def _say_why_not(words: str, questions: Sequence[Question]) -> None:
    def try_again() -> None:
        for question in questions:
            desk().retry(question)

    note, button = st.columns([5, 1], vertical_alignment="center")
    note.error(words)
    button.button("Try again", key=f"again {questions[0].key}", on_click=try_again)


def _look_who_is_here(watched: Desk) -> None:
    """Once a second, end what is worked on for visitors who closed their page."""
    while True:
        sleep(_ROUND)
        if runtime_exists():
            watched.leave_all(lambda visitor: get_instance().is_active_session(str(visitor)))
