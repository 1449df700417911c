"""A page's settings, its widgets and its address: three views of one value, kept the same.

The address wins when the visitor came by it: a link, a bookmark, a reload, Back. The widgets win
when the visitor touched one. Otherwise a page is as it was left. Streamlit's own binding of widgets
to the address is not used, because Back from another page resets what it binds, and it drops bad
values silently; a visitor of ours is told.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Generic, TypeVar, cast

import streamlit as st

from gmmlab.settings import flat, from_query, specs, to_query, updated
from gmmlab.ui.shell.showing import AGAIN, with_it, without

S = TypeVar("S")
# From settings, and those shown before or None, what can be shown, and sentences on what cannot.
Correction = Callable[[S, S | None], tuple[S, tuple[str, ...]]]
_SAID = "notices that are shown"
_PAGE, _TURNED = "page shown now", "whether this run turned to it"
_UNFINISHED = "until when a change is taken to go on"
_A_CHANGE_GOES_ON = 3.0  # seconds after its last sign; the sign of its end may be lost


def visit(page: str) -> bool:
    """Note which page this run shows, and tell whether it is another; the site calls it first."""
    turned = bool(st.session_state.get(_PAGE) != page)
    st.session_state[_TURNED] = turned
    st.session_state[_PAGE] = page
    return turned


def own_query() -> dict[str, str]:
    """The parameters of the browser's address that are a page's own."""
    return without(st.query_params.to_dict())


def by_navigation() -> bool:
    """Whether this run turned to its page by the navigation, whose links carry no settings."""
    return bool(st.session_state[_TURNED]) and not own_query()


def run_again() -> None:
    """Run the page anew though the visitor has done nothing: what was said stays said."""
    st.session_state[AGAIN] = True
    st.rerun()


def note_unfinished(going_on: bool) -> None:
    """Note that a change, a stroke that is drawn say, goes on or has come to its end."""
    st.session_state[_UNFINISHED] = monotonic() + _A_CHANGE_GOES_ON if going_on else 0.0


def unfinished() -> bool:
    """Whether a change goes on: the address waits for its end, and answers are but passing."""
    return bool(st.session_state.get(_UNFINISHED, 0.0) > monotonic())


@dataclass(frozen=True)
class _Left(Generic[S]):
    """How a page was left: its settings, those it showed, and the browser's address for them.

    The settings differ from those shown if a callback has put others since; then they are `by_hand`
    until they are in the address.
    """

    settings: S
    shown: S | None
    query: Mapping[str, str]
    by_hand: bool = False


def _refusals(settings: Any, values: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each widget whose value cannot be used."""
    for name, spec, _ in specs(settings):
        try:
            spec.checked(values.get(name, spec.default))
        except TypeError:  # a field that is empty just now
            continue
        except ValueError as problem:
            yield f"“{spec.label}” takes {problem}; it keeps its last value."


@dataclass(frozen=True)
class Address(Generic[S]):
    """The settings of one page of this session. Widgets of a setting use `key(name)` as theirs."""

    page: str
    cls: type[S]

    def key(self, name: str) -> str:
        """The widget key of the setting with this flat name."""
        return f"{self.page}/{name}"

    def arrive(
        self,
        correct: Correction[S] | None = None,
        carried: Callable[[S], S] | None = None,
    ) -> tuple[S, tuple[str, ...]]:
        """The settings that this run shows, and sentences about what could not be as asked.

        Call it before the widgets are drawn: it also gives them their values. `correct` is given
        the settings, and those that the page showed before if the visitor changed them there (None
        if they came by the address); it gives what can be shown, and sentences on what cannot.
        `carried` is given the settings of a visitor who comes by the navigation, and gives them
        with what is brought along from other pages.
        """
        query = own_query()
        left = cast("_Left[S] | None", st.session_state.get(self._memory))
        settings, by_address, notices = self._settled(query, left)
        if carried is not None and by_navigation():
            settings = carried(settings)
        if correct is not None:
            before = None if by_address or left is None else left.shown
            settings, more = correct(settings, before)
            notices += more
        self._put(settings, by_hand=not by_address and left is not None and left.by_hand)
        if st.session_state.pop(AGAIN, False):
            notices = notices or st.session_state.get(_SAID, ())
        st.session_state[_SAID] = notices
        return settings, notices

    @property
    def current(self) -> S:
        """The settings as they were when the last run of this page ended."""
        left = cast("_Left[S] | None", st.session_state.get(self._memory))
        return self.cls() if left is None else left.settings

    @property
    def touched(self) -> S:
        """In a callback, the current settings with what the widgets say by now."""
        return updated(self.current, self._widget_values(self.current))

    def put(self, settings: S) -> None:
        """In a callback, make widgets show `settings`.

        Raises ValueError for a value that no widget and no address could have given.
        """
        for _, spec, value in specs(settings):
            spec.checked(value)
        self._put(settings, by_hand=True)

    def _put(self, settings: S, by_hand: bool) -> None:
        left = cast("_Left[S] | None", st.session_state.get(self._memory))
        shown, query = (left.shown, left.query) if left else (None, {})
        st.session_state[self._memory] = _Left(settings, shown, query, by_hand)
        for name, spec, value in specs(settings):
            key = self.key(name)
            # A value that is written is sent back, and would undo what quick hands did meanwhile.
            if key not in st.session_state or not spec.is_held(st.session_state[key], value):
                st.session_state[key] = spec.held(value)

    def write(self, settings: S) -> None:
        """Write `settings` into the address, and remember them as this page's.

        While a change goes on they are only remembered: Back is to undo it whole.
        """
        there = st.query_params.to_dict()
        query = without(there) if unfinished() else to_query(settings)
        st.session_state[self._memory] = _Left(settings, settings, query)
        if there != (whole := with_it(query)):
            st.query_params.from_dict(whole)

    @property
    def _memory(self) -> str:
        return f"{self.page} as it was left"

    def _settled(
        self, query: Mapping[str, str], left: "_Left[S] | None"
    ) -> tuple[S, bool, tuple[str, ...]]:
        """The settings, whether they came by the address, and what is wrong with some."""
        if left is None:
            return self._asked_by(query)
        if st.session_state[_TURNED]:
            # The navigation's links carry no settings; Back and bookmarks do.
            return self._asked_by(query) if query else (left.settings, False, ())
        values = self._widget_values(left.settings)
        touched = updated(left.settings, values)
        refused = tuple(_refusals(touched, values))
        # What quick hands do may come with an address that the browser has not renewed yet.
        if touched != left.settings or left.by_hand or query == left.query or refused:
            return touched, False, refused
        return self._asked_by(query)

    def _asked_by(self, query: Mapping[str, str]) -> tuple[S, bool, tuple[str, ...]]:
        settings, notices = from_query(self.cls, query)
        return settings, True, notices

    def _widget_values(self, settings: S) -> dict[str, Any]:
        keys = {name: self.key(name) for name in flat(settings)}
        return {
            name: st.session_state[key] for name, key in keys.items() if key in st.session_state
        }
