"""The engine against scikit-learn's GaussianMixture: the same start, the same stopping rule.

Each row also checks that both reach the same log-likelihood, to 1e-6 relative.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import sklearn.mixture
from sklearn.datasets import load_digits, load_sample_image
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning

import gmmlab
from benchmarks.pairs import in_turns
from gmmlab.compute.threads import side_by_side
from gmmlab.data.points.datasets import load
from gmmlab.engine.em import fit

SAME = 1e-6
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Row:
    """One piece of work: what it is, the ratio that is asked for, and both ways of doing it.

    Both give the log-likelihoods that they reached, for comparison.
    """

    name: str
    required: float
    ours: Callable[[], Array]
    peer: Callable[[], Array]
    repeats: int


def moons() -> Row:
    """The chapter's loop over K = 1 … 20 with AIC and BIC."""
    X = load("moons").X

    def ours() -> Array:
        fits = [fit(X, K, reg_covar=1e-6) for K in range(1, 21)]
        return np.array([(found.aic, found.bic) for found in fits])

    def peer() -> Array:
        fits = [sklearn.mixture.GaussianMixture(K, random_state=0).fit(X) for K in range(1, 21)]
        return np.array([(found.aic(X), found.bic(X)) for found in fits])

    return Row("moons, K = 1 … 20, full, fit + AIC + BIC", 10, ours, peer, 7)


def digits() -> Row:
    """The chapter's loop over K = 50, 60 … 200 in 41 dimensions with AIC."""
    X = PCA(0.99, whiten=True, random_state=0).fit_transform(load_digits().data)
    Ks = range(50, 201, 10)

    def ours() -> Array:
        # The longest first, so that no core waits for the other's last.
        return np.array(list(side_by_side(lambda K: fit(X, K, reg_covar=1e-6).aic, Ks[::-1])))[::-1]

    def peer() -> Array:
        return np.array(
            [sklearn.mixture.GaussianMixture(K, random_state=0).fit(X).aic(X) for K in Ks]
        )

    return Row("digits in 41 dimensions, K = 50, 60 … 200, full, fit + AIC", 12, ours, peer, 3)


def china(distinct: bool) -> Row:
    """16 full components on the pixels of a photo, 30 iterations."""
    X = load_sample_image("china.jpg").reshape(-1, 3) / 255
    means = X[np.random.RandomState(0).choice(len(X), 16, replace=False)]
    start: dict[str, Any] = {
        "n_components": 16,
        "weights_init": np.full(16, 1 / 16),
        "means_init": means,
        "precisions_init": np.tile(np.linalg.inv(np.cov(X.T) / 10), (16, 1, 1)),
        "max_iter": 30,
        "tol": 0,
    }
    points, counts = np.unique(X, axis=0, return_counts=True) if distinct else (X, None)

    def ours() -> Array:
        found = gmmlab.GaussianMixture(**start).fit(points, sample_weight=counts)
        return np.array([found.lower_bound_])

    def peer() -> Array:
        return np.array([sklearn.mixture.GaussianMixture(**start).fit(X).score(X)])

    what = "distinct colours with counts" if distinct else "all pixels"
    name = f"china.jpg ({len(X):,} × 3), 16 full, 30 iterations, {what}"
    return Row(name, 60 if distinct else 25, ours, peer, 2)


def blobs(n_init: int) -> Row:
    """400 points, K = 4: one fit, or the best of ten, with the estimator."""
    X = load("blobs").X

    def run(cls: type[Any]) -> Callable[[], Array]:
        return lambda: np.array([cls(4, n_init=n_init, random_state=0).fit(X).score(X)])

    ours, peer = run(gmmlab.GaussianMixture), run(sklearn.mixture.GaussianMixture)
    words = "one fit" if n_init == 1 else f"best of {n_init}"
    return Row(f"blobs, 400 points, K = 4, {words}", 4 if n_init == 1 else 10, ours, peer, 15)


def report() -> bool:
    """Print the table; whether every row has its ratio and its log-likelihoods agree."""
    print("GaussianMixture: scikit-learn's time ÷ ours (medians, in turns)\n")
    print(f"{'work':<72}{'theirs':>10}{'ours':>10}{'ratio':>8}{'asked':>7}{'1 BLAS':>8}  same")
    good = True
    rows = (moons(), digits(), china(False), china(True), blobs(1), blobs(10))
    for row in rows:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # 30 iterations are all we want
            usual = in_turns(row.ours, row.peer, row.repeats)
            single = in_turns(row.ours, row.peer, row.repeats, blas_threads=1)
        same = np.allclose(usual.our_result, usual.peer_result, rtol=SAME, atol=0)
        good = good and bool(same) and usual.ratio >= row.required
        print(
            f"{row.name:<72}{_time(usual.peer):>10}{_time(usual.ours):>10}{usual.ratio:>7.1f}×"
            f"{row.required:>6.0f}×{single.ratio:>7.1f}×  {'yes' if same else 'NO'}",
            flush=True,
        )
    return good


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{1000 * seconds:.1f} ms"
