"""All that a page can take its points from: the data sets that teach, and the visitor's own."""

from typing import Any

from gmmlab.data.points.datasets import SOURCES
from gmmlab.data.points.drawing import Drawing
from gmmlab.data.points.own_table import OwnTable
from gmmlab.settings import variant


def points_from(default: str) -> Any:
    """The settings field of a page that shows points in the plane."""
    return variant(
        default,
        {**SOURCES, "drawing": Drawing, "table": OwnTable},
        label="Data set",
        help="Which points to look at: a data set that teaches, a drawing or a table of your own.",
    )
