"""What a generator of images is made of: its settings, and some that are worth comparing."""

from dataclasses import dataclass
from typing import Any

from gmmlab.settings import choice, decades, flag, integer, real
from gmmlab.studies.digits.pca import VARIANCE_KEPT
from gmmlab.studies.mixtures.model import covariance_choice


@dataclass(frozen=True)
class GeneratorSettings:
    """How a generator is made."""

    variance_kept: float = real(
        VARIANCE_KEPT,
        low=0.5,
        high=0.999,
        step=0.001,
        label="Variance kept",
        help="PCA keeps the fewest axes that hold this share of the images' variance.",
    )
    whiten: bool = flag(
        True, label="Whiten", help="Divide the scores along each axis by their standard deviation."
    )
    n_components: int = integer(
        60,
        low=1,
        high=200,
        label="Components K",
        help="How many Gaussians in all; one mixture per class or group shares them out evenly.",
    )
    covariance_type: str = covariance_choice()
    shrinkage: int = integer(
        20,
        low=0,
        high=500,
        label="Shrinkage",
        help="Each covariance is estimated as if so many more points were spread like the average "
        "component; 0 leaves each on its own, as in the chapter.",
    )
    floor: float = decades(
        1e-6,
        low=1e-8,
        high=1.0,
        zero="none",
        label="Floor",
        help="Added to each variance, as a share of the images' variance along that axis: "
        "scikit-learn's reg_covar where scores are whitened.",
    )
    per_class: bool = flag(
        True,
        label="Per class",
        help="One mixture for each class, where the images have classes: you can ask for a seven.",
    )
    groups: int = integer(
        15,
        low=1,
        high=50,
        label="Groups",
        help="Covariances borrow within groups that k-means finds, so many in all; a class with a "
        "mixture of its own has its share of them, and is at least one.",
    )
    averaged: int = integer(
        4,
        low=1,
        high=10,
        label="Starts averaged",
        help="Mixtures from so many starts together are one larger mixture, and a steadier one.",
    )
    tails: float = real(
        0.3,
        low=0.0,
        high=0.5,
        step=0.05,
        label="Tails",
        help="The share of each component that is drawn from a copy with twice its covariance.",
    )
    pixels: str = choice(
        "matched",
        {"matched": "matched", "clipped": "clipped", "raw": "raw"},
        label="Pixels",
        help="Values that no pixel can have are clipped, left as drawn (raw), or each pixel is "
        "mapped so that its values are distributed as in the training images (matched).",
    )
    seed: int = integer(
        0, low=0, high=9_999, label="Fit seed", help="Another number fits from other starts."
    )


_PLAIN: dict[str, Any] = {
    "shrinkage": 0,
    "averaged": 1,
    "tails": 0.0,
    "per_class": False,
    "pixels": "clipped",
}
# From the chapter's recipe to ours, one idea at a time.
PRESETS: dict[str, GeneratorSettings] = {
    "the chapter’s recipe, K = 110": GeneratorSettings(n_components=110, **_PLAIN),
    "a floor of 0.2, K = 40": GeneratorSettings(n_components=40, floor=0.2, **_PLAIN),
    "shrunken covariances": GeneratorSettings(averaged=1, tails=0.0, per_class=False, groups=1),
    "… and one mixture per class": GeneratorSettings(averaged=1, tails=0.0),
    "… and four starts averaged": GeneratorSettings(tails=0.0),
    "… and heavier tails: ours": GeneratorSettings(),
}
