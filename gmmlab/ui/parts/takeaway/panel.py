"""The panel "Take it away" of a page: nothing of it is made before it is opened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from gmmlab.data.tables.writing import Columns, as_csv
from gmmlab.engine.saved import SavedModel
from gmmlab.guide.code.script import FLAVOURS, Flavour, Script
from gmmlab.ui.chart.saving import saved_pictures
from gmmlab.ui.shell.boxes import box

_CODE_HEIGHT = 420


@dataclass(frozen=True)
class File:
    """A file to take away: its button's label, its name, and what makes it when asked for."""

    label: str
    name: str
    make: Callable[[], bytes]
    help: str = ""


@dataclass(frozen=True)
class Offer:
    """All that a page gives: a script of each flavour, files of the data, and its models."""

    script: Callable[[Flavour], Script]
    files: Sequence[File] = ()
    pictures: bool = True
    remark: str = ""


def take_away(page: str, offer: Callable[[], Offer]) -> None:
    """Draw the panel of a page; `offer` is asked for what is in it once the panel is open."""
    words = "Take it away: Python, pictures, data, model"
    box(words, f"{page} take away", lambda: _given(page, offer()))


def _given(page: str, offer: Offer) -> None:
    code, files = st.columns([3, 2], gap="medium")
    with code:
        _python(page, offer.script)
    with files:
        if offer.pictures:
            st.markdown("**The pictures**")
            saved_pictures(f"{page} saving")
        if offer.files:
            st.markdown("**The numbers**")
            with st.container(horizontal=True):
                for file in offer.files:
                    _button(page, file)
        if offer.remark:
            st.caption(offer.remark)


def csv_file(label: str, name: str, columns: Callable[[], Columns], help: str = "") -> File:
    """A table as a file that spreadsheets open."""
    return File(label, name, lambda: as_csv(columns()), help)


def model_file(label: str, name: str, model: Callable[[], SavedModel]) -> File:
    """A fitted model as a file."""
    return File(label, name, lambda: model().to_json().encode(), MODEL_HELP)


MODEL_HELP = (
    "JSON: gmmlab.load_model(file) reads it, and .to_sklearn() makes a fitted scikit-learn object "
    "of it. Nothing in it is run."
)


def _python(page: str, script: Callable[[Flavour], Script]) -> None:
    """The script of the chosen flavour, to copy or to save."""
    flavour: Any = st.segmented_control(
        "Show me the Python",
        FLAVOURS,
        default=FLAVOURS[0],
        required=True,
        key=f"{page} flavour",
        help="The whole script behind this picture, with scikit-learn alone or with this lab's own "
        "package, whose numbers are the page's to the last digit.",
    )
    found = script(flavour)
    st.code(found.text, height=_CODE_HEIGHT)
    stem = f"gmm-lab-{page.replace('_', '-')}"
    with st.container(horizontal=True):
        python = File("Script (.py)", f"{stem}.py", partial(_bytes, found.text))
        notebook = File("Notebook (.ipynb)", f"{stem}.ipynb", lambda: _bytes(found.notebook))
        _button(page, python)
        _button(page, notebook)


def _bytes(text: str) -> bytes:
    return text.encode()


def _button(page: str, file: File) -> None:
    st.download_button(
        file.label,
        data=file.make,
        file_name=file.name,
        on_click="ignore",
        key=f"{page} take {file.label}",
        help=file.help or None,
    )
