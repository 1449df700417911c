"""An app of one page whose chart has frames."""

import streamlit as st

from gmmlab.ui.chart import assets

app = st.App("frames_page.py", routes=assets.routes())
