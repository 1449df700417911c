"""A row of buttons that each set a whole page: the textbook's figures, one click each."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from gmmlab.guide.scene import Scene, after_click, shown_scene, step_of
from gmmlab.guide.scenes import scene_after
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.navigation import path_of, title_of
from gmmlab.ui.shell.showing import with_it
from gmmlab.ui.shell.tour import told_as_slide
from gmmlab.ui.shell.words import placed_caption

_CLICKED = "settings that a scene has put last"


def scenes(address: Address[Any], of_page: Sequence[Scene], invitation: str) -> None:
    """Draw the buttons; the scene that the page shows now is marked, and says what to look at.

    A click changes model and view, and leaves a visitor's data alone, unless the scene is about
    its own. The `invitation` stands where no scene is shown.
    """
    if told_as_slide(address.page):
        return
    shown = shown_scene(of_page, address.current)
    with st.container(horizontal=True, gap="xsmall", wrap=False, key="scenes"):
        for number, scene in enumerate(of_page, start=1):
            st.button(
                f"{number} {scene.title}",
                key=f"scene {scene.figure}",
                type="primary" if scene is shown else "secondary",
                help=scene.source or scene.look,
                on_click=_show,
                args=(address, scene, of_page),
            )
    with st.container(horizontal=True, vertical_alignment="top", key="story"):
        placed_caption(invitation if shown is None else shown.told(address.current))
        _next(address, of_page, shown or step_of(of_page, address.current))


def _next(address: Address[Any], of_page: Sequence[Scene], shown: Scene | None) -> None:
    """The way on through the story, be it to the next page."""
    if (following := scene_after(address.page, shown)) is None:
        return
    page, scene = following
    if page == address.page:
        label, args = f"Next: {scene.title} →", (address, scene, of_page)
        st.button(label, key="next scene", type="tertiary", on_click=_show, args=args)
        return
    # By the navigation, not by a link: a visitor's own data come along.
    there: Address[Any] = Address(page, type(scene.settings))
    settings = scene.set_on(there.current) if scene.sets else scene.settings
    label = f"Next: {title_of(page)} →"
    if st.button(label, key="next", type="tertiary", on_click=there.put, args=(settings,)):
        st.switch_page(path_of(page), query_params=with_it({}))


def to_next_page(address: Address[Any], of_page: Sequence[Scene]) -> None:
    """The way on from a page whose scenes are not a story but a choice."""
    with st.container(key="story"):
        _next(address, of_page, of_page[-1])


def just_clicked(settings: Any) -> bool:
    """Whether a click on a scene made these settings, and nothing was changed since."""
    return bool(st.session_state.get(_CLICKED) == settings)


def _show(address: Address[Any], scene: Scene, of_page: Sequence[Scene]) -> None:
    st.session_state[_CLICKED] = after_click(scene, of_page, address.current)
    address.put(st.session_state[_CLICKED])
