"""Where EM ends from many starts: all of them side by side, each to its own end."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gmmlab.engine.arrays import Array, as_points
from gmmlab.engine.model.covariance import DegenerateCovariance
from gmmlab.engine.model.diagnosis import spurious
from gmmlab.engine.model.frame import Frame
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.run.batch import short_run_of_each
from gmmlab.engine.run.initialization import first_mixtures
from gmmlab.engine.run.loop import Run, iterate, run
from gmmlab.engine.run.preparation import check, ridge_for
from gmmlab.engine.step.chunks import Chunk

_ROUND = 20  # iterations after which those that have converged are left out


class End(NamedTuple):
    """Where one start ended: its seed, the mixture in the data's units, objective and iterations.

    `objective` is the mean log-likelihood per point (natural log), `spurious` (K,) says which
    components are artefacts (see `diagnosis.spurious`), `collapsed` that EM could not go on.
    """

    seed: int
    mixture: Mixture
    objective: float
    n_iter: int
    spurious: NDArray[np.bool_]
    collapsed: bool


def restarts(
    X: ArrayLike,
    n_components: int,
    covariance_type: str,
    *,
    init: str,
    seeds: Sequence[int],
    tol: float = 1e-7,
    max_iter: int = 500,
    floor: float = 1e-6,
) -> list[End]:
    """For each of `seeds` what `em.fit(…, init=init, seed=seed)` finds, some iterations further on.

    The runs share matrix products; those that are done leave every 20 iterations, so a mixture can
    be up to 20 iterations past the point where its change fell below `tol`, which `n_iter` counts.
    Starts that break down before their first E-step are left out. ValueErrors as of `em.fit`.
    """
    points = as_points(X)
    check(n_components, 1, max_iter, tol=tol, floor=floor)
    if len(points) < n_components:
        raise ValueError(f"{n_components} components need as many points; there are {len(points)}.")
    frame = Frame.of(points)
    framed = frame.into(points)
    data = Chunk(np.ascontiguousarray(framed.T), None)
    ridge, _ = ridge_for(frame, floor, None)
    firsts: dict[int, Mixture] = {}
    for seed in seeds:
        try:
            (first,) = first_mixtures(
                framed, None, n_components, covariance_type, init, seed=seed, reg_covar=ridge
            )
            firsts[seed] = first()
        except DegenerateCovariance:
            continue
    ended = _to_the_end(firsts, data, ridge, tol, max_iter)
    own_units = points.shape[1] * np.log(frame.scale)
    return [
        End(
            seed,
            frame.mixture_out_of(found.mixture),
            found.history[-1] - own_units,
            _iterations(found.history, tol),
            spurious(found.mixture, data.total, ridge),
            found.reason == "collapsed",
        )
        for seed, found in ended.items()
    ]


def _to_the_end(
    firsts: dict[int, Mixture], data: Chunk, ridge: Array, tol: float, max_iter: int
) -> dict[int, Run]:
    ended: dict[int, Run] = {}
    going = {seed: Run(first, (), "max_iter") for seed, first in firsts.items()}
    while going:
        before = list(going.items())
        steps = min(_ROUND, max_iter - max(0, len(before[0][1].history) - 1))
        found = short_run_of_each([each.mixture for _, each in before], data, steps, ridge)
        going = {}
        for (seed, begun), further in zip(before, found, strict=True):
            if further is None:
                # What cannot share the products goes on alone, to a collapse perhaps.
                alone = iterate([data], begun.mixture, reg_covar=ridge)
                try:
                    further = run(alone, tol, max(1, max_iter - len(begun.history)))
                except DegenerateCovariance:
                    continue
                history = (*begun.history[:-1], *further.history)
                ended[seed] = further._replace(history=history)
                continue
            joined = further._replace(history=(*begun.history[:-1], *further.history))
            done = _iterations(joined.history, tol) < len(joined.history) - 1
            if done or joined.reason == "collapsed" or len(joined.history) > max_iter:
                ended[seed] = joined
            else:
                going[seed] = joined
    return {seed: ended[seed] for seed in firsts if seed in ended}


def _iterations(history: tuple[float, ...], tol: float) -> int:
    """After how many iterations the objective changed by less than `tol`, and one more."""
    small = np.flatnonzero(np.abs(np.diff(history)) < tol)
    return int(small[0]) + 2 if len(small) and small[0] + 2 < len(history) else len(history) - 1
