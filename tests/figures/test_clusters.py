"""The Clusters page's figures, read back as data: what is drawn is what was found."""

import base64
import html
import io

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

from gmmlab.data.points.datasets import SOURCES, Dataset, drawn, load
from gmmlab.data.points.drawing import encoded, points_of
from gmmlab.figures import clusters, palette
from gmmlab.figures.plane import at, ellipse, mass_within, window
from gmmlab.guide.scenes import CLUSTER_SCENES
from gmmlab.studies.clusters import covariance_types
from gmmlab.studies.clusters.page import ViewSettings
from gmmlab.studies.clusters.regions import regions
from gmmlab.studies.clusters.study import study
from gmmlab.studies.mixtures.model import ModelSettings
from tests.figures.validated import Validated
from tests.studies.clusters.test_study import DEGENERATE, of

figures = Validated(clusters)


@pytest.fixture(scope="module")
def result():
    return study(load("stretched"), ModelSettings(seed=42))


def named(figure, prefix):
    return [trace for trace in figure.data if (trace.name or "").startswith(prefix)]


def closed_lines(figure):
    return [trace for trace in figure.data if (trace.uid or "").startswith("glide-")]


def test_every_point_is_drawn_once_in_its_clusters_colour(result):
    for figure, labels in (
        (figures.kmeans_figure(result, ViewSettings()), result.kmeans.labels),
        (figures.gmm_figure(result, ViewSettings()), result.gmm_labels),
    ):
        traces = named(figure, "cluster")
        drawn = np.vstack([np.column_stack([t.x, t.y]) for t in traces])
        own = np.vstack([result.dataset.X[labels == k] for k in range(4)])
        np.testing.assert_array_equal(drawn, own)
        assert len({t.marker.color for t in traces}) == 4


def test_discs_reach_the_farthest_own_point(result):
    figure = figures.kmeans_figure(result, ViewSettings())
    for k, line in enumerate(closed_lines(figure)):
        path = np.column_stack([line.x, line.y])
        radii = np.linalg.norm(path - result.kmeans.centers[k], axis=1)
        own = result.dataset.X[result.kmeans.labels == k]
        farthest = np.linalg.norm(own - result.kmeans.centers[k], axis=1).max()
        assert_allclose(radii, farthest, rtol=1e-9)
    assert k == 3


def test_ellipses_are_at_one_two_and_three_sigma(result):
    lines = closed_lines(figures.gmm_figure(result, ViewSettings()))
    assert len(lines) == 12
    for i, line in enumerate(lines):
        k, sigmas = divmod(i, 3)
        centred = np.column_stack([line.x, line.y]) - result.gmm.mixture.means[k]
        precision = np.linalg.inv(result.gmm.mixture.covariances[k])
        distance = np.sqrt(np.einsum("ni,ij,nj->n", centred, precision, centred))
        assert_allclose(distance, sigmas + 1, rtol=1e-9)
    assert len({line.line.dash for line in lines[:3]}) == 3


def test_the_legend_states_the_mass_and_it_is_true(result):
    figure = figures.gmm_figure(result, ViewSettings())
    words = [t.name for t in figure.data if t.showlegend]
    assert words == ["1 σ: 39.3%", "2 σ: 86.5%", "3 σ: 98.9%"]
    X = np.random.default_rng(0).normal(size=(200_000, 2))
    for sigmas in (1, 2, 3):
        inside = np.mean(np.linalg.norm(X, axis=1) < sigmas)
        assert mass_within(sigmas) == pytest.approx(inside, abs=0.003)


def test_opacity_grows_with_weight():
    result = study(load("unequal"), ModelSettings(n_components=3))
    lines = closed_lines(figures.gmm_figure(result, ViewSettings()))[::3]
    alphas = [float(t.line.color.rstrip(")").split(",")[-1]) for t in lines]
    assert list(np.argsort(alphas)) == list(np.argsort(result.gmm.mixture.weights))


def test_area_is_proportional_to_the_squared_posterior(result):
    figure = figures.gmm_figure(result, ViewSettings(size="certainty"))
    for k, trace in enumerate(named(figure, "cluster")):
        posterior = result.responsibilities.max(axis=1)[result.gmm_labels == k]
        assert_allclose(trace.marker.size / posterior, trace.marker.size[0] / posterior[0])


def test_hover_tells_the_point_and_its_posteriors_largest_first(result):
    figure = figures.gmm_figure(result, ViewSettings())
    for k, trace in enumerate(named(figure, "cluster")):
        rows = trace.customdata[:, 0].astype(int) - 1
        np.testing.assert_array_equal(rows, np.flatnonzero(result.gmm_labels == k))
        components = trace.customdata[:, 1::2].astype(int) - 1
        assert (components[:, 0] == k).all()
        shares = np.take_along_axis(result.responsibilities[rows], components, axis=1)
        assert_allclose(trace.customdata[:, 2::2], shares, atol=1e-6)
        assert_allclose(shares, -np.sort(-result.responsibilities[rows], axis=1)[:, :3])
        for place in range(3):
            told = f"%{{customdata[{1 + 2 * place}]}}: %{{customdata[{2 + 2 * place}]:.3f}}"
            assert f"responsibility of component {told}" in trace.hovertemplate


def test_a_visitors_column_names_are_shown_as_they_are():
    names = ('<a href="http://x.example">y</a>', "%{x} <b>h</b>")
    data = Dataset(load("blobs").X, None, "table", names)
    figure = figures.gmm_figure(study(data, ModelSettings()), ViewSettings())
    shown = [figure.layout.xaxis.title.text, figure.layout.yaxis.title.text]
    assert not any("<" in title or "%{" in title for title in shown)
    assert [html.unescape(title).replace("\u200b", "") for title in shown] == list(names)


@pytest.mark.parametrize("name", SOURCES)
def test_shapes_are_inside_the_picture(name):
    result = study(load(name), ModelSettings())
    for draw in (figures.kmeans_figure, figures.gmm_figure):
        figure = draw(result, ViewSettings())
        (left, right), (low, high) = figure.layout.xaxis.range, figure.layout.yaxis.range
        for line in closed_lines(figure):
            assert left < line.x.min() < line.x.max() < right
            assert low < line.y.min() < line.y.max() < high


def test_a_huge_shape_does_not_make_dots_of_the_data():
    X = np.random.default_rng(0).normal(size=(50, 2))
    seen = window(X, [1e6 * X])
    assert seen.x[1] - seen.x[0] < 3 * np.ptp(X)


def test_blended_points_have_a_colour_each(result):
    figure = figures.gmm_figure(result, ViewSettings(color="blend"))
    colors = np.concatenate([t.marker.color for t in named(figure, "cluster")])
    assert len(colors) == 400
    assert len(set(colors)) > 4


def test_both_pictures_have_the_same_window_and_equal_units(result):
    ours, theirs = (
        f(result, ViewSettings()).layout for f in (figures.kmeans_figure, figures.gmm_figure)
    )
    assert ours.xaxis.range == theirs.xaxis.range
    assert ours.yaxis.range == theirs.yaxis.range
    assert ours.yaxis.scaleanchor == theirs.yaxis.scaleanchor == "x"


def test_regions_are_shaded_below_the_points(result):
    box = figures.view_of(result).surroundings
    shown = regions(result, box, 20)
    for draw, labels in (
        (figures.kmeans_figure, shown.by_kmeans),
        (figures.gmm_figure, shown.by_gmm),
    ):
        (image,) = draw(result, ViewSettings(regions=True), regions=shown).layout.images
        assert image.layer == "below"
        assert (image.x, image.x + image.sizex, image.y - image.sizey, image.y) == pytest.approx(
            box
        )
        file = io.BytesIO(base64.b64decode(image.source.partition(",")[2]))
        colors = np.asarray(Image.open(file).convert("RGB"))[::-1]
        wanted = np.array([palette.channels(palette.color(k)) for k in range(4)])
        assert_array_equal(colors, wanted[labels])


def test_many_points_are_drawn_by_webgl_and_few_are_not():
    few, many = (
        figures.gmm_figure(study(load("blobs", n_samples=n), ModelSettings()), ViewSettings())
        for n in (1_500, 1_501)
    )
    assert named(few, "cluster")[0].type == "scatter"
    assert named(many, "cluster")[0].type == "scattergl"


def test_each_covariance_type_has_a_picture_and_the_lowest_bic_is_marked():
    result = covariance_types.study(load("stretched"), ModelSettings())
    pictures = figures.covariance_types_figures(result, ViewSettings())
    assert [name for name, _, _ in pictures] == ["spherical", "diag", "tied", "full"]
    marked = {name for name, caption, _ in pictures if "lowest" in caption}
    assert marked == set(result.winners)


def test_every_picture_says_itself_in_words(result):
    for figure in (
        figures.kmeans_figure(result, ViewSettings()),
        figures.gmm_figure(result, ViewSettings()),
    ):
        assert "K = 4 on 400 points" in figure.layout.meta["alt"]


@pytest.mark.parametrize("X", DEGENERATE.values(), ids=DEGENERATE)
def test_degenerate_data_draw_only_finite_numbers(X):
    if np.ptp(X, axis=0).max() in (0,) or 1e-100 < np.abs(X).max() < 1e100:
        found = study(of(X), ModelSettings(n_components=3))
        view = ViewSettings(size="certainty")
        for figure in (figures.kmeans_figure(found, view), figures.gmm_figure(found, view)):
            low, high = figure.layout.xaxis.range
            assert low < high
            for trace in figure.data:
                if trace.x is not None and trace.x[0] is not None:
                    assert np.isfinite(np.asarray(trace.x, dtype=float)).all()


def test_a_drawing_is_shown_on_its_paper_whatever_is_drawn():
    for X in (np.zeros((1, 2)), np.random.default_rng(0).uniform(-9, 9, (40, 2))):
        data = points_of(encoded(X, (-10, 10, -10, 10)))
        figure = figures.gmm_figure(study(data, ModelSettings(n_components=1)), ViewSettings())
        assert figure.layout.xaxis.range == figure.layout.yaxis.range == (-5, 5)


def test_curves_keep_their_names_from_one_figure_to_the_next():
    few, more = (
        {t.uid for t in closed_lines(figures.gmm_figure(study(load("blobs"), m), ViewSettings()))}
        for m in (ModelSettings(n_components=3), ModelSettings(n_components=4))
    )
    assert len(few) == 9
    assert few < more
    # They are part of selectors in the browser.
    assert all(name.replace("-", "").isalnum() for name in more)


def test_a_singular_covariance_is_a_line_not_an_error():
    path = ellipse(np.zeros(2), np.array([[1.0, 1.0], [1.0, 1.0]]), 2)
    assert_allclose(path[:, 0], path[:, 1], atol=1e-12)


def test_units_are_not_equal_where_one_axis_would_vanish():
    X = np.column_stack([np.linspace(0, 1, 9), np.linspace(0, 1000, 9)])
    assert not window(X).equal
    assert window(X * [200, 1]).equal
    assert Dataset(X, None, "test").columns == ("x", "y")


def test_every_covariance_type_looks_different_in_the_chapters_scene():
    (scene,) = [s for s in CLUSTER_SCENES if s.figure == "5-131"]
    dataset = drawn("stretched", scene.settings.data)
    compared = covariance_types.study(dataset, scene.settings.model)
    shape = {e.covariance_type: e.fit.mixture.full_covariances[0] for e in compared.fits}
    long, flat = np.sqrt(np.diag(shape["diag"]))
    assert max(long, flat) > 2 * min(long, flat)  # no circle
    tilt = shape["full"][0, 1] / (long * flat)
    assert 0.4 < abs(tilt) < 0.9  # and not what the full one is


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (0.0, 7.5, "%{x:,.3f}"),
        (50_000.0, 50_717.7, "%{x:,.1f}"),
        (0.0, 50_717.7, "%{x:,.0f}"),  # and not 5.07e+4
        (1.7e9, 1.7e9 + 400, "%{x:,.1f}"),
        (0.0, 1e-8, "%{x:.4~g}"),
        (0.0, 1e200, "%{x:.4~g}"),
        (3.0, 3.0, "%{x:,.3f}"),
    ],
)
def test_a_place_is_told_with_the_digits_that_tell_points_apart(low, high, told):
    assert at(np.array([[low, 0.0], [high, 1.0]])).startswith(f"({told}, ")
