"""Points drawn by hand, and the short text that holds them: a link can carry a drawing.

A code is the box that can be drawn in, `~`, and four letters for each point, two for each
coordinate: 12 bits of the box's range. `ui/assets/pad.js` writes and reads the same codes.
"""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gmmlab.data.points.datasets import Dataset, Points
from gmmlab.settings import text

MOST_POINTS = 2_000
MOST_IN_A_LINK = 200
KEPT = "kept-"  # begins the name of a drawing too long for a link: its digest, not its points
BLANK = "-10_10_-10_10~"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_VALUES = np.full(128, -1)
_VALUES[[ord(letter) for letter in _LETTERS]] = np.arange(64)
_LEVELS = 4095
_LARGEST = 1e99  # its square is still a float
_UNDRAWABLE = (
    "These values are too large, or too close together for their size, to be drawn on; "
    "standardise the columns first."
)
_SEEN = 0.5  # the share of the box, across and up, that pictures show

Box = tuple[float, float, float, float]


def decoded(code: str) -> tuple[Points, Box]:
    """The points (n, 2) of a code, and the box (x low, x high, y low, y high) they are drawn in.

    Raises ValueError, saying what a code must be, for a text that is none.
    """
    edges, mark, letters = code.partition("~")
    try:
        box = [float(edge) for edge in edges.split("_")]
        values = _VALUES[np.frombuffer(letters.encode("ascii"), dtype=np.uint8)]
        digits = values.reshape(-1, 2, 2)
    except (ValueError, IndexError):
        raise ValueError("a drawing as this page writes it") from None
    proper = len(box) == 4 and _drawable(box[0], box[1]) and _drawable(box[2], box[3])
    if not (mark and proper and (values >= 0).all() and len(digits) <= MOST_POINTS):
        raise ValueError(f"a drawing as this page writes it, of at most {MOST_POINTS:,} points")
    low, high = np.array(box[::2]), np.array(box[1::2])
    levels = 64 * digits[..., 0] + digits[..., 1]
    return low + levels * ((high - low) / _LEVELS), (box[0], box[1], box[2], box[3])


def encoded(X: Points, box: Box | None = None) -> str:
    """The code of points (n, 2), at most MOST_POINTS, in `box`; without one, with room around.

    Raises ValueError for points too large, or too close together for their size, to be drawn on.
    """
    if X.size and np.abs(X).max() > _LARGEST:
        raise ValueError(_UNDRAWABLE)
    low, high = (np.array(box[::2]), np.array(box[1::2])) if box else _room(X)
    pairs = list(zip(low.tolist(), high.tolist(), strict=True))
    if not all(_drawable(*pair) for pair in pairs):
        raise ValueError(_UNDRAWABLE)
    edges = [_spelled(edge, pair) for pair in pairs for edge in pair]
    low, high = np.array(list(map(float, edges))).reshape(2, 2).T
    levels = np.rint((X - low) / (high - low) * _LEVELS).clip(0, _LEVELS).astype(int)
    letters = "".join(
        _LETTERS[value >> 6] + _LETTERS[value & 63] for value in levels.ravel().tolist()
    )
    return f"{'_'.join(edges)}~{letters}"


def _drawable(low: float, high: float) -> bool:
    """Whether a coordinate can be told apart in 4,096 levels from `low` to `high`."""
    largest = max(abs(low), abs(high))
    return math.isfinite(low + high) and largest < 10 * _LARGEST and high - low > 1e-9 * largest


def _spelled(edge: float, pair: tuple[float, float]) -> str:
    """An edge of the box with as many digits as a thousandth of one level needs."""
    step = (pair[1] - pair[0]) / _LEVELS / 1000
    digits = math.ceil(math.log10(max(abs(edge), step) / step)) + 1
    return f"{edge:.{max(1, min(digits, 17))}g}"


def _room(X: Points) -> tuple[Points, Points]:
    """A box twice as wide and high as what a picture of X shows, so that there is room to draw."""
    low, high = X.min(axis=0), X.max(axis=0)
    spans = high - low
    widest = spans.max() or max(1.0, float(np.abs(X).max()))
    # Units stay equal unless one range is far below the other.
    spans = np.full(2, widest) if spans.min() * 8 >= spans.max() or spans.min() == 0 else spans
    middle, reach = (low + high) / 2, 1.15 * spans / (2 * _SEEN)
    return middle - reach, middle + reach


def _meant(code: str) -> None:
    if not code.startswith(KEPT):
        decoded(code)


@dataclass(frozen=True)
class Drawing:
    """Points drawn by hand: in the settings themselves, or by a digest if they are many."""

    title: ClassVar[str] = "Your drawing"
    lesson: ClassVar[str] = "Points drawn by hand: ask the models your own question."

    code: str = text(
        "",
        label="Drawing",
        help="The points, two letters for each coordinate.",
        max_length=4 * MOST_IN_A_LINK + 120,
        meant=_meant,
    )

    @property
    def is_blank(self) -> bool:
        """Whether nothing is drawn."""
        return not self.code or self.code.endswith("~")


def points_of(code: str) -> Dataset:
    """The drawing as a data set, possibly of no points; ValueError for a text that is no code."""
    X, box = decoded(code)
    X.setflags(write=False)
    low, high = np.array(box[::2]), np.array(box[1::2])
    middle, reach = (low + high) / 2, _SEEN * (high - low) / 2
    (left, bottom), (right, top) = middle - reach, middle + reach
    return Dataset(X, None, "drawing", paper=(left, right, bottom, top))
