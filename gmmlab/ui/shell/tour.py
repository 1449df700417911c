"""A page as a slide, of the tour or of a lesson: what is told of it, and the way on."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from gmmlab.guide.tour import SLIDES, Slide
from gmmlab.settings import to_query
from gmmlab.ui.shell.lessons import lesson_of
from gmmlab.ui.shell.navigation import path_of
from gmmlab.ui.shell.showing import Showing, put, showing, with_it
from gmmlab.ui.shell.words import plain

_ASKED = "slide that was asked for"


@dataclass(frozen=True)
class _Deck:
    """Slides in an order, seen from one of them: the tour's, or those of a `lesson`."""

    number: int
    titles: tuple[str, ...]  # as markdown
    lesson: str = ""


def turn() -> None:
    """Go to the slide that was asked for, if one was; the site calls it before it runs a page.

    What is asked by a button holds, though the run that it began may be ended by another, of a film
    that tells where it is; and so it does when that comes from the slide before.
    """
    asked: tuple[int, str] | None = st.session_state.pop(_ASKED, None)
    shown, query = showing(), st.query_params
    there = (str(shown.slide), str(shown.moment))
    if (
        asked is None
        and shown.told
        and there != (query.get("slide", "0"), query.get("moment", "0"))
    ):
        asked = (shown.slide or shown.moment, shown.lesson)
    if asked is not None:
        number, lesson = asked
        if lesson:
            open_moment(lesson, number)
        else:
            open_slide(number)


def told_as_slide(page: str) -> bool:
    """Say what the slide or the moment says, if the page is one now; whether it is."""
    shown = showing()
    if (slide := slide_of(page)) is not None:
        _turned(_Deck(shown.slide, tuple(each.title for each in SLIDES)))
        words = f"{slide.text} **Try:** {slide.attempt}"
        if slide.differs:
            words += f" *{slide.differs}*"
        st.markdown(words)
        return True
    lesson = lesson_of(shown.lesson).lesson
    if not shown.moment or lesson.moments[shown.moment - 1].page != page:
        return False
    titles = tuple(plain(each.name) for each in lesson.moments)
    _turned(_Deck(shown.moment, titles, shown.lesson))
    if note := lesson.moments[shown.moment - 1].note:
        with st.container(key="note"):
            st.text(note)
    return True


def slide_of(page: str) -> Slide | None:
    """The slide of the tour that this run shows, if it shows one, and it is of this page."""
    number = showing().slide
    slide = SLIDES[number - 1] if number else None
    return slide if slide is not None and slide.page == page else None


def _turned(deck: _Deck) -> None:
    """Above the picture: the slide's title, its place, and the buttons to the others."""
    number, n = deck.number, len(deck.titles)
    with st.container(horizontal=True, vertical_alignment="center", key="tour", gap="medium"):
        st.markdown(f"### {deck.titles[number - 1]}")
        st.caption(f"{number} of {n}")
        with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
            _turn(deck, "← Back", number - 1, "pageup")
            _turn(deck, "Next →", number + 1, "pagedown")
            with st.popover("Slides", help="All of them."):
                for place, title in enumerate(deck.titles, start=1):
                    st.button(
                        f"{place} {title}",
                        key=f"to slide {place}",
                        type="tertiary",
                        on_click=ask_for,
                        args=(place, deck.lesson),
                    )
    st.progress(number / n)


def ask_for(number: int, lesson: str = "") -> None:
    """In a callback, have a slide of the tour opened, or of a lesson, from 1."""
    st.session_state[_ASKED] = number, lesson


def open_slide(number: int) -> None:
    """Go to a slide of the tour, from 1."""
    slide = SLIDES[number - 1]
    _open(slide.page, slide.scene.settings, Showing(slide=number, keep=slide.controls))


def open_moment(lesson: str, number: int) -> None:
    """Go to a moment, from 1, of the lesson that an address means with `lesson`."""
    moment = lesson_of(lesson).lesson.moments[number - 1]
    shown = Showing(moment=number, lesson=lesson, keep=moment.keep)
    _open(moment.page, moment.settings, shown)


def _open(page: str, settings: Any, shown: Showing) -> None:
    put(shown)
    st.switch_page(path_of(page), query_params=with_it(to_query(settings), shown))


def _turn(deck: _Deck, label: str, number: int, key: str) -> None:
    st.button(
        label,
        key=f"turn {key}",
        shortcut=key,
        disabled=not 1 <= number <= len(deck.titles),
        help=f"Key: {'Page Up' if key == 'pageup' else 'Page Down'}, as on a clicker.",
        type="primary" if key == "pagedown" else "secondary",
        on_click=ask_for,
        args=(number, deck.lesson),
    )
