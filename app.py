"""The app's entry: `streamlit run app.py`, or the command `gmmlab` where it is installed.

The script itself is `gmmlab/ui/site.py`: kept apart from `pages/`, it is the only one that decides
what a visitor's address opens. What all visits need is made ready here, before the first comes.
"""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from gmmlab.ui import server
from gmmlab.ui.chart import assets
from gmmlab.ui.shell.gate import Gate, files_held, give_back_what_was_left
from gmmlab.ui.shell.limits import limits
from gmmlab.ui.shell.security import SecurityHeaders

server.make_ready()
app = st.App(
    Path(server.__file__).with_name("site.py"),
    routes=assets.routes(),
    middleware=[
        Middleware(SecurityHeaders, preload=assets.address("plotly.js")),
        Middleware(Gate, held=files_held, give_back=give_back_what_was_left, limits=limits()),
    ],
)
