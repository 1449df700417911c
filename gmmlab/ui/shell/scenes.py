"""A row of buttons that each set a whole page: the textbook's figures, one click each."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from gmmlab.guide.scenes import Scene
from gmmlab.ui.shell.address import Address


def scenes(address: Address[Any], of_page: Sequence[Scene], invitation: str) -> None:
    """Draw the buttons; the scene that the page shows now is marked, and says what to look at.

    The `invitation` stands where no scene is shown.
    """
    shown = next((s for s in of_page if s.settings == address.current), None)
    with st.container(horizontal=True, gap="xsmall", wrap=False, key="scenes"):
        for number, scene in enumerate(of_page, start=1):
            st.button(
                f"{number} {scene.title}",
                key=f"scene {scene.figure}",
                type="primary" if scene is shown else "secondary",
                help=scene.source or scene.look,
                on_click=address.put,
                args=(scene.settings,),
            )
    if shown is None:
        st.caption(invitation)
    else:
        st.caption(f"**{shown.source}** {shown.look}" if shown.source else shown.look)
