"""What a study found, as tables: columns by name, ready for the screen or a file."""

import csv
import io

import numpy as np

from gmmlab.engine.arrays import Array, Labels
from gmmlab.studies.clusters import Clusters

Columns = dict[str, Array | Labels]


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


def _named(*columns: tuple[str, Array | Labels]) -> Columns:
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
    writer.writerows(zip(*(np.asarray(c).tolist() for c in columns.values()), strict=True))
    return file.getvalue().encode()
