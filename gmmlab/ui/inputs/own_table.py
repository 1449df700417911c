"""A visitor's own table: uploading it, choosing its columns, and keeping it for the session."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple, cast

import streamlit as st
from sklearn.datasets import load_iris

from gmmlab.compute.desk import NoAnswer
from gmmlab.data.points.datasets import Dataset
from gmmlab.data.points.own_table import OwnTable, points_of, rows_of, units
from gmmlab.data.tables.elsewhere import pandas_reads_the_same
from gmmlab.data.tables.table import Table, TableRejected, read_table
from gmmlab.engine.arrays import Array
from gmmlab.settings import specs
from gmmlab.ui.inputs.uploads import forget_refusal, upload
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.controls import control
from gmmlab.ui.shell.desk import answer
from gmmlab.ui.shell.words import plain

_TABLES = "tables of this session"
_LAST = "table choice shown last"
_MOST_TABLES = 5
_FIRST_ROWS = 5
_SUFFIXES = (".csv", ".tsv", ".txt")


def recalled(choice: OwnTable) -> tuple[OwnTable, tuple[str, ...]]:
    """The choice that can be shown: the table looked at last, if none is named, and real columns.

    With it, a sentence for each column that the named table does not have.
    """
    if not choice.digest:
        choice = st.session_state.get(_LAST, choice)
    if (kept := _kept(choice)) is None:
        return choice, ()
    columns = kept.table.columns
    notices = tuple(
        f"This table has no column “{plain(name)}”: “{plain(columns[place])}” is shown instead."
        for place, name in enumerate((choice.x, choice.y))
        if name and name not in columns
    )
    choice = replace(
        choice,
        x=choice.x if choice.x in columns else columns[0],
        y=choice.y if choice.y in columns else columns[1],
    )
    st.session_state[_LAST] = choice
    return choice, notices


def table_controls(address: Address[Any], choice: OwnTable) -> None:
    """Draw the upload, and once there is a table, its columns."""
    kept = _kept(choice)
    upload(
        "CSV file",
        ["csv", "tsv", "txt"],
        address.key("upload"),
        "Comma, semicolon or tab separated, with at least two columns of numbers. "
        "It stays in this session.",
        partial(_keep, address),
        TableRejected,
        still=f"Still showing {plain(kept.name)}." if kept else "",
    )
    if kept is None:
        return
    across, up = st.columns(2, gap="small")
    for place, name, label in ((across, "x", "Across"), (up, "y", "Up")):
        place.selectbox(
            label,
            kept.table.columns,
            key=address.key(f"data_{name}"),
            help="The column that this axis shows.",
        )
    drawn = ("standardize", "commas") if kept.table.doubtful else ("standardize",)
    for name, spec, _ in specs(choice):
        if name in drawn:
            control(spec, address.key(f"data_{name}"))


def table_points(address: Address[Any], choice: OwnTable) -> Dataset | None:
    """The chosen points, with a caption on what was left out; None, and a word why, without any."""
    if (kept := _kept(choice)) is None:
        _invite(address, missing=bool(choice.digest))
        return None
    try:
        dataset, dropped = points_of(kept.table, choice)
    except TableRejected as problem:
        st.error(plain(str(problem)))
        return None
    st.caption(_account(kept, len(dataset.X), dropped))
    _first_rows(kept.table.read_as(choice.commas))
    return dataset


def _first_rows(table: Table) -> None:
    """How the file was read, for the visitor to see that it was read right."""
    with st.expander("The first rows as read"):
        rows = table.values[:_FIRST_ROWS]
        columns = {name: rows[:, place] for place, name in enumerate(table.columns)}
        st.dataframe(columns, hide_index=True, key=f"first rows {table.digest}")


def has_points(choice: OwnTable) -> bool:
    """Whether the table is in this session, and its chosen columns can be shown."""
    if (kept := _kept(choice)) is None:
        return False
    try:
        points_of(kept.table, choice)
    except TableRejected:
        return False
    return True


def own_points(choice: OwnTable) -> Dataset:
    """The chosen points of a table that has them."""
    return points_of(cast(_Kept, _kept(choice)).table, choice)[0]


def table_columns(choice: OwnTable) -> tuple[str, ...]:
    """The numeric columns of the table, none if it is not in this session."""
    kept = _kept(choice)
    return () if kept is None else kept.table.columns


def own_rows(choice: OwnTable, further: Sequence[str]) -> tuple[Array, tuple[str, ...]]:
    """The chosen columns and `further` ones of a table that has points, (n, d), and their names.

    Raises TableRejected if too few rows are complete in all of them.
    """
    names = tuple(dict.fromkeys((choice.x, choice.y, *further)))
    return rows_of(cast(_Kept, _kept(choice)).table, choice, names), names


def file_of(choice: OwnTable) -> str | None:
    """The name of the table's file, if `pandas.read_csv` reads it as we do."""
    kept = _kept(choice)
    return kept.name if kept is not None and kept.is_plain else None


def units_of(choice: OwnTable, names: Sequence[str]) -> tuple[Array, Array] | None:
    """Means and standard deviations (d,) of the columns, if the choice standardises them."""
    kept = _kept(choice)
    if kept is None or not choice.standardize:
        return None
    X, _ = kept.table.read_as(choice.commas).points(*names)
    return units(X)


class _Kept(NamedTuple):
    """A table of this session, what its file is called, and whether scripts may read that."""

    name: str
    table: Table
    is_plain: bool = False


def _invite(address: Address[Any], missing: bool) -> None:
    """The page before there is a table."""
    if missing:
        st.info(
            "This link shows a table that is not in this session. Upload the same file under "
            "**Data**, or choose the example again: all other settings are as they were."
        )
    else:
        st.info(
            "Upload a CSV file with at least two columns of numbers under **Data** in the sidebar, "
            "or begin with an example."
        )
    st.button(
        "Try it with iris flowers",
        help="150 flowers of three species, four lengths in centimetres each.",
        on_click=_keep_iris,
        args=(address,),
    )


def _keep(address: Address[Any], name: str, data: bytes) -> None:
    """Take in a table and show it; TableRejected if it cannot be read."""
    try:
        table = answer(read_table, data)
        plain_file = name.endswith(_SUFFIXES) and answer(pandas_reads_the_same, data)
    except NoAnswer as problem:
        raise TableRejected(str(problem)) from None
    tables = st.session_state.get(_TABLES, {}) | {table.digest: _Kept(name, table, plain_file)}
    st.session_state[_TABLES] = dict(list(tables.items())[-_MOST_TABLES:])
    wanted = address.current.data
    choice = wanted if isinstance(wanted, OwnTable) else OwnTable()
    if choice.x not in table.columns or choice.y not in table.columns:
        choice = replace(choice, x=table.columns[0], y=table.columns[1])
    address.put(replace(address.current, data=replace(choice, digest=table.digest)))


def _keep_iris(address: Address[Any]) -> None:
    forget_refusal(address.key("upload"))
    _keep(address, "iris flowers", _iris())


def _kept(choice: OwnTable) -> _Kept | None:
    tables: dict[str, _Kept] = st.session_state.get(_TABLES, {})
    return tables.get(choice.digest)


def _account(kept: _Kept, shown: int, dropped: int) -> str:
    """What became of the file's rows and columns, in one line."""
    table = kept.table
    parts = [f"{shown:,} points from {table.n_rows:,} rows of {plain(kept.name)}"]
    if table.sampled:
        parts.append(f"a random sample of {len(table.values):,} rows is used")
    if dropped:
        parts.append(f"{dropped:,} {'row' if dropped == 1 else 'rows'} with gaps left out")
    if table.ignored:
        named = ", ".join(map(plain, table.ignored[:3])) + (" …" * (len(table.ignored) > 3))
        parts.append(f"text columns ignored: {named}")
    return "; ".join(parts) + "."


def _iris() -> bytes:
    iris = load_iris()
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([*(name.removesuffix(" (cm)") for name in iris.feature_names), "species"])
    for row, species in zip(iris.data, iris.target, strict=True):
        writer.writerow([*row, iris.target_names[species]])
    return file.getvalue().encode()
