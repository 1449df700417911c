"""The engine at every shape against scikit-learn: maps of ratios over d, n and K.

Both do 20 iterations from the same weights, means and precisions, in turns; a cell is the median of
the paired ratios, above 1 where ours is faster. `python -m benchmarks.grid --quick` takes a thinner
grid; `--types full tied` takes only those types.
"""

import argparse
import itertools
import statistics
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import sklearn.mixture

import gmmlab
from benchmarks.pairs import in_turns
from gmmlab.engine.model.covariance import COVARIANCE_TYPES

DIMENSIONS = (1, 2, 3, 5, 10, 20, 50, 100)
SIZES = (100, 1_000, 10_000, 100_000)
COMPONENTS = (2, 8, 32, 100)
QUICK = ((1, 2, 5, 20, 100), (100, 10_000), (2, 32))
ITERATIONS = 20
LEAST, MEDIAN = 0.95, 4.0  # what is asked of every cell, and of the medians
# Cells beyond this many multiplications an iteration are left out: minutes each, for the peer.
_MOST_WORK = 2e10
_MOST_SECONDS = 0.6  # of ours and the peer's runs together, for a cell to be run more than once


@dataclass(frozen=True)
class Cell:
    """One shape: n points in d dimensions, K components of a type."""

    covariance_type: str
    d: int
    n: int
    K: int

    @property
    def work(self) -> float:
        """Multiplications of one of the peer's iterations, roughly."""
        per_pair = self.d**2 if self.covariance_type in ("full", "tied") else self.d
        return 2.0 * self.n * self.K * per_pair

    def points(self) -> np.ndarray[Any, Any]:
        """Overlapping clouds, about as many as components."""
        rng = np.random.default_rng(self.d)
        centers = 2 * rng.normal(size=(self.K, self.d))
        return centers[rng.integers(0, self.K, self.n)] + rng.normal(size=(self.n, self.d))

    def start(self, X: np.ndarray[Any, Any]) -> dict[str, Any]:
        """The constructor's arguments: random points as means, everybody's variances."""
        rng = np.random.default_rng(1)
        precisions = {
            "spherical": np.full(self.K, 1 / X.var()),
            "diag": np.tile(1 / X.var(axis=0), (self.K, 1)),
            "tied": np.diag(1 / X.var(axis=0)),
            "full": np.tile(np.diag(1 / X.var(axis=0)), (self.K, 1, 1)),
        }[self.covariance_type]
        return {
            "n_components": self.K,
            "covariance_type": self.covariance_type,
            "weights_init": np.full(self.K, 1 / self.K),
            "means_init": X[rng.choice(self.n, self.K, replace=False)],
            "precisions_init": precisions,
            "max_iter": ITERATIONS,
            "tol": 0,
        }


def cells(quick: bool, types: list[str]) -> Iterator[Cell]:
    """The shapes of the grid that can be fitted in reasonable time."""
    dimensions, sizes, components = QUICK if quick else (DIMENSIONS, SIZES, COMPONENTS)
    for covariance_type, d, n, K in itertools.product(types, dimensions, sizes, components):
        cell = Cell(covariance_type, d, n, K)
        if cell.work <= _MOST_WORK:
            yield cell


def ratio(cell: Cell, blas_threads: int | None) -> float:
    """Scikit-learn's time over ours, the median of paired runs."""
    X = cell.points()
    start = cell.start(X)

    def ours() -> None:
        gmmlab.GaussianMixture(**start).fit(X)

    def peer() -> None:
        sklearn.mixture.GaussianMixture(**start).fit(X)

    first = in_turns(ours, peer, 1, blas_threads)
    if first.ours + first.peer > _MOST_SECONDS:
        return first.ratio
    return in_turns(ours, peer, 5, blas_threads).ratio


def report(quick: bool, types: list[str], threads: tuple[int | None, ...] = (None, 1)) -> bool:
    """Print the maps; whether no cell is below the least and the medians are as asked."""
    good = True
    for blas_threads in threads:
        words = "default threads" if blas_threads is None else f"{blas_threads} BLAS thread"
        print(f"\n{ITERATIONS} iterations, scikit-learn's time ÷ ours, {words}", flush=True)
        for covariance_type in types:
            found: dict[Cell, float] = {}
            for cell in cells(quick, [covariance_type]):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    found[cell] = ratio(cell, blas_threads)
            _map(covariance_type, found)
            low, middle = min(found.values()), statistics.median(found.values())
            print(f"{covariance_type}: least {low:.2f}, median {middle:.1f}", end="")
            below = sum(value < LEAST for value in found.values())
            print(f", below {LEAST}: {below} of {len(found)}\n", flush=True)
            good = good and low >= LEAST and middle >= MEDIAN
    return good


def _map(covariance_type: str, found: dict[Cell, float]) -> None:
    """A table of ratios: a row for every d and n, a column for every K."""
    columns = sorted({cell.K for cell in found})
    print(f"{covariance_type:>10}{'d':>5}{'n':>9}" + "".join(f"{f'K={K}':>9}" for K in columns))
    for d, n in sorted({(cell.d, cell.n) for cell in found}):
        row = [found.get(Cell(covariance_type, d, n, K)) for K in columns]
        shown = "".join(f"{'–':>9}" if value is None else f"{value:>9.2f}" for value in row)
        print(f"{'':>10}{d:>5}{n:>9,}{shown}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a thinner grid")
    parser.add_argument("--types", nargs="+", default=list(COVARIANCE_TYPES))
    parser.add_argument("--one", action="store_true", help="one BLAS thread only")
    asked = parser.parse_args()
    kept = report(asked.quick, asked.types, (1,) if asked.one else (None, 1))
    sys.exit(0 if kept else 1)
