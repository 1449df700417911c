"""The Density page's figures, read back as data: what is drawn is what the model says."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gmmlab.data.points.datasets import SOURCES, load
from gmmlab.figures import density
from gmmlab.studies.density import lenses
from gmmlab.studies.density.lenses import study
from gmmlab.studies.density.page import DensityModel, DensityView
from tests.figures.validated import Validated

figures = Validated(density)


@pytest.fixture(scope="module")
def result():
    return study(load("moons"), DensityModel(beside="kde"))


def draw(kind, result, lens, **options):
    view = DensityView(lens="surface" if kind == "surface" else "density")
    seen = lenses.seen(lens, figures.box_of(result, view))
    return getattr(figures, f"{kind}_figure")(result, lens, seen, **options)


def of_type(figure, kind):
    return [trace for trace in figure.data if trace.type == kind]


def test_contours_are_the_log_density_on_one_scale(result):
    scales = set()
    for lens in result.lenses:
        (contours,) = of_type(draw("density", result, lens, marginals=False), "contour")
        scales.add((contours.zmin, contours.zmax))
        at = np.array([[contours.x[70], contours.y[80]]])
        found = lens.model
        expected = found.score_samples(at)
        # scikit-learn's trees are allowed an error of their own.
        assert_allclose(contours.customdata[80][70], expected[0], rtol=2e-3, atol=2e-3)
        assert np.isfinite(contours.z).all()
    assert len(scales) == 1


def test_marginals_integrate_to_one(result):
    for lens in result.lenses:
        figure = draw("density", result, lens, marginals=True)
        across, up = (t for t in of_type(figure, "scatter") if t.mode == "lines")
        assert np.trapezoid(across.y, across.x) == pytest.approx(1, abs=0.01)
        assert np.trapezoid(up.x, up.y) == pytest.approx(1, abs=0.01)
        bars = of_type(figure, "bar")
        assert np.sum(bars[0].y * bars[0].width) == pytest.approx(1)


def test_all_pictures_have_the_same_axes(result):
    lens = result.lenses[0]
    drawn = [
        draw("density", result, lens, marginals=True),
        draw("clusters", result, lens, marginals=True),
        figures.points_figure(result, lenses.new_points(lens, 50, 0), "new points"),
    ]
    assert len({(f.layout.xaxis.range, f.layout.yaxis.range) for f in drawn}) == 1


def test_a_scored_point_is_marked_in_every_picture(result):
    mark = np.array([0.5, 0.25])
    for figure in (
        draw("density", result, result.lenses[0], marginals=True, mark=mark),
        draw("clusters", result, result.lenses[0], marginals=False, mark=mark),
        figures.points_figure(result, result.dataset.X, "points", mark=mark),
    ):
        assert any(
            t.x is not None and len(t.x) == 1 and (t.x[0], t.y[0]) == (0.5, 0.25)
            for t in of_type(figure, "scatter")
        )


@pytest.mark.parametrize("name", SOURCES)
def test_every_data_set_has_a_surface_of_finite_numbers(name):
    result = study(load(name), DensityModel(n_components=3, beside="none"))
    (surface,) = of_type(draw("surface", result, result.lenses[0]), "surface")
    assert np.isfinite(surface.z).all()
    assert surface.cmin < surface.cmax


def test_the_lowest_contour_lies_above_the_cut(result):
    for lens in result.lenses:
        (contours,) = of_type(draw("density", result, lens, marginals=False), "contour")
        assert contours.z.min() < contours.contours.start - 0.5 * contours.contours.size


def test_the_floor_of_a_surface_lies_above_that_of_its_axes(result):
    figure = draw("surface", result, result.lenses[-1])
    (surface,) = of_type(figure, "surface")
    low, high = figure.layout.scene.zaxis.range
    assert low < surface.z.min() - 0.03 * (high - low)
    assert surface.z.max() <= high
    assert figure.layout.scene.zaxis.showticklabels is False  # colours say it, and nothing is cut
