"""How good an optimum, and in what time: the search against scikit-learn's best of ten, on iris."""

from functools import partial
from typing import Any

import sklearn.mixture
from sklearn.datasets import load_iris

from benchmarks.pairs import in_turns
from gmmlab.engine.em import fit
from gmmlab.engine.model.covariance import COVARIANCE_TYPES


def report() -> bool:
    """Print BIC and time of both for every cell; whether the search is nowhere worse."""
    X = load_iris().data
    print("\niris, BIC (lower is better) and time: our search, scikit-learn's n_init=10\n")
    print(f"{'type':<12}{'K':>3}{'ours':>10}{'theirs':>10}{'ours':>10}{'theirs':>10}")
    good = True
    for covariance_type in COVARIANCE_TYPES:
        for K in range(1, 7):
            peer = sklearn.mixture.GaussianMixture(
                K, covariance_type=covariance_type, n_init=10, random_state=0
            )
            pair = in_turns(
                partial(_searched, X, K, covariance_type), partial(_best_of_ten, X, peer), repeats=5
            )
            good = good and pair.our_result <= pair.peer_result + 0.05
            print(
                f"{covariance_type:<12}{K:>3}{pair.our_result:>10.1f}{pair.peer_result:>10.1f}"
                f"{1000 * pair.ours:>7.0f} ms{1000 * pair.peer:>7.0f} ms",
                flush=True,
            )
    return good


def _searched(X: Any, K: int, covariance_type: str) -> float:
    return fit(X, K, covariance_type, init="search").bic


def _best_of_ten(X: Any, peer: Any) -> float:
    return float(peer.fit(X).bic(X))
