"""How good an optimum, and in what time: the search against scikit-learn's best of ten, on iris.

`python -m benchmarks.optima` also asks it of every data set of the app, where the measure is the
best end without a spurious component of 30 starts; that takes minutes.
"""

from functools import partial
from itertools import product
from typing import Any

import sklearn.mixture
from sklearn.datasets import load_iris

from benchmarks.pairs import in_turns, seconds
from gmmlab.data.points.datasets import SOURCES, load
from gmmlab.engine.em import fit
from gmmlab.engine.model.covariance import COVARIANCE_TYPES
from gmmlab.engine.restarts import restarts

_INITS = ("random", "random_from_data", "k-means++")
_WORSE = 1e-3  # nats a point


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


def neighbours() -> None:
    """Print where the search ends below the best clean one of 30 starts, and all times."""
    print(f"\nK = 2..6, nats a point; only cells where the search is worse by more than {_WORSE}\n")
    print(f"{'data':<12}{'type':<12}{'K':>3}{'search':>10}{'30 starts':>11}{'loss':>9}")
    worse, cells, ours, theirs = 0, 0, 0.0, 0.0
    for name, covariance_type, K in product(SOURCES, COVARIANCE_TYPES, range(2, 7)):
        X = load(name).X
        peer = sklearn.mixture.GaussianMixture(
            K, covariance_type=covariance_type, n_init=10, random_state=0
        )
        spent, found = seconds(partial(fit, X, K, covariance_type, init="search"))
        theirs += seconds(partial(peer.fit, X))[0]
        ours += spent
        best = _best_clean(X, K, covariance_type)
        cells += 1
        if found.objective < best - _WORSE:
            worse += 1
            print(
                f"{name:<12}{covariance_type:<12}{K:>3}{found.objective:>10.4f}{best:>11.4f}"
                f"{best - found.objective:>9.4f}",
                flush=True,
            )
    print(f"\nworse in {worse} of {cells}; search {ours:.1f} s, n_init=10 {theirs:.1f} s")


def _best_clean(X: Any, K: int, covariance_type: str) -> float:
    return max(
        (
            end.objective
            for init in _INITS
            for end in restarts(X, K, covariance_type, init=init, seeds=range(10))
            if not (end.spurious.any() or end.collapsed)
        ),
        default=-float("inf"),
    )


if __name__ == "__main__":
    report()
    neighbours()
