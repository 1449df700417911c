"""The scripts of the pages Clusters and Home get the page's numbers."""

import random
from dataclasses import replace

import numpy as np
import pytest

from gmmlab.data.points.datasets import SOURCES, Blobs, Dataset, drawn
from gmmlab.data.points.drawing import Drawing, encoded, points_of
from gmmlab.guide.code import clusters
from gmmlab.guide.code.data import Given
from gmmlab.guide.code.script import FLAVOURS
from gmmlab.settings import build, updated
from gmmlab.studies.clusters import covariance_types, front
from gmmlab.studies.clusters import study as page
from gmmlab.studies.clusters.page import ClustersSettings, ViewSettings
from gmmlab.studies.mixtures.model import ModelSettings
from tests.guide.running import run
from tests.ui.walk import random_settings

# The starts from which scikit-learn's EM goes the way that ours goes; "search" is ours alone.
SAME = ("kmeans", "random", "k-means++", "random_from_data")


HAND = "1,2;4,1;8,-1"


def shown(settings):
    name = next(n for n, cls in SOURCES.items() if isinstance(settings.data, cls))
    return drawn(name, settings.data)


def check(settings, dataset, flavour, *, exact=True, drawn=False):
    script = clusters.script(settings, Given.of(settings.data, dataset), flavour)
    names = run(script, drawn=drawn)
    result = page.study(dataset, settings.model)
    assert np.allclose(names["X"], dataset.X, atol=1e-6)
    slack = 1e-9 if flavour == "gmmlab" else 1e-4
    if "clusters" in names:
        assert np.array_equal(names["clusters"], result.kmeans.labels)
        assert np.allclose(names["centers"], result.kmeans.centers, atol=1e-6)
    if "components" in names and exact:
        score = names["gmm"].score(names["X"]) if "gmm" in names else names["found"].objective
        assert np.isclose(score, result.gmm.objective, atol=slack)
        if "clusters" in names:  # else components are numbered by place
            assert np.mean(names["components"] == result.gmm_labels) > 0.999
            assert np.allclose(names["means"], result.gmm.mixture.means, atol=100 * slack)
            assert np.allclose(names["responsibilities"], result.responsibilities, atol=1e4 * slack)
    return names, result


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("name", SOURCES)
def test_every_data_set_gives_the_pages_numbers(name, flavour):
    settings = ClustersSettings(data=build(SOURCES[name], {"n_samples": 150}))
    check(settings, shown(settings), flavour)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("kind", ["full", "tied", "diag", "spherical"])
@pytest.mark.parametrize("init", [*SAME, "hand"])
def test_every_start_and_type_gives_the_pages_numbers(kind, init, flavour):
    for n_init in (1, 3) if kind == "full" and init != "hand" else (1,):
        model = ModelSettings(3, kind, init, HAND, n_init=n_init, seed=5)
        settings = ClustersSettings(Blobs(150), model)
        check(settings, shown(settings), flavour)


def test_a_centre_without_points_takes_no_part():
    # scikit-learn leaves it at the origin, ours where it was put; neither weighs anything.
    settings = ClustersSettings(model=ModelSettings(3, init="hand", centers="-90,0;6,0;1,5"))
    dataset = shown(settings)
    names, result = check(settings, dataset, "scikit-learn", exact=False)
    assert np.isclose(names["gmm"].score(dataset.X), result.gmm.objective, atol=1e-4)


def test_our_search_is_at_least_as_good_as_twenty_starts():
    settings = ClustersSettings(Blobs(100), ModelSettings(3, init="search"))
    dataset = shown(settings)
    check(settings, dataset, "gmmlab")
    names, result = check(settings, dataset, "scikit-learn", exact=False)
    assert result.gmm.objective > names["gmm"].score(dataset.X) - 1e-4


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("view", [
    {"color": "blend", "markers": True}, {"color": "truth"}, {"color": "plain"},
    {"size": "certainty"}, {"regions": True},
    {"shapes": False}, {"show": "kmeans", "regions": True}, {"show": "gmm", "regions": True},
])  # fmt: skip
def test_every_view_is_drawn(view, flavour):
    settings = ClustersSettings(view=ViewSettings(**view))
    check(settings, shown(settings), flavour, drawn=True)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("init", ["kmeans", "hand", "k-means++"])
def test_four_types_have_the_pages_bic(init, flavour):
    model = ModelSettings(3, init=init, centers=HAND)
    settings = ClustersSettings(model=model, view=ViewSettings(show="types"))
    dataset = shown(settings)
    names = run(clusters.script(settings, Given.of(settings.data, dataset), flavour))
    page_bic = {
        each.covariance_type: each.fit.bic
        for each in covariance_types.study(dataset, covariance_types.question(model)).fits
    }
    assert list(names["bics"]) == list(page_bic)
    if flavour == "gmmlab" or init == "kmeans":
        assert np.allclose(list(names["bics"].values()), list(page_bic.values()), atol=0.1)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_drawing_is_written_out(flavour):
    X = np.random.default_rng(0).normal(size=(70, 2))
    data = Drawing(encoded(X))
    settings = ClustersSettings(data=data, model=ModelSettings(3))
    check(settings, points_of(data.code), flavour)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_fewer_points_than_components(flavour):
    data = Drawing(encoded(np.array([[0.0, 0.0], [1.0, 2.0], [1.0, 2.0]])))
    settings = ClustersSettings(data=data, model=ModelSettings(12))
    names, _ = check(settings, points_of(data.code), flavour, exact=flavour == "gmmlab")
    assert names["K"] == 2


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_front_pages_picture(flavour):
    settings = updated(front.FrontSettings(), {"n_components": 7})
    dataset = shown(settings)
    result = page.study(dataset, settings.as_clusters.model)
    names = run(clusters.front_script(settings, Given.of(settings.data, dataset), flavour))
    score = names["gmm"].score(names["X"]) if "gmm" in names else names["found"].objective
    assert np.isclose(score, result.gmm.objective, atol=1e-4)
    assert np.array_equal(names["clusters"], result.kmeans.labels)


@pytest.mark.parametrize("walk", range(6))
def test_random_settings(walk):
    chance = random.Random(f"code {walk}")
    while (settings := random_settings(ClustersSettings, chance)) and not hasattr(
        settings.data, "draw"
    ):
        pass
    dataset: Dataset = shown(settings)
    settings = replace(settings, view=replace(settings.view, show="both", size="equal"))
    check(settings, dataset, "gmmlab")
    if settings.model.init != "search":  # twenty starts: see above
        check(settings, dataset, "scikit-learn", exact=False)
