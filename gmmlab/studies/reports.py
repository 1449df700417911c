"""What a study found, as tables: columns by name, ready for the screen or a file."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gmmlab.engine.arrays import Array
from gmmlab.studies.clusters import Clusters
from gmmlab.studies.judgement import Judgement
from gmmlab.studies.selection import Cell

Columns = dict[str, Any]  # names and arrays (n,)


def posterior_table(result: Clusters) -> Columns:
    """Every point with the posterior of each component, the most uncertain first."""
    shares = result.responsibilities
    order = np.argsort(shares.max(axis=1), kind="stable")
    across, up = result.dataset.columns
    return _named(
        ("point", order + 1),
        ("k-means cluster", result.kmeans.labels[order] + 1),
        *((f"p({k + 1})", shares[order, k]) for k in range(shares.shape[1])),
        (across, result.dataset.X[order, 0]),
        (up, result.dataset.X[order, 1]),
    )


def component_table(result: Clusters) -> Columns:
    """Weight, mean and covariance of each component, beside k-means's centre of the same number."""
    mixture = result.gmm.mixture
    covariances = mixture.full_covariances
    across, up = result.dataset.columns
    return _named(
        ("component", np.arange(result.n_components) + 1),
        ("weight", mixture.weights),
        (f"mean {across}", mixture.means[:, 0]),
        (f"mean {up}", mixture.means[:, 1]),
        (f"variance {across}", covariances[:, 0, 0]),
        (f"variance {up}", covariances[:, 1, 1]),
        ("covariance", covariances[:, 0, 1]),
        ("k-means points", np.bincount(result.kmeans.labels, minlength=result.n_components)),
        (f"centre {across}", result.kmeans.centers[:, 0]),
        (f"centre {up}", result.kmeans.centers[:, 1]),
        ("disc radius", result.kmeans.radii),
    )


def selection_table(cells: Sequence[Cell]) -> Columns:
    """Every cell of a sweep with its criteria; NaN where one has no value."""

    def column(value: Callable[[Cell], float | None]) -> Array:
        return np.array([np.nan if (v := value(cell)) is None else v for cell in cells])

    return _named(
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


def judgement_table(names: Sequence[str], judgements: Sequence[Judgement]) -> Columns:
    """Generators and what the judge says of each."""
    return _named(
        ("generator", np.array(names)),
        ("held out", np.array([each.held_out for each in judgements])),
        ("copying", np.array([each.copying for each in judgements])),
        ("tell-apart", np.array([each.tell_apart for each in judgements])),
    )


def _n_parameters(cell: Cell) -> float | None:
    return None if cell.fit is None else cell.fit.mixture.n_parameters


def _named(*columns: tuple[str, Any]) -> Columns:
    """Columns by name; a name that is taken, by a visitor's own column say, gets a number."""
    table: Columns = {}
    for name, values in columns:
        repeat, free = 1, name
        while free in table:
            repeat += 1
            free = f"{name} ({repeat})"
        table[free] = values
    return table


def as_csv(columns: Columns) -> bytes:
    """The columns as a comma-separated file in UTF-8; numbers read back exactly."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    # tolist gives Python's floats, whose text is the shortest that reads back as the same number.
    for row in zip(*(np.asarray(c).tolist() for c in columns.values()), strict=True):
        writer.writerow("" if value != value else value for value in row)  # NaN: there is none
    return file.getvalue().encode()
