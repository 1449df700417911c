"""The site's script: its look and the pages there are; Streamlit runs it for every visit."""

from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException

from gmmlab.ui.shell import asking
from gmmlab.ui.shell.address import visit
from gmmlab.ui.shell.navigation import pages

_STYLES = Path(__file__).parent / "shell" / "site.css"

st.set_page_config(page_title="GMM Lab", page_icon="🔵", layout="wide", initial_sidebar_state=300)
st.html(_STYLES)
page = st.navigation(pages(), position="top")
visit(page.url_path)
asking.begin_run()
is_over = True
try:
    page.run()
except RerunException:  # the page goes on in another run, and so may its questions
    is_over = False
    raise
finally:
    if is_over:
        asking.end_run()
