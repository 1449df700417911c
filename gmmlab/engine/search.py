"""A search for a better optimum: many short runs from several kinds of starts, the best run on.

EM climbs to the nearest optimum, so the start decides. Two ways of starting complement each other:

* *Short runs* ("em-EM"; Biernacki, Celeux and Govaert, "Choosing starting values for the EM
  algorithm", Computational Statistics and Data Analysis 41, 2003): a few steps from k-means, from
  k-means++ seeds and from random points, of which only the best go on.
* *Growth by splits* (the split moves of Ueda, Nakano, Ghahramani and Hinton, "SMEM algorithm for
  mixture models", Neural Computation 12, 2000): from one component up to K, each time cutting every
  component in two across its longest axes, a few steps for each cut, and keeping the best.

A solution with a spurious component (see `diagnosis.spurious`) is taken only where no clean one was
found, however high its likelihood.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from gmmlab.engine.arrays import Array
from gmmlab.engine.chunks import Chunk
from gmmlab.engine.covariance import DegenerateCovariance
from gmmlab.engine.diagnosis import spurious
from gmmlab.engine.loop import Run, iterate, run
from gmmlab.engine.mixture import Mixture
from gmmlab.engine.statistics import from_responsibilities
from gmmlab.engine.steps import log_joint, m_step

SHORT_RUN, LONG_RUN = 6, 1000
STARTS_EACH = {"kmeans": 10, "k-means++": 10, "random_from_data": 10}
_BEAM = 2  # how many solutions of each size grow on
_AXES = 3  # across how many of its longest axes a component is cut
_MOST_CUTS = 18  # of one solution
_MOST_GROWN = 20  # components; beyond, growth costs more than it finds
_FINALISTS = 3
_SAME = 1e-5  # objectives closer than this are one optimum


def search(
    data: Chunk,
    starts: Iterable[Callable[[], Mixture]],
    one: Mixture,
    n_components: int,
    reg_covar: float,
    tol: float,
) -> Mixture:
    """The best mixture found: clean before spurious, then by likelihood.

    `starts` are recipes for first mixtures; `one` is the mixture of a single component, from which
    growth begins. All is in the frame of the data. Raises DegenerateCovariance if nothing could be
    finished.
    """

    def em(first: Mixture, steps: int, until: float = 0.0) -> Run:
        return run(iterate([data], first, reg_covar=reg_covar), until, steps)

    def rank(runs: Iterable[Run], keep: int) -> list[Run]:
        return _best(runs, keep, lambda r: not spurious(r.mixture, data.total, reg_covar).any())

    short = rank(_finished(lambda s: em(s(), SHORT_RUN), starts), _FINALISTS)
    grown: list[Run] = []
    if n_components <= _MOST_GROWN:
        grown = [em(one, 1)]
        for _ in range(1, n_components):
            cuts = [cut for each in grown for cut in _cuts(each.mixture, data, reg_covar)]
            tried = rank(_finished(lambda c: em(c(), SHORT_RUN), cuts), 2 * _BEAM)
            grown = rank(_finished(lambda r: em(r.mixture, 5 * SHORT_RUN), tried), _BEAM)
    finalists = [*short, *grown]
    ends = rank(_finished(lambda r: em(r.mixture, LONG_RUN, tol), finalists), 1)
    if not ends:
        raise DegenerateCovariance("No start of the search could be finished.")
    return ends[0].mixture


def _best(runs: Iterable[Run], keep: int, is_clean: Callable[[Run], bool]) -> list[Run]:
    """The `keep` best of the runs, clean ones first, each optimum once."""
    distinct: list[Run] = []
    for each in sorted(runs, key=lambda r: -r.history[-1]):
        if not distinct or distinct[-1].history[-1] - each.history[-1] > _SAME:
            distinct.append(each)
    clean: list[Run] = []
    for each in distinct:
        if is_clean(each):
            clean.append(each)
        if len(clean) == keep:
            return clean
    return (clean + [each for each in distinct if not is_clean(each)])[:keep]


def _finished(make: Callable[[Any], Run], items: Iterable[Any]) -> Iterator[Run]:
    """The runs that did not break down; one failed start never spoils the others."""
    for item in items:
        try:
            yield make(item)
        except DegenerateCovariance:
            continue


def _cuts(mixture: Mixture, data: Chunk, reg_covar: float) -> Sequence[Callable[[], Mixture]]:
    """Recipes for this mixture with one component cut in two, heavy components first."""
    joint = log_joint(mixture, data)
    shares = np.exp(joint - joint.max(axis=0))
    shares /= shares.sum(axis=0)

    def cut(k: int, axis: Array) -> Mixture:
        side = axis @ (data.points - mixture.means[k][:, None]) > 0
        both = np.vstack([shares, shares[k] * ~side])
        both[k] *= side
        about = np.vstack([mixture.means, mixture.means[k]])
        statistics = from_responsibilities(both, data, about, mixture.covariance_type)
        return m_step(statistics, mixture.covariance_type, reg_covar)

    recipes = []
    for k in np.argsort(-mixture.weights):
        # eigh sorts from short to long
        axes = np.linalg.eigh(mixture.full_covariances[k])[1].T[::-1]
        recipes += [lambda k=k, axis=axis: cut(int(k), axis) for axis in axes[:_AXES]]
    return recipes[:_MOST_CUTS]
