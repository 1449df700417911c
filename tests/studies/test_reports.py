"""Tables of results: sorted, complete, and exact in a file."""

import csv
import io

import numpy as np
from numpy.testing import assert_allclose

from gmmlab.data.points.datasets import Dataset, load
from gmmlab.data.tables.writing import as_csv
from gmmlab.studies.clusters.study import study
from gmmlab.studies.clusters.tables import component_table, posterior_table
from gmmlab.studies.mixtures.model import ModelSettings


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
    np.testing.assert_array_equal(table["covariance"], result.gmm.mixture.covariances[:, 0, 1])
    assert table["k-means points"].sum() == 400


def test_a_visitors_column_names_never_replace_ours():
    data = Dataset(load("blobs").X, None, "table", ("p(1)", "point"))
    result = study(data, ModelSettings())
    table = posterior_table(result)
    rows = table["point"] - 1
    np.testing.assert_array_equal(table["p(1)"], result.responsibilities[rows, 0])
    np.testing.assert_array_equal(table["p(1) (2)"], data.X[rows, 0])
    np.testing.assert_array_equal(table["point (2)"], data.X[rows, 1])
    same = Dataset(data.X, None, "table", ("a", "a"))
    assert {"mean a", "mean a (2)"} < set(component_table(study(same, ModelSettings())))


def test_a_file_reads_back_exactly():
    table = posterior_table(study(load("moons"), ModelSettings()))
    rows = list(csv.DictReader(io.StringIO(as_csv(table).decode())))
    assert list(rows[0]) == list(table)
    for name, column in table.items():
        np.testing.assert_array_equal([float(row[name]) for row in rows], column)
