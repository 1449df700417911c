"""Components are not clusters: merging the components of a mixture, step by step, by entropy.

Baudry, Raftery, Celeux, Lo and Gottardo, "Combining mixture components for clustering", Journal of
Computational and Graphical Statistics 19 (2010): choose the number of components by BIC, because
that many are needed to describe the density; then merge the two clusters whose union makes the
assignment of the points most certain, again and again. Each step leaves the density as it is.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import entr

from gmmlab.engine.arrays import Array, Labels
from gmmlab.engine.result import Fit


@dataclass(frozen=True, eq=False)
class Step:
    """One clustering on the way from K clusters down to one.

    `clusters` (K,) is the cluster of each component, numbered by their first components; `labels`
    (n,) the most probable cluster of each point. `entropy` is −Σ t log t over points and clusters,
    in nats: 0 if every point is certain. `merged` are the two clusters of the step before that were
    put together (None at the start), `n_merged` how many points had one of them as their most
    probable one, and `gain` by how much entropy fell.
    """

    clusters: Labels
    labels: Labels
    entropy: float
    merged: tuple[int, int] | None = None
    n_merged: int = 0
    gain: float = 0.0

    @property
    def n_clusters(self) -> int:
        """How many clusters there are."""
        return int(self.clusters.max()) + 1

    @property
    def normalized_gain(self) -> float:
        """The fall of entropy per point of the two clusters merged, in nats."""
        return self.gain / max(self.n_merged, 1)


@dataclass(frozen=True, eq=False)
class Merging:
    """All steps, from K clusters (one per component) to one, and the number that is suggested.

    `suggested` is where the rescaled entropy plot, entropy against `points_merged`, breaks best
    into two lines: merging down to there removes doubt, and beyond hardly any is left to remove.
    None with fewer than three components.
    """

    steps: tuple[Step, ...]
    suggested: int | None

    def step(self, n_clusters: int) -> Step:
        """The clustering of so many clusters; ValueError if there is none."""
        for each in self.steps:
            if each.n_clusters == n_clusters:
                return each
        most = self.steps[0].n_clusters
        raise ValueError(f"There are clusterings of 1 to {most} clusters; got {n_clusters}.")

    @property
    def points_merged(self) -> Labels:
        """The abscissa of the rescaled entropy plot: 0 at one cluster, one value a step.

        How many points the merges from this step down to one cluster concern, added up.
        """
        counts = np.array([each.n_merged for each in self.steps])
        return counts.sum() - counts.cumsum()


def merge(found: Fit, X: ArrayLike) -> Merging:
    """Merge the components of a fit to X (n, d), two clusters at a time, down to one."""
    return merge_shares(found.responsibilities(X))


def merge_shares(shares: Array) -> Merging:
    """The same from responsibilities (n, K), rows of which sum to 1."""
    shares = np.array(shares, dtype=np.float64)
    clusters = np.arange(shares.shape[1])
    steps = [_step(shares, clusters)]
    # How much each pair would gain changes only for the pairs of a merged cluster.
    gains = np.full((len(clusters), len(clusters)), -np.inf)
    for i in range(1, len(clusters)):
        gains[:i, i] = _gains(shares, i)[:i]
    while shares.shape[1] > 1:
        i, j = (int(index) for index in np.unravel_index(gains.argmax(), gains.shape))
        before, labels = steps[-1], steps[-1].labels
        clusters = np.where(clusters == j, i, clusters - (clusters > j))
        shares[:, i] += shares[:, j]
        shares = np.delete(shares, j, axis=1)
        gains = np.delete(np.delete(gains, j, axis=0), j, axis=1)
        fresh = _gains(shares, i)
        gains[:i, i], gains[i, i + 1 :] = fresh[:i], fresh[i + 1 :]
        n_merged = int(np.isin(labels, (i, j)).sum())
        steps.append(_step(shares, clusters, (i, j), n_merged, before.entropy))
    merging = Merging(tuple(steps), None)
    at = elbow(merging.points_merged, [step.entropy for step in steps])
    return merging if at is None else replace(merging, suggested=steps[at].n_clusters)


def _gains(shares: Array, i: int) -> Array:
    """How far entropy would fall if cluster `i` were merged with each other one, (clusters,)."""
    apart = entr(shares).sum(axis=0)
    together = entr(shares + shares[:, [i]]).sum(axis=0)
    return apart + apart[i] - together


def _step(
    shares: Array,
    clusters: Labels,
    merged: tuple[int, int] | None = None,
    n_merged: int = 0,
    entropy_before: float | None = None,
) -> Step:
    # A share that adds up to a little over 1 would have a negative entropy.
    entropy = float(np.maximum(entr(shares), 0).sum())
    gain = 0.0 if entropy_before is None else entropy_before - entropy
    return Step(clusters, shares.argmax(axis=1), entropy, merged, n_merged, gain)


def elbow(along: ArrayLike, entropy: ArrayLike) -> int | None:
    """The index at which the best two-piece linear regression of `entropy` on `along` breaks.

    Both pieces hold the point at the break, and every break but the ends is tried, as in the
    paper's section 3. None for fewer than three points.
    """
    x, y = np.asarray(along, dtype=np.float64), np.asarray(entropy, dtype=np.float64)
    breaks = range(1, len(x) - 1)
    if not breaks:
        return None
    return min(
        breaks,
        key=lambda i: _line_residual(x[: i + 1], y[: i + 1]) + _line_residual(x[i:], y[i:]),
    )


def _line_residual(x: Array, y: Array) -> float:
    """The sum of squared residuals of the best straight line through (x, y)."""
    x_centred, y_centred = x - x.mean(), y - y.mean()
    spread = float(x_centred @ x_centred)
    slope = float(x_centred @ y_centred) / spread if spread > 0 else 0.0
    return float(((y_centred - slope * x_centred) ** 2).sum())
