"""The pictures of New digits: numbers in their place, whatever their size or sign."""

from dataclasses import replace

import numpy as np
import pytest

from gmmlab.figures.digits import sweep_figure
from gmmlab.figures.judge import judge_figure
from gmmlab.figures.scale import Scale
from gmmlab.studies.digits.sweep import SweepCell
from tests.figures.validated import validated
from tests.studies.digits.test_verdict import CHAPTER

CELL = SweepCell(50, 28_641.0, 3e5, -1609.0, 45_000, 1797, 73_677, 2, True)


def test_numbers_of_many_sizes_lie_in_order_with_a_place_for_zero():
    values = [-5e5, -3.0, 0.0, 42.3, 4.2e6]
    scale = Scale.of(values)
    places = [scale.place(value) for value in values]
    assert scale.powers
    assert places == sorted(places)
    assert scale.place(0.0) == 0
    assert scale.place(np.inf) is None
    ticks = dict(zip(scale.ticks["ticktext"], scale.ticks["tickvals"], strict=True))
    assert ticks["1 m"] == pytest.approx(scale.place(1e6))
    assert ticks["-100 k"] == pytest.approx(scale.place(-1e5))


def test_numbers_of_one_size_lie_where_they_are():
    scale = Scale.of([42.3, 49.9])
    assert (scale.powers, scale.place(42.3)) == (False, 42.3)
    assert Scale.of([]).place(1.0) == 1.0


@pytest.mark.parametrize("held_out", [(-1609.0, -5_959_429.0), (3.0, -5e6), (12.0, 15.0)])
def test_the_sweep_shows_every_cell_also_where_the_likelihood_is_positive(held_out):
    cells = [replace(CELL, n_components=50 + 10 * i, held_out=h) for i, h in enumerate(held_out)]
    figure = sweep_figure(cells)
    validated(figure)
    curve = next(trace for trace in figure.data if trace["name"] == "held out")
    assert all(np.isfinite(curve["y"]))
    assert figure.layout["yaxis2"].get("type") != "log"
    assert curve["text"] == [f"{-h:,.1f} nats" for h in held_out]


def test_the_judges_picture_has_a_line_where_real_images_are():
    odd = replace(CHAPTER, held_out=8.0, copying=float("inf"))
    figure = judge_figure(["the chapter", "odd"], [CHAPTER, odd], 0.49)
    validated(figure)
    assert [shape["x0"] for shape in figure.layout["shapes"]] == [1.0, 0.49]
    assert figure.data[1]["x"] == [CHAPTER.copying, None]
    assert len(judge_figure(["the chapter"], [CHAPTER], None).layout["shapes"]) == 1
