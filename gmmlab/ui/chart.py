"""The one way to show a figure."""

from typing import Any

import streamlit as st

_CONFIG = {
    "displaylogo": False,
    "scrollZoom": False,  # the wheel scrolls the page
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
    "toImageButtonOptions": {"format": "png", "scale": 2, "filename": "gmm-lab"},
}


def chart(figure: Any, key: str) -> None:
    """Show a plotly figure over the full width; `figure.layout.meta["alt"]` says it in words."""
    meta = figure.layout.meta or {}
    st.plotly_chart(figure, key=key, config=_CONFIG, alt=meta.get("alt"))
