"""Results of studies, kept: the same question is never computed twice, for whoever asks it."""

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

import streamlit as st

R = TypeVar("R")
_LAST = "what was computed last:"


def cached(compute: Callable[[], R], question: str, *about: Hashable) -> R:
    """`compute()`, or the result it gave when `question` was last asked `about` the same things.

    What it is about are frozen settings: their repr names their class and every value. Results are
    shared between sessions, so they must be immutable.
    """
    return cast(R, _kept(question, repr(about), compute))


def last(name: str, about: Hashable, compute: Callable[[], R]) -> R:
    """`compute()`, or what it gave this session the last time, if that was about the same.

    For results that are large and a visitor's own: one of each name is kept.
    """
    kept = st.session_state.get(f"{_LAST} {name}")
    if kept is None or kept[0] != about:
        kept = (about, compute())
        st.session_state[f"{_LAST} {name}"] = kept
    return cast(R, kept[1])


@st.cache_resource(max_entries=100, ttl=3600, show_spinner=False)
def _kept(question: str, about: str, _compute: Callable[[], object]) -> object:
    return _compute()
