"""Words of the pages: one term for a thing, and none of the odd sentences that once were there."""

import re

import pytest

from gmmlab.figures import clusters, density
from gmmlab.guide.scenes import CLUSTER_SCENES, DENSITY_SCENES, HOW_MANY_SCENES
from gmmlab.settings import specs
from gmmlab.studies.clusters.page import ClustersSettings, ViewSettings
from gmmlab.studies.density.page import DensitySettings, DensityView
from gmmlab.studies.selection.page import HowManySettings
from tests.ui.driving import checked, opened_page, sentences, widget

PAGES = {"clusters": ClustersSettings, "density": DensitySettings, "how_many": HowManySettings}
ODD = re.compile(
    r"so much of its|as it is before|it is as before|likes many|can make little|\?\.$|must be one "
    r"point|posterior|its own component"
)


def said_by(settings) -> list[str]:
    found = []
    for _, spec, _ in specs(settings):
        found += [spec.label, spec.help, *getattr(spec, "options", {}).values()]
    return found


@pytest.mark.parametrize("page", PAGES)
def test_the_words_of_every_control(page):
    for text in said_by(PAGES[page]()):
        assert not ODD.search(text), text


def test_the_words_of_scenes_and_captions():
    scenes = [*CLUSTER_SCENES, *DENSITY_SCENES, *HOW_MANY_SCENES]
    texts = [each for s in scenes for each in (s.look, s.elsewhere)]
    for show in ("both", "kmeans", "gmm"):
        for color in ("label", "blend", "truth", "plain"):
            texts.append(clusters.reading(ViewSettings(show, color, "certainty")))
    for lens in ("points", "clusters", "density", "surface", "samples"):
        texts.append(density.reading(DensityView(lens=lens)))
    for text in texts:
        assert not ODD.search(text), text


@pytest.mark.parametrize(
    ("page", "query", "labels"),
    [
        ("clusters", {}, {"k-means ARI": "pairs of points", "k-means inertia": "squared dist"}),
        ("clusters", {}, {"Log-lik. / point": "2.7 times"}),
        ("density", {}, {"Mixture with K = 16": "2.7 times"}),
        ("density", {"score": "0,0"}, {"log p, Mixture, K = 16": "2.7 times"}),
    ],
)
def test_nat_ari_and_inertia_are_explained_where_they_stand(page, query, labels):
    told = {m.label: m.proto.help for m in opened_page(page, **query).metric}
    for label, part in labels.items():
        assert part in told[label]


def test_a_value_that_cannot_be_used_is_refused_in_a_sentence():
    app = opened_page("density")
    checked(widget(app, "Score a point").set_value("here").run())
    assert sentences(app)[0] == (
        "“Score a point” takes one point, for example 1.5, 2; it keeps its last value."
    )
