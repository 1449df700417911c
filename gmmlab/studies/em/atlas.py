"""Where EM ends from many starts: the distinct optima, and how often each is found."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from gmmlab.compute.questions import costs
from gmmlab.data.points.datasets import Dataset
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.restarts import End, restarts
from gmmlab.numbers import number
from gmmlab.studies.em.course import MAX_ITER, TOL
from gmmlab.studies.em.ground import ground
from gmmlab.studies.em.page import EmModel
from gmmlab.studies.mixtures.model import usable_components

AT_ONCE = 10  # starts that share their matrix products, and come together
_SAME_OBJECTIVE = 1e-4  # nats per point
_SAME_PLACE = 0.05  # standard deviations of the data


@dataclass(frozen=True, eq=False)
class Ended:
    """Where some starts of one atlas ended: objectives are per point, in own units."""

    ends: tuple[End, ...]
    n_tried: int


@dataclass(frozen=True, eq=False)
class Optimum:
    """One optimum: the best end that found it, and all ends that did, best first."""

    ends: tuple[End, ...]

    @property
    def best(self) -> End:
        """The end with the highest objective."""
        return self.ends[0]

    @property
    def spurious(self) -> bool:
        """Whether a component of it is an artefact, or EM could not even end there."""
        return bool(self.best.spurious.any() or self.best.collapsed)

    @property
    def n_iter(self) -> int:
        """The median number of iterations to it."""
        return int(np.median([end.n_iter for end in self.ends]))


def questions(
    dataset: Dataset, model: EmModel, line: str, n_starts: int
) -> list[tuple[object, ...]]:
    """What `follow` is to ask: some starts at a time, seeds from `model.seed` on."""
    firsts = range(model.seed, model.seed + n_starts, AT_ONCE)
    last = model.seed + n_starts
    return [(some, dataset, model, line, first, min(AT_ONCE, last - first)) for first in firsts]


def _cost(dataset: Dataset, model: EmModel, line: str, first: int, count: int) -> float:
    return 0.05 + 1e-6 * min(len(dataset.X), 2_000) * model.n_components * count * 40


@costs(_cost)
def some(dataset: Dataset, model: EmModel, line: str, first: int, count: int) -> Ended:
    """Run EM to its end from `count` starts with the seeds from `first` on."""
    here = ground(dataset, line)
    K, _ = usable_components(here.points, model.n_components)
    seeds = range(first, first + count)
    ends = restarts(
        here.points, K, model.covariance_type, init=start_of(model), seeds=seeds, tol=TOL,
        max_iter=MAX_ITER, floor=float(model.floor),
    )  # fmt: skip
    return Ended(tuple(end._replace(objective=end.objective - here.volume) for end in ends), count)


def start_of(model: EmModel) -> str:
    """The kind of start that an atlas uses: means by hand are one start, not many."""
    return "random_from_data" if model.init == "hand" else model.init


def optima(ended: Sequence[Ended]) -> list[Optimum]:
    """The distinct optima, best first: equal in likelihood and, whatever their labels, in place."""
    found: list[list[End]] = []
    for end in sorted((e for each in ended for e in each.ends), key=lambda e: -e.objective):
        for known in found:
            if _same(known[0], end):
                known.append(end)
                break
        else:
            found.append([end])
    return [Optimum(tuple(ends)) for ends in found]


def _same(one: End, other: End) -> bool:
    if abs(one.objective - other.objective) > _SAME_OBJECTIVE:
        return False
    return distance(one.mixture, other.mixture) <= _SAME_PLACE


def distance(one: Mixture, other: Mixture) -> float:
    """How far the means of two mixtures are apart at most, components matched by Hungarian method.

    In units of the points; it does not matter which component has which number.
    """
    apart = np.linalg.norm(one.means[:, None] - other.means[None], axis=2)
    rows, columns = linear_sum_assignment(apart)
    return float(apart[rows, columns].max())


def in_words(
    optima: Sequence[Optimum], n_ended: int, n_starts: int, *, running: bool = False
) -> str:
    """What the atlas shows, in a sentence or two; `running` if more starts are still to come."""
    many = "one optimum" if len(optima) == 1 else f"{len(optima)} distinct optima"
    words = f"{n_ended} of {n_starts} starts have ended, in {many}"
    best = next((each for each in optima if not each.spurious), None)
    if best is None:
        words += ". In each, a component has collapsed onto a few points (hatched)."
    else:
        clean = all(not each.spurious for each in optima)
        words += "; the best " if clean else "; the best without a collapsed component "
        words += f"was found by {len(best.ends)} of them."
        if not clean:
            odd = sum(len(each.ends) for each in optima if each.spurious)
            words += f" Hatched: {odd} ended with a component collapsed onto a few points."
    if n_ended < n_starts and not running:
        words += f" {n_starts - n_ended} could not begin: a first covariance was singular."
    return f"{words} Click a bar to watch a run that ends there."


def about(optimum: Optimum) -> str:
    """One optimum in a few words."""
    times = "once" if len(optimum.ends) == 1 else f"{len(optimum.ends)} times"
    words = f"{number(optimum.best.objective, 5)}, found {times}, after {optimum.n_iter} iterations"
    return f"{words}; spurious" if optimum.spurious else words
