"""Numbers as people read them: no figure before the point rounded away, none that says nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmmlab.numbers import decimals, number


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (50717.7, "50,717.7"),
        (14210.0, "14,210"),
        (14213.37, "14,213.4"),
        (-741.83, "−741.8"),
        (3.14159, "3.142"),
        (0.0314159, "0.03142"),
        (0.0, "0"),
        (3.1e12, "3.1 × 10¹²"),
        (-2e-9, "−2 × 10⁻⁹"),
        (float("nan"), "none"),
        (float("-inf"), "−∞"),
    ],
)
def test_a_number_in_words(value, words):
    assert number(value) == words


@given(st.floats(1e-5, 9e8))
def test_a_number_in_words_is_that_number(value):
    read = float(number(value).replace(",", ""))
    assert read == pytest.approx(value, rel=6e-4)
    assert abs(read - value) <= 0.05 + 1e-9 * value


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ([50717.7, 812.3], 1),
        ([1.0, 2.0, 40_000.0], 0),
        ([0.25, 0.75], 4),
        ([-5_959_429.2, -47.1], 1),
        ([5000.5, 0.003], 4),
        ([np.nan], 0),
        ([0.5, 1e-12], None),
        ([1e12, 1.5], None),
    ],
)
def test_a_column_has_one_number_of_decimals(values, places):
    assert decimals(np.array(values)) == places
