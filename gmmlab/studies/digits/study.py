"""New digits: the chapter's generator and a better one, side by side under one judge.

`fit_generator` and `evaluate` are the front door; beside them is what the page shows: ready-made
settings, the chapter's sweep over K, and the way from one image to another through latent space.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gmmlab.compute.questions import costs
from gmmlab.data.image_sets.digits import split
from gmmlab.data.image_sets.image_set import ImageSet
from gmmlab.engine.arrays import Array
from gmmlab.settings import build
from gmmlab.studies.digits.classifiers import ToldApart
from gmmlab.studies.digits.evaluation import (
    Evaluation,
    Nearest,
    evaluate,
    nearest,
    real_against_real,
)
from gmmlab.studies.digits.generator import Draw, Generator, generator
from gmmlab.studies.digits.pca import Space, as_images
from gmmlab.studies.digits.presets import PRESETS, GeneratorSettings

__all__ = [
    "PRESETS",
    "Draw",
    "Evaluation",
    "Generator",
    "GeneratorSettings",
    "Nearest",
    "Space",
    "compared",
    "evaluate",
    "fit_generator",
    "interpolation",
    "nearest",
]


def fit_generator(images: ArrayLike, labels: ArrayLike | None = None, **settings: Any) -> Generator:
    """A generator fitted to images (n, h, w); with `labels` (n,), one mixture per class.

    `settings` are the fields of `GeneratorSettings`. Raises ValueError with one sentence for images
    or settings that cannot be used.
    """
    known = list(GeneratorSettings.__dataclass_fields__)
    if unknown := sorted(set(settings) - set(known)):
        raise ValueError(f"There is no setting {unknown[0]!r}; there are {', '.join(known)}.")
    try:
        chosen = build(GeneratorSettings, settings)
    except ValueError as problem:
        raise ValueError(f"A setting of the generator must be {problem}.") from None
    return generator(images, labels, chosen)


def compared(
    train: ImageSet, held_out: ImageSet, settings: Sequence[GeneratorSettings], seed: int = 0
) -> Iterator[tuple[Generator, Evaluation]]:
    """Each of the settings as a generator fitted to `train`, and what the judge says of it.

    One at a time, so that a page can show them as they come and stop between two.
    """
    for each in settings:
        made = generator(train.images, train.labels, each)
        yield made, evaluate(made, train.images, held_out.images, seed)


def interpolation(made: Generator, first: ArrayLike, second: ArrayLike, steps: int = 9) -> Array:
    """`steps` images (steps, h, w) on the straight way from one image (h, w) to another.

    The way is straight in the space of PCA scores; both ends are what its axes retain of the two
    images. Pixel values are clipped to their range.
    """
    ends = made.space.scores(as_images([np.asarray(first), np.asarray(second)]))
    share = np.linspace(0, 1, steps)[:, None]
    return np.clip(made.space.images((1 - share) * ends[0] + share * ends[1]), 0, made.top)


@dataclass(frozen=True, eq=False)
class Sheet:
    """New images, and the nearest real one of each."""

    drawn: Draw
    near: Nearest
    notes: tuple[str, ...] = ()


@costs(lambda images, settings: 0.1 + 1e-6 * images.images.size * settings.averaged)
def fitted_to(images: ImageSet, settings: GeneratorSettings) -> Generator:
    """The generator that the settings describe, fitted to all images of a set."""
    return generator(images.images, images.labels, settings)


@costs(lambda made, images, n, *_: 2e-3 + 3e-10 * n * images.images.size)
def drawn_beside(made: Generator, images: ImageSet, n: int, seed: int, label: str) -> Sheet:
    """`n` new images of class `label` (empty for all), each beside its nearest real one."""
    notes: tuple[str, ...] = ()
    if label and made.classes is None:
        notes = (
            f"New images of class {label} alone need one mixture per class, and **Per class** is "
            "off: these are of all classes.",
        )
    drawn = made.draw(n, seed, int(label) if label and made.classes is not None else None)
    return Sheet(drawn, nearest(drawn.images, images.images), notes)


@costs(lambda images, *_: 0.02 + 1e-7 * images.images.size)
def space_of(images: ImageSet, variance_kept: float, whiten: bool) -> Space:
    """The space of PCA scores of a set."""
    return Space.of(images.images, variance_kept, whiten)


@costs(lambda images: 4.0)
def yardstick(images: ImageSet) -> ToldApart:
    """What the judge's classifiers make of real images in the place of new ones."""
    train, held_out = split(images)
    return real_against_real(train.images, held_out.images)


@costs(lambda images, settings: 4.0)
def judged(images: ImageSet, settings: GeneratorSettings) -> Evaluation:
    """What the judge says of a generator that is fitted to two thirds of a set."""
    train, held_out = split(images)
    made = generator(train.images, train.labels, settings)
    return evaluate(made, train.images, held_out.images)
