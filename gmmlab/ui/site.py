"""The site's script: the pages there are and their sections; Streamlit runs it for every visit."""

import streamlit as st

from gmmlab.ui.shell.address import visit
from gmmlab.ui.shell.navigation import sections

st.set_page_config(page_title="GMM Lab", page_icon="🔵", layout="wide", initial_sidebar_state=300)
page = st.navigation(sections(), position="top")
visit(page.url_path)
page.run()
