"""Peak memory beyond the data, ours and scikit-learn's: five iterations from k-means, and predict.

Each fit runs in a process of its own, which says how far its peak rose.
"""

import json
import resource
import subprocess
import sys
import warnings

import numpy as np
import sklearn.mixture

import gmmlab

# n, d, K, covariance type
SHAPES = (
    (20_000, 150, 2, "full"),
    (5_000, 784, 2, "full"),
    (100_000, 2, 100, "full"),
    (100_000, 5, 2, "full"),
    (100_000, 20, 32, "full"),
    (100_000, 100, 2, "diag"),
    (100_000, 100, 8, "tied"),
    (100_000, 50, 8, "spherical"),
    (1_000_000, 3, 8, "full"),
)
MOST = 200  # megabytes of ours, whatever the shape


def measure(ours: bool, n: int, d: int, K: int, covariance_type: str) -> None:
    """Fit and predict once; print the peak's rise and the data's size in megabytes as JSON."""
    rng = np.random.default_rng(0)
    X = np.empty((n, d))
    block = max(1, 1_000_000 // d)
    for i in range(0, n, block):  # in blocks, so that making the data does not set the peak
        X[i : i + block] = rng.normal(size=X[i : i + block].shape)
        X[i : i + block] += 3 * rng.integers(0, 2, len(X[i : i + block]))[:, None]
    module = gmmlab if ours else sklearn.mixture
    warnings.simplefilter("ignore")
    module.GaussianMixture(2, max_iter=1).fit(X[:200, :2])  # loads what is loaded once
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    model = module.GaussianMixture(
        K, covariance_type=covariance_type, max_iter=5, tol=0, random_state=0
    )
    model.fit(X).predict(X)
    beyond = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(json.dumps({"beyond": beyond, "data": X.nbytes / 2**20}))


def beyond(ours: bool, n: int, d: int, K: int, covariance_type: str) -> tuple[float, float]:
    """The peak's rise and the data's size, in megabytes, measured in another process."""
    shape = [str(part) for part in (n, d, K, covariance_type)]
    command = [sys.executable, "-m", "benchmarks.memory", "ours" if ours else "theirs", *shape]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return found["beyond"], found["data"]


def report() -> bool:
    """Print the table; whether ours is bounded, and nowhere above scikit-learn's."""
    print("\nPeak memory beyond the data, MB: five iterations from k-means, and predict\n")
    print(f"{'n':>10}{'d':>6}{'K':>5}  {'type':<11}{'data':>7}{'ours':>7}{'theirs':>8}")
    good = True
    for n, d, K, covariance_type in SHAPES:
        (ours, data), (theirs, _) = (beyond(o, n, d, K, covariance_type) for o in (True, False))
        # A few megabytes are the allocator's.
        good = good and ours <= MOST and ours <= theirs + 8
        print(f"{n:>10,}{d:>6}{K:>5}  {covariance_type:<11}", end="")
        print(f"{data:>7.0f}{ours:>7.0f}{theirs:>8.0f}", flush=True)
    return good


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1] == "ours", *map(int, sys.argv[2:5]), sys.argv[5])
    else:
        sys.exit(0 if report() else 1)
