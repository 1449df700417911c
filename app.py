"""The app's entry: `streamlit run app.py`.

The script itself is `gmmlab/ui/site.py`: kept apart from `pages/`, it is the only one that decides
what a visitor's address opens.
"""

import streamlit as st
from starlette.middleware import Middleware

from gmmlab.ui.chart import assets
from gmmlab.ui.shell.security import SecurityHeaders

app = st.App(
    "gmmlab/ui/site.py",
    routes=assets.routes(),
    middleware=[Middleware(SecurityHeaders, preload=assets.address("plotly.js"))],
)
