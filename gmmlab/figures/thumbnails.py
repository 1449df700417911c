"""Data sets as pictures the size of a stamp."""

import numpy as np

from gmmlab.data.points.datasets import Dataset
from gmmlab.figures.palette import COLORS, MUTED

_WIDTH, _HEIGHT, _EDGE = 72, 36, 3  # units of the picture
_MOST = 90  # points: more are a blot
_UNLIKE = 4  # axes whose ranges differ by more have units of their own


def thumbnail(dataset: Dataset) -> str:
    """An SVG of some of the points, each group in its colour; equal units where they are alike."""
    every = -(-len(dataset.X) // _MOST)
    X = dataset.X[::every]
    groups = np.zeros(len(X), int) if dataset.y is None else dataset.y[::every]
    low, span = X.min(axis=0), np.ptp(X, axis=0)
    span = np.where(span > 0, span, 1)
    room = np.array([_WIDTH, _HEIGHT]) - 2 * _EDGE
    scale = room / span
    if span.max() <= _UNLIKE * span.min():
        scale = np.full(2, scale.min())
    places = (X - low - span / 2) * scale * (1, -1) + np.array([_WIDTH, _HEIGHT]) / 2
    paths = []
    for group in np.unique(groups):
        dots = "".join(f"M{x:.0f} {y:.0f}h0" for x, y in places[groups == group])
        color = MUTED if dataset.y is None else COLORS[group % len(COLORS)]
        paths.append(f'<path stroke="{color}" d="{dots}"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">'
        f'<g stroke-width="2.6" stroke-linecap="round">{"".join(paths)}</g></svg>'
    )
