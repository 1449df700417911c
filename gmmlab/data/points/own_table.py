"""A visitor's own table as a data set: which file, which two columns, in which units."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from gmmlab.data.points.datasets import Dataset
from gmmlab.data.tables.table import Table, TableRejected
from gmmlab.settings import choice, flag, text


@dataclass(frozen=True)
class OwnTable:
    """Two columns of an uploaded table, which a link names by its digest but does not carry."""

    title: ClassVar[str] = "Your table"
    lesson: ClassVar[str] = "Two columns of a table of your own."

    digest: str = text("", label="Table", help="The digest of the uploaded file.")
    x: str = text("", label="Across", help="The column that the horizontal axis shows.")
    y: str = text("", label="Up", help="The column that the vertical axis shows.")
    standardize: bool = flag(
        True,
        label="Standardise columns",
        help="Divide each column by its standard deviation, so that neither outweighs the other.",
    )
    commas: str = choice(
        "column",
        {"column": "as each column says", "thousands": "thousands", "decimals": "decimals"},
        label="12,500 means",
        help="Commas before three digits part thousands, or are decimal marks: the whole column "
        "decides, if you do not.",
    )

    @property
    def is_blank(self) -> bool:
        """Whether no table is named."""
        return not self.digest


def points_of(table: Table, chosen: OwnTable) -> tuple[Dataset, int]:
    """The chosen columns of `table` as a data set, and how many rows were dropped for gaps.

    Raises TableRejected if a column is not in the table or too few rows are complete.
    """
    X = rows_of(table, chosen, (chosen.x, chosen.y))
    columns = (chosen.x, chosen.y)
    if chosen.standardize:
        columns = (f"{chosen.x} (standardised)", f"{chosen.y} (standardised)")
    return Dataset(X, None, "table", columns), len(table.values) - len(X)


def rows_of(table: Table, chosen: OwnTable, names: tuple[str, ...]) -> NDArray[np.float64]:
    """The rows complete in the named columns, (n, d), standardised if the choice says so.

    Raises TableRejected if a column is not in the table or too few rows are complete.
    """
    X, _ = table.read_as(chosen.commas).points(*names)
    if chosen.standardize:
        X = np.column_stack([_standardized(column) for column in X.T])
    elif not _can_be_squared(X):
        raise TableRejected(
            "These values are too large or too close together to be squared; "
            "tick “Standardise columns” to see them."
        )
    X.setflags(write=False)
    return X


def _standardized(column: np.ndarray) -> np.ndarray:
    """(x − mean) / standard deviation, at any scale; a constant column becomes zeros."""
    peak = np.abs(column).max()
    scaled = column / peak if peak > 0 else column
    centred = scaled - scaled.mean()
    spread = centred.std()
    # A constant column differs from its mean by rounding only.
    return centred / spread if spread > 8 * np.finfo(float).eps else np.zeros_like(column)


def units(X: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The means and standard deviations (d,) by which columns (n, d) are standardised.

    1 stands for the deviation of a constant column.
    """
    means, deviations = [], []
    for column in X.T:
        peak = np.abs(column).max()
        scaled = column / peak if peak > 0 else column
        means.append(scaled.mean() * (peak or 1.0))
        spread = scaled.std()
        varied = spread > 8 * np.finfo(float).eps
        deviations.append(spread * peak if varied and spread * peak > 0 else 1.0)
    return np.array(means), np.array(deviations)


def _can_be_squared(X: np.ndarray) -> bool:
    """Whether the spread of the data, and its square, are ordinary floats."""
    largest, spread = np.abs(X).max(), np.ptp(X / 2, axis=0).max() * 2
    return bool(largest < 1e100 and (spread == 0 or spread > 1e-100))
