"""The site's script: its look and the pages there are; Streamlit runs it for every visit."""

from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException

from gmmlab.ui.chart.windows import say_slide
from gmmlab.ui.shell import asking, showing
from gmmlab.ui.shell.address import visit
from gmmlab.ui.shell.navigation import pages
from gmmlab.ui.shell.tour import turn

_STYLES = Path(__file__).parent / "shell" / "site.css"

st.set_page_config(page_title="GMM Lab", page_icon="🔵", layout="wide", initial_sidebar_state=300)
st.html(_STYLES)
page = st.navigation(pages(), position="top")
turned = visit(page.url_path)
shown = showing.begin()
if shown.name:
    # The styles look for this element; one without anything in it would not be there.
    with st.container(key=f"shown as {shown.name}"):
        st.html("<span></span>")
        if shown.told:
            say_slide(shown.slide)
asking.begin_run(turned=turned)
is_over = True
try:
    turn()
    page.run()
except RerunException:  # the page goes on in another run, and so may its questions
    is_over = False
    raise
finally:
    showing.end()
    if is_over:
        asking.end_run()
