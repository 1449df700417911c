"""scikit-learn's 1,797 handwritten digits, and the third of any image set that is kept out."""

from functools import cache

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from gmmlab.data.image_sets.image_set import ImageSet, frozen_set

HELD_OUT = 0.33


@cache
def digit_images() -> ImageSet:
    """The digits in their own order: images (1797, 8, 8) with values 0 … 16, labels 0 … 9."""
    bunch = load_digits()
    return frozen_set(bunch.images.astype(np.uint8), bunch.target.astype(np.int64), "digits")


def split(image_set: ImageSet, seed: int = 0) -> tuple[ImageSet, ImageSet]:
    """The images to train on, and the third (33 %) kept out: of each class alike, if there are any.

    Classes with too few images to be shared out are left to chance. The digits give 1,203 and 594.
    """
    n, labels = len(image_set.images), image_set.labels
    sizes = np.unique(labels, return_counts=True)[1] if labels is not None else np.array([0])
    alike = sizes.min() >= 2 and len(sizes) <= int(HELD_OUT * n)
    train, held_out = train_test_split(
        np.arange(n), test_size=HELD_OUT, stratify=labels if alike else None, random_state=seed
    )
    return image_set.part(train), image_set.part(held_out)
