"""A cluster on this machine: a scheduler of Dask's and its workers, each a process of its own.

`python -m tools.cluster` runs the app against two workers, until Ctrl+C; what it does not know goes
to the command `gmmlab`.
"""

import argparse
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from tools.serving import ROOT


@contextmanager
def running(n_workers: int = 2, **options: Any) -> Iterator[Any]:
    """A `LocalCluster` of workers with one thread each, as long as the caller is within."""
    from distributed import LocalCluster

    # New processes run the main module's file again; a page's test leaves one that is no program.
    if getattr(sys.modules["__main__"], "__spec__", None) is None:
        sys.modules["__main__"] = ModuleType("__main__")

    with LocalCluster(
        n_workers=n_workers,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=":0",
        silence_logs=logging.CRITICAL,
        **options,
    ) as cluster:
        yield cluster


def main() -> int:
    """Start the cluster and the app, and end both together; the app's exit code."""
    parser = argparse.ArgumentParser("python -m tools.cluster", description=__doc__)
    parser.add_argument("--workers", type=int, default=2, help="how many (2)")
    known, others = parser.parse_known_args()
    with running(known.workers) as cluster:
        address = cluster.scheduler_address
        print(f"A scheduler with {known.workers} workers answers at {address}.", flush=True)
        command = [sys.executable, "-m", "gmmlab", "--scheduler", address, *others]
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        # Ctrl+C goes to the app as well, which ends by itself.
        app = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)})
        try:
            return app.wait()
        except KeyboardInterrupt:
            return app.wait()
        finally:
            app.terminate()


if __name__ == "__main__":
    sys.exit(main())
