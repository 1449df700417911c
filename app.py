"""The app's entry: `streamlit run app.py`.

The script itself is `gmmlab/ui/site.py`: kept apart from `pages/`, it is the only one that decides
what a visitor's address opens. What all visits need is made ready here, before the first comes.
"""

import streamlit as st
from starlette.middleware import Middleware

from gmmlab.ui import server
from gmmlab.ui.chart import assets
from gmmlab.ui.shell.security import SecurityHeaders

server.make_ready()
app = st.App(
    "gmmlab/ui/site.py",
    routes=assets.routes(),
    middleware=[Middleware(SecurityHeaders, preload=assets.address("plotly.js"))],
)
