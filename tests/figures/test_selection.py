"""The pictures of "How many components?", read back as data."""

import numpy as np
import pytest

from gmmlab.data.points.datasets import load
from gmmlab.figures import curves, selection
from gmmlab.figures import merging as merging_module
from gmmlab.studies.selection.criteria import best
from gmmlab.studies.selection.merging import LEAST_BRIDGE, merge
from gmmlab.studies.selection.plane import in_the_plane
from gmmlab.studies.selection.sweep import Cell, Rows, sweep
from tests.figures.validated import Validated

figures = Validated(selection)
merging_figures = Validated(merging_module)

X = load("moons").X


@pytest.fixture(scope="module")
def cells():
    return list(sweep(X, range(1, 7), ("full", "tied"), n_folds=3, n_init=2))


def test_every_cell_is_a_point_of_its_curve(cells):
    for criterion in ("aic", "bic", "icl", "held_out"):
        figure = figures.curves_figure(cells, [criterion], None)
        drawn = {
            (K, t.name): y
            for t in figure.data
            if t.customdata is not None
            for K, y in zip(t.x, t.y, strict=True)
        }
        assert drawn == {cell.key: cell.value(criterion) for cell in cells}


def test_no_two_curves_look_alike(cells):
    figure = figures.curves_figure(cells, ["aic", "bic"], None)
    looks = [(t.line.color, t.line.dash) for t in figure.data if t.customdata is not None]
    assert len(set(looks)) == len(looks) == 4


def test_the_best_and_the_chosen_are_marked(cells):
    chosen = cells[0]
    figure = figures.curves_figure(cells, ["bic"], chosen)
    marks = {t.name: (t.x[0], t.y[0]) for t in figure.data if t.mode == "markers"}
    top = best(cells, "bic")
    assert marks[f"lowest BIC: K = {top.n_components} {top.covariance_type}"] == (
        top.n_components,
        top.bic,
    )
    assert marks["shown beside"] == (chosen.n_components, chosen.bic)


def test_every_mark_is_explained(cells):
    both = figures.curves_figure(cells, ["aic", "bic"], cells[0])
    names = [t.name for t in both.data if t.showlegend is not False]
    assert len(names) == len(set(names))
    stars = [t.name for t in both.data if t.mode == "markers" and t.marker.symbol == "star"]
    assert [name.split(":")[0] for name in stars] == ["lowest AIC", "lowest BIC"]
    assert "from the best to the worst restart" in names  # the band
    assert "fit with a problem" not in names
    odd = [*cells, Cell(7, "full", aic=1.0, bic=1.0, problem="It did not work.")]
    names = [t.name for t in figures.curves_figure(odd, ["bic"], None).data]
    assert "fit with a problem" in names  # the ×
    for mark in {m for note in figures.map_figure(odd, "bic", cells[0]).layout.annotations
                 for m in note.text.split()}:  # fmt: skip
        assert mark in selection.MARKS


@pytest.mark.parametrize("most", [1, 2, 7, 12, 13, 20, 40, 60, 200])
def test_an_axis_of_whole_numbers_has_whole_ticks(most):
    step = curves.whole_step(range(1, most + 1))
    assert step in (1, 2, 5, 10, 20)
    assert most / step <= 13
    assert step == 1 or most / step > 5


def test_the_map_holds_every_value_and_marks_problems(cells):
    odd = [*cells, Cell(7, "full", problem="It did not work, and this is why.")]
    figure = figures.map_figure(odd, "bic", None)
    cold = figure.data[0]
    for cell in cells:
        row, column = (
            list(cold.y).index(cell.covariance_type),
            list(cold.x).index(cell.n_components),
        )
        assert cold.z[row][column] == pytest.approx(cell.bic)
    assert cold.z[list(cold.y).index("full")][6] is None
    assert "this is why" in cold.text[list(cold.y).index("full")][6]
    assert any(note.x == 7 and "×" in note.text for note in figure.layout.annotations)


def test_a_merged_picture_has_a_colour_for_each_cluster(cells):
    found = best(cells, "bic")
    merging = merge(found.fit, X)
    points, mixture, _, names = in_the_plane(found, Rows(X, ("x", "y")))
    for step in merging.steps:
        figure = merging_figures.merged_figure(points, mixture, step, names)
        colors = {t.marker.color for t in figure.data if t.mode == "markers"}
        assert len(colors) == len(np.unique(step.labels))


def test_the_axis_that_is_drawn_is_the_one_that_is_judged(cells):
    merging = merge(best(cells, "bic").fit, X)
    figure = merging_figures.bridges_figure(merging, 1)
    curve = figure.data[0]
    assert list(curve.x) == sorted(step.n_clusters for step in merging.steps)
    heights = dict(zip(curve.x, curve.y, strict=True))
    for step in merging.steps[1:]:
        assert heights[step.n_clusters] == step.bridge
    (line,) = figure.layout.shapes
    assert line.y0 == line.y1 == LEAST_BRIDGE
    marks = {t.name: t.x[0] for t in figure.data[1:] if t.x[0] is not None}
    assert marks == {"suggested": merging.suggested, "shown": 1}
    assert "least that is asked" in {t.name for t in figure.data}  # the line
    assert heights[merging.suggested] >= LEAST_BRIDGE > heights[merging.suggested - 1]
    assert figure.layout.xaxis.dtick == 1
