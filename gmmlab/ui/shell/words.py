"""Words on a page: a visitor's own, such as names of columns and files, and where pictures are."""

import re

import streamlit as st

# What begins code, emphasis, a link, an image, a colour, an emoji, mathematics, a table, HTML.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|$~:@]|(?<=www)\.)", re.IGNORECASE)
# Addresses become links by themselves, escaped or not, unless something that has no width is there.
_ADDRESS = re.compile(r"(?<=http:)(?=//)|(?<=https:)(?=//)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)
_NO_WIDTH = "\u2060"


def plain(text: str) -> str:
    """The text as Streamlit's markdown must be given it to show just that."""
    return _MARKUP.sub(r"\\\1", _ADDRESS.sub(_NO_WIDTH, text))


def placed_caption(words: str) -> None:
    """A caption on pictures that are `{left}` and `{right}`, or above and below on a phone.

    Streamlit stacks columns by the width of the window, so the styles show the one that is true.
    """
    if "{left}" not in words:
        st.caption(words, width="stretch")
        return
    places = {"beside": ("left", "right"), "stacked": ("above", "below")}
    for way, (left, right) in places.items():
        with st.container(key=f"{way} {words[:24]}"):
            st.caption(words.replace("{left}", left).replace("{right}", right), width="stretch")
