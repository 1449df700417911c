"""Tables as files: what a spreadsheet would compute is text there, and numbers stay numbers."""

import csv
import io

import numpy as np
import pytest

from gmmlab.data.tables.writing import as_csv


@pytest.mark.parametrize("name", ["=cmd|'/c calc'!A1", "+1", "-x", "@sum", "\tx"])
def test_a_header_is_never_a_formula(name):
    head, *_ = csv.reader(io.StringIO(as_csv({name: np.array([1.0])}).decode()))
    assert head == ["'" + name]


def test_texts_are_never_formulas_and_negative_numbers_stay():
    columns = {"a": np.array([-1.5, 2.0]), "b": np.array(["=1+1", "fine"])}
    _, *rows = csv.reader(io.StringIO(as_csv(columns).decode()))
    assert rows == [["-1.5", "'=1+1"], ["2.0", "fine"]]
