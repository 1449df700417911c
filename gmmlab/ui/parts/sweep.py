"""The sweep behind "How many components?": its rows, its cells as they come, ways elsewhere."""

from dataclasses import replace
from typing import Any

import streamlit as st

from gmmlab.data.points.datasets import Dataset
from gmmlab.data.points.own_table import OwnTable
from gmmlab.data.tables.table import TableRejected
from gmmlab.settings import to_query
from gmmlab.studies.clusters.page import ClustersSettings, ViewSettings
from gmmlab.studies.density.page import DensityModel, DensitySettings, DensityView
from gmmlab.studies.mixtures.model import ModelSettings
from gmmlab.studies.selection.page import HowManySettings
from gmmlab.studies.selection.sweep import Cell, Rows, cell
from gmmlab.ui.inputs.own_table import own_rows, table_columns
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.asking import Answered, follow
from gmmlab.ui.shell.navigation import path_of
from gmmlab.ui.shell.words import plain


def rows(address: Address[Any], settings: HowManySettings, dataset: Dataset) -> Rows:
    """The points, with the further columns of a table if some are chosen."""
    if not isinstance(settings.data, OwnTable):
        return Rows(dataset.X, dataset.columns)
    others = [
        c for c in table_columns(settings.data) if c not in (settings.data.x, settings.data.y)
    ]
    if not others:
        return Rows(dataset.X, dataset.columns)
    key = address.key("further columns")
    chosen = [name for name in settings.columns if name in others]
    if key not in st.session_state or not set(st.session_state[key]) <= set(others):
        st.session_state[key] = chosen

    def take() -> None:
        columns = tuple(st.session_state[key])
        address.put(replace(address.current, columns=columns))

    st.sidebar.multiselect(
        "Further columns",
        others,
        key=key,
        on_change=take,
        help="Columns of the table that take part in the sweep besides the two that are shown.",
    )
    if not chosen:
        return Rows(dataset.X, dataset.columns)
    try:
        X, names = own_rows(settings.data, chosen)
    except TableRejected as problem:
        st.error(f"{plain(str(problem))} The two shown columns are used.")
        return Rows(dataset.X, dataset.columns)
    return Rows(X, names)


def swept(settings: HowManySettings, given: Rows) -> tuple[list[Cell], Answered]:
    """The wanted cells that are there, with a bar while others are still to come.

    What was computed stays: another range adds the cells that it lacks.
    """
    wanted = settings.model.keys
    if not wanted:
        st.info("Choose at least one covariance type under **Model**.")
        st.stop()
    method = settings.model.method
    found = follow([(cell, given, method, key) for key in wanted], "models fitted")
    return found.answers, found


def open_elsewhere(settings: HowManySettings, chosen: Cell) -> None:
    """Buttons that show the cell's model on the pages Clusters and Density."""
    if settings.columns:
        st.caption("The pages Clusters and Density show models of two columns only.")
        return
    model = settings.model
    shared: dict[str, Any] = {
        "n_components": chosen.n_components,
        "covariance_type": chosen.covariance_type,
        "init": model.init,
        "n_init": model.n_init,
        "seed": model.seed,
        "tolerance": model.tolerance,
    }
    clusters, density = st.columns(2, gap="small")
    # The Clusters page has a slider up to 20.
    if clusters.button("Open in Clusters", width="stretch", disabled=chosen.n_components > 20):
        view = ViewSettings(show="gmm")
        there = ClustersSettings(data=settings.data, model=ModelSettings(**shared), view=view)
        st.switch_page(path_of("clusters"), query_params=to_query(there))
    if density.button("Open in Density", width="stretch", disabled=chosen.n_components > 40):
        asked = DensityModel(**shared, beside="none")
        there_too = DensitySettings(data=settings.data, model=asked, view=DensityView())
        st.switch_page(path_of("density"), query_params=to_query(there_too))
