"""What a lecturer can ask: a row of buttons, each with a question about what their page shows."""

import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from gmmlab.data.points.datasets import Dataset
from gmmlab.guide import asked
from gmmlab.guide.asked import Asked
from gmmlab.guide.room import NotPossible, Seen
from gmmlab.ui.inputs.points import points_of
from gmmlab.ui.shell.rooms import Subject, now, rooms, subject

_SAID = "what could not be done in the room"


def composer(code: str, key: str, seen: Seen) -> None:
    """The questions about the page that the lecturer came from, and the end of the one shown."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="room-ask"):
        about = subject()
        if about is None:
            st.caption("To ask, go to a page and press **Ask the class** there.")
        elif asked.has_plane(about.settings) and (dataset := points_of(about.settings)) is not None:
            _about_points(code, key, seen, about, dataset)
        else:
            _about_the_wall(code, key, seen, about)
        if seen.question is not None:
            _end(code, key, seen)
    if said := st.session_state.pop(_SAID, ""):
        st.error(said)


def ask_in_the_room(code: str, key: str, question: Asked) -> None:
    """In a callback, show a question in the room."""
    try:
        rooms().ask(code, key, question, now())
    except NotPossible as problem:
        st.session_state[_SAID] = str(problem)


def _about_points(code: str, key: str, seen: Seen, about: Subject, dataset: Dataset) -> None:
    some, notes = asked.for_phones(dataset)
    common = _common(about, some, notes)
    settings = about.settings
    _button(
        code, key, seen, asked.HowMany,
        lambda: asked.HowMany(
            **common, covariance_type=asked.covariance_of(settings), seed=_seed_of(settings)
        ),
    )  # fmt: skip
    _fits(code, key, seen, about, common)
    _button(
        code, key, seen, asked.NextMean,
        lambda: asked.NextMean(
            **common, model=asked.run_of(settings), at=asked.m_steps_made(settings)
        ),
    )  # fmt: skip
    _button(
        code, key, seen, asked.OneStart,
        lambda: asked.OneStart(**common, model=asked.random_run_of(settings)),
    )  # fmt: skip


def _about_the_wall(code: str, key: str, seen: Seen, about: Subject) -> None:
    common = _common(about, None, ())
    _button(code, key, seen, asked.HowMany, lambda: asked.HowMany(**common))
    _button(code, key, seen, asked.WhichFit, lambda: asked.WhichFit(**common), "A or B?")


def _common(about: Subject, dataset: Dataset | None, notes: tuple[str, ...]) -> dict[str, Any]:
    """What all questions hold."""
    return {"dataset": dataset, "page": about.page, "query": about.query, "notes": notes}


def _fits(code: str, key: str, seen: Seen, about: Subject, common: dict[str, Any]) -> None:
    """The fit that is shown, beside a rival of the lecturer's choice; chance says which is A."""
    try:
        model = asked.fit_of(about.settings)
    except ValueError as problem:
        st.button(asked.WhichFit.label, disabled=True, help=str(problem))
        return
    shown = isinstance(seen.question, asked.WhichFit)
    with st.popover(asked.WhichFit.label, type="primary" if shown else "secondary"):
        st.caption("Beside the fit that your page shows:")
        for rival, words in asked.rivals(model).items():
            swapped = bool(secrets.randbelow(2))
            sides = asked.sides(model, rival, swapped=swapped)
            st.button(
                words,
                key=f"ask beside {rival}",
                on_click=ask_in_the_room,
                args=(code, key, asked.WhichFit(**common, sides=sides)),
                width="stretch",
            )


def _button(
    code: str, key: str, seen: Seen, kind: type[Asked], made: Callable[[], Asked], label: str = ""
) -> None:
    try:
        question = made()
    except ValueError as problem:
        st.button(label or kind.label, key=f"ask {kind.__name__}", disabled=True, help=str(problem))
        return
    st.button(
        label or kind.label,
        key=f"ask {kind.__name__}",
        type="primary" if isinstance(seen.question, kind) else "secondary",
        on_click=ask_in_the_room,
        args=(code, key, question),
    )


def _end(code: str, key: str, seen: Seen) -> None:
    """To show what is right, after which no answers are taken; or to take some more."""
    stops = isinstance(seen.question, asked.OneStart) or seen.question.dataset is None
    with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        st.button(
            "Take more answers" if seen.closed else "Stop" if stops else "Reveal",
            key="room reveal",
            type="secondary" if seen.closed else "primary",
            on_click=partial(_closed, code, key, not seen.closed),
            help=None if seen.closed else "No more answers are taken.",
        )


def _closed(code: str, key: str, closed: bool) -> None:
    try:
        rooms().reveal(code, key, now(), closed)
    except NotPossible as problem:
        st.session_state[_SAID] = str(problem)


def _seed_of(settings: object) -> int:
    return int(getattr(getattr(settings, "model", None), "seed", 0))
