"""One's own lesson: its moments in a list, the one that is chosen to edit, and ways to give it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from gmmlab.guide.lesson import (
    MOST_IN_A_NOTE,
    MOST_IN_A_TITLE,
    PAGES,
    Lesson,
    LessonRejected,
    LessonSettings,
    Moment,
    cleaned,
    controls_of,
    is_own_name,
)
from gmmlab.guide.lesson_file import MOST_BYTES, as_json, from_json
from gmmlab.ui.inputs.uploads import forget_refusal, upload
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.lessons import lesson_of, reference
from gmmlab.ui.shell.navigation import SECTIONS, path_of, title_of
from gmmlab.ui.shell.sharing import link, qr_code_of
from gmmlab.ui.shell.tour import open_moment
from gmmlab.ui.shell.words import plain

_CHOSEN, _SAID = "the moment of the lesson that is edited", "what is wrong with the lesson's file"
_MOST_SAID = 6  # sentences about one file or link; more are counted
_UPLOAD = "lesson file"
_Address = Address[LessonSettings]


def arrive_at_lesson(address: _Address) -> tuple[Lesson, str]:
    """The lesson of the page, and what its address says for it; what is wrong is said."""

    def as_read(
        settings: LessonSettings, _: LessonSettings | None
    ) -> tuple[LessonSettings, tuple[str, ...]]:
        found = lesson_of(settings.moments)
        if not found.notices:
            return settings, ()
        return LessonSettings(reference(found.lesson)), found.notices

    settings, notices = address.arrive(as_read)
    address.write(settings)
    notices = (*notices, *st.session_state.get(_SAID, ()))
    for notice in notices[:_MOST_SAID]:
        st.warning(plain(notice))
    if (more := len(notices) - _MOST_SAID) > 0:
        st.warning(f"And {more} more of this kind.")
    return lesson_of(settings.moments).lesson, settings.moments


def nothing_yet(address: _Address) -> None:
    """How to begin, for a lesson without moments."""
    st.info(
        "There are no moments yet. On any page, set what you want to show and press "
        "**Add this moment** in the sidebar; or load a lesson’s file below."
    )
    with st.container(horizontal=True):
        for name in (e.name for each in SECTIONS.values() for e in each):
            if name in PAGES:
                st.page_link(path_of(name), label=f"{title_of(name)} →")
    with st.container(width=480):
        _load(address)


def moments(address: _Address, lesson: Lesson, reference: str) -> None:
    """The list, and beside it what can be changed of the moment that is chosen."""
    chosen = min(st.session_state.get(_CHOSEN, 0), len(lesson) - 1)
    listed, edited = st.columns([2, 3], gap="large")
    with listed, st.container(gap="xsmall", key="moments"):
        for place, moment in enumerate(lesson.moments):
            st.button(
                f"{place + 1} {plain(moment.name)}",
                key=f"moment {place}",
                type="primary" if place == chosen else "secondary",
                width="stretch",
                on_click=_choose,
                args=(place,),
            )
    with edited:
        _edit(address, lesson, chosen)
        if st.button("Show this moment →", key="show moment"):
            open_moment(reference, chosen + 1)
        with st.container(border=True):
            _give(address, lesson, reference)


def _edit(address: _Address, lesson: Lesson, place: int) -> None:
    """The fields of one moment; each takes its value as soon as one leaves it."""
    moment, n = lesson.moments[place], len(lesson)
    known = controls_of(moment.settings)
    st.markdown(f"**Moment {place + 1} of {n}**, on the page {title_of(moment.page)}")

    def field(name: str, shown: Any, taken: Callable[[Any], Any]) -> dict[str, Any]:
        """A widget's key, which holds what the moment has, and what a change of it does."""
        key = f"{name} of the moment"
        if st.session_state.get(key) != shown:
            st.session_state[key] = shown

        def change() -> None:
            value = taken(st.session_state[key])
            _change(address, lambda now: _with(now, place, moment, {name: value}))

        return {"key": key, "on_change": change}

    st.text_input(
        "Title",
        max_chars=MOST_IN_A_TITLE,
        help="Stands above the picture. Letters only: what looks like HTML or markup stays as is.",
        **field("title", moment.title, lambda text: cleaned(text, MOST_IN_A_TITLE)),
    )
    st.text_area(
        "Note",
        max_chars=MOST_IN_A_NOTE,
        height=110,
        help="A few sentences below the title: what to look at, what to try.",
        **field("note", moment.note, lambda text: cleaned(text, MOST_IN_A_NOTE, lines=True)),
    )
    st.multiselect(
        "Controls that stay",
        list(known),
        format_func=known.__getitem__,
        help="Who plays the lesson has these and no others.",
        **field("keep", [name for name in moment.keep if name in known], tuple),
    )
    with st.container(horizontal=True, gap="small"):
        _act(address, "↑ Earlier", place > 0, place - 1, lambda now: now.moved(place, place - 1))
        _act(address, "↓ Later", place < n - 1, place + 1, lambda now: now.moved(place, place + 1))
        _act(address, "First", place > 0, 0, lambda now: now.moved(place, 0))
        _act(address, "Last", place < n - 1, n - 1, lambda now: now.moved(place, n - 1))
        _act(address, "Remove", True, max(place - 1, 0), lambda now: now.without(place))
    if moment.is_of_own_data:
        st.caption(
            "This moment shows data of your own, which stay in this session: elsewhere its page "
            "asks for them."
        )


def _give(address: _Address, lesson: Lesson, reference: str) -> None:
    """The lesson's name, its file and its link; and another lesson's file to load."""
    key = "lesson title"
    if st.session_state.get(key) != lesson.title:
        st.session_state[key] = lesson.title

    def rename() -> None:
        title = cleaned(st.session_state[key], MOST_IN_A_TITLE)
        _change(address, lambda now: replace(now, title=title))

    st.text_input("Name of the lesson", key=key, max_chars=MOST_IN_A_TITLE, on_change=rename)
    st.download_button(
        "Save as a file (JSON)",
        data=lambda: as_json(lesson),
        file_name="gmm-lab-lesson.json",
        mime="application/json",
        on_click="ignore",
        help="All of it but data of your own. Load it here again, or give it away.",
    )
    _load(address)
    _shared(reference)


def _load(address: _Address) -> None:
    """The upload of a lesson's file, which takes the place of the lesson that is here."""

    def take(name: str, data: bytes) -> None:
        found = from_json(data)
        _put(address, found.lesson)
        st.session_state[_SAID] = found.notices
        st.session_state[_CHOSEN] = 0

    upload(
        "Load a lesson",
        ["json"],
        _UPLOAD,
        f"A file that was saved here, of at most {MOST_BYTES // 1000} kB. It takes the place of "
        "the lesson that is here; Back in the browser brings that again.",
        take,
        LessonRejected,
        still="The lesson is as before.",
    )


def _shared(reference: str) -> None:
    """The link to the lesson, if it is short enough for one."""
    if is_own_name(reference):
        st.caption("This lesson is too long for a link: give its file away instead.")
        return
    url = link({"moments": reference})
    st.markdown("**The link to this lesson**, which is this page’s address too")
    st.code(url, language=None, height=110 if len(url) > 300 else "content", wrap_lines=True)
    if (qr_code := qr_code_of(url)) is not None:
        st.image(qr_code, width=200)
    else:
        st.caption("It is too long for a QR code that can be read from a wall.")


def _choose(place: int) -> None:
    st.session_state[_CHOSEN] = place


def _act(
    address: _Address, label: str, can: bool, then: int, changed: Callable[[Lesson], Lesson]
) -> None:
    """A button that changes the lesson, after which the moment of place `then` is chosen."""

    def act() -> None:
        _change(address, changed)
        _choose(then)

    st.button(label, key=f"moment {label}", disabled=not can, on_click=act)


def _change(address: _Address, changed: Callable[[Lesson], Lesson]) -> None:
    """In a callback, put the lesson as it is by now, changed, into the address."""
    _put(address, changed(lesson_of(address.current.moments).lesson))


def _put(address: _Address, lesson: Lesson) -> None:
    st.session_state.pop(_SAID, None)
    forget_refusal(_UPLOAD)
    address.put(LessonSettings(reference(lesson)))


def _with(lesson: Lesson, place: int, meant: Moment, values: dict[str, Any]) -> Lesson:
    """The lesson with one moment changed; quick hands may have moved or renamed it meanwhile."""

    def is_meant(moment: Moment) -> bool:
        return (moment.page, moment.settings) == (meant.page, meant.settings)

    others = [k for k, each in enumerate(lesson.moments) if is_meant(each)]
    if not others:
        return lesson
    found = place if place in others else others[0]
    return lesson.changed(found, replace(lesson.moments[found], **values))
