"""One's own lesson: moments of any page in an order, to edit, to play, to save and to share."""

import streamlit as st

from gmmlab.guide.lesson import LessonSettings
from gmmlab.ui.parts.lesson import arrive_at_lesson, moments, nothing_yet
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.tour import open_moment
from gmmlab.ui.shell.words import plain

address = Address("lesson", LessonSettings)
with st.container(horizontal=True, vertical_alignment="center", key="lesson head"):
    title = st.empty()
    play = st.empty()
lesson, reference = arrive_at_lesson(address)
title.title(plain(lesson.title) or "Your lesson")
if lesson.moments:
    if play.button("Play", type="primary", help="Moment by moment, as the tour is played."):
        open_moment(reference, 1)
    st.caption(
        "**Page Down** and **Page Up** turn while it plays, as a clicker does; **Escape** opens "
        "the moment in the lab. The lesson is in this page’s address and in nothing else: keep the "
        "link, or save the file."
    )
    moments(address, lesson, reference)
else:
    nothing_yet(address)
