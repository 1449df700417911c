"""One run of EM and, from the same means, one of k-means: every state, and the bound between."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gmmlab.compute.questions import costs, digest_of
from gmmlab.data.points.datasets import Dataset
from gmmlab.engine.arrays import Array
from gmmlab.engine.em import fit
from gmmlab.engine.kmeans.lloyd_path import lloyd_path
from gmmlab.engine.model.covariance import DegenerateCovariance
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.path import lower_bound, path
from gmmlab.numbers import number
from gmmlab.studies.em.ground import Ground, ground
from gmmlab.studies.em.page import EmModel
from gmmlab.studies.mixtures.centers import centers_of
from gmmlab.studies.mixtures.model import usable_components

TOL = 1e-7
MAX_ITER = 500
_ROUNDING = 1e-10
_AS_GOOD = 1e-4  # nats per point


@dataclass(frozen=True, eq=False)
class Course:
    """A run of EM on its `ground`, half-step by half-step.

    `mixtures` are those of the E-steps (the first is the start), `history` (m,) the log-likelihood
    per point of each in the data's own units, and `bounds` (m − 1,) that of F after each M-step.
    `reason` says why it ended, as `Fit.reason`, and `spurious` whether a component of the last
    mixture is an artefact (`Fit.spurious`); `centers` are those of Lloyd's algorithm from the
    same means; `notes` are sentences about what a visitor should know.
    """

    ground: Ground
    mixtures: tuple[Mixture, ...]
    history: Array
    bounds: Array
    reason: str
    spurious: bool
    centers: tuple[Array, ...]
    notes: tuple[str, ...]

    @cached_property
    def identity(self) -> str:
        """A digest of the points and of every state."""
        last = self.mixtures[-1]
        return digest_of(
            self.ground.identity, self.history, self.bounds, last.means, last.covariances,
            *self.centers, self.reason, *self.notes,
        )  # fmt: skip

    @property
    def n_half_steps(self) -> int:
        """How many half-steps the run has: one E-step for each mixture, M-steps between."""
        return 2 * len(self.mixtures) - 1

    @property
    def falls(self) -> tuple[int, ...]:
        """The half-steps, M-steps all, at which the likelihood fell by more than rounding."""
        drops = np.diff(self.history) < -_ROUNDING * np.maximum(1.0, np.abs(self.history[1:]))
        return tuple(2 * int(i) + 2 for i in np.flatnonzero(drops))


def seconds(dataset: Dataset, model: EmModel, line: str = "plane") -> float:
    """About how long a run takes on one core."""
    return 0.03 + 2e-6 * min(len(dataset.X), 2_000) * model.n_components * 30


@costs(seconds)
def course(dataset: Dataset, model: EmModel, line: str = "plane") -> Course:
    """Run EM as `model` says to where it changes by less than 1e-7, at most 500 iterations.

    Raises ValueError with one sentence where no first mixture can be made.
    """
    here = ground(dataset, line)
    K, notes = usable_components(here.points, model.n_components)
    init, more = begin(here, model, K)
    try:
        found = path(
            here.points, K, model.covariance_type, init=init, seed=model.seed, tol=TOL,
            max_iter=MAX_ITER, floor=float(model.floor),
        )  # fmt: skip
    except DegenerateCovariance:
        raise ValueError(
            "EM cannot even begin: a component of the first mixture holds points without any "
            "spread, and no variance floor keeps its covariance from being singular. Choose a "
            "variance floor, or another start."
        ) from None
    bounds = [
        lower_bound(mixture, later, here.points)
        for mixture, later in zip(found.mixtures, found.mixtures[1:], strict=False)
    ]
    start = init if isinstance(init, np.ndarray) else found.mixtures[0].means
    return Course(
        here,
        found.mixtures,
        np.array(found.fit.history) - here.volume,
        np.array(bounds) - here.volume,
        found.fit.reason,
        bool(found.fit.spurious.any()),
        tuple(lloyd_path(here.points, start)),
        (*here.notes, *notes, *more, *found.fit.notes),
    )


def begin(here: Ground, model: EmModel, K: int) -> tuple[str | Array, tuple[str, ...]]:
    """The start of a run: its name, or means (K, d) on the ground; and a word if it is neither."""
    if model.init != "hand":
        return model.init, ()
    centers = centers_of(model.centers)
    if len(centers) == K and here.d == 2:
        return here.here(centers), ()
    word = "Drag a numbered mean in the picture, and EM starts from there."
    if here.d == 1:
        word = "Means placed by hand lie in the plane; in one dimension EM starts from k-means."
    return "kmeans", (word,)


def best_seconds(dataset: Dataset, model: EmModel, line: str = "plane") -> float:
    """About how long the search for the best optimum takes on one core."""
    K = model.n_components
    return 0.05 + 0.02 * K + 4e-6 * min(len(dataset.X), 2_000) * K**2


@costs(best_seconds)
def best_known(dataset: Dataset, model: EmModel, line: str = "plane") -> float:
    """The best log-likelihood per point (own units) that the search finds for such a mixture.

    NaN is never an answer: where the search cannot finish, a ValueError says so.
    """
    here = ground(dataset, line)
    K, _ = usable_components(here.points, model.n_components)
    found = fit(
        here.points, K, model.covariance_type, init="search", seed=0, tol=TOL, max_iter=MAX_ITER,
        floor=max(float(model.floor), 1e-9),
    )  # fmt: skip
    return found.objective - here.volume


def in_words(run: Course, best: float) -> str:
    """How long a run was, and how far below the best known optimum it ended."""
    made = len(run.mixtures) - 1
    iterations = "1 iteration" if made == 1 else f"{made} iterations"
    behind = best - run.history[-1]
    if run.reason == "collapsed":
        where = "it ended in a collapse, whose likelihood says nothing"
    elif behind < _AS_GOOD and not run.spurious:
        where = "it ended at the best optimum known"
    elif abs(behind) < _AS_GOOD:
        where = "it ended at the best optimum known, with a component collapsed onto few points"
    elif behind > 0:
        where = (
            f"it ended {number(behind, 2)} nats per point below the best optimum known (found by "
            "the start “search” of the page Clusters): a local optimum"
        )
    else:
        where = (
            f"it ended {number(-behind, 2)} nats per point above the best clean optimum known: "
            "one of its components has collapsed onto a few points, which is an artefact"
        )
    return f"EM took {iterations}, and {where}."
