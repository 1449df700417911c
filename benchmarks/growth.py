"""How time and memory grow with the number of points: d = 3, K = 8, full, 10 iterations.

Each size runs in a process of its own, which reports its peak memory beyond the data.
"""

import json
import resource
import subprocess
import sys
import time

import numpy as np

from gmmlab.engine.em import fit

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)


def measure(n: int) -> None:
    """Fit n points and print seconds and megabytes as JSON."""
    rng = np.random.default_rng(0)
    means = 4 * rng.normal(size=(8, 3))
    X = np.empty((n, 3))
    for i in range(0, n, 10_000):  # in blocks, so that making the data does not set the peak
        X[i : i + 10_000] = rng.normal(size=(10_000, 3)) + means[rng.integers(0, 8, 10_000)]
    fit(X[:1000], 8, max_iter=1)  # loads what is loaded once
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    fit(X, 8, init=means, tol=0, max_iter=10)
    seconds = time.perf_counter() - start
    beyond = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(json.dumps({"seconds": seconds, "beyond": beyond, "data": X.nbytes / 2**20}))


def report() -> None:
    """Print the table."""
    print("\nGrowth: d = 3, K = 8, full, 10 iterations from given means\n")
    print(f"{'points':>12}{'time':>10}{'per million':>14}{'data':>10}{'peak beyond':>14}")
    for n in SIZES:
        command = [sys.executable, "-m", "benchmarks.growth", str(n)]
        found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        print(
            f"{n:>12,}{found['seconds']:>9.2f}s{found['seconds'] / n * 1e6:>13.2f}s"
            f"{found['data']:>7.0f} MB{found['beyond']:>11.0f} MB",
            flush=True,
        )


if __name__ == "__main__":
    measure(int(sys.argv[1]))
