"""New digits: the chapter's generator and a better one, side by side under one judge.

`fit_generator` and `judge` are the front door; beside them is what the page shows: ready-made
settings, the chapter's sweep over K, and the way from one image to another through latent space.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gmmlab.compute.threads import side_by_side
from gmmlab.data.image_sets.image_set import ImageSet
from gmmlab.engine.arrays import Array
from gmmlab.engine.em import fit
from gmmlab.settings import build
from gmmlab.studies.digits.evaluation import Judgement, Nearest, judge, nearest
from gmmlab.studies.digits.generator import Draw, Generator, generator
from gmmlab.studies.digits.pca import Space, as_images
from gmmlab.studies.digits.presets import PRESETS, GeneratorSettings

__all__ = [
    "PRESETS",
    "SWEEP",
    "Draw",
    "Generator",
    "GeneratorSettings",
    "Judgement",
    "Nearest",
    "Space",
    "SweepCell",
    "compared",
    "fit_generator",
    "interpolation",
    "judge",
    "nearest",
    "sweep",
]

SWEEP = range(50, 201, 10)  # the chapter's K
REG_COVAR = 1e-6  # scikit-learn's default, and so the chapter's


@dataclass(frozen=True)
class SweepCell:
    """One K of the chapter's sweep.

    `aic`, `bic`, `n_parameters`, `n_images` and `numbers` (images × axes) are those of the fit to
    all images, as in the chapter; `held_out` is the mean log-likelihood of the held-out third under
    a fit to the rest.
    """

    n_components: int
    aic: float
    bic: float
    held_out: float
    n_parameters: int
    n_images: int
    numbers: int
    n_iter: int
    converged: bool

    @property
    def images_per_component(self) -> float:
        """How many images there are for each component."""
        return self.n_images / self.n_components

    @property
    def numbers_per_parameter(self) -> float:
        """How many of the data's numbers there are for each parameter to be estimated."""
        return self.numbers / self.n_parameters


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
) -> Iterator[tuple[Generator, Judgement]]:
    """Each of the settings as a generator fitted to `train`, and what the judge says of it.

    One at a time, so that a page can show them as they come and stop between two.
    """
    for each in settings:
        made = generator(train.images, train.labels, each)
        yield made, judge(made, train.images, held_out.images, seed)


def sweep(
    everything: ArrayLike,
    train: ArrayLike,
    held_out: ArrayLike,
    *,
    n_components: Sequence[int] = SWEEP,
    variance_kept: float = 0.99,
    covariance_type: str = "full",
    floor: float = REG_COVAR,
    seed: int = 0,
) -> Iterator[SweepCell]:
    """The chapter's sweep over K, one cell at a time in order, several computed at once.

    `everything` are all images (n, h, w), of which `train` and `held_out` are two parts. Closing
    the iterator ends the sweep after the cells that are under way.
    """
    whole, part = (Space.of(images, variance_kept) for images in (everything, train))
    points, train_points = whole.scores(everything), part.scores(train)
    held_out_points = part.scores(held_out)
    n, d = points.shape

    def cell(K: int) -> SweepCell:
        found = fit(points, K, covariance_type, seed=seed, reg_covar=floor)
        tested = fit(train_points, K, covariance_type, seed=seed, reg_covar=floor).mixture
        return SweepCell(
            n_components=K,
            aic=found.aic,
            bic=found.bic,
            held_out=float(tested.score_samples(held_out_points).mean()),
            n_parameters=found.mixture.n_parameters,
            n_images=n,
            numbers=n * d,
            n_iter=found.n_iter,
            converged=found.converged,
        )

    yield from side_by_side(cell, n_components)


def interpolation(made: Generator, first: ArrayLike, second: ArrayLike, steps: int = 9) -> Array:
    """`steps` images (steps, h, w) on the straight way from one image (h, w) to another.

    The way is straight in the space of PCA scores; both ends are what its axes retain of the two
    images. Pixel values are clipped to their range.
    """
    ends = made.space.scores(as_images([np.asarray(first), np.asarray(second)]))
    share = np.linspace(0, 1, steps)[:, None]
    return np.clip(made.space.images((1 - share) * ends[0] + share * ends[1]), 0, made.top)
