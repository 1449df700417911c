"""Components of our own: a module in `assets`, its styles, and a fallback if it does not load."""

from typing import Any

import streamlit as st

from gmmlab.ui.chart import assets

_FELL_BACK = "our own components did not load"


def component(name: str, root: str) -> Any:
    """The function that mounts `assets/<name>.js`, which builds what it shows inside `root`.

    It takes what Streamlit's components take; `on_failed_change` is ours.
    """
    return _registered(name, root)


def fell_back() -> bool:
    """Whether a script of ours did not load in this session, so that plain means must do."""
    return bool(st.session_state.get(_FELL_BACK))


def fall_back() -> None:
    """Note that a script did not load; the browser says so."""
    st.session_state[_FELL_BACK] = True


@st.cache_resource(show_spinner=False)
def _registered(name: str, root: str) -> Any:
    return st.components.v2.component(
        f"gmmlab_{name}",
        html=f'<div class="{root}"></div>',
        css=assets.text("chart.css" if name == "chart" else "pictures.css"),
        js=assets.text("loader.js").replace("ADDRESS", assets.address(f"{name}.js")),
        isolate_styles=False,  # plotly's own styles are the document's
    )
