"""The sweep of "How many components?" against the loop that a scikit-learn user writes."""

import os
import warnings

import numpy as np
import sklearn.mixture
from sklearn.exceptions import ConvergenceWarning

from benchmarks.mixtures import SAME, Array, Row
from benchmarks.pairs import in_turns, seconds
from gmmlab.data.points.datasets import load
from gmmlab.engine.model.covariance import COVARIANCE_TYPES
from gmmlab.studies.selection.sweep import Cell, sweep

MOST_WARM = 0.150  # seconds for the chapter's curve: it follows a slider
MOST_HEAVY = 15.0
LEAST_SHARED = 1.5  # seconds of cells per second, on two cores


def moons() -> Row:
    """The chapter's curve as the page gets it: cells with all criteria, diagnosed."""
    X = load("moons").X

    def ours() -> Array:
        return np.array([(cell.aic, cell.bic) for cell in sweep(X, range(1, 21), reg_covar=1e-6)])

    def peer() -> Array:
        fits = [sklearn.mixture.GaussianMixture(K, random_state=0).fit(X) for K in range(1, 21)]
        return np.array([(found.aic(X), found.bic(X)) for found in fits])

    return Row("moons, K = 1 … 20, full: a sweep's cells, AIC + BIC", 10, ours, peer, 7)


def heavy() -> list[Cell]:
    """Four types × 20 K × 5 folds × 3 restarts."""
    X = load("moons").X
    return list(sweep(X, range(1, 21), COVARIANCE_TYPES, n_folds=5, n_init=3))


def report() -> bool:
    """Print the rows; whether every limit is kept."""
    print("\nHow many components?: scikit-learn's time ÷ ours (medians, in turns)\n")
    row = moons()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        usual = in_turns(row.ours, row.peer, row.repeats)
        single = in_turns(row.ours, row.peer, row.repeats, blas_threads=1)
    same = np.allclose(usual.our_result, usual.peer_result, rtol=SAME, atol=0)
    good = same and usual.ratio >= row.required and usual.ours <= MOST_WARM
    print(
        f"{row.name}: {usual.peer:.2f} s ÷ {1000 * usual.ours:.0f} ms = {usual.ratio:.1f}× "
        f"(asked: {row.required:.0f}×, {1000 * MOST_WARM:.0f} ms), with one BLAS thread "
        f"{single.ratio:.1f}×; same values: {'yes' if same else 'NO'}"
    )
    cold, _ = seconds(heavy)
    before = _processors()
    warm, cells = seconds(heavy)
    here = (_processors() - before) / warm
    # Each cell's seconds are those of one core, in whatever process.
    shared = sum(cell.seconds for cell in cells) / warm
    cores = os.cpu_count() or 1
    good = good and max(cold, warm) <= MOST_HEAVY and (cores < 2 or shared >= LEAST_SHARED)
    print(
        f"moons, 4 types × 20 K × 5 folds × 3 restarts: {warm:.2f} s, the first time {cold:.2f} s "
        f"(asked: {MOST_HEAVY:.0f} s); {shared:.2f} seconds of cells per second on {cores} cores "
        f"(asked: {LEAST_SHARED}), {here:.2f} of processors in this process alone",
        flush=True,
    )
    return bool(good)


def _processors() -> float:
    """Seconds that this process alone has spent on processors."""
    times = os.times()
    return times.user + times.system
