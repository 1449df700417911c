"""A page as a slide of the tour: what is told of it, the way on, and what the speaker reads."""

import streamlit as st

from gmmlab.guide.tour import SLIDES, Slide
from gmmlab.settings import to_query
from gmmlab.ui.shell.navigation import path_of
from gmmlab.ui.shell.showing import Showing, put, showing, with_it

_ASKED = "slide that was asked for"


def turn() -> None:
    """Go to the slide that was asked for, if one was; the site calls it before it runs a page.

    What is asked by a button holds, though the run that it began may be ended by another, of a film
    that tells where it is; and so it does when that comes from the slide before.
    """
    number = st.session_state.pop(_ASKED, None)
    shown = showing().slide
    if number is None and shown and str(shown) != st.query_params.get("slide"):
        number = shown
    if number is not None:
        open_slide(number)


def told_as_slide(page: str) -> bool:
    """Say what the slide says, if the page is one now; whether it is."""
    slide = slide_of(page)
    if slide is not None:
        _told(slide)
    return slide is not None


def slide_of(page: str) -> Slide | None:
    """The slide that this run shows, if it shows one, and it is of this page."""
    number = showing().slide
    slide = SLIDES[number - 1] if number else None
    return slide if slide is not None and slide.page == page else None


def _told(slide: Slide) -> None:
    """Above the picture: what the slide says, and the buttons through the tour."""
    number = showing().slide
    with st.container(horizontal=True, vertical_alignment="center", key="tour", gap="medium"):
        st.markdown(f"### {slide.title}")
        st.caption(f"{number} of {len(SLIDES)}")
        with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
            _turn("← Back", number - 1, "pageup")
            _turn("Next →", number + 1, "pagedown")
            with st.popover("Slides", help="All slides of the tour."):
                for place, each in enumerate(SLIDES, start=1):
                    st.button(
                        f"{place} {each.title}",
                        key=f"to slide {place}",
                        type="tertiary",
                        on_click=ask_for,
                        args=(place,),
                    )
    st.progress(number / len(SLIDES))
    words = f"{slide.text} **Try:** {slide.attempt}"
    if slide.differs:
        words += f" *{slide.differs}*"
    st.markdown(words)


def ask_for(number: int) -> None:
    """In a callback, have a slide of the tour opened, from 1."""
    st.session_state[_ASKED] = number


def open_slide(number: int) -> None:
    """Go to a slide of the tour, from 1."""
    slide = SLIDES[number - 1]
    shown = Showing(slide=number, keep=slide.controls)
    query = with_it(to_query(slide.scene.settings), shown)
    put(shown)
    st.switch_page(path_of(slide.page), query_params=query)


def _turn(label: str, number: int, key: str) -> None:
    st.button(
        label,
        key=f"turn {key}",
        shortcut=key,
        disabled=not 1 <= number <= len(SLIDES),
        help=f"Key: {'Page Up' if key == 'pageup' else 'Page Down'}, as on a clicker.",
        type="primary" if key == "pagedown" else "secondary",
        on_click=ask_for,
        args=(number,),
    )
