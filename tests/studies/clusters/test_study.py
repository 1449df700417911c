"""k-means beside a mixture: matched clusters, right scores, and data that would break a page."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture

from gmmlab.data.points.datasets import Dataset, load
from gmmlab.studies.clusters import covariance_types
from gmmlab.studies.clusters.regions import regions
from gmmlab.studies.clusters.study import study
from gmmlab.studies.mixtures import model
from gmmlab.studies.mixtures.model import ModelSettings, matching


def of(X, y=None) -> Dataset:
    return Dataset(np.asarray(X, dtype=float), y, "test")


@pytest.mark.parametrize("name", ["blobs", "stretched", "moons", "unequal"])
def test_both_models_are_scikit_learns(name):
    data = load(name)
    found = study(data, ModelSettings(seed=42, tolerance="1e-3"))
    labels = KMeans(4, random_state=42).fit(data.X).labels_
    theirs = GaussianMixture(4, random_state=42).fit(data.X)
    assert found.kmeans_score == pytest.approx(adjusted_rand_score(data.y, labels))
    assert found.gmm_score == pytest.approx(adjusted_rand_score(data.y, theirs.predict(data.X)))
    # The pages' floor is relative to the data's variance, so the fits differ in the sixth digit.
    assert found.gmm.bic == pytest.approx(theirs.bic(data.X), rel=1e-4)


def test_the_posteriors_of_the_chapters_table():
    """A row near 0.475 / 0.525 exists: the mixture is unsure where the chapter says it is."""
    shares = np.sort(study(load("blobs"), ModelSettings(tolerance="1e-3")).responsibilities, axis=1)
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-12)
    unsure = shares[shares[:, -1].argmin()]
    assert unsure[-1] == pytest.approx(0.525, abs=0.03)
    assert unsure[-2] == pytest.approx(0.475, abs=0.03)


@given(seed=st.integers(0, 500), K=st.integers(1, 5))
def test_components_are_matched_as_well_as_can_be(seed, K):
    rng = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(K), rng.integers(0, K, 30)])
    shares = rng.dirichlet(np.ones(K), size=len(labels))
    order = matching(labels, shares)
    assert sorted(order) == list(range(K))

    def agreement(permutation):
        return sum(shares[labels == k, permutation[k]].sum() for k in range(K))

    assert agreement(order) == pytest.approx(max(map(agreement, permutations(range(K)))))


def test_clusters_are_numbered_by_position_whatever_the_seed():
    numberings = {
        tuple(study(load("blobs"), ModelSettings(seed=s)).kmeans.labels) for s in range(5)
    }
    found = study(load("blobs"), ModelSettings())
    assert len(numberings) == 1
    assert (np.diff(found.kmeans.centers[:, 0]) > 0).all()
    assert (found.kmeans.labels == found.gmm_labels).mean() > 0.97


def test_without_true_groups_there_is_no_score():
    found = study(load("uniform"), ModelSettings())
    assert found.kmeans_score is None
    assert found.gmm_score is None


DEGENERATE = {
    "equal": np.full((50, 2), 3.0),
    "two distinct": np.repeat([[0.0, 0.0], [1.0, 1.0]], 20, axis=0),
    "collinear": np.column_stack([np.arange(40.0), 2 * np.arange(40.0)]),
    "one point": np.array([[1.0, 2.0]]),
    "three points": np.array([[1.0, 2.0], [3.0, 4.0], [0.0, 9.0]]),
    "tiny": 1e-300 * np.random.default_rng(0).normal(size=(60, 2)),
    "huge": 1e160 * np.random.default_rng(0).normal(size=(60, 2)),
    "far": 1e8 + np.random.default_rng(0).normal(size=(60, 2)),
}


@pytest.mark.parametrize("covariance_type", model.SHAPES)
@pytest.mark.parametrize("init", model.STARTS)
@pytest.mark.parametrize("X", DEGENERATE.values(), ids=DEGENERATE)
def test_degenerate_data_give_a_result_and_a_word(X, init, covariance_type):
    model = ModelSettings(n_components=5, covariance_type=covariance_type, init=init)
    found = study(of(X), model)
    distinct = len(np.unique(X, axis=0))
    assert found.n_components == min(5, distinct)
    assert any("distinct point" in note for note in found.notes) == (distinct < 5)
    np.testing.assert_allclose(found.responsibilities.sum(axis=1), 1, rtol=1e-9)
    assert np.isfinite(found.gmm.history).all()
    assert np.isfinite(found.kmeans.centers).all()
    assert np.isfinite(found.kmeans.radii).all()
    assert len(set(found.kmeans.labels)) <= found.n_components


def test_collapsed_components_are_told():
    found = study(of(DEGENERATE["collinear"]), ModelSettings(n_components=2))
    assert "2 components are as narrow as the fit allows" in found.mixture_notes[0]
    assert study(load("blobs"), ModelSettings()).mixture_notes == ()


def test_regions_are_the_models_own_labels():
    found = study(load("stretched"), ModelSettings())
    box = (-4.0, 12.0, -6.0, 6.0)
    shown = regions(found, box, coarse=40)
    n = len(shown.by_gmm)
    x, y = (np.linspace(*box[at : at + 2], n + 1)[:-1] + (box[at + 1] - box[at]) / n / 2
            for at in (0, 2))  # fmt: skip
    squares = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    for labels, one in ((shown.by_kmeans, found.kmeans), (shown.by_gmm, found.gmm)):
        every = one.predict(squares).reshape(n, n)
        assert (labels != every).mean() < 1e-3  # a speck within one coarse square may be missed
    assert n >= 5 * 40


def test_the_shape_of_the_data_wins_among_the_covariance_types():
    one = load("stretched", centers=1)
    found = covariance_types.study(one, ModelSettings(n_components=1))
    assert [each.covariance_type for each in found.fits] == ["spherical", "diag", "tied", "full"]
    assert found.winners == ("tied", "full")
    assert "tied and full win: with one component they are the same model" in found.verdict
    for each in found.fits:
        theirs = GaussianMixture(1, covariance_type=each.covariance_type).fit(one.X)
        assert each.fit.bic == pytest.approx(theirs.bic(one.X), rel=1e-5)
    round_ones = covariance_types.study(load("blobs"), ModelSettings())
    # Clouds of one size and shape: a shared ellipse costs 3 parameters, four circles cost 4.
    assert round_ones.winners == ("tied",)
    assert "tied wins" in round_ones.verdict


def test_equal_criteria_of_different_models_are_a_tie():
    found = covariance_types.study(load("blobs", n_samples=1), ModelSettings(n_components=3))
    assert found.winners == ("spherical", "diag", "tied", "full")
    assert "tie." in found.verdict


def test_random_shares_are_not_left_on_a_plateau():
    found = study(load("blobs"), ModelSettings(init="random"))
    assert found.gmm.bic == pytest.approx(2667.5, abs=1)


def test_components_are_in_the_same_place_under_every_covariance_type():
    found = covariance_types.study(load("blobs"), ModelSettings())
    first = found.fits[0].fit.mixture.means
    for each in found.fits:
        np.testing.assert_allclose(each.fit.mixture.means, first, atol=0.3)
