"""How a page is shown, whatever it shows: as a slide, as a presentation, with few controls only.

It is part of the address, beside the page's own settings, so that a link opens it the same way:
`slide` is the number of the tour's slide, `moment` that of a `lesson`'s, `present` leaves only the
picture, and `keep` names the controls that stay. The browser's address is the truth, but for the
moment in which a new one has not reached it yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from time import monotonic
from typing import Any

import streamlit as st

from gmmlab.guide.lesson import MOST_MOMENTS, reference_field
from gmmlab.guide.tour import SLIDES
from gmmlab.settings import code, flag, from_query, integer, to_query
from gmmlab.ui.shell.lessons import lesson_of, reference

AGAIN = "the page runs again by itself"  # though the visitor has done nothing
_NOW, _PUT, _SAID = "how the page is shown", "how it is shown next", "what is wrong with the link"
_ON_ITS_WAY = 3.0  # seconds that a new address may take to reach the browser and come back
_A_RUN_TAKES = 30.0  # seconds at most, on a busy server, until it goes there
_NONE = "none"  # the code for no controls at all


def _names(code: str) -> tuple[str, ...]:
    names = () if code == _NONE else tuple(code.split("."))
    if not all(name.isidentifier() for name in names):
        raise ValueError("names of controls with dots between, as n_components.seed")
    return names


def _code_of(names: tuple[str, ...] | None) -> str:
    return "" if names is None else ".".join(names) or _NONE


@dataclass(frozen=True)
class Showing:
    """How a page is shown."""

    slide: int = integer(
        0, low=0, high=len(SLIDES), label="Slide", help="The number of the tour's slide; 0 is none."
    )
    present: bool = flag(
        False, label="Present", help="Only the picture, as large as the window, and large type."
    )
    keep: tuple[str, ...] | None = code(
        None,
        label="Controls",
        help="The names of the controls that stay.",
        read=_names,
        write=_code_of,
        max_length=400,
    )
    moment: int = integer(
        0, low=0, high=MOST_MOMENTS, label="Moment", help="The number of a lesson's moment."
    )
    lesson: str = reference_field()

    @property
    def on_stage(self) -> bool:
        """Whether the sidebar is gone: a slide, a moment of a lesson, or a presentation."""
        return self.present or self.told

    @property
    def told(self) -> bool:
        """Whether words of the tour or of a lesson stand above the picture."""
        return self.slide > 0 or self.moment > 0

    @property
    def name(self) -> str:
        """In a word: "slide", "presentation", "lesson", or nothing for a page as it is."""
        if self.told:
            return "slide"
        return "presentation" if self.present else "" if self.keep is None else "lesson"

    @property
    def kept(self) -> tuple[str, ...] | None:
        """The names of the controls that stay; None for all of them."""
        return () if self.keep is None and self.on_stage else self.keep


NAMES = frozenset(each.name for each in fields(Showing))


@dataclass(frozen=True)
class _Put:
    """What was put in place of what, when, and whether a run with it has ended since."""

    before: Showing
    after: Showing
    at: float
    is_out: bool = False

    @property
    def on_its_way(self) -> bool:
        """Whether the browser may not have the new address yet."""
        return monotonic() - self.at < (_ON_ITS_WAY if self.is_out else _A_RUN_TAKES)


def begin() -> Showing:
    """How this run shows its page; the site calls it first."""
    asked, notices = from_query(Showing, _theirs(st.query_params.to_dict()))
    put: _Put | None = st.session_state.get(_PUT)
    # A run may come with the address from before the change.
    if put is not None and asked == put.before and put.on_its_way:
        asked = put.after
    asked, more = _with_its_lesson(asked)
    notices += more
    if st.session_state.get(AGAIN):  # what was said stays said
        notices = notices or wrong_with_the_link()
    st.session_state[_NOW], st.session_state[_SAID] = asked, notices
    return asked


def end() -> None:
    """Note that a run is over; the site calls it last. A new address is with the browser soon."""
    put: _Put | None = st.session_state.get(_PUT)
    if put is not None and not put.is_out and showing() == put.after:
        st.session_state[_PUT] = replace(put, at=monotonic(), is_out=True)


def _with_its_lesson(asked: Showing) -> tuple[Showing, tuple[str, ...]]:
    """What was asked for with the lesson as far as it can be read, and what is wrong with that."""
    if not asked.moment and not asked.lesson:
        return asked, ()
    found = lesson_of(asked.lesson)
    if 0 < asked.moment <= len(found.lesson):
        whole = asked if not found.notices else replace(asked, lesson=reference(found.lesson))
        return whole, found.notices
    missing = f"The link asks for moment {asked.moment} of a lesson, which is not there."
    return replace(asked, moment=0, lesson=""), (*found.notices, missing)


def showing() -> Showing:
    """How this run shows its page."""
    found: Showing | None = st.session_state.get(_NOW)
    return Showing() if found is None else found


def wrong_with_the_link() -> tuple[str, ...]:
    """Sentences about what could not be shown as a link asks."""
    found: tuple[str, ...] = st.session_state.get(_SAID, ())
    return found


def put(after: Showing) -> None:
    """Have pages shown so from the next run on, if the browser still asks for the present way."""
    st.session_state[_PUT] = _Put(showing(), after, monotonic())


def without(query: Mapping[str, str]) -> dict[str, str]:
    """The parameters of an address that are the page's own."""
    return {name: value for name, value in query.items() if name not in NAMES}


def with_it(query: Mapping[str, str], shown: Showing | None = None) -> dict[str, str]:
    """A page's own parameters, and how it is shown (as now, if not said)."""
    return {**query, **to_query(showing() if shown is None else shown)}


def _theirs(query: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in query.items() if name in NAMES}
