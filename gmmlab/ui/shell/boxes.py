"""Boxes that a visitor opens: nothing in them is made before."""

from collections.abc import Callable

import streamlit as st


def box(label: str, key: str, draw: Callable[[], None]) -> None:
    """A box that is closed at first; once it is open, `draw` draws what is in it.

    A closed box would be paid for in each run all the same, and many pages consist mostly of them.
    """
    found = st.expander(label, key=key, on_change="rerun")
    if found.open:
        with found:
            draw()
