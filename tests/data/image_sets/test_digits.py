"""The digits, and the third that is kept out."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from gmmlab.data.image_sets.digits import digit_images, split
from gmmlab.data.image_sets.image_set import ImageSet


def test_the_digits_are_scikit_learns():
    bunch, ours = load_digits(), digit_images()
    np.testing.assert_array_equal(ours.images, bunch.images)
    np.testing.assert_array_equal(ours.labels, bunch.target)
    assert ours.images.max() == 16
    assert ours.name == "digits"


def test_nobody_can_change_them():
    for array in (digit_images().images, digit_images().labels, split(digit_images())[0].images):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_a_third_of_each_class_is_kept_out_and_nothing_is_lost():
    whole = digit_images()
    train, held_out = split(whole)
    assert (len(train.images), len(held_out.images)) == (1203, 594)
    shares = np.bincount(held_out.labels) / np.bincount(whole.labels)
    np.testing.assert_allclose(shares, 1 / 3, atol=0.01)
    together = np.concatenate([train.images, held_out.images]).reshape(1797, -1)
    before = whole.images.reshape(1797, -1)
    np.testing.assert_array_equal(np.sort(together, axis=0), np.sort(before, axis=0))


def test_the_split_is_fixed_by_its_seed():
    same, other = (split(digit_images(), seed)[1].images for seed in (0, 1))
    np.testing.assert_array_equal(split(digit_images())[1].images, same)
    assert not np.array_equal(same, other)


@pytest.mark.parametrize(
    "labels",
    [
        pytest.param(None, id="none"),
        pytest.param(np.array([7, *[1] * 29]), id="one image alone in its class"),
        pytest.param(np.arange(30) // 2, id="more classes than are kept out"),
    ],
)
def test_images_whose_classes_cannot_be_shared_out_are_split_all_the_same(labels):
    images = np.arange(30 * 4, dtype=np.uint8).reshape(30, 2, 2)
    train, held_out = split(ImageSet(images, labels, "own"))
    assert (len(train.images), len(held_out.images)) == (20, 10)
    assert (train.labels is None) == (labels is None)
