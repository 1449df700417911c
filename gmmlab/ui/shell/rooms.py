"""The rooms of this server, and the way into one from whatever page a lecturer shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import Any

import streamlit as st

from gmmlab.guide.room import NotPossible, Rooms
from gmmlab.settings import to_query
from gmmlab.ui.shell.desk import visitor
from gmmlab.ui.shell.navigation import path_of
from gmmlab.ui.shell.showing import with_it

_LED, _SUBJECT = "the room that is led", "what the class can be asked about"


@dataclass(frozen=True)
class Subject:
    """What a lecturer showed when the class was to be asked: a page, its settings, its address."""

    page: str
    settings: Any
    query: Mapping[str, str]


@cache
def rooms() -> Rooms:
    """The rooms of this process: of several, each has its own."""
    return Rooms()


def now() -> float:
    """The rooms' clock."""
    return monotonic()


def me() -> str:
    """What a visitor's answers are known by: the session, which ends with the page."""
    return visitor() or ""


def subject() -> Subject | None:
    """What the class can be asked about, if this session came from a page."""
    found: Subject | None = st.session_state.get(_SUBJECT)
    return found


def ask_the_class(page: str, settings: Any) -> None:
    """A button to the session's room, about what this page shows; the first time it opens one."""
    pressed = st.button(
        "Ask the class",
        key="ask the class",
        help="Open a room: phones scan its code, answer a question about this page by a tap, and "
        "the answers gather here.",
    )
    if not pressed:
        return
    st.session_state[_SUBJECT] = Subject(page, settings, with_it(to_query(settings)))
    try:
        code, key = _led()
    except NotPossible as problem:
        st.error(str(problem))
        return
    st.switch_page(path_of("room"), query_params={"code": code, "lead": key})


def _led() -> tuple[str, str]:
    """The code and the key of the room that this session leads, a new one if there is none."""
    known: tuple[str, str] | None = st.session_state.get(_LED)
    if known is None or not rooms().leads(*known, now()):
        known = st.session_state[_LED] = rooms().open(me(), now())
    return known
