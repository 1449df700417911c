"""Is a generator any good? Three numbers, with real images that it has never seen as yardstick."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike

from gmmlab.engine.arrays import Array, Labels
from gmmlab.studies.digits.classifiers import ToldApart, told_apart
from gmmlab.studies.digits.generator import Generator
from gmmlab.studies.digits.pca import as_images

# Beyond this many held-out images the numbers hardly move, and the classifiers take minutes.
MOST_JUDGED = 600
DRAWS = 3
_BLOCK = 512


class Source(Protocol):
    """Anything that draws images and says how likely given ones are."""

    def sample(self, n: int, seed: int) -> Array:
        """`n` images (n, h, w)."""

    def score(self, images: ArrayLike) -> float:
        """Mean log-likelihood per image."""


@dataclass(frozen=True)
class Evaluation:
    """How a generator compares with real images that were held out.

    `held_out` is their mean log-likelihood (natural log; higher is better). `distance` is the
    median distance from a new image to its nearest training image, in pixel values, `usual` the
    same for held-out images, and `copying` the one over the other: 1 is right, below 1 is too near.
    `close` is the share of new images that are nearer than half the usual distance. `told` says how
    well the strongest of several classifiers tells new from held-out images.
    """

    held_out: float
    distance: float
    usual: float
    copying: float
    close: float
    told: ToldApart
    n_judged: int

    @property
    def tell_apart(self) -> float:
        """The AUC of the strongest classifier: 0.5 is chance, 1 is certainty."""
        return self.told.auc


class Nearest(NamedTuple):
    """Which real image is nearest to each given one, (n,), and how far, in pixel values, (n,)."""

    which: Labels
    distance: Array


def evaluate(generator: Source, train: ArrayLike, held_out: ArrayLike, seed: int = 0) -> Evaluation:
    """Judge a generator by as many new images as there are held-out ones, at most MOST_JUDGED.

    `train` are the images (n, h, w) it was fitted to. New images are judged as a file would keep
    them: as whole pixel values, where real ones are whole. What is said of them is the average over
    DRAWS sets. The log-likelihood of a `Generator` is that of the default space, whatever its own,
    so that judgements can be compared.
    """
    known, kept_out = as_images(train), _judging(held_out, seed)
    if isinstance(generator, Generator):
        likelihood = generator.standard_score(kept_out)
    else:
        likelihood = generator.score(kept_out)
    usual = nearest(kept_out, known).distance
    sets = [
        _as_saved(generator.sample(len(kept_out), draw), known)
        for draw in range(DRAWS * seed, DRAWS * (seed + 1))
    ]
    distances = [nearest(new, known).distance for new in sets]
    distance, typical = (
        float(np.mean([np.median(d) for d in each])) for each in (distances, [usual])
    )
    return Evaluation(
        held_out=likelihood,
        distance=distance,
        usual=typical,
        copying=_ratio(distance, typical),
        close=float(np.mean([np.mean(d < typical / 2) for d in distances])),
        told=told_apart(sets, kept_out, float(known.max()), seed),
        n_judged=len(kept_out),
    )


def real_against_real(train: ArrayLike, held_out: ArrayLike, seed: int = 0) -> ToldApart:
    """What the classifiers make of training images in the place of new ones: the yardstick.

    As many of them as there are held-out images, if there are so many.
    """
    known, kept_out = as_images(train), _judging(held_out, seed)
    random = np.random.default_rng(seed)
    count = min(len(known), len(kept_out))
    sets = [known[random.choice(len(known), count, replace=False)] for _ in range(DRAWS)]
    return told_apart(sets, kept_out, float(known.max()), seed)


def _judging(held_out: ArrayLike, seed: int) -> Array:
    kept_out = as_images(held_out)
    if len(kept_out) <= MOST_JUDGED:
        return kept_out
    rows = np.random.default_rng(seed).choice(len(kept_out), MOST_JUDGED, replace=False)
    return kept_out[rows]


def _as_saved(new: ArrayLike, real: Array) -> Array:
    images = as_images(new)
    whole = bool(np.all(real == np.rint(real)))
    return np.clip(np.rint(images), 0, 255) if whole else images


def _ratio(ours: float, yardstick: float) -> float:
    """Infinite if held-out images are training images and new ones are not; 1 if both are."""
    if yardstick == 0:
        return 1.0 if ours == 0 else float("inf")
    return ours / yardstick


def nearest(images: ArrayLike, real: ArrayLike) -> Nearest:
    """For each of `images` (n, h, w), the nearest of `real` (m, h, w) by Euclidean distance."""
    ours, theirs = as_images(images), as_images(real)
    points = theirs.reshape(len(theirs), -1)
    which, distance = np.empty(len(ours), dtype=np.intp), np.empty(len(ours))
    squares = np.einsum("nd,nd->n", points, points)
    for i in range(0, len(ours), _BLOCK):
        block = ours[i : i + _BLOCK].reshape(-1, points.shape[1])
        own = (squares - 2 * block @ points.T).argmin(axis=1)
        which[i : i + _BLOCK] = own
        # From the difference itself: 0 for a copy, to the last bit.
        distance[i : i + _BLOCK] = np.linalg.norm(block - points[own], axis=1)
    return Nearest(which, distance)
