"""The settings of "How many components?": one rule of convergence, and the chapter's figure."""

from dataclasses import asdict, replace

import pytest

from gmmlab.data.points.datasets import load
from gmmlab.guide.scenes import HOW_MANY_SCENES
from gmmlab.studies.mixtures.model import ModelSettings, fitted
from gmmlab.studies.selection.criteria import best
from gmmlab.studies.selection.page import SweepSettings
from gmmlab.studies.selection.sweep import sweep

MOONS = load("moons").X


@pytest.mark.parametrize("tolerance", ["1e-3", "1e-6"])
def test_a_cell_is_the_model_that_the_page_clusters_shows(tolerance):
    settings = SweepSettings(low=2, high=4, tolerance=tolerance)
    for cell in sweep(MOONS, range(2, 5), **asdict(settings.method)):
        there = fitted(MOONS, cell.n_components, "full", ModelSettings(tolerance=tolerance))
        assert cell.bic == pytest.approx(there.bic, abs=1e-9)


def test_both_pages_begin_with_the_same_tolerance():
    assert SweepSettings().tolerance == ModelSettings().tolerance
    (two,) = sweep(MOONS, [2], **asdict(SweepSettings().method))
    assert two.bic == pytest.approx(716.0, abs=0.05)  # and 741.8 on the plateau before it


def test_what_a_cell_depends_on_is_told_apart():
    usual = SweepSettings()
    changes = {"tolerance": "1e-3", "seed": 1, "folds": "3", "n_init": 2, "init": "k-means++"}
    others = [replace(usual, **{name: value}) for name, value in changes.items()]
    assert len({each.method for each in [usual, *others]}) == 6
    assert usual.method == replace(usual, high=7, types=("full", "diag")).method


def test_the_chapters_minima_come_from_its_early_stop():
    (scene,) = HOW_MANY_SCENES
    assert scene.settings.model.tolerance == "1e-3"
    assert "0.001" in scene.look
    model = scene.settings.model
    cells = list(sweep(MOONS, [K for K, _ in model.keys], **asdict(model.method)))
    aic, bic = best(cells, "aic"), best(cells, "bic")
    assert (aic.n_components, bic.n_components) == (12, 7)
    assert aic.aic == pytest.approx(245.86, abs=0.01)
    assert bic.bic == pytest.approx(407.44, abs=0.01)
