"""A visitor's drawing: the pad it is made on, its file, and its place in the session.

A drawing of few points is in the settings, and so in the address; a longer one stays in the
session, and settings name it by a digest.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from gmmlab.data.points.datasets import Dataset
from gmmlab.data.points.drawing import (
    BLANK,
    KEPT,
    MOST_IN_A_LINK,
    MOST_POINTS,
    Drawing,
    decoded,
    encoded,
    points_of,
)
from gmmlab.data.tables.table import TableRejected, read_table
from gmmlab.data.tables.writing import as_csv
from gmmlab.settings import Choice, specs
from gmmlab.ui.chart.chart import Pad
from gmmlab.ui.inputs.uploads import upload
from gmmlab.ui.shell.address import Address, note_unfinished

_LONG, _LAST = "long drawings of this session", "drawing shown last"
_UNDRAWABLE = "why points cannot be drawn on"
_MOST_LONG = 10


def recalled_drawing(choice: Drawing) -> tuple[Drawing, tuple[str, ...]]:
    """The drawing that can be shown: the one looked at last if none is named, else a blank sheet.

    With it, a sentence if the named one is not in this session.
    """
    if not choice.code:
        choice = st.session_state.get(_LAST, Drawing(BLANK))
    notices: tuple[str, ...] = ()
    if _code(choice) is None:
        choice = Drawing(BLANK)
        notices = (
            "This link shows a drawing of more than "
            f"{MOST_IN_A_LINK} points, which stays in the session where it was drawn. Here is a "
            "blank sheet; a drawing saved as CSV can be opened under **Data**.",
        )
    st.session_state[_LAST] = choice
    return choice, notices


def drawn_points(choice: Drawing) -> Dataset:
    """The points of a drawing, possibly none."""
    return points_of(_code(choice) or BLANK)


def pad(address: Address[Any], choice: Drawing, toolbar: bool) -> Pad:
    """The means to draw on a chart, and to drag centres where models can start from these."""
    starts = next((spec for name, spec, _ in specs(address.current) if name == "init"), None)

    def changed(code: str, done: bool) -> None:
        decoded(code)
        note_unfinished(not done)
        _put(address, code)

    by_hand = isinstance(starts, Choice) and "hand" in starts.options
    return Pad(_code(choice) or BLANK, MOST_POINTS, changed, toolbar, centres=by_hand)


def drawing_controls(address: Address[Any], choice: Drawing) -> None:
    """Draw the buttons that save the drawing as a file and open one."""
    X = drawn_points(choice).X
    st.download_button(
        "Save as CSV",
        data=lambda: as_csv({"x": X[:, 0], "y": X[:, 1]}),
        file_name="drawing.csv",
        mime="text/csv",
        on_click="ignore",
        disabled=len(X) == 0,
        help="The points as a table of x and y, which can be opened here again.",
    )
    upload(
        "Open a CSV file",
        ["csv", "tsv", "txt"],
        address.key("opened drawing"),
        f"The first two columns of numbers become the drawing: at most {MOST_POINTS:,} rows.",
        partial(_open, address),
        ValueError,
        still="Nothing was changed.",
    )
    if len(X) > MOST_IN_A_LINK:
        st.caption(
            f"More than {MOST_IN_A_LINK} points: neither a link nor a reload brings this drawing "
            "back. Save it to keep it."
        )


def draw_on(address: Address[Any], shown: Callable[[], Dataset]) -> None:
    """Draw the button that makes a drawing of the points that are shown."""

    def take() -> None:
        try:
            _put(address, encoded(_thinned(shown().X)))
        except ValueError as problem:
            st.session_state[_UNDRAWABLE] = str(problem)

    if problem := st.session_state.pop(_UNDRAWABLE, None):
        st.error(problem)
    st.button(
        "Draw on these",
        help="Take these points as a drawing: add, move and erase points by hand. "
        f"Of more than {MOST_POINTS:,}, a random part is taken.",
        on_click=take,
    )


def _put(address: Address[Any], code: str) -> None:
    if len(decoded(code)[0]) > MOST_IN_A_LINK:
        name = KEPT + hashlib.blake2b(code.encode(), digest_size=6).hexdigest()
        long = {k: v for k, v in st.session_state.get(_LONG, {}).items() if k != name}
        st.session_state[_LONG] = dict([*list(long.items())[1 - _MOST_LONG :], (name, code)])
        code = name
    address.put(replace(address.current, data=Drawing(code)))


def _code(choice: Drawing) -> str | None:
    """The code itself, of a drawing that may only be named."""
    if not choice.code.startswith(KEPT):
        return choice.code
    codes: dict[str, str] = st.session_state.get(_LONG, {})
    return codes.get(choice.code)


def _open(address: Address[Any], _: str, data: bytes) -> None:
    """Take in a file of points; a ValueError says what is wrong with it."""
    table = read_table(data)
    if len(table.columns) < 2:
        raise TableRejected("A drawing needs two columns of numbers, x and y.")
    X, _dropped = table.points(*table.columns[:2])
    _put(address, encoded(_thinned(X)))


def _thinned(X: np.ndarray) -> np.ndarray:
    if len(X) <= MOST_POINTS:
        return X
    return X[np.sort(np.random.default_rng(0).choice(len(X), MOST_POINTS, replace=False))]
