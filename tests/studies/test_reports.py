"""Tables of results: sorted, complete, and exact in a file."""

import csv
import io

import numpy as np
from numpy.testing import assert_allclose

from gmmlab.data.datasets import load
from gmmlab.studies.clusters import ModelSettings, study
from gmmlab.studies.reports import as_csv, component_table, posterior_table


def test_the_most_uncertain_points_come_first():
    result = study(load("blobs"), ModelSettings())
    table = posterior_table(result)
    shares = np.column_stack([table[f"p({k})"] for k in (1, 2, 3, 4)])
    assert (np.diff(shares.max(axis=1)) >= 0).all()
    assert_allclose(shares.sum(axis=1), 1)
    rows = table["point"] - 1
    assert sorted(rows) == list(range(400))
    np.testing.assert_array_equal(shares, result.responsibilities[rows])
    np.testing.assert_array_equal(table["x"], result.dataset.X[rows, 0])


def test_components_are_those_of_the_mixture():
    result = study(load("stretched"), ModelSettings())
    table = component_table(result)
    np.testing.assert_array_equal(table["weight"], result.gmm.mixture.weights)
    np.testing.assert_array_equal(table["cov"], result.gmm.mixture.covariances[:, 0, 1])
    assert table["k-means points"].sum() == 400


def test_a_file_reads_back_exactly():
    table = posterior_table(study(load("moons"), ModelSettings()))
    rows = list(csv.DictReader(io.StringIO(as_csv(table).decode())))
    assert list(rows[0]) == list(table)
    for name, column in table.items():
        np.testing.assert_array_equal([float(row[name]) for row in rows], column)
