"""The scripts of the page "How many components?" get the page's numbers."""

import random

import numpy as np
import pytest

from gmmlab.data.points.datasets import SOURCES, Moons, drawn
from gmmlab.data.points.own_table import OwnTable
from gmmlab.guide.code import selection as code
from gmmlab.guide.code.data import Given
from gmmlab.guide.code.script import FLAVOURS
from gmmlab.studies.selection import page
from gmmlab.studies.selection.page import HowManySettings, HowManyView, SweepSettings
from gmmlab.studies.selection.sweep import Rows, cell
from tests.guide.running import run
from tests.ui.walk import random_settings


def check(settings, flavour, *, given=None, show=False):
    if given is None:
        name = next(n for n, cls in SOURCES.items() if isinstance(settings.data, cls))
        given = Given.of(settings.data, drawn(name, settings.data))
    cells = [cell(Rows(given.X), settings.model.method, key) for key in settings.model.keys]
    criteria = page.criteria_of(settings.view, settings.model)
    chosen = page.chosen(cells, settings.view, criteria)
    names = run(code.script(settings, given, flavour, chosen.key), drawn=show)
    page_values = {
        (name, each.covariance_type, each.n_components): each.value(name)
        for each in cells
        for name in criteria
        if each.value(name) is not None
    }
    if flavour == "gmmlab":
        assert names["values"].keys() == page_values.keys()
        assert (names["K"], names["kind"]) == chosen.key
    sound = {(c.covariance_type, c.n_components) for c in cells if c.problem is None}
    ours = [(v, names["values"][key]) for key, v in page_values.items() if key[1:] in sound]
    written_out = isinstance(given.data, OwnTable)
    if flavour == "gmmlab":
        assert np.allclose(*np.array(ours).T, rtol=1e-5 if written_out else 1e-12)
    return ours


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("view", [
    HowManyView(), HowManyView("icl"), HowManyView("bic", "map"), HowManyView("held_out"),
    HowManyView("bic", cell=(3, "full")), HowManyView("held_out", "map", cell=(2, "diag")),
])  # fmt: skip
def test_every_view(view, flavour):
    model = SweepSettings(1, 4, ("full", "diag"), folds="3")
    settings = HowManySettings(data=Moons(100), model=model, view=view)
    ours = check(settings, flavour, show=True)
    # Where both are at the same optimum; folds may differ by the floor alone.
    page, script = np.array(ours).T
    assert np.allclose(page, script, rtol=1e-3, atol=0.02)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("types", [("tied",), ("spherical",), ("full", "tied", "diag")])
def test_more_columns_are_seen_in_their_plane(types, flavour):
    X = np.random.default_rng(0).normal(size=(50, 4)) * [3, 2, 1, 1]
    given = Given(OwnTable("d", "a", "b"), X, ("a", "b", "c", "d"))
    settings = HowManySettings(OwnTable(), model=SweepSettings(1, 2, types))
    check(settings, flavour, given=given, show=True)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_no_more_components_than_points(flavour):
    X = np.random.default_rng(0).normal(size=(4, 2))
    given = Given(OwnTable(), X, ("a", "b"))
    names = run(code.script(HowManySettings(OwnTable()), given, flavour))
    assert max(K for *_, K in names["values"]) == 4


@pytest.mark.parametrize("walk", range(6))
def test_random_settings(walk):
    chance = random.Random(f"selection code {walk}")
    while True:
        settings = random_settings(HowManySettings, chance)
        if hasattr(settings.data, "draw") and settings.model.keys:
            break
    check(settings, "gmmlab")
    check(settings, "scikit-learn")
