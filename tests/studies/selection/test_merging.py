"""Merging: entropy against brute force over all pairs, and the number suggested on known groups."""

from functools import cache
from itertools import combinations, pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from benchmarks.groups import SETS, crossing, skewed
from benchmarks.merging import elbow, outcome, share_right
from gmmlab.data.points.datasets import load
from gmmlab.engine.em import fit
from gmmlab.studies.selection.criteria import best
from gmmlab.studies.selection.merging import LEAST_BRIDGE, Merging, merge, merge_shares
from gmmlab.studies.selection.sweep import sweep


def entropy_of(shares) -> float:
    return -sum(t * np.log(t) for t in shares.ravel() if t > 0)


def together(shares, groups):
    return np.stack([shares[:, sorted(group)].sum(axis=1) for group in groups], axis=1)


def by_brute_force(shares):
    """Every step's groups of components and entropy: all pairs tried, all sums taken anew."""
    groups = [{k} for k in range(shares.shape[1])]
    found = [([set(g) for g in groups], entropy_of(shares))]
    while len(groups) > 1:
        options = []
        for a, b in combinations(range(len(groups)), 2):
            rest = [g for c, g in enumerate(groups) if c not in (a, b)]
            trial = [*rest, groups[a] | groups[b]]
            options.append((entropy_of(together(shares, trial)), trial))
        least, groups = min(options, key=lambda option: option[0])
        found.append((groups, least))
    return found


@given(st.integers(0, 10_000), st.integers(1, 6), st.sampled_from([0.05, 0.5, 3.0]))
def test_every_step_is_that_of_brute_force(seed, K, doubt):
    shares = np.random.default_rng(seed).dirichlet(np.full(K, doubt), size=15)
    steps = merge_shares(shares).steps
    expected = by_brute_force(shares)
    assert [step.n_clusters for step in steps] == list(range(K, 0, -1))
    for step, (groups, entropy) in zip(steps, expected, strict=True):
        ours = [{k for k in range(K) if step.clusters[k] == c} for c in range(step.n_clusters)]
        assert sorted(map(sorted, ours)) == sorted(map(sorted, groups))
        assert step.entropy == pytest.approx(entropy, abs=1e-9)
        np.testing.assert_array_equal(step.labels, together(shares, ours).argmax(axis=1))
    for before, after in pairwise(steps):
        concerned = sum(label in after.merged for label in before.labels)
        assert after.n_merged == concerned
        assert after.gain == pytest.approx(before.entropy - after.entropy)
        assert after.normalized_gain == pytest.approx(after.gain / max(concerned, 1))
        assert after.entropy <= before.entropy + 1e-9
        i, j = after.merged
        assert i < j
        np.testing.assert_array_equal(
            after.clusters,
            [i if c == j else c - (c > j) for c in before.clusters],
        )


def test_one_component_is_one_cluster():
    merging = merge_shares(np.ones((4, 1)))
    assert len(merging.steps) == 1
    assert merging.suggested is None
    assert merging.steps[0].entropy == 0
    X = np.random.default_rng(0).normal(size=(50, 2))
    assert merge(fit(X, 1), X).suggested == 1


def test_without_a_density_nothing_is_suggested():
    merging = merge_shares(np.full((4, 2), 0.5))
    assert merging.suggested is None
    assert [(step.bridge, step.doubt, step.crossing) for step in merging.steps] == [
        (None, None, False)
    ] * 2


def test_the_responsibilities_are_left_alone():
    shares = np.full((3, 2), 0.5)
    merge_shares(shares)
    np.testing.assert_array_equal(shares, 0.5)


def test_moons_made_of_twelve_components_are_two_clusters():
    moons = load("moons")
    merging = merge(fit(moons.X, 12), moons.X)
    assert adjusted_rand_score(moons.y, merging.step(2).labels) > 0.95
    assert merging.step(12).entropy > 40 * merging.step(2).entropy


@cache
def merged_from_bic(name, tolerance=1e-6) -> Merging:
    X, _ = NAMED[name]
    return merge(best(sweep(X, range(1, 16), tol=tolerance, max_iter=500), "bic").fit, X)


NAMED = {
    "blobs": (load("blobs").X, 4),
    "stretched": (load("stretched").X, 4),
    "unequal": (load("unequal").X, 3),
    "moons": (load("moons").X, 2),
    "circles": (load("circles").X, 2),
    "geyser": (load("geyser").X, 2),
    "uniform": (load("uniform").X, 1),
    "crossing lines": (crossing(20, 300)(np.random.default_rng(0)), 2),
    "crossing lines filled evenly": (crossing(30, 300, evenly=True)(np.random.default_rng(0)), 2),
    "skewed": (skewed(np.random.default_rng(0)), 1),
}


@pytest.mark.parametrize("tolerance", [pytest.param(1e-3, marks=pytest.mark.exhaustive), 1e-6])
@pytest.mark.parametrize("name", NAMED)
def test_from_bics_choice_the_number_of_groups_is_suggested(name, tolerance):
    assert merged_from_bic(name, tolerance).suggested == NAMED[name][1]


@pytest.mark.parametrize("name", ["blobs", "stretched", "unequal", "geyser"])
def test_where_bic_finds_the_groups_nothing_is_merged(name):
    merging = merged_from_bic(name)
    assert merging.suggested == merging.steps[0].n_clusters


@pytest.mark.parametrize("name", ["moons", "circles"])
def test_what_is_suggested_are_the_groups_themselves(name):
    data = load(name)
    merging = merged_from_bic(name)
    assert adjusted_rand_score(data.y, merging.step(merging.suggested).labels) > 0.95


@pytest.mark.parametrize(
    ("distance", "groups"), [(0.5, 1), (2, 1), (3, 1), (4, 1), (4.7, 2), (6, 2), (30, 2)]
)
def test_two_round_clouds_are_one_cluster_up_to_four_standard_deviations(distance, groups):
    X = np.random.default_rng(0).normal(size=(2000, 2))
    X[:1000, 0] += distance
    merging = merge(fit(X, 2, tol=1e-6, max_iter=500), X)
    assert merging.suggested == groups


@pytest.mark.parametrize(("length", "groups"), [(3, 1), (4, 1), (8, 2), (10, 2), (30, 2)])
def test_a_thick_cross_is_one_cluster_and_thin_lines_are_two(length, groups):
    rng = np.random.default_rng(0)
    cross = rng.normal(size=(300, 2)) * np.where(
        np.arange(300)[:, None] < 150, [length, 1], [1, length]
    )
    far = rng.normal([8 * length, 0], size=(100, 2))
    X = np.vstack([cross, far])
    merging = merge(fit(X, 3, init="search"), X)
    assert merging.suggested == groups + 1
    after = merging.step(groups)  # what the next merge would give
    assert after.bridge < LEAST_BRIDGE
    assert after.crossing == (groups == 2)
    if groups == 1:
        truth = np.repeat([0, 1], [300, 100])
        assert adjusted_rand_score(truth, merging.step(2).labels) == 1


def test_noise_between_two_clouds_is_no_bridge():
    rng = np.random.default_rng(0)
    clouds = rng.normal(size=(400, 2)) + np.repeat([[0, 0], [12, 0]], 200, axis=0)
    X = np.vstack([clouds, rng.uniform([-5, -5], [17, 5], size=(40, 2))])
    merging = merge(fit(X, 3, init="search"), X)
    assert merging.suggested in (2, 3)  # the noise is a cluster of its own, or of one of them
    labels = merging.step(merging.suggested).labels
    assert labels[:200].tolist().count(labels[0]) > 190
    assert labels[0] != labels[200]


def test_all_merges_down_to_the_suggested_number_have_a_bridge_and_the_next_one_has_none():
    for name in ("moons", "circles", "unequal", "uniform"):
        merging = merged_from_bic(name)
        for step in merging.steps[1:]:
            if step.n_clusters >= merging.suggested:
                assert step.bridge >= LEAST_BRIDGE
            elif step.n_clusters == merging.suggested - 1:
                assert step.bridge < LEAST_BRIDGE
            assert 0 <= step.bridge <= 1
            assert step.doubt >= 0


def alike(one: Merging, other: Merging) -> None:
    """The same clusters at every step, however numbered, judged alike."""
    assert one.suggested == other.suggested
    for a, b in zip(one.steps, other.steps, strict=True):
        assert adjusted_rand_score(a.labels, b.labels) == 1
        assert a.entropy == pytest.approx(b.entropy, rel=1e-6, abs=1e-6)
        if a.bridge is not None:
            assert a.bridge == pytest.approx(b.bridge, rel=1e-6, abs=1e-9)
            assert a.doubt == pytest.approx(b.doubt, rel=1e-6, abs=1e-9)


@given(st.permutations(range(7)))
def test_the_order_of_components_does_not_matter(order):
    moons = load("moons").X
    found = fit(moons, 7)
    alike(merge(found, moons), merge(found.reordered(np.array(order)), moons))


@pytest.mark.parametrize(
    ("scale", "shift"), [(1e-150, 0.0), (1e-6, 3.0), (1e6, -1e7), (1e150, 0.0)]
)
def test_shift_and_scale_of_the_data_do_not_matter(scale, shift):
    moons = load("moons").X
    moved = moons * scale + shift
    alike(merge(fit(moons, 7), moons), merge(fit(moved, 7), moved))


def test_entropy_per_point_falls_to_nothing():
    merging = merged_from_bic("moons")
    falling = [step.entropy_per_point for step in merging.steps]
    assert falling == sorted(falling, reverse=True)
    assert falling[0] == pytest.approx(merging.steps[0].entropy / 200)
    assert falling[0] < np.log(merging.steps[0].n_clusters)
    assert falling[-1] == pytest.approx(0, abs=1e-12)


def test_two_places_with_many_points_each_are_two_clusters():
    X = np.vstack([np.zeros((40, 2)), np.ones((40, 2))])  # as narrow as the floor under variances
    merging = merge(fit(X, 2), X)
    assert merging.suggested == 2
    assert merging.steps[0].entropy == 0


def test_on_generated_sets_the_number_is_right_far_more_often_than_by_the_elbow():
    rows = [(each, [outcome(each, 10)]) for each in SETS[::2]]
    assert share_right(rows, "ours") >= 0.85
    assert share_right(rows, "ours") >= share_right(rows, "elbow") + 0.3


def test_the_elbow_of_the_table_is_that_of_two_least_squares_lines():
    entropies = [18.4, 13.5, 9.3, 6.0, 3.4, 0.9, 0.0]  # as steps of equal width
    steps = [
        SimpleNamespace(entropy=e, n_merged=10, n_clusters=7 - i) for i, e in enumerate(entropies)
    ]

    def residual(x, y):
        return ((y - np.polyval(np.polyfit(x, y, 1), x)) ** 2).sum()

    y = np.array(entropies)
    x = np.arange(7.0)
    totals = [residual(x[: i + 1], y[: i + 1]) + residual(x[i:], y[i:]) for i in range(1, 6)]
    assert elbow(Merging(tuple(steps), None)) == 7 - (1 + int(np.argmin(totals)))
    assert elbow(Merging(tuple(steps[:2]), None)) is None


def test_a_step_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="1 to 2 clusters; got 3"):
        merge_shares(np.full((3, 2), 0.5)).step(3)
