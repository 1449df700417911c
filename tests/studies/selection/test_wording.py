"""What is said of merging, held against the numbers that it is said of."""

import re

import numpy as np
import pytest

from benchmarks.groups import crossing
from gmmlab.data.points.datasets import load
from gmmlab.engine.em import fit
from gmmlab.studies.selection.criteria import best
from gmmlab.studies.selection.merging import LEAST_BRIDGE, merge, merge_shares
from gmmlab.studies.selection.page import shown_step
from gmmlab.studies.selection.sweep import sweep
from gmmlab.studies.selection.wording import merging_words, percent, step_words

LINES = crossing(20, 300)(np.random.default_rng(0))
SETS = {
    name: load(name).X for name in ("blobs", "unequal", "moons", "circles", "uniform", "geyser")
}
SETS["lines"] = LINES


def merged(X):
    return merge(best(sweep(X, range(1, 14)), "bic").fit, X)


@pytest.mark.parametrize("name", SETS)
def test_the_words_are_those_of_the_numbers(name):
    merging = merged(SETS[name])
    K, to = merging.steps[0].n_clusters, merging.suggested
    said = merging_words(merging, shown_step(merging, 0))
    assert said.startswith(f"BIC needs {K} components")
    assert ("none is merged" in said) == (to == K)
    assert (f"So they are {to} cluster" in said) == (to < K)
    assert f"Shown: {to} cluster" in said
    shares = [float(n) / 100 for n in re.findall(r"(\d+) %", said)]
    made = [step.bridge for step in merging.steps[1:] if step.n_clusters >= to]
    if made:
        assert f"{K - to} merge" in said
        assert shares[0] <= min(made) < shares[0] + 0.01
    if to > 1 and not merging.step(to - 1).crossing:
        assert percent(merging.step(to - 1).bridge) in said
    assert ("cross" in said) == (to > 1 and merging.step(to - 1).crossing)


def test_with_two_components_both_outcomes_are_said():
    rng = np.random.default_rng(0)
    for distance, verdict in ((1, "So they are 1 cluster."), (8, "So none is merged.")):
        X = rng.normal(size=(400, 2)) + np.repeat([[0, 0], [distance, 0]], 200, axis=0)
        merging = merge(fit(X, 2), X)
        said = merging_words(merging, shown_step(merging, 0))
        assert verdict in said
        assert ("The first merge would lead through a valley" in said) == (distance == 8)


def test_lines_that_cross_are_said_to():
    merging = merged(LINES)
    assert "The first merge would join two that cross" in merging_words(merging, merging.step(2))
    assert "cross" in step_words(merging.step(1))[1]


def test_one_component_is_neither_merged_nor_kept_apart():
    X = np.random.default_rng(0).normal(size=(40, 2))
    merging = merge(fit(X, 1), X)
    assert merging_words(merging, merging.step(1)) == (
        "BIC needs 1 component to describe the density. Shown: 1 cluster. "
        "Click another number in the curve."
    )


def test_without_a_density_nothing_is_said_of_valleys():
    merging = merge_shares(np.full((4, 2), 0.5))
    assert "summit" not in merging_words(merging, merging.step(2))
    assert shown_step(merging, 0).n_clusters == 2


def test_another_number_is_shown_as_such():
    merging = merged(SETS["moons"])
    assert shown_step(merging, 60) is merging.steps[0]
    said = merging_words(merging, shown_step(merging, 4))
    assert "So they are 2 clusters. Shown: 4 clusters." in said


@pytest.mark.parametrize(
    ("share", "text"), [(1, "100 %"), (0.29, "29 %"), (0.1999, "19 %"), (0.2, "20 %")]
)
def test_a_share_below_the_limit_is_seen_to_be(share, text):
    assert percent(share) == text
    assert percent(0.009) == "less than 1 %"
    assert percent(LEAST_BRIDGE) == "20 %"
