"""What a visitor of the Clusters page waits for: study, figures and bootstrap at 400 points."""

import statistics
from collections.abc import Callable
from typing import Any

from benchmarks.pairs import seconds
from gmmlab.data.points.datasets import load
from gmmlab.figures import clusters as figures
from gmmlab.studies.clusters import stability
from gmmlab.studies.clusters import study as clusters
from gmmlab.studies.clusters.page import ViewSettings


def report() -> bool:
    """Print medians of 30 runs beside their limits; whether all are kept."""
    data, model, view = load("blobs"), clusters.ModelSettings(), ViewSettings()
    result = clusters.study(data, model)

    def page() -> None:
        found = clusters.study(data, model)
        figures.kmeans_figure(found, view)
        figures.gmm_figure(found, view)

    print("\nThe Clusters page, 400 points, K = 4, warm\n")
    kept = [
        _line("study of both models, and both figures", 30, page),
        _line(
            "bootstrap stability, 50 resamples",
            150,
            lambda: stability.bootstrap_stability(data.X, result.kmeans),
        ),
    ]
    return all(kept)


def _line(name: str, limit: float, work: Callable[[], Any]) -> bool:
    work()
    median = 1000 * statistics.median(seconds(work)[0] for _ in range(30))
    print(f"{name:<45}{median:>8.1f} ms   (at most {limit:.0f} ms)")
    return median <= limit
