"""Merging components into clusters: how often the suggested number is right, on generated sets.

Beside our rule stands that of Baudry et al. (2010): the break of the best two-piece regression of
entropy on the number of points merged, as mclust's `clustCombi` and `entPlot` draw it. It can never
say "do not merge"; for two components it says nothing, which is counted as two.

Published: the paper's section 4.1, which is `ex4.1` in mclust, has 600 points of six Gaussians, of
which four make two crosses. BIC chooses 6; ICL and the merged solution have 4 clusters. The set
"two crosses, two clouds" is drawn after that description.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.groups import SETS, GeneratedSet
from benchmarks.pairs import seconds
from gmmlab.engine.arrays import Array
from gmmlab.engine.em import fit
from gmmlab.engine.result import Fit
from gmmlab.studies.selection.criteria import best
from gmmlab.studies.selection.merging import Merging, merge
from gmmlab.studies.selection.sweep import Cell, sweep

SEEDS = range(3)
LEAST_RIGHT = 0.85
MOST_SECONDS = 1.0  # for 20,000 points and 40 components
MOST_K, PATIENCE = 20, 6  # K grows until BIC has not become better for so many
PUBLISHED = {"two crosses, two clouds": 4}  # clusters, by Baudry et al.


@dataclass(frozen=True)
class Outcome:
    """What became of one drawing of a set: K by BIC, and the numbers of both rules."""

    by_bic: int
    ours: int
    elbow: int


def outcome(each: GeneratedSet, seed: int) -> Outcome:
    """Draw a set, choose K by BIC, merge, and ask both rules."""
    X = each.draw(np.random.default_rng(seed))
    found = chosen_by_bic(X)
    merging = merge(found, X)
    K = found.mixture.n_components
    return Outcome(K, merging.suggested or K, elbow(merging) or K)


def chosen_by_bic(X: Array) -> Fit:
    """The fit of the K that BIC chooses, at the tolerance of the pages."""
    cells: list[Cell] = []
    for K in range(1, MOST_K + 1):
        cells += sweep(X, [K], tol=1e-6, max_iter=500)
        top = best(cells, "bic")
        if top is not None and top.n_components + PATIENCE <= K:
            break
    if top is None or top.fit is None:
        raise ValueError("No mixture could be fitted.")
    return top.fit


def elbow(merging: Merging) -> int | None:
    """The number of clusters at which entropy bends most: Baudry et al., section 3.

    Entropy is set against the number of points that the merges down to one cluster concern, added
    up, and two straight lines that share the point at the break are fitted. Every break but the
    ends is tried, so there is none with fewer than three components.
    """
    counts = np.array([step.n_merged for step in merging.steps], dtype=np.float64)
    x, y = counts.sum() - counts.cumsum(), np.array([step.entropy for step in merging.steps])
    breaks = range(1, len(x) - 1)
    if not breaks:
        return None
    at = min(breaks, key=lambda i: _residual(x[: i + 1], y[: i + 1]) + _residual(x[i:], y[i:]))
    return merging.steps[at].n_clusters


def _residual(x: Array, y: Array) -> float:
    """The sum of squared residuals of the best straight line through (x, y)."""
    x_centred, y_centred = x - x.mean(), y - y.mean()
    spread = float(x_centred @ x_centred)
    slope = float(x_centred @ y_centred) / spread if spread > 0 else 0.0
    return float(((y_centred - slope * x_centred) ** 2).sum())


def table() -> Iterator[tuple[GeneratedSet, list[Outcome]]]:
    """Every set with its outcomes, one for each seed."""
    for each in SETS:
        yield each, [outcome(each, seed) for seed in SEEDS]


def share_right(rows: list[tuple[GeneratedSet, list[Outcome]]], rule: str) -> float:
    """The share of drawings for which "ours", "elbow" or "by_bic" is right."""
    return float(
        np.mean([getattr(found, rule) in each.right for each, all_ in rows for found in all_])
    )


def report() -> bool:
    """Print the table, its shares and the time of one large merge; whether limits are kept."""
    print(f"\nMerging components: clusters found, {len(SETS)} sets, {len(SEEDS)} drawings each\n")
    print(f"{'set':<36}{'right':>8}{'K by BIC':>14}{'ours':>12}{'elbow':>12}{'published':>11}")
    rows = []
    for each, outcomes in table():
        rows.append((each, outcomes))
        columns = (
            " or ".join(map(str, each.right)) + ("*" if each.by_rule else ""),
            *(" ".join(str(getattr(o, rule)) for o in outcomes) for rule in ("by_bic", "ours")),
            " ".join(str(o.elbow) for o in outcomes),
            str(PUBLISHED.get(each.name, "")),
        )
        widths = (8, 14, 12, 12, 11)
        cells = "".join(f"{text:>{width}}" for text, width in zip(columns, widths, strict=True))
        print(f"{each.name:<36}{cells}", flush=True)
    others = [row for row in rows if not row[0].by_rule]
    for what, some in (("all", rows), ("but for those right by our own rule (*)", others)):
        shares = ", ".join(
            f"{name} {share_right(some, rule):.0%}"
            for name, rule in (("ours", "ours"), ("elbow", "elbow"), ("never merging", "by_bic"))
        )
        print(f"right, {what}: {shares}")
    took = large_merge()
    print(f"20,000 points, 40 components: {took:.2f} s (asked: {MOST_SECONDS:.0f} s)", flush=True)
    return share_right(rows, "ours") >= LEAST_RIGHT and took <= MOST_SECONDS


def large_merge() -> float:
    """Seconds for one merge of 40 components that all overlap, on 20,000 points."""
    X = np.random.default_rng(0).normal(size=(20_000, 2)) * [3, 1]
    found = fit(X, 40, max_iter=20)
    return min(seconds(lambda: merge(found, X))[0] for _ in range(3))


if __name__ == "__main__":
    report()
