"""A sweep as a table: a row for each cell."""

from collections.abc import Callable, Sequence

import numpy as np

from gmmlab.data.tables.writing import Columns, named
from gmmlab.engine.arrays import Array
from gmmlab.studies.selection.sweep import Cell


def selection_table(cells: Sequence[Cell]) -> Columns:
    """Every cell of a sweep with its criteria; NaN where one has no value."""

    def column(value: Callable[[Cell], float | None]) -> Array:
        return np.array([np.nan if (v := value(cell)) is None else v for cell in cells])

    return named(
        ("K", np.array([cell.n_components for cell in cells], dtype=np.intp)),
        ("covariance", np.array([cell.covariance_type for cell in cells])),
        ("AIC", column(lambda cell: cell.aic)),
        ("BIC", column(lambda cell: cell.bic)),
        ("ICL", column(lambda cell: cell.icl)),
        ("held out", column(lambda cell: cell.held_out)),
        ("standard error", column(lambda cell: cell.held_out_se)),
        ("parameters", column(_n_parameters)),
        ("problem", np.array([cell.problem or "" for cell in cells])),
    )


def _n_parameters(cell: Cell) -> float | None:
    return None if cell.fit is None else cell.fit.mixture.n_parameters
