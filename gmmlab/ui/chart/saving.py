"""The pictures of a page as files: PNG, SVG, or a page of their own that needs no network.

All is done in the browser, by the script that drew them: `assets/saving.js`.
"""

import streamlit as st

from gmmlab.ui.chart.component import component, fall_back, fell_back


def saved_pictures(key: str) -> None:
    """A line for each chart of the page, with a button for each kind of file."""
    if fell_back():
        st.caption("Each picture has a camera button above it that saves it as PNG.")
        return
    component("saving", "gmm-saving")(
        key=key, data=b"", height="content", on_failed_change=fall_back
    )
