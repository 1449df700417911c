"""The scripts of the page EM step by step get the page's numbers."""

import numpy as np
import pytest

from gmmlab.data.points.datasets import SOURCES, Blobs, drawn
from gmmlab.guide.code import em
from gmmlab.guide.code.data import Given
from gmmlab.guide.code.script import FLAVOURS
from gmmlab.settings import build
from gmmlab.studies.em import atlas, course
from gmmlab.studies.em.page import STARTS, EmModel, EmMoment, EmSettings, EmView
from tests.guide.running import run

HAND = "1,2;4,1;8,-1"


def shown(settings):
    name = next(n for n, cls in SOURCES.items() if isinstance(settings.data, cls))
    return drawn(name, settings.data)


def check(settings, flavour, *, render=False):
    dataset = shown(settings)
    script = em.script(settings, Given.of(settings.data, dataset), flavour)
    names = run(script, drawn=render)
    page = course.course(dataset, settings.model, settings.view.line)
    if flavour == "gmmlab":
        assert np.allclose(names["history"], page.history, atol=1e-7)
        now = page.mixtures[min(settings.moment.step // 2, len(page.mixtures) - 1)]
        assert np.allclose(names["means"], page.ground.own(now.means), atol=1e-5)
        assert np.allclose(names["weights"], now.weights, atol=1e-6)
    else:
        n = min(len(names["history"]), len(page.history)) - 1
        assert np.allclose(names["history"][:n], page.history[:n], atol=1e-4)
        assert np.isclose(names["gmm"].score(names["X"]), page.history[-1], atol=1e-4)
    return names, page


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("name", SOURCES)
def test_every_data_set_gives_the_pages_run(name, flavour):
    model = EmModel(3, init="kmeans")
    check(EmSettings(build(SOURCES[name], {"n_samples": 150}), model), flavour)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("kind", "init"),
    [
        *(("full", init) for init in STARTS),
        *((kind, "k-means++") for kind in ("tied", "diag", "spherical")),
    ],
)
def test_every_start_and_type_gives_the_pages_run(kind, init, flavour):
    settings = EmSettings(Blobs(120), EmModel(3, kind, init, HAND, seed=5))
    check(settings, flavour)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("line", "step"), [("plane", 0), ("plane", 1), ("x", 0), ("x", 4), ("y", 2_000), ("pc", 3)]
)
def test_every_line_and_moment_is_drawn(line, step, flavour):
    settings = EmSettings(Blobs(120), EmModel(3, init="kmeans"), EmView(line), EmMoment(step=step))
    check(settings, flavour, render=True)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("floor", ["0", "1e-2"])
def test_the_floor_is_the_pages(floor, flavour):
    settings = EmSettings(Blobs(120), EmModel(3, init="kmeans", floor=floor))
    if flavour == "gmmlab":
        check(settings, flavour)
    else:  # one number for all axes: the floors differ by design, and so does where EM ends
        dataset = shown(settings)
        names = run(em.script(settings, Given.of(settings.data, dataset), flavour))
        share = names["gmm"].reg_covar / dataset.X.var(axis=0).mean()
        assert np.isclose(share, float(floor))


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("init", ["random_from_data", "k-means++", "random"])
def test_many_starts_end_where_the_pages_do(init, flavour):
    settings = EmSettings(
        Blobs(120), EmModel(3, init=init, seed=7), moment=EmMoment(part="atlas", n_starts=10)
    )
    dataset = shown(settings)
    names = run(em.script(settings, Given.of(settings.data, dataset), flavour), drawn=True)
    asked = atlas.questions(dataset, settings.model, "plane", 10)
    ends = [end.objective for f, *rest in asked for end in f(*rest).ends]
    slack = 1e-9 if flavour == "gmmlab" else 1e-3
    assert np.allclose(names["objectives"], sorted(ends, reverse=True), atol=slack)
    assert sum(names["times"]) == 10
