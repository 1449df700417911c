"""Drawings as short texts: every point comes back, and no other text passes for one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose

from gmmlab.data.points.drawing import (
    BLANK,
    KEPT,
    MOST_IN_A_LINK,
    MOST_POINTS,
    Drawing,
    decoded,
    encoded,
    points_of,
)
from gmmlab.settings import build, from_query, to_query

BOX = (-10.0, 10.0, -10.0, 10.0)
finite = st.floats(-10, 10, allow_subnormal=False)


@given(X=arrays(float, st.tuples(st.integers(0, 40), st.just(2)), elements=finite))
def test_points_come_back_within_half_a_step(X):
    found, box = decoded(encoded(X, BOX))
    assert box == BOX
    assert_allclose(found, X, atol=20 / 4095 / 2 + 1e-12)
    assert encoded(found, box) == encoded(X, BOX)


@given(X=arrays(float, st.tuples(st.integers(1, 40), st.just(2)), elements=st.floats(-1e6, 1e6)))
def test_any_points_fit_into_a_box_of_their_own_with_room_around(X):
    found, (left, right, low, high) = decoded(encoded(X))
    steps = np.array([right - left, high - low]) / 4095
    assert (np.abs(found - X) <= 0.51 * steps + 1e-5 * np.abs(X)).all()
    shown = points_of(encoded(X)).paper
    for axis, (from_, to) in enumerate((shown[:2], shown[2:])):
        assert from_ <= X[:, axis].min() + steps[axis]
        assert to >= X[:, axis].max() - steps[axis]


def test_a_blank_sheet_has_no_points():
    assert decoded(BLANK) == (pytest.approx(np.empty((0, 2))), BOX)
    assert points_of(BLANK).paper == (-5, 5, -5, 5)


@pytest.mark.parametrize(
    "code",
    [
        "x",
        "~",
        "1_2_3~AAAA",
        "1_2_3_4~AAA",
        "2_1_3_4~AAAA",
        "1_2_3_inf~AAAA",
        "1_nan_3_4~AAAA",
        "1_2_3_4~AA A",
        "1_2_3_4~äöüß",
        "1_2_3_4AAAA",
        "-1e308_1e308_-1e308_1e308~AAAA",
        "1_1.0000000000001_0_1~AAAA",
        "-10_10_-10_10~" + "A" * 4 * (MOST_POINTS + 1),
    ],
)
def test_other_texts_are_refused_in_links(code):
    with pytest.raises(ValueError, match="drawing"):
        decoded(code)
    _, notices = from_query(Drawing, {"code": code})
    assert len(notices) == 1


@pytest.mark.parametrize(
    ("offset", "spread"), [(1.7e9, 600), (2e7, 10), (1e12, 1e5), (-3e-7, 1e-9), (0, 1e99 / 20)]
)
def test_points_far_from_zero_come_back_too(offset, spread):
    X = offset + spread * np.random.default_rng(0).uniform(-1, 1, (60, 2))
    found, (left, right, *_) = decoded(encoded(X))
    assert_allclose(found, X, atol=(right - left) / 4095)


@pytest.mark.parametrize(
    "X", [[[1e308, 0], [-1e308, 1]], [[1e12, 1e12], [1e12 + 1e-3, 1e12 + 1e-3]]]
)
def test_points_that_cannot_be_drawn_on_are_refused_in_a_sentence(X):
    X = np.array(X)
    with pytest.raises(ValueError, match="too large, or too close"):
        encoded(X)


def test_a_link_carries_a_small_drawing_and_names_a_large_one():
    X = np.random.default_rng(0).uniform(-10, 10, (MOST_IN_A_LINK, 2))
    for code in (encoded(X, BOX), f"{KEPT}0123456789ab"):
        drawing = build(Drawing, {"code": code})
        assert from_query(Drawing, to_query(drawing)) == (drawing, ())
