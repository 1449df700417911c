"""A film as plain values: the states of a model one after another, drawn and played in the browser.

What moves is sent as parameters, not as pictures: the browser draws ellipses, colours and curves
from a mixture's weights, means and covariances (`ui/chart/assets/film.js`), so that hundreds of
states of thousands of points take less room than one photo.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Kind = Literal["em", "limit", "collapse"]


@dataclass(frozen=True)
class Axis:
    """What a coordinate u of the film means: offset + scale · u, in the units of `name`."""

    name: str
    offset: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True)
class Line:
    """One value per frame, (F,); NaN where there is none."""

    name: str
    y: Array


@dataclass(frozen=True)
class Curve:
    """What a film climbs: lines over its frames, under them perhaps a shaded `gap` between two.

    `marks` are (frame, words) of moments that need a word; `best` is a value to reach, with its
    name; `ticks` are (frame, text) for films whose frames are not half-steps.
    """

    names: tuple[str, str]
    lines: tuple[Line, ...]
    alt: str
    gap: bool = False
    marks: tuple[tuple[int, str], ...] = ()
    best: float | None = None
    best_name: str = ""
    ticks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True)
class Slice:
    """Curves over one parameter, `likelihood` and `bound` (m, g) at `values` (g,).

    `current` (m,) is the parameter in each state.
    """

    values: Array
    current: Array
    likelihood: Array
    bound: Array
    axis: Axis
    alt: str


@dataclass(frozen=True)
class Named:
    """A component that is ringed and named in `words`, from a frame on."""

    component: int
    from_frame: int
    words: str


@dataclass(frozen=True)
class Stage:
    """Where a film plays: its axes, the `window` (x low, x high, y low, y high), and colours.

    `equal`: a unit is as long across as up. On a line the densities are drawn up to `peak`.
    """

    axes: tuple[Axis, ...]
    window: tuple[float, float, float, float]
    equal: bool
    colors: tuple[str, ...]
    inks: tuple[str, ...]
    peak: float = 1e300


@dataclass(frozen=True)
class Film:
    """States of a mixture of K components on points (n, d), d 1 or 2; arrays are read-only.

    `weights` (m, K), `means` (m, K, d), `covariances` (m, K, d, d). A film of "em" has a start, and
    then two frames for each state, an E-step and an M-step; another has a frame for each state.
    `words` are for EM's start, E-step and M-step, or
    for each frame; `ending` is said of the last. `lloyd` are k-means's centres (c, K, d) from the
    same start, `centers` (K, d) marks that stay. `outlier` is the place of a point to be marked.
    """

    identity: str
    kind: Kind
    points: Array
    weights: Array
    means: Array
    covariances: Array
    stage: Stage
    curve: Curve
    words: Sequence[str]
    ending: str = ""
    maths: Sequence[tuple[str, str]] = ()
    slices: Slice | None = None
    lloyd: Array | None = None
    centers: Array | None = None
    outlier: int = -1
    named: Named | None = None
    alt: str = ""

    @property
    def n_frames(self) -> int:
        """How many frames it has."""
        return 2 * len(self.weights) if self.kind == "em" else len(self.weights)

    def content(self) -> dict[str, Any]:
        """The film as the browser takes it: rows of states are flat, axes and lines plain dicts."""
        m, K, d = self.means.shape
        curve, stage = self.curve, self.stage
        return {
            "identity": self.identity,
            "kind": self.kind,
            "d": d,
            "K": K,
            "points": self.points.ravel(),
            "weights": self.weights,
            "means": self.means.reshape(m, K * d),
            "covariances": self.covariances.reshape(m, K * d * d),
            "axes": [vars(axis) for axis in stage.axes],
            "window": list(stage.window),
            "equal": stage.equal,
            "colors": list(stage.colors),
            "inks": list(stage.inks),
            "peak": stage.peak,
            "curve": {
                "names": list(curve.names),
                "lines": [{"name": line.name, "y": line.y} for line in curve.lines],
                "alt": curve.alt,
                "gap": curve.gap,
                "marks": [{"frame": frame, "words": words} for frame, words in curve.marks],
                "best": [] if curve.best is None else [curve.best],
                "best_name": curve.best_name,
                "ticks": [{"at": at, "text": text} for at, text in curve.ticks],
            },
            "words": list(self.words),
            "ending": self.ending,
            "maths": [list(each) for each in self.maths],
            "slices": None if self.slices is None else _sliced(self.slices),
            "lloyd": None if self.lloyd is None else self.lloyd.reshape(len(self.lloyd), K * d),
            "centers": None if self.centers is None else self.centers.ravel(),
            "outlier": self.outlier,
            "named": None if self.named is None else vars(self.named),
        }


def _sliced(slices: Slice) -> dict[str, Any]:
    return {
        "values": slices.values,
        "current": slices.current,
        "likelihood": slices.likelihood.astype(np.float32),
        "bound": slices.bound.astype(np.float32),
        "axis": vars(slices.axis),
        "alt": slices.alt,
    }
