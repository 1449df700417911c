"""Which lesson an address means: one that it carries, or a longer one that this session has."""

import hashlib

import streamlit as st

from gmmlab.guide.lesson import Lesson, LessonRejected, Read, is_own_name, own_name
from gmmlab.guide.lesson_file import as_code, as_json, from_code

_LONG = "lessons too long for a link"
_MOST_KEPT = 20  # long lessons of one session: each change of one is another


def reference(lesson: Lesson) -> str:
    """What an address says for this lesson; one too long for a link is kept in the session."""
    if not lesson.moments and not lesson.title:
        return ""
    if (code := as_code(lesson)) is not None:
        return code
    name = own_name(hashlib.blake2s(as_json(lesson), digest_size=12).hexdigest())
    kept: dict[str, Lesson] = st.session_state.setdefault(_LONG, {})
    kept.pop(name, None)
    kept[name] = lesson
    while len(kept) > _MOST_KEPT:
        del kept[next(iter(kept))]
    return name


def lesson_of(reference: str) -> Read:
    """The lesson that an address means, an empty one if none, and what is wrong with it."""
    if not reference:
        return Read(Lesson())
    if is_own_name(reference):
        kept: dict[str, Lesson] = st.session_state.get(_LONG, {})
        if (lesson := kept.get(reference)) is not None:
            return Read(lesson)
        return Read(
            Lesson(),
            (
                "This lesson is too long for a link, and this session does not have it: "
                "load its file.",
            ),
        )
    try:
        return from_code(reference)
    except LessonRejected as problem:
        return Read(Lesson(), (str(problem),))
