"""Merging by entropy: against brute force over all pairs, and on data that ask for it."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from gmmlab.data.points.datasets import load
from gmmlab.engine.em import fit
from gmmlab.studies.selection.merging import elbow, merge, merge_shares


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
    assert merge_shares(np.full((4, 2), 0.5)).suggested is None


def test_the_responsibilities_are_left_alone():
    shares = np.full((3, 2), 0.5)
    merge_shares(shares)
    np.testing.assert_array_equal(shares, 0.5)


@given(st.lists(st.integers(0, 50), min_size=2, max_size=8), st.integers(0, 10_000))
def test_the_elbow_is_that_of_two_least_squares_lines(widths, seed):
    along = np.cumsum([0, *(1 + w for w in widths)])
    entropy = np.sort(np.random.default_rng(seed).uniform(0, 9, len(along)))

    def residual(x, y):
        return ((y - np.polyval(np.polyfit(x, y, 1), x)) ** 2).sum()

    totals = {
        i: residual(along[: i + 1], entropy[: i + 1]) + residual(along[i:], entropy[i:])
        for i in range(1, len(along) - 1)
    }
    chosen = elbow(along, entropy)
    assert totals[chosen] == pytest.approx(min(totals.values()), abs=1e-9)


def test_a_clean_bend_is_found_and_two_points_have_none():
    along = np.array([0, 10, 20, 30, 40, 50])
    assert elbow(along, np.where(along <= 20, 0.0, along - 20.0)) == 2
    assert elbow([0, 5], [0, 1]) is None


def test_points_merged_starts_at_one_cluster():
    shares = np.random.default_rng(1).dirichlet(np.ones(4), size=30)
    merging = merge_shares(shares)
    counts = {step.n_clusters: step.n_merged for step in merging.steps}
    expected = [sum(counts[k] for k in range(1, K)) for K in (4, 3, 2, 1)]
    np.testing.assert_array_equal(merging.points_merged, expected)
    assert merging.suggested in (2, 3)


def test_a_cross_made_of_two_components_is_one_cluster():
    rng = np.random.default_rng(0)
    cross = rng.normal(size=(200, 2)) * np.where(np.arange(200)[:, None] < 100, [3, 0.3], [0.3, 3])
    far = rng.normal(size=(100, 2)) * 0.5 + [15, 0]
    X, truth = np.vstack([cross, far]), np.repeat([0, 1], [200, 100])
    found = fit(X, 3, init="search")
    merging = merge(found, X)
    assert merging.suggested == 2
    assert adjusted_rand_score(truth, merging.step(2).labels) == 1


def test_moons_made_of_twelve_components_are_two_clusters():
    moons = load("moons")
    merging = merge(fit(moons.X, 12), moons.X)
    assert adjusted_rand_score(moons.y, merging.step(2).labels) > 0.95
    assert merging.step(12).entropy > 40 * merging.step(2).entropy


def test_a_step_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="1 to 2 clusters; got 3"):
        merge_shares(np.full((3, 2), 0.5)).step(3)
