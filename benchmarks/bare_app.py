"""An app with nothing but a slider and a chart: what the browser benchmark compares pages with."""

import streamlit as st

from gmmlab.ui import assets

app = st.App("bare_page.py", routes=assets.routes())
