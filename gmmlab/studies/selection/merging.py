"""Components are not clusters: merging the components of a mixture, step by step.

Baudry, Raftery, Celeux, Lo and Gottardo, "Combining mixture components for clustering", Journal of
Computational and Graphical Statistics 19 (2010): choose the number of components by BIC, because
that many are needed to describe the density; then merge the two clusters whose union makes the
assignment of the points most certain, again and again. Each step leaves the density as it is.

When to stop, entropy alone cannot say. It falls with every merge, the elbow of its curve is never
at its ends, and pieces of one ring are as well told apart as two clouds. A merge has to be judged
by what a cluster is meant to be (Hennig, "Methods for merging Gaussian mixture components",
Advances in Data Analysis and Classification 4, 2010). Here two clusters are one if

* there is no valley between them: on the best way from one to the other, over the ridgelines of
  their components, the density stays above a fifth of the lower of their summits. That is Hennig's
  ridgeline ratio with his cutoff, taken between clusters as a whole, so that thin noise between
  two clouds is no bridge. Two round Gaussians of equal size are one up to 4.3 σ apart;
* and they do not merely cross. Two lines meet where both are dense, and yet nearly every point is
  of one or of the other. So they stay apart if what doubt there is lies in the midst of both,
  within one standard deviation of both means, and is less than 0.4 nats for each point of the
  smaller one, as between lines from six times as long as wide on. (This is our own addition.)

Of the pairs that are one, that whose union takes away most entropy is merged first. What is left
when no pair is one is suggested, and merging goes on to one cluster, by entropy alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import entr

from gmmlab.engine.arrays import Array, Labels
from gmmlab.engine.result import Fit
from gmmlab.studies.selection.valleys import Terrain

LEAST_BRIDGE = 0.2  # share of the lower summit
LEAST_DOUBT = 0.4  # nats for each point of the smaller cluster, for two that lie across each other
_MIDST = 1.0  # standard deviations
_NOTHING = 1e-17  # shares below this change no sum of entropies


@dataclass(frozen=True, eq=False)
class Step:
    """One clustering on the way from K clusters down to one.

    `clusters` (K,) is the cluster of each component, numbered by their first components; `labels`
    (n,) the most probable cluster of each point. `entropy` is −Σ t log t over points and clusters,
    in nats: 0 if every point is certain. `merged` are the two clusters of the step before that were
    put together (None at the start), `n_merged` how many points had one of them as their most
    probable one, and `gain` by how much entropy fell.

    `doubt` is `gain` for each point of the smaller of the two. `bridge` is the number that is
    judged: the density on the best way between the two, as a share of the lower of their summits,
    or 0 if they merely cross, which `crossing` says. Both are None where no density is known.
    """

    clusters: Labels
    labels: Labels
    entropy: float
    merged: tuple[int, int] | None = None
    n_merged: int = 0
    gain: float = 0.0
    doubt: float | None = None
    bridge: float | None = None
    crossing: bool = False

    @property
    def n_clusters(self) -> int:
        """How many clusters there are."""
        return int(self.clusters.max()) + 1

    @property
    def normalized_gain(self) -> float:
        """The fall of entropy per point of the two clusters merged, in nats."""
        return self.gain / max(self.n_merged, 1)

    @property
    def entropy_per_point(self) -> float:
        """`entropy` over the number of points, in nats: 0 to log K."""
        return self.entropy / len(self.labels)


@dataclass(frozen=True, eq=False)
class Merging:
    """All steps, from K clusters (one per component) to one, and the number that is suggested.

    `suggested` is the number of clusters that are left when no two of them are one: K if nothing
    should be merged. None where no density is known.
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


def merge(found: Fit, X: ArrayLike) -> Merging:
    """Merge the components of a fit to X (n, d), two clusters at a time, down to one."""
    mixture, points = found.standardized(X)
    return _merged(_Clusters(mixture.responsibilities(points), points, Terrain(mixture)))


def merge_shares(shares: ArrayLike) -> Merging:
    """The same from responsibilities (n, K) alone, rows of which sum to 1: by entropy alone."""
    return _merged(_Clusters(np.asarray(shares, dtype=np.float64)))


def _merged(clusters: "_Clusters") -> Merging:
    steps = [clusters.step()]
    suggested = None
    while len(clusters.shares) > 1:
        pair = clusters.best_pair()
        judged = clusters.judge(*pair)
        if suggested is None and judged.bridge is not None and judged.bridge < LEAST_BRIDGE:
            suggested = len(clusters.shares)
        n_merged = int(np.isin(steps[-1].labels, pair).sum())
        clusters.merge(*pair)
        after = clusters.step()
        gain = steps[-1].entropy - after.entropy
        steps.append(replace(after, merged=pair, n_merged=n_merged, gain=gain, **vars(judged)))
    if clusters.terrain is not None and suggested is None:
        suggested = 1
    return Merging(tuple(steps), suggested)


@dataclass(frozen=True)
class _Verdict:
    """What is known of a merge before it is made: see `Step`."""

    doubt: float | None = None
    bridge: float | None = None
    crossing: bool = False


class _Clusters:
    """The clusters of a step, and for all pairs i < j by how much a merge would lower entropy.

    `shares` and `entropies`, −t log t, are (clusters, n); `gains` is (clusters, clusters).
    """

    def __init__(
        self, shares: Array, points: Array | None = None, terrain: Terrain | None = None
    ) -> None:
        self.points, self.terrain = points, terrain
        self.shares = np.array(shares.T, order="C")
        self.entropies = _entropies(self.shares)
        self.members = np.arange(len(self.shares))
        self.gains = np.full((len(self.shares), len(self.shares)), -np.inf)
        for i in range(1, len(self.shares)):
            self.gains[:i, i] = self._gains(i, slice(i))

    def step(self) -> Step:
        """The clustering as it stands."""
        return Step(self.members, self.shares.argmax(axis=0), float(self.entropies.sum()))

    def best_pair(self) -> tuple[int, int]:
        """The pair to be merged next: of those that are one, if any, the one that gains most."""
        if self.terrain is not None:
            connected = self.terrain.bridges >= LEAST_BRIDGE
            for pair in _descending(np.where(connected, self.gains, -np.inf)):
                if not self.judge(*pair).crossing:
                    return pair
        return next(_descending(self.gains))

    def judge(self, i: int, j: int) -> _Verdict:
        """How much doubt there is between two clusters, how high the bridge, and if they cross."""
        if self.terrain is None or self.points is None:
            return _Verdict()
        gain, smaller = self.gains[i, j], self.terrain.smaller(i, j) * len(self.points)
        doubt = float(gain / smaller) if smaller > 0 else 0.0
        bridge = float(self.terrain.bridges[i, j])
        if bridge < LEAST_BRIDGE or not 0 < doubt < LEAST_DOUBT:
            return _Verdict(doubt, bridge)
        doubts = self.entropies[i] + self.entropies[j]
        doubts -= _entropies(self.shares[i] + self.shares[j])
        place = doubts @ self.points / gain
        if max(self.terrain.distance(place, k) for k in (i, j)) < _MIDST:
            return _Verdict(doubt, 0.0, crossing=True)
        return _Verdict(doubt, bridge)

    def merge(self, i: int, j: int) -> None:
        """Put cluster j into cluster i < j. The only pairs that change are those of i."""
        self.members = np.where(self.members == j, i, self.members - (self.members > j))
        self.shares[i] += self.shares[j]
        self.entropies[i] = _entropies(self.shares[i])
        self.shares = np.delete(self.shares, j, axis=0)
        self.entropies = np.delete(self.entropies, j, axis=0)
        self.gains = np.delete(np.delete(self.gains, j, axis=0), j, axis=1)
        gains = self._gains(i)
        self.gains[:i, i], self.gains[i, i + 1 :] = gains[:i], gains[i + 1 :]
        if self.terrain is not None:
            self.terrain.merge(i, j)

    def _gains(self, i: int, others: slice = slice(None)) -> Array:
        """How far entropy would fall if cluster `i` were merged with each of the others."""
        some = np.flatnonzero(self.shares[i] > _NOTHING)  # elsewhere a union is as the other one
        union = self.shares[others].take(some, axis=1)
        union += self.shares[i, some]
        together = _entropies(union).sum(axis=1)
        apart: Array = self.entropies[others].take(some, axis=1).sum(axis=1)
        return apart + self.entropies[i, some].sum() - together


def _entropies(shares: Array) -> Array:
    """−t log t of shares of any shape, in nats."""
    # A share that adds up to a little over 1 would have a negative one.
    found: Array = entr(shares)
    return np.maximum(found, 0.0, out=found)


def _descending(gains: Array) -> Iterator[tuple[int, int]]:
    """The pairs that have a gain, the largest first."""
    for flat in np.argsort(-gains, axis=None, kind="stable"):
        i, j = np.unravel_index(flat, gains.shape)
        if gains[i, j] == -np.inf:
            return
        yield int(i), int(j)
