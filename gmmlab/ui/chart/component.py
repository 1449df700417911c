"""Components of our own: a module in `assets`, its styles, and a fallback if it does not load."""

import logging
import math
from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from gmmlab.ui.chart import assets

_LOG = logging.getLogger(__name__)
_STYLES = {"chart": ("bar.css", "chart.css"), "film": ("bar.css", "chart.css", "film.css")}
_FELL_BACK = "our own components did not load"


def component(name: str, root: str) -> Any:
    """The function that mounts `assets/<name>.js`, which builds what it shows inside `root`.

    It takes what Streamlit's components take; `on_failed_change` is ours.
    """
    return _registered(name, root)


def fell_back() -> bool:
    """Whether a script of ours did not load in this session, so that plain means must do."""
    return bool(st.session_state.get(_FELL_BACK))


def fall_back() -> None:
    """Note that a script did not load; the browser says so."""
    st.session_state[_FELL_BACK] = True


def taken(key: str, event: str, take: Callable[[dict[str, Any]], None]) -> Callable[[], None]:
    """A callback that gives `take` what the component `key` says in `event`.

    Our own scripts say nothing that `take` refuses. Others can be run in a browser, and what they
    say counts as little as an address that means nothing: it changes nothing.
    """

    def on_change() -> None:
        try:
            take(_finite(st.session_state[key][event]))
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as problem:
            _LOG.warning("An event %r of %r was passed over: %s", event, key, problem)

    return on_change


def _finite(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise TypeError("an event must be a mapping")
    if not all(math.isfinite(each) for each in said.values() if isinstance(each, float | int)):
        raise ValueError("an event's numbers must be finite")
    return said


@cache
def _registered(name: str, root: str) -> Any:
    return st.components.v2.component(
        f"gmmlab_{name}",
        html=f'<div class="{root}"></div>',
        css="\n".join(map(assets.text, _STYLES.get(name, ("pictures.css",)))),
        js=assets.text("loader.js").replace("ADDRESS", assets.address(f"{name}.js")),
        isolate_styles=False,  # plotly's own styles are the document's
    )
