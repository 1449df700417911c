"""Work that goes on while its page is shown: results come one by one, and it can be cancelled.

A page asks for its job in every run. As long as the work goes on, the page shows what there is and
asks to be run again soon; a click ends that wait at once.
"""

import math
import time
from collections.abc import Callable, Hashable, Iterator
from threading import Event, Thread
from typing import Any, Generic, TypeVar, cast

import streamlit as st

from gmmlab.ui.shell.address import run_again

R = TypeVar("R")
Watch = Callable[[], None]

_AT_ONCE = 0.35  # seconds in which a result comes without a page in between
_LOOK = 0.05  # seconds between two looks at whether something was clicked
_ABANDONED = 20.0  # seconds after which nobody looks any more


class Cancelled(Exception):
    """The visitor no longer wants the results."""


class Job(Generic[R]):
    """One piece of work in a thread of its own; `done` are the results so far.

    `abandoned` says that it ended because nobody looked any more.
    """

    def __init__(self, work: Callable[[Watch], Iterator[R]]) -> None:
        self.done: list[R] = []
        self.error: Exception | None = None
        self.abandoned = False
        self.began = time.monotonic()
        self._looked = self.began
        self._cancelled = Event()
        self._ended = Event()
        Thread(target=self._run, args=(work,), daemon=True).start()

    @property
    def running(self) -> bool:
        """Whether results are still to come."""
        return not (self._ended.is_set() or self.cancelled)

    @property
    def cancelled(self) -> bool:
        """Whether somebody ended it."""
        return self._cancelled.is_set()

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.began

    def look(self, seconds: float) -> None:
        """Note that somebody still waits, and wait with them for the end, at most so long."""
        self._looked = time.monotonic()
        self._ended.wait(seconds)

    def cancel(self) -> None:
        """End it as soon as it looks up."""
        self._cancelled.set()

    def _watch(self) -> None:
        self.abandoned = time.monotonic() - self._looked > _ABANDONED
        if self.cancelled or self.abandoned:
            raise Cancelled

    def _run(self, work: Callable[[Watch], Iterator[R]]) -> None:
        try:
            for result in work(self._watch):
                self.done.append(result)
                self._watch()
        except Cancelled:
            pass
        except Exception as error:  # shown by the page that asked for it
            self.error = error
        finally:
            self._ended.set()


def job(name: str, about: Hashable, work: Callable[[Watch], Iterator[R]]) -> Job[R]:
    """The job of this `name` that is `about` just this, begun now if it is new or was abandoned.

    One that was about something else is cancelled. One that the visitor cancelled stays so, with
    what it had found, until `progress` is told to begin again.
    """
    key = _key(name)
    kept: tuple[Hashable, Job[Any]] | None = st.session_state.get(key)
    if kept is None or kept[0] != about or kept[1].abandoned:
        if kept is not None:
            kept[1].cancel()
        kept = (about, Job(work))
        st.session_state[key] = kept
    found = cast("Job[R]", kept[1])
    found.look(_AT_ONCE if found.elapsed < _AT_ONCE else 0)
    if found.error is not None:
        del st.session_state[key]
        raise found.error
    return found


def progress(
    name: str,
    work: Job[Any],
    done: int,
    wanted: int,
    words: str,
    *,
    seconds: float | None = None,
    again: str = "Continue",
) -> None:
    """While the job goes on, a bar with the time left and Cancel; if it was cancelled, a way on.

    `done` of `wanted` things are there, named by `words`; each is taken to last as long as the
    others, unless it is known in how many `seconds` the rest will be.
    """
    words = f"{done} of {wanted} {words}"
    if work.running:
        if seconds is None and done:
            seconds = work.elapsed / done * (wanted - done)
        if seconds is not None and math.isfinite(seconds):
            words += f", about {max(1, round(seconds))} s left"
        bar, button = st.columns([5, 1], vertical_alignment="bottom")
        bar.progress(done / wanted, words)
        button.button("Cancel", on_click=work.cancel)
    elif work.cancelled:
        note, button = st.columns([5, 1], vertical_alignment="center")
        note.info(f"Cancelled: {words}.")
        button.button(again, on_click=lambda: st.session_state.pop(_key(name), None))


def wait_for(running: Job[Any], seconds: float = 0.4) -> None:
    """End this run of the page and begin another when there may be more to show."""
    for _ in range(round(seconds / _LOOK)):
        running.look(_LOOK)
        st.session_state.get("a click ends the run here")
        if not running.running:
            break
    run_again()


def _key(name: str) -> str:
    return f"job {name}"
