"""Present this page, give a link to it with the controls that a lesson needs, or ask a class."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import segno
import streamlit as st

from gmmlab.guide.lesson import LessonSettings, controls_of, moment_of
from gmmlab.settings import to_query
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.lessons import lesson_of, reference
from gmmlab.ui.shell.navigation import LESSON, path_of, title_of
from gmmlab.ui.shell.rooms import ask_the_class
from gmmlab.ui.shell.showing import Showing, put, showing, with_it

_USUAL = ("n_components",)  # the controls that stay if nobody says which
_MOST_IN_A_CODE = 1_200  # characters; more make a code that no phone reads from a wall


def sharing(address: Address[Any], settings: Any) -> None:
    """Buttons at the end of the sidebar: to present the page, to give a link, to ask a class."""
    with st.container(horizontal=True, gap="small", key="sharing"):
        st.button(
            "Present",
            key="present",
            help="Only the picture, as large as the window, in large type. Key: P.",
            shortcut="p",
            on_click=put,
            args=(replace(showing(), present=True),),
        )
        if st.button("Lesson link", key="lesson", help="A link with the controls of your choice."):
            _compose(address, settings)
        st.button(
            "Add this moment",
            key="add this moment",
            help="Put what the page shows at the end of your own lesson.",
            on_click=_collect,
            args=(address, settings),
        )
        ask_the_class(address.page, settings)
    mine: Address[LessonSettings] = Address(LESSON.name, LessonSettings)
    if n := len(lesson_of(mine.current.moments).lesson):
        words = f"Your lesson: {n} {'moment' if n == 1 else 'moments'} →"
        st.page_link(path_of(LESSON.name), label=words)


def way_back(address: Address[Any], settings: Any) -> None:
    """On a stage, the button that leaves it, and the one that asks the class."""
    with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        ask_the_class(address.page, settings)
        st.button(
            "Open in the lab",
            key="leave the stage",
            help="All controls, with the settings as they are here. Key: Escape.",
            shortcut="Escape",
            type="tertiary",
            on_click=put,
            args=(Showing(),),
        )


def _collect(address: Address[Any], settings: Any) -> None:
    """In a callback, put what the page shows at the end of one's own lesson."""
    mine: Address[LessonSettings] = Address(LESSON.name, LessonSettings)
    lesson = lesson_of(mine.current.moments).lesson
    known = controls_of(settings)
    kept = showing().keep
    keep = tuple(name for name in (_USUAL if kept is None else kept) if name in known)
    try:
        lesson = lesson.added(moment_of(address.page, settings, title_of(address.page), keep))
    except ValueError as full:
        st.toast(str(full))
        return
    mine.put(LessonSettings(reference(lesson)))
    st.toast(f"This is moment {len(lesson)} of your lesson.")


@st.dialog("A link for a lesson", width="medium")
def _compose(address: Address[Any], settings: Any) -> None:
    known = controls_of(settings)
    chosen = st.multiselect(
        "Controls that stay",
        list(known),
        default=[name for name in _USUAL if name in known],
        format_func=known.__getitem__,
        help="Students see these and no others.",
        key=f"{address.page} controls that stay",
    )
    present = st.checkbox(
        "As a presentation",
        key=f"{address.page} link presents",
        help="Without the sidebar: the picture fills the window, the controls lie over it.",
    )
    shown = Showing(present=present, keep=tuple(chosen))
    url = link(with_it(to_query(settings), shown))
    st.code(url, language=None, wrap_lines=True)
    if (code := qr_code_of(url)) is not None:
        st.image(code, width=220)
        st.caption("The same link as a QR code: it is drawn here, nothing is asked of anybody.")
    else:
        st.caption("This link is too long for a QR code that can be read from a wall.")
    st.link_button("See it as students will →", url)


def link(query: dict[str, str]) -> str:
    """The whole address of this page with these parameters."""
    base = (st.context.url or "").partition("?")[0]
    return f"{base}?{urlencode(query)}"


def qr_code_of(text: str) -> str | None:
    """A QR code of `text` as SVG, dark on light with its quiet zone; None for too long a text."""
    if len(text) > _MOST_IN_A_CODE:
        return None
    return segno.make(text, error="m").svg_inline(
        scale=6, dark="#10131a", light="#ffffff", border=3
    )
