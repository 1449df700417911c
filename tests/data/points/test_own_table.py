"""Two columns of a visitor's table as points."""

import numpy as np
import pytest

from gmmlab.data.points.own_table import OwnTable, points_of
from gmmlab.data.tables.table import TableRejected, read_table


def table(*columns: list[float]):
    rows = "\n".join(",".join(map(repr, row)) for row in zip(*columns, strict=True))
    return read_table(f"a,b\n{rows}\n".encode())


def test_columns_as_they_are():
    found, dropped = points_of(
        table([1.0, 2.0, 4.0], [5.0, float("nan"), 7.0]), OwnTable("", "b", "a", standardize=False)
    )
    np.testing.assert_array_equal(found.X, [[5, 1], [7, 4]])
    assert dropped == 1
    assert found.columns == ("b", "a")
    assert found.y is None


@pytest.mark.parametrize("scale", [1e-300, 1e-8, 1.0, 1e160, 1e300])
@pytest.mark.parametrize("offset", [0.0, 1e8])
def test_standardised_columns_have_mean_0_and_deviation_1_at_any_scale(scale, offset):
    rng = np.random.default_rng(0)
    columns = ((rng.normal(size=(2, 200)) + offset) * scale).tolist()
    found, _ = points_of(table(*columns), OwnTable("", "a", "b"))
    np.testing.assert_allclose(found.X.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(found.X.std(axis=0), 1, rtol=1e-6)


def test_a_constant_column_becomes_zeros():
    found, _ = points_of(table([0.1] * 9, list(range(9))), OwnTable("", "a", "b"))
    np.testing.assert_array_equal(found.X[:, 0], 0)


@pytest.mark.parametrize("scale", [1e-300, 1e160, 1e300])
def test_values_that_cannot_be_squared_are_refused_in_a_sentence(scale):
    columns = [[1.0 * scale, 2 * scale], [3 * scale, 5 * scale]]
    with pytest.raises(TableRejected, match="Standardise columns"):
        points_of(table(*columns), OwnTable("", "a", "b", standardize=False))


def test_a_column_that_is_not_there():
    with pytest.raises(TableRejected, match="c"):
        points_of(table([1.0, 2.0], [3.0, 4.0]), OwnTable("", "a", "c"))
