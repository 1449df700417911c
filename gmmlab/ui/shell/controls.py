"""Widgets from declarations: one for every Spec of a settings object, in rows of two."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

import streamlit as st

from gmmlab.guide.glossary import terms_in
from gmmlab.settings import (
    Choice,
    Choices,
    Decades,
    Flag,
    Integer,
    Real,
    Spec,
    Text,
    specs,
    updated,
)
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.boxes import box
from gmmlab.ui.shell.navigation import address_of

# Whole numbers of a small range get a slider, which is quick; of a large one a field: exact.
_SLIDER_STEPS = 20
_Changed = Callable[[], None] | None
_LeftOut = Mapping[str, Collection[str]] | None


def controls(
    address: Address[Any],
    settings: Any,
    prefix: str = "",
    in_a_row: int = 2,
    last: Callable[[], None] | None = None,
    changed: Callable[[], None] | None = None,
    left_out: _LeftOut = None,
    more: bool = False,
) -> None:
    """Draw the widgets of `settings` (a part of the page's, named with `prefix`), so many in a row.

    Those for a second look are drawn only if asked for, as `more`. Codes are left out, and texts
    that nobody types: where their values come from, only their page knows. `last` draws one more
    thing in the place after them; `changed` is called when one is touched. Those named in
    `left_out` are not drawn, or without some of their options.
    """
    rows = st.container(gap="xsmall")
    row: list[Any] = []
    for name, spec in _shown(settings, prefix, left_out, more):
        if isinstance(spec, Choices):  # all options side by side: a row of its own
            row = [rows.container()]
        row = row or list(rows.columns(in_a_row, gap="small", vertical_alignment="bottom"))
        with row.pop(0):
            control(spec, address.key(name), changed)
    if last is not None:
        row = row or list(rows.columns(in_a_row, gap="small", vertical_alignment="bottom"))
        with row.pop(0):
            last()


def control_of(address: Address[Any], name: str) -> None:
    """Draw the widget of the one setting of the page with this flat name."""
    spec = next(spec for each, spec, _ in specs(address.current) if each == name)
    control(spec, address.key(name))


def under_the_picture(address: Address[Any], name: str) -> None:
    """On a phone, whose sidebar is out of sight, the page's main setting once more, as a slider."""
    settings = address.current
    spec, value = next((spec, value) for each, spec, value in specs(settings) if each == name)
    if isinstance(spec, Integer):
        spec = replace(spec, slider=True)
    # Another widget for each value: one that is given a value sends it back, and so would undo what
    # quick hands did to the other one meanwhile.
    key = f"{address.key(name)} under the picture, from {value}"
    st.session_state[key] = value

    def take() -> None:
        if (said := st.session_state[key]) != value:
            address.put(updated(address.current, {name: said}))

    with st.container(key="on a phone"):
        control(spec, key, take)


def second_look(address: Address[Any], draw: Callable[[], None]) -> None:
    """The controls for a second look, under "More", which `draw` makes once it is open."""
    box("More", f"more of {address.page}", draw)


def has_more(settings: Any, left_out: _LeftOut = None) -> bool:
    """Whether these settings have controls for a second look."""
    return any(_shown(settings, "", left_out, more=True))


def _shown(
    settings: Any, prefix: str, left_out: _LeftOut, more: bool
) -> Iterator[tuple[str, Spec]]:
    for name, spec, _ in specs(settings, prefix):
        absent = (left_out or {}).get(name)
        if not spec.has_widget or spec.more is not more or (absent is not None and not absent):
            continue
        if absent and isinstance(spec, Choice | Choices):
            options = {each: words for each, words in spec.options.items() if each not in absent}
            spec = replace(spec, options=options)
        yield name, spec


def control(spec: Spec, key: str, changed: Callable[[], None] | None = None) -> None:
    """Draw the widget of one setting; its value is in the session's state under `key`.

    `changed` is called, before the page runs, when the visitor has touched it.
    """
    _WIDGETS[type(spec)](replace(spec, help=explained(spec.help)), key, changed)


@lru_cache(maxsize=512)  # some have numbers in them
def explained(text: str, label: str = "") -> str:
    """A help text, and after it links to the glossary's terms that it or its `label` speaks of."""
    links = [
        f"[{term.title}]({address_of('glossary', {'term': term.name})})"
        for term in terms_in(f"{label}. {text}")
    ]
    return f"{text}  \nIn the glossary: {', '.join(links)}." if links else text


def _choice(spec: Choice, key: str, changed: _Changed) -> None:
    st.selectbox(
        spec.label,
        list(spec.options),
        format_func=spec.options.__getitem__,
        key=key,
        help=spec.help,
        on_change=changed,
    )


def _choices(spec: Choices, key: str, changed: _Changed) -> None:
    st.pills(
        spec.label,
        list(spec.options),
        selection_mode="multi",
        wrap=True,
        format_func=spec.options.__getitem__,
        key=key,
        help=spec.help,
        on_change=changed,
    )


def _integer(spec: Integer, key: str, changed: _Changed) -> None:
    if spec.slider or spec.high - spec.low <= _SLIDER_STEPS:
        st.slider(spec.label, spec.low, spec.high, key=key, help=spec.help, on_change=changed)
    else:
        step = 50 if spec.high > 10_000 else 1
        st.number_input(
            spec.label, spec.low, spec.high, step=step, key=key, help=spec.help, on_change=changed
        )


def _real(spec: Real, key: str, changed: _Changed) -> None:
    digits = -int(Decimal(str(spec.step)).as_tuple().exponent)  # Streamlit shows two, always
    st.slider(
        spec.label,
        spec.low,
        spec.high,
        step=spec.step,
        format=f"%.{digits}f",
        key=key,
        help=spec.help,
        on_change=changed,
    )


def _decades(spec: Decades, key: str, changed: _Changed) -> None:
    shown = st.session_state.get(key, spec.default)  # a link may ask for a value between two marks
    st.select_slider(
        spec.label,
        sorted({*spec.marks, shown}),
        format_func=spec.worded,
        key=key,
        help=spec.help,
        on_change=changed,
    )


def _text(spec: Text, key: str, changed: _Changed) -> None:
    st.text_input(spec.label, key=key, help=spec.help, max_chars=spec.max_length, on_change=changed)


def _flag(spec: Flag, key: str, changed: _Changed) -> None:
    st.checkbox(spec.label, key=key, help=spec.help, on_change=changed)


_WIDGETS: dict[type[Spec], Any] = {
    Choice: _choice,
    Choices: _choices,
    Integer: _integer,
    Real: _real,
    Decades: _decades,
    Flag: _flag,
    Text: _text,
}
