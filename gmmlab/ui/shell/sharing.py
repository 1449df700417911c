"""Present this page, or give a link to it with the controls that a lesson needs, and a QR code."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import segno
import streamlit as st

from gmmlab.settings import specs, to_query
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.showing import Showing, put, showing, with_it

_MOST_IN_A_CODE = 1_200  # characters; more make a code that no phone reads from a wall


def sharing(address: Address[Any], settings: Any) -> None:
    """Two buttons at the end of the sidebar: to present the page, and to give a link to it."""
    with st.container(horizontal=True, gap="small", key="sharing"):
        st.button(
            "Present",
            key="present",
            help="Only the picture, as large as the window, in large type. Key: P.",
            shortcut="p",
            on_click=put,
            args=(replace(showing(), present=True),),
        )
        if st.button("Lesson link", key="lesson", help="A link with the controls of your choice."):
            _compose(address, settings)


def way_back() -> None:
    """On a stage, the button that leaves it."""
    with st.container(horizontal_alignment="right"):
        st.button(
            "Open in the lab",
            key="leave the stage",
            help="All controls, with the settings as they are here. Key: Escape.",
            shortcut="Escape",
            type="tertiary",
            on_click=put,
            args=(Showing(),),
        )


def known_controls(settings: Any) -> dict[str, str]:
    """The names of a page's controls, each with its words for people."""
    left_out = getattr(settings, "left_out", None) or {}
    absent = {name for name, options in left_out.items() if not options}
    return {
        name: spec.label
        for name, spec, _ in specs(settings)
        if spec.has_widget and name not in absent
    }


@st.dialog("A link for a lesson", width="medium")
def _compose(address: Address[Any], settings: Any) -> None:
    known = known_controls(settings)
    chosen = st.multiselect(
        "Controls that stay",
        list(known),
        default=[name for name in ("n_components",) if name in known],
        format_func=known.__getitem__,
        help="Students see these and no others.",
        key=f"{address.page} controls that stay",
    )
    present = st.checkbox(
        "As a presentation",
        key=f"{address.page} link presents",
        help="Without the sidebar: the picture fills the window, the controls lie over it.",
    )
    shown = Showing(present=present, keep=tuple(chosen))
    url = link(with_it(to_query(settings), shown))
    st.code(url, language=None, wrap_lines=True)
    if len(url) <= _MOST_IN_A_CODE:
        st.image(qr_code(url), width=220)
        st.caption("The same link as a QR code: it is drawn here, nothing is asked of anybody.")
    else:
        st.caption("This link is too long for a QR code that can be read from a wall.")
    st.link_button("See it as students will →", url)


def link(query: dict[str, str]) -> str:
    """The whole address of this page with these parameters."""
    base = (st.context.url or "").partition("?")[0]
    return f"{base}?{urlencode(query)}"


def qr_code(text: str) -> str:
    """A QR code of `text` as SVG, dark on light with its quiet zone."""
    return segno.make(text, error="m").svg_inline(
        scale=6, dark="#10131a", light="#ffffff", border=3
    )
