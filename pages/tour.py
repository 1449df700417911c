"""The tour's table of contents: the chapter and the story of EM, slide by slide."""

import streamlit as st

from gmmlab.guide.tour import SLIDES
from gmmlab.ui.shell.navigation import LESSON, path_of
from gmmlab.ui.shell.tour import open_slide

st.title("Tour")
st.markdown(
    f"The whole story in {len(SLIDES)} live slides, from a photo in sixteen colours to handwritten "
    "digits that nobody wrote. Every slide is a page of the lab: touch anything. **Page Down** and "
    "**Page Up** turn, as a clicker does; **Escape** opens the slide in the lab."
)
with st.container(horizontal=True, vertical_alignment="center"):
    if st.button("Start the tour", type="primary"):
        open_slide(1)
    st.link_button(
        "Speaker's notes",
        "notes",
        help="In a second window, which follows the slides of this browser.",
    )
    st.page_link(path_of("lesson"), label="Your own lesson →", help=LESSON.line)
with st.grid(3, min_column_width=260):
    for number, slide in enumerate(SLIDES, start=1):
        with st.container(border=True, gap="xsmall"):
            st.image(slide.thumbnail, width="stretch", alt="")
            if st.button(f"**{number} {slide.title}** →", key=f"slide {number}", type="tertiary"):
                open_slide(number)
            st.caption(slide.text)
