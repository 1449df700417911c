"""The sweep behind "How many components?": its rows, its cells as they come, progress, Cancel."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from gmmlab.data.points.datasets import Dataset
from gmmlab.data.points.own_table import OwnTable
from gmmlab.data.tables.table import TableRejected
from gmmlab.engine.arrays import Array
from gmmlab.settings import to_query
from gmmlab.studies.clusters.page import ClustersSettings, ViewSettings
from gmmlab.studies.density.page import DensityModel, DensitySettings, DensityView
from gmmlab.studies.mixtures.model import ModelSettings
from gmmlab.studies.selection.page import HowManySettings, SweepSettings, further
from gmmlab.studies.selection.sweep import Cell, Key, seconds_left, sweep
from gmmlab.ui.inputs.own_table import own_rows, table_columns
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.jobs import Watch, job, progress
from gmmlab.ui.shell.navigation import path_of

_CELLS, _SWEEP = "cells of this session", "sweep"
_MOST_SWEEPS = 8
Cells = dict[Key, Cell]


@dataclass(frozen=True, eq=False)
class Rows:
    """What the models are fitted to: points X (n, d) and the names of their columns."""

    X: Array
    names: tuple[str, ...]


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
    chosen = [name for name in further(settings.columns) if name in others]
    if key not in st.session_state or not set(st.session_state[key]) <= set(others):
        st.session_state[key] = chosen

    def take() -> None:
        columns = "|".join(st.session_state[key])
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
        st.error(f"{problem} The two shown columns are used.")
        return Rows(dataset.X, dataset.columns)
    return Rows(X, names)


def swept(settings: HowManySettings, X: Array) -> tuple[list[Cell], bool]:
    """The wanted cells that are there, and whether others are still to come, with a bar for these.

    What was computed stays: another range adds the cells that it lacks.
    """
    model = settings.model
    wanted = model.keys
    if not wanted:
        st.info("Tick at least one covariance type under **Model**.")
        st.stop()
    about = (repr(settings.data), settings.columns, model.method)
    cells = _cells_of(about)
    waiting = [key for key in wanted if key not in cells]
    if not waiting:
        return [cells[key] for key in wanted], False
    known = frozenset(cells)
    work = job(_SWEEP, (about, tuple(wanted)), lambda watch: _sweep(X, model, wanted, known, watch))
    running = work.running  # asked before its cells are taken: so none is missed
    done = list(work.done)
    cells |= {cell.key: cell for cell in done}
    found = [cells[key] for key in wanted if key in cells]
    waiting = [key for key in wanted if key not in cells]
    seconds = seconds_left(work.elapsed, [cell.key for cell in done], waiting)
    progress(_SWEEP, work, len(found), len(wanted), "models fitted", seconds=seconds)
    return found, running


def open_elsewhere(settings: HowManySettings, cell: Cell) -> None:
    """Buttons that show the cell's model on the pages Clusters and Density."""
    if settings.columns:
        st.caption("The pages Clusters and Density show models of two columns only.")
        return
    model = settings.model
    shared: dict[str, Any] = {
        "n_components": cell.n_components,
        "covariance_type": cell.covariance_type,
        "init": model.init,
        "n_init": model.n_init,
        "seed": model.seed,
        "tolerance": "1e-3",
    }
    clusters, density = st.columns(2, gap="small")
    # The Clusters page has a slider up to 20.
    if clusters.button("Open in Clusters", width="stretch", disabled=cell.n_components > 20):
        view = ViewSettings(show="gmm")
        there = ClustersSettings(data=settings.data, model=ModelSettings(**shared), view=view)
        st.switch_page(path_of("clusters"), query_params=to_query(there))
    if density.button("Open in Density", width="stretch", disabled=cell.n_components > 40):
        asked = DensityModel(**shared, beside="none")
        there_too = DensitySettings(data=settings.data, model=asked, view=DensityView())
        st.switch_page(path_of("density"), query_params=to_query(there_too))


def _sweep(
    X: Array, model: SweepSettings, wanted: list[Key], known: frozenset[Key], watch: Watch
) -> Iterator[Cell]:
    types = list(dict.fromkeys(name for _, name in wanted))
    return sweep(
        X,
        sorted({K for K, _ in wanted}),
        types,
        n_folds=int(model.folds),
        n_init=model.n_init,
        seed=model.seed,
        init=model.init,
        skip=known,
        watch=watch,
    )


def _cells_of(about: object) -> Cells:
    """The cells of this session that are about these data and this method."""
    kept: dict[object, Cells] = st.session_state.setdefault(_CELLS, {})
    found = kept.pop(about, {})
    kept[about] = found
    while len(kept) > _MOST_SWEEPS:
        del kept[next(iter(kept))]
    return found
