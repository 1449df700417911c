"""Figures as bytes: what the browser reads is what was packed."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from gmmlab.ui.chart.packing import packed, unpacked

dtypes = st.sampled_from(["f8", "f4", "i4", "i2", "i1", "u4", "u2", "u1", ">f8", ">i4"])
shapes = array_shapes(min_dims=1, max_dims=2, max_side=7)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**31), 2**31)
    | st.text(max_size=9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | dtypes.flatmap(lambda dtype: arrays(dtype, shapes)),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=5).filter(lambda name: name != "$array"), inner, max_size=4
        )
    ),
)


def equal(found, given) -> bool:
    if isinstance(given, np.ndarray):
        return found.shape == given.shape and np.array_equal(found, given, equal_nan=True)
    if isinstance(given, dict):
        kept = {name: each for name, each in given.items() if each is not None}
        return found.keys() == kept.keys() and all(equal(found[k], kept[k]) for k in kept)
    if isinstance(given, list):
        return len(found) == len(given) and all(map(equal, found, given))
    return found == given


# Threads that another test's cluster has left may use Python's common dice meanwhile.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
@given(content=values)
def test_contents_come_back(content):
    assert equal(unpacked(packed(content)), content)


def test_equal_contents_are_equal_bytes_and_others_are_not():
    X = np.arange(6.0)
    assert packed({"x": X}) == packed({"x": X.copy()})
    assert packed({"x": X})[:16] != packed({"x": X + 1})[:16]


def test_whole_numbers_travel_small_or_exactly():
    found = unpacked(packed([np.array([1, 2**31 - 1]), np.array([1, 2**40])]))
    assert found[0].dtype == np.int32
    assert found[1].tolist() == [1, 2**40]


def test_words_and_odd_shapes_are_spelled():
    content = [np.array(["#fff", "é"]), np.zeros((2, 2, 2)), np.array([True, False])]
    assert unpacked(packed(content)) == [["#fff", "é"], np.zeros((2, 2, 2)).tolist(), [True, False]]


def test_arrays_begin_where_typed_arrays_can():
    data = packed([np.zeros(3, np.uint8), np.zeros(2), np.zeros(5, np.float32), np.zeros(1)])
    length = int.from_bytes(data[16:20], "little")
    offsets = [each["$array"]["offset"] for each in json.loads(data[20 : 20 + length])]
    assert [offset % 8 for offset in offsets] == [0, 0, 0, 0]


def test_a_number_that_json_lacks_is_an_error_not_a_broken_picture():
    with pytest.raises(ValueError, match="not JSON compliant"):
        packed({"range": [0, float("nan")]})
