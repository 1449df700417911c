"""A search for a better optimum: many short runs from several kinds of starts, the best run on.

EM climbs to the nearest optimum, so the start decides. Two ways of starting complement each other:

* *Short runs* ("em-EM"; Biernacki, Celeux and Govaert, "Choosing starting values for the EM
  algorithm", Computational Statistics and Data Analysis 41, 2003): a few steps from k-means, from
  k-means++ seeds and from random points, of which only the best go on.
* *Growth by splits* (the split moves of Ueda, Nakano, Ghahramani and Hinton, "SMEM algorithm for
  mixture models", Neural Computation 12, 2000): from one component up to K, each time cutting every
  component in two across its longest axes, a few steps for each cut, and keeping the best.

A solution with a spurious component (see `diagnosis.spurious`) is taken only where no clean one was
found, however high its likelihood. The plain default, a run from k-means with the same seed, is
always among those that are run to the end, so that the search is no worse for it.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial

import numpy as np
from sklearn.utils import check_random_state

from gmmlab.engine.arrays import Array
from gmmlab.engine.model.covariance import DegenerateCovariance, covariance_family
from gmmlab.engine.model.diagnosis import spurious
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.run.batch import short_runs
from gmmlab.engine.run.initialization import Seed, first_mixtures
from gmmlab.engine.run.loop import Run, iterate, run
from gmmlab.engine.step.chunks import Chunk
from gmmlab.engine.step.kernels import log_joint, normalize
from gmmlab.engine.step.statistics import SufficientStatistics, moments_about
from gmmlab.engine.step.steps import m_step

SHORT_RUN, LONG_RUN = 12, 1000
STARTS_EACH = {"kmeans": 5, "k-means++": 5, "random_from_data": 5}
# As many again where that costs next to nothing: so many n d² components in all.
_MOST_ROUNDS, _WORK_OF_STARTS = 2, 1e5
# How many solutions of each size grow on, and across how many of its longest axes a component is
# cut: fewer for axis-aligned covariances, which have fewer optima.
_WIDTH = {True: 1, False: 4}
_MOST_CUTS = 24  # of one solution
_MOST_GROWTH = 1e8  # n d² components in all cuts: beyond, growth takes more than about a second
_FINALISTS = 2
_SAME = 1e-5  # objectives closer than this are one optimum


def search(
    points: Array,
    weights: Array | None,
    n_components: int,
    covariance_type: str,
    *,
    seed: Seed = 0,
    reg_covar: float | Array = 0.0,
    tol: float = 1e-6,
) -> Mixture:
    """The best mixture found for points (n, d) in their frame: clean before spurious, then likely.

    `tol` is the change of the objective at which the best runs end. Raises DegenerateCovariance if
    nothing could be finished.
    """
    data = Chunk(np.ascontiguousarray(points.T), weights)
    random = check_random_state(seed)
    make = partial(first_mixtures, points, weights, reg_covar=reg_covar)
    size = data.points.size * len(data.points)  # n d²

    def best(runs: Sequence[Run], keep: int) -> list[Run]:
        return _best(runs, keep, lambda r: not spurious(r.mixture, data.total, reg_covar).any())

    def ahead(mixtures: Sequence[Mixture]) -> list[Run]:
        return short_runs(mixtures, data, steps=SHORT_RUN, reg_covar=reg_covar)

    finalists: list[Run] = []
    for turn in range(int(np.clip(_WORK_OF_STARTS / (5 * size * n_components), 1, _MOST_ROUNDS))):
        starts = [
            recipe()
            for init, count in STARTS_EACH.items()
            for recipe in make(n_components, covariance_type, init, n_init=count, seed=random)
        ]
        finalists += best(ahead(starts), _FINALISTS)
        if turn == 0:
            finalists += ahead(starts[:1])
    width = _WIDTH[covariance_family(covariance_type).diagonal]
    if size * _in_cuts(n_components, width) <= _MOST_GROWTH:
        grown = [make(1, covariance_type, "kmeans")[0]()]
        for _ in range(1, n_components):
            cuts = [cut for each in grown for cut in _cuts(each, data, width, reg_covar)]
            leading = best(ahead(cuts), 2 * width)
            grown = [r.mixture for r in best(ahead([r.mixture for r in leading]), width)]
        finalists += best(ahead(grown), _FINALISTS)
    ends: list[Run] = []
    for each in _best(finalists, len(finalists), lambda _: True):
        with suppress(DegenerateCovariance):
            ends.append(run(iterate([data], each.mixture, reg_covar=reg_covar), tol, LONG_RUN))
    if not ends:
        raise DegenerateCovariance("No start of the search could be finished.")
    return best(ends, 1)[0].mixture


def _in_cuts(n_components: int, width: int) -> int:
    """How many components there are in all cuts of a growth to K, each run for a while."""
    parents = [1] + [width] * (n_components - 2)
    return sum(
        many * min(width * k, _MOST_CUTS) * (k + 1) for k, many in enumerate(parents, start=1)
    )


def _best(runs: Iterable[Run], keep: int, is_clean: Callable[[Run], bool]) -> list[Run]:
    """The `keep` best of the runs, clean ones first, each optimum once."""
    distinct: list[Run] = []
    for each in sorted(runs, key=lambda r: -r.history[-1]):
        if not distinct or distinct[-1].history[-1] - each.history[-1] > _SAME:
            distinct.append(each)
    clean: list[Run] = []
    spurious: list[Run] = []
    for each in distinct:
        (clean if is_clean(each) else spurious).append(each)
        if len(clean) == keep:
            break
    return (clean + spurious)[:keep]


def _cuts(mixture: Mixture, data: Chunk, width: int, reg_covar: float | Array) -> list[Mixture]:
    """This mixture with one component cut in two: heavy ones first, across their longest axes."""
    joint = log_joint(mixture, data)
    normalize(joint, data.weights)
    means, family = mixture.means, covariance_family(mixture.covariance_type)
    counts, first, second = moments_about(joint, data.points, means, family.own)
    cuts = [
        (k, axis)
        for k in np.argsort(-mixture.weights)
        # eigh sorts from short to long.
        for axis in np.linalg.eigh(mixture.full_covariances[k])[1].T[: -width - 1 : -1]
    ][:_MOST_CUTS]
    halves = np.stack(
        [joint[k] * (axis @ (data.points - means[k][:, None]) > 0) for k, axis in cuts]
    )
    cut_at = np.array([k for k, _ in cuts])
    half = moments_about(halves, data.points, means[cut_at], family.own)
    mixtures = []
    for c, k in enumerate(cut_at):
        # One half takes the component's place; the other, what is left of it, comes last.
        cut_counts, cut_first, cut_second = (
            np.concatenate([m[:k], h[c : c + 1], m[k + 1 :], m[k : k + 1] - h[c]])
            for m, h in ((counts, half[0]), (first, half[1]), (second, half[2]))
        )
        about = np.concatenate([means, means[k : k + 1]])
        statistics = SufficientStatistics(
            about, cut_counts, cut_first, cut_second, np.nan, data.total
        )
        mixtures.append(m_step(statistics, mixture.covariance_type, reg_covar))
    return mixtures
