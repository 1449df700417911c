"""Is a generator any good? Three numbers, with real images that it has never seen as yardstick."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.svm import SVC

from gmmlab.engine.arrays import Array, Labels
from gmmlab.studies.digits.generator import Generator
from gmmlab.studies.digits.pca import as_images

# Beyond this many held-out images the numbers hardly move, and the classifier takes minutes.
MOST_JUDGED = 600
DRAWS = 5
_GAMMA = 0.001  # for pixel values 0 … 16 and 64 pixels; other images are brought to that scale
_INK, _PIXELS = 16, 64
_FOLDS = 5
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

    `held_out` is their mean log-likelihood (natural log; higher is better). `copying` is the median
    distance from a new image to its nearest training image, over the same for held-out images: 1 is
    right, below 1 is copying. `tell_apart` is the cross-validated AUC of a classifier between new
    and held-out images: 0.5 is perfect.
    """

    held_out: float
    copying: float
    tell_apart: float


class Nearest(NamedTuple):
    """Which real image is nearest to each given one, (n,), and how far, in pixel values, (n,)."""

    which: Labels
    distance: Array


def evaluate(generator: Source, train: ArrayLike, held_out: ArrayLike, seed: int = 0) -> Evaluation:
    """Judge a generator by as many new images as there are held-out ones, at most MOST_JUDGED.

    `train` are the images (n, h, w) it was fitted to. Copying and tell-apart are averages over
    DRAWS sets of new images, for one set alone moves tell-apart by 0.03. The log-likelihood of a
    `Generator` is that of the default space, whatever its own, so that judgements can be compared.
    """
    known, kept_out = as_images(train), as_images(held_out)
    if len(kept_out) > MOST_JUDGED:
        rows = np.random.default_rng(seed).choice(len(kept_out), MOST_JUDGED, replace=False)
        kept_out = kept_out[rows]
    if isinstance(generator, Generator):
        likelihood = generator.standard_score(kept_out)
    else:
        likelihood = generator.score(kept_out)
    yardstick = _typical_distance(kept_out, known)
    copying, apart = [], []
    for draw in range(DRAWS * seed, DRAWS * (seed + 1)):
        new = as_images(generator.sample(len(kept_out), draw))
        copying.append(_ratio(_typical_distance(new, known), yardstick))
        apart.append(tell_apart(new, kept_out, float(known.max()), draw))
    return Evaluation(likelihood, float(np.mean(copying)), float(np.mean(apart)))


def _typical_distance(images: Array, real: Array) -> float:
    return float(np.median(nearest(images, real).distance))


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


def tell_apart(new: Array, held_out: Array, top: float, seed: int = 0) -> float:
    """The AUC, over five shuffled folds, of an SVC that tells new from held-out images (n, h, w).

    `top` is the largest value that a pixel can have.
    """
    scale = _INK / (top or 1.0) * np.sqrt(_PIXELS / new[0].size)
    both = np.concatenate([new, held_out]).reshape(len(new) + len(held_out), -1) * scale
    truth = np.repeat([1, 0], [len(new), len(held_out)])
    folds = StratifiedKFold(min(_FOLDS, len(new), len(held_out)), shuffle=True, random_state=seed)
    scores = cross_val_score(SVC(gamma=_GAMMA), both, truth, cv=folds, scoring="roc_auc")
    return float(scores.mean())
