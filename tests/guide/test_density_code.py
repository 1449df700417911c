"""The scripts of the page Density get the page's numbers."""

import random

import numpy as np
import pytest

from gmmlab.data.points.datasets import SOURCES, Moons, drawn
from gmmlab.guide.code import density as code
from gmmlab.guide.code.data import Given
from gmmlab.guide.code.script import FLAVOURS
from gmmlab.studies.density import lenses as page
from gmmlab.studies.density.page import DensityModel, DensitySettings, DensityView
from tests.guide.running import run
from tests.ui.walk import random_settings

LENSES = ("points", "clusters", "density", "surface", "samples")


def check(settings, flavour, *, exact=True, show=False):
    name = next(n for n, cls in SOURCES.items() if isinstance(settings.data, cls))
    dataset = drawn(name, settings.data)
    result = page.study(dataset, settings.model)
    bandwidth = code.bandwidth_of(result.lenses[-1].model)
    script = code.script(settings, Given.of(settings.data, dataset), flavour, bandwidth)
    names = run(script, drawn=show)
    for lens, model in zip(result.lenses, names.get("models", {}).values(), strict=False):
        own, theirs = lens.at_data.mean(), model.score_samples(dataset.X[: len(dataset.X)]).mean()
        slack = 1e-9 if flavour == "gmmlab" and lens.fit else 1e-3
        assert not exact or np.isclose(own, theirs, atol=slack)
    return names, result


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("beside", ["mixture", "kde", "none"])
@pytest.mark.parametrize("lens", LENSES)
def test_every_lens(lens, beside, flavour):
    model = DensityModel(n_components=4, beside=beside, other_components=2)
    view = DensityView(lens=lens, score="0.5, 0.25", n_samples=50, marginals=beside != "none")
    settings = DensitySettings(Moons(120), model, view)
    names, result = check(settings, flavour, show=beside != "mixture")
    if lens == "samples" and flavour == "gmmlab":
        for lens_, X in zip(result.lenses, list(names["panels"].values())[1:], strict=True):
            assert np.allclose(X, page.new_points(lens_, 50, 0), atol=1e-4)
    if lens in ("density", "surface"):
        assert np.allclose([names["bottom"]], [result.limits[0]], atol=1e-2)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("kind", ["tied", "diag", "spherical"])
@pytest.mark.parametrize("init", ["random_from_data", "k-means++"])
def test_every_start_and_type(init, kind, flavour):
    model = DensityModel(4, kind, init, n_init=2, other_components=2)
    check(DensitySettings(Moons(120), model, DensityView("clusters")), flavour)


@pytest.mark.parametrize("color", ["truth", "plain"])
def test_every_colour_of_points(color):
    view = DensityView("clusters", color)
    settings = DensitySettings(Moons(80), DensityModel(1, beside="none"), view)
    names, _ = check(settings, "scikit-learn", show=True)
    assert ("y" in names) == (color == "truth")


@pytest.mark.parametrize("walk", range(6))
def test_random_settings(walk):
    chance = random.Random(f"density code {walk}")
    while (settings := random_settings(DensitySettings, chance)) and not hasattr(
        settings.data, "draw"
    ):
        pass
    check(settings, "gmmlab")
    if settings.model.init != "search":
        check(settings, "scikit-learn", exact=False)
