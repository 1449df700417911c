"""The lower part of "How many components?": BIC's components merged into clusters."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from gmmlab.figures import merging as figures
from gmmlab.studies.selection import page as how_many
from gmmlab.studies.selection import plane
from gmmlab.studies.selection.criteria import best
from gmmlab.studies.selection.page import HowManySettings
from gmmlab.studies.selection.sweep import Cell, Rows
from gmmlab.studies.selection.wording import merging_words
from gmmlab.ui.chart.chart import chart
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.asking import ask


def components_as_clusters(
    address: Address[Any], settings: HowManySettings, cells: Sequence[Cell], given: Rows
) -> None:
    """What was judged of every merge of BIC's components, and the picture of one."""
    base = best(cells, "bic")
    if base is None or base.fit is None or base.n_components == 1:
        return
    st.subheader("Components are not clusters")
    merged = ask(plane.merged, base, given, words="Merging components")
    step = how_many.shown_step(merged, settings.view.n_clusters)
    st.caption(merging_words(merged, step))

    def choose(event: Any) -> None:
        address.put(how_many.stepped(address.current, event))

    left, right = st.columns([2, 3], gap="medium")
    with left:
        chart(figures.bridges_figure(merged, step.n_clusters), "merges", picked=choose, roves=True)
    with right:
        seen = ask(plane.in_the_plane, base, given)
        figure = figures.merged_figure(seen.points, seen.mixture, step, seen.columns)
        chart(figure, "merged")
