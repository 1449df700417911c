"""The ground on which EM is watched: few enough points, in units that no browser overflows."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sklearn.decomposition import PCA

from gmmlab.compute.questions import digest_of
from gmmlab.data.points.datasets import Dataset
from gmmlab.engine.arrays import Array
from gmmlab.engine.model.frame import Frame
from gmmlab.studies.em.page import MOST_POINTS

NAMES = {"x": 0, "y": 1}


@dataclass(frozen=True, eq=False)
class Ground:
    """Points (n, 2) or (n, 1) with mean 0 and mean variance 1, and what they are in own units.

    A coordinate u means `offset[j] + scale · u` in the units of `columns[j]`. All of this page is
    computed and drawn here; a likelihood per point in own units is lower by d log(scale).
    """

    points: Array
    offset: tuple[float, ...]
    scale: float
    columns: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @cached_property
    def identity(self) -> str:
        """A digest of all of it."""
        return digest_of(self.points, *self.offset, self.scale, *self.columns)

    @property
    def d(self) -> int:
        """In how many dimensions the points lie: 1 or 2."""
        return self.points.shape[1]

    @property
    def volume(self) -> float:
        """d log(scale): what a log-density in own units is lower by."""
        return float(self.d * np.log(self.scale))

    def own(self, places: Array) -> Array:
        """`places` (m, d) of this ground in the data's own units."""
        return np.asarray(self.offset) + self.scale * places

    def here(self, places: Array) -> Array:
        """`places` (m, d) in the data's own units, on this ground."""
        return (places - np.asarray(self.offset)) / self.scale


def ground(dataset: Dataset, line: str = "plane") -> Ground:
    """The points of `dataset`, or what they are along one line: "x", "y" or "pc"."""
    X, notes = dataset.X, []
    if len(X) > MOST_POINTS:
        X = X[np.sort(np.random.default_rng(0).choice(len(X), MOST_POINTS, replace=False))]
        notes.append(
            f"Shown and fitted here are {MOST_POINTS:,} of the {len(dataset.X):,} points, chosen "
            "at random: EM is to be watched, and these tell the same story."
        )
    columns: tuple[str, ...] = dataset.columns
    if line in NAMES:
        X, columns = X[:, [NAMES[line]]], (columns[NAMES[line]],)
    frame = Frame.of(X)
    points, scale = frame.into(X), frame.scale
    offset = frame.out_of(np.zeros((1, X.shape[1])))[0]
    if line == "pc":
        along = PCA(1).fit_transform(points) if frame.varied else points[:, :1]
        axis = Frame.of(along)
        points, scale = axis.into(along), scale * axis.scale
        columns, offset = ("along the longest axis",), np.zeros(1)
    return Ground(points, tuple(map(float, offset)), float(scale), columns, tuple(notes))
