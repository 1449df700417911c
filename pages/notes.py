"""The speaker's notes, in a window of their own that follows the tour's."""

import streamlit as st

from gmmlab.guide.tour import SLIDES
from gmmlab.ui.chart.windows import follow_slides
from gmmlab.ui.shell.navigation import path_of

_SHOWN = "the slide whose notes are shown"


def turn(number):
    """Show the notes of another slide, if there is one of that number."""
    if 1 <= number <= len(SLIDES):
        st.session_state[_SHOWN] = number


st.title("Speaker's notes")
number = st.session_state.get(_SHOWN, 0)
if number:
    slide = SLIDES[number - 1]
    st.markdown(f"## {number} of {len(SLIDES)}: {slide.title}")
    st.markdown(f"### {slide.notes}")
    st.markdown(f"**On the slide:** {slide.text}")
    st.markdown(f"**To try:** {slide.attempt}")
    if slide.differs:
        st.markdown(f"**Not as in the print:** {slide.differs}")
    if number < len(SLIDES):
        st.caption(f"Next: {SLIDES[number].title}")
else:
    st.info("Open the tour in another window of this browser: its notes appear here by themselves.")
    st.page_link(path_of("tour"), label="The tour →")
follow_slides(number, turn)
