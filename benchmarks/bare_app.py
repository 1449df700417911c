"""An app with nothing but a slider and a chart: what the browser benchmark compares pages with."""

import streamlit as st
from starlette.middleware import Middleware

from gmmlab.ui.chart import assets
from gmmlab.ui.shell.security import SecurityHeaders

app = st.App(
    "bare_page.py",
    routes=assets.routes(),
    middleware=[Middleware(SecurityHeaders, preload=assets.address("plotly.js"))],
)
