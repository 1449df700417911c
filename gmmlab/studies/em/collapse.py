"""A lone outlier and a falling floor: the likelihood that has no bound, and what cures it.

A component that sits on one point buys any likelihood as its variance goes to 0 (Bishop, "Pattern
Recognition and Machine Learning", 2006, section 9.2.1). The floor added to the variances is a
prior in all but name: it decides how much.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gmmlab.compute.questions import costs, digest_of
from gmmlab.data.points.datasets import Dataset
from gmmlab.engine.arrays import Array
from gmmlab.engine.em import fit
from gmmlab.engine.kmeans.kmeans import fit_kmeans
from gmmlab.engine.model.covariance import DegenerateCovariance
from gmmlab.engine.model.frame import Frame
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.result import Fit
from gmmlab.studies.em.ground import Ground, ground
from gmmlab.studies.em.page import EmModel
from gmmlab.studies.mixtures.model import usable_components

FLOORS = np.geomspace(1.0, 1e-11, 45)  # shares of the data's variance, cure to collapse
_TOL, _MAX_ITER = 1e-6, 200
# Of the farthest point's distance from the middle: beyond 2 no other point is nearer to the outlier
# than to any centre among the points.
_FAR = 2.2
_NEEDLE = 1e-3  # standard deviations of the data: narrower than any picture shows


@dataclass(frozen=True, eq=False)
class Collapse:
    """One mixture for each of `floors` (f,), and the log-likelihood per point of each (own units).

    The last of the ground's points is the outlier, and component `lone` the one that has it.
    `without_floor` says in words what EM does with none at all.
    """

    ground: Ground
    floors: Array
    mixtures: tuple[Mixture, ...]
    history: Array
    lone: int
    without_floor: str
    notes: tuple[str, ...]

    @cached_property
    def identity(self) -> str:
        """A digest of all of it."""
        return digest_of(self.ground.identity, self.history, self.lone, *self.notes)

    @property
    def widths(self) -> Array:
        """The standard deviation of the lone component in its thinnest direction, (f,)."""
        thinnest = [
            np.linalg.eigvalsh(mixture.full_covariances[self.lone])[0] for mixture in self.mixtures
        ]
        return np.sqrt(np.maximum(thinnest, 0.0))

    @property
    def collapsed_at(self) -> int | None:
        """The place of the largest floor at which the lone component is too narrow to be seen."""
        narrow = np.flatnonzero(self.widths < _NEEDLE)
        return int(narrow[0]) if len(narrow) else None


@costs(lambda dataset, model, line="plane": 0.2 + 2e-4 * min(len(dataset.X), 2_000))
def collapse(dataset: Dataset, model: EmModel, line: str = "plane") -> Collapse:
    """Add one far point, and fit with one floor after another from the same means."""
    here = _with_an_outlier(ground(dataset, line))
    points = here.points
    wanted = max(2, model.n_components)
    K, notes = usable_components(points, wanted)
    inliers = (
        fit_kmeans(points[:-1], K - 1, n_init=3, seed=model.seed).centers if K > 1 else points[:0]
    )
    means = np.vstack([inliers[np.lexsort(inliers.T[::-1])], points[-1:]])
    # From the smallest floor up, each from where the one before ended: the outlier's component
    # lets go only when the floor makes it.
    init: Array | Mixture = means
    fits: list[Fit] = []
    for floor in FLOORS[::-1]:
        found = fit(
            points, K, model.covariance_type, init=init, tol=_TOL, max_iter=_MAX_ITER,
            floor=float(floor),
        )  # fmt: skip
        fits.insert(0, found)
        init = found.mixture
    mixtures = tuple(each.mixture for each in fits)
    lone = int(mixtures[-1].responsibilities(points[-1:])[0].argmax())
    if model.n_components < 2:
        notes = ("It takes two: one component for the points, and one for the outlier.", *notes)
    return Collapse(
        here,
        FLOORS,
        mixtures,
        np.array([each.objective for each in fits]) - here.volume,
        lone,
        _without(points, K, model, means),
        (*here.notes, *notes),
    )


def in_words(found: Collapse) -> str:
    """What the falling floor does here, and what cures it."""
    if found.collapsed_at is None:
        return (
            "One point far away is added to the data. Here nothing collapses as the floor under "
            f"the variances falls: {_why_not(found.mixtures[-1].covariance_type)}."
        )
    return (
        "One point far away is added to the data, and one component has it to itself. As the "
        "floor under the variances falls, that component shrinks onto its point, and the "
        "likelihood grows without end, though nothing is explained better. A higher floor, which "
        "acts as a prior on the variances, is the cure: go backwards."
    )


def _why_not(covariance_type: str) -> str:
    if covariance_type == "tied":
        return "all components share one covariance, which one point alone cannot make small"
    return "no component stays alone with the outlier"


def _with_an_outlier(here: Ground) -> Ground:
    """The ground with one more point, up and to the right of all."""
    reach = float(np.linalg.norm(here.points, axis=1).max()) or 1.0
    lone = np.full((1, here.d), _FAR * reach / np.sqrt(here.d))
    points = np.vstack([here.points, lone])
    frame = Frame.of(points)
    own = frame.out_of(np.zeros((1, here.d)))
    return Ground(
        frame.into(points),
        tuple(map(float, here.own(own)[0])),
        here.scale * float(frame.scale),
        here.columns,
        here.notes,
    )


def _without(points: Array, K: int, model: EmModel, means: Array) -> str:
    try:
        found = fit(
            points, K, model.covariance_type, init=means, tol=_TOL, max_iter=_MAX_ITER, floor=0.0
        )
    except DegenerateCovariance:
        return "Without any floor EM has no first step: a covariance is singular at once."
    if found.reason == "collapsed":
        return (
            f"Without any floor EM collapses after {found.n_iter} iterations: the next covariance "
            "would be singular, and the density at its mean infinite."
        )
    return f"Without any floor EM still converges here: {_why_not(model.covariance_type)}."
