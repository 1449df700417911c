"""k-means as the limit of a mixture: one shared σ² slid towards 0 turns posteriors into labels.

With equal weights and one spherical variance for all, EM's E-step is a softmax of −‖x − μ‖² / 2σ²,
and its M-step a weighted mean: as σ → 0 the first becomes "the nearest centre" and the second
Lloyd's update (Bishop, "Pattern Recognition and Machine Learning", 2006, section 9.3.2). Followed
the other way, from cold to warm, means fly together one after another, as in deterministic
annealing (Rose, "Deterministic annealing …", Proceedings of the IEEE 86, 1998).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gmmlab.compute.questions import costs, digest_of
from gmmlab.data.points.datasets import Dataset
from gmmlab.engine.arrays import Array
from gmmlab.engine.kmeans.kmeans import fit_kmeans
from gmmlab.engine.kmeans.lloyd_path import lloyd_path
from gmmlab.studies.em.ground import Ground, ground
from gmmlab.studies.em.page import EmModel
from gmmlab.studies.mixtures.model import usable_components

SIGMAS = np.geomspace(1.0, 0.005, 60)  # standard deviations of the data, warm to cold
_MOST_STEPS = 200
_STILL = 1e-6
_SURE = 0.99
_REACHED = 1e-3  # standard deviations of the data


@dataclass(frozen=True, eq=False)
class Limit:
    """The means (s, K, d) at each of `sigmas` (s,), warm to cold, and the k-means `centers` (K, d).

    `gaps` (s,) are the largest distances of a mean from its centre, in standard deviations of the
    data; `sure` (s,) the shares of the points with a responsibility above 0.99.
    """

    ground: Ground
    sigmas: Array
    means: Array
    centers: Array
    gaps: Array
    sure: Array
    notes: tuple[str, ...]

    @cached_property
    def identity(self) -> str:
        """A digest of all of it."""
        return digest_of(self.ground.identity, self.means, self.centers, *self.notes)

    @property
    def reached(self) -> bool:
        """Whether the coldest means are those of k-means, and every point has but one of them."""
        return bool(self.gaps[-1] < _REACHED and self.sure[-1] == 1)


@costs(lambda dataset, model, line="plane": 0.1 + 4e-5 * min(len(dataset.X), 2_000) * 4)
def limit(dataset: Dataset, model: EmModel, line: str = "plane") -> Limit:
    """Follow the means from the k-means solution at σ → 0 up to σ = 1, and tell it backwards."""
    here = ground(dataset, line)
    points = here.points
    K, notes = usable_components(points, model.n_components)
    found = fit_kmeans(points, K, n_init=10, seed=model.seed)
    centers = lloyd_path(points, found.centers[np.lexsort(found.centers.T[::-1])])[-1]
    means, passed = centers, []
    for sigma in SIGMAS[::-1]:
        means = _settled(points, means, float(sigma))
        passed.append(means)
    passed.reverse()
    largest = [
        _responsibilities(points, m, float(s)).max(axis=1)
        for m, s in zip(passed, SIGMAS, strict=True)
    ]
    return Limit(
        here,
        SIGMAS,
        np.array(passed),
        centers,
        np.array([np.linalg.norm(m - centers, axis=1).max() for m in passed]),
        np.array([(row > _SURE).mean() for row in largest]),
        (*here.notes, *notes),
    )


def _settled(points: Array, means: Array, sigma: float) -> Array:
    """EM's means with that σ, equal weights, from `means` on, when they move no more."""
    for _ in range(_MOST_STEPS):
        q = _responsibilities(points, means, sigma)
        counts = q.sum(axis=0)[:, None]
        nearer = np.where(counts > 0, q.T @ points / np.where(counts > 0, counts, 1), means)
        if np.abs(nearer - means).max() < _STILL:
            return nearer
        means = nearer
    return means


def _responsibilities(points: Array, means: Array, sigma: float) -> Array:
    """The softmax of −‖x − μ‖² / 2σ², of which ‖x‖² is the same for all."""
    scores = points @ means.T - 0.5 * (means**2).sum(axis=1)
    scores -= scores.max(axis=1, keepdims=True)
    np.exp(scores / sigma**2, out=scores)
    scores /= scores.sum(axis=1, keepdims=True)
    return scores
