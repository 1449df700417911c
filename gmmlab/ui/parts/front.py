"""The front page's parts: data sets as thumbnails, and the ways on."""

from functools import cache
from urllib.parse import quote

import streamlit as st

from gmmlab.data.points.datasets import SOURCES, drawn
from gmmlab.data.points.own_table import OwnTable
from gmmlab.figures.thumbnails import thumbnail
from gmmlab.settings import to_query, updated
from gmmlab.studies.clusters.front import FrontSettings
from gmmlab.studies.clusters.page import ClustersSettings
from gmmlab.ui.parts.watch import watch_it_converge
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.navigation import path_of
from gmmlab.ui.shell.showing import with_it
from gmmlab.ui.shell.tour import open_slide


def thumbnails(address: Address[FrontSettings], settings: FrontSettings) -> None:
    """A button for each data set that teaches, with its points on it; a click shows it."""
    st.html(_styles())
    with st.container(horizontal=True, gap="xsmall", wrap=False, key="thumbnails"):
        for name, cls in SOURCES.items():
            shown = type(settings.data) is cls
            title = cls.title.split(" (")[0]
            st.button(
                f"**{title}**" if shown else title,
                key=f"thumbnail {name}",
                type="primary" if shown else "secondary",
                help=cls.lesson,
                on_click=_show,
                args=(address, name),
            )


def ways_on(settings: FrontSettings) -> None:
    """Where to go from here."""
    if st.button("Start the tour", type="primary", help="The whole story, in live slides."):
        open_slide(1)
    if st.button("Recolour a photo"):
        st.switch_page(path_of("recolour"))
    if st.button("Bring your table", help="A CSV or Excel file, in the sidebar of Clusters."):
        clusters = Address("clusters", ClustersSettings).current
        if not isinstance(clusters.data, OwnTable):
            clusters = updated(clusters, {"data": "table"})
        st.switch_page(path_of("clusters"), query_params=with_it(to_query(clusters)))
    watch_it_converge(settings.as_clusters, "Watch EM")


def _show(address: Address[FrontSettings], name: str) -> None:
    address.put(updated(address.current, {"data": name}).with_own_k())


@cache
def _styles() -> str:
    """The buttons' pictures: plain data in a style, as labels hold no picture."""
    rules = [
        f".st-key-thumbnail-{name} button "
        f'{{ background-image: url("data:image/svg+xml,{quote(thumbnail(drawn(name, cls())))}"); }}'
        for name, cls in SOURCES.items()
    ]
    return f"<style>{' '.join(rules)}</style>"
