"""Model files: round trips, scikit-learn's view of them, and files that are none."""

import json

import numpy as np
import pytest
import sklearn.mixture
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.pipeline import Pipeline

import gmmlab
from gmmlab.engine.em import fit
from gmmlab.engine.exchange import Centers
from gmmlab.engine.kmeans.kmeans import fit_kmeans
from gmmlab.engine.model.covariance import COVARIANCE_TYPES
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.saved import ModelRejected, SavedModel, read_model, saved


def random_mixture(seed, kind, d=3, K=4):
    rng = np.random.default_rng(seed)
    roots = rng.normal(size=(K, d, d))
    full = roots @ roots.transpose(0, 2, 1) + 0.1 * np.eye(d)
    covariances = {
        "full": full,
        "tied": full.mean(axis=0),
        "diag": np.diagonal(full, axis1=1, axis2=2),
        "spherical": np.trace(full, axis1=1, axis2=2) / d,
    }[kind]
    return Mixture(rng.dirichlet(np.ones(K)), 3 * rng.normal(size=(K, d)), covariances, kind)


POINTS = 3 * np.random.default_rng(5).normal(size=(200, 3))


@pytest.mark.parametrize("kind", COVARIANCE_TYPES)
@pytest.mark.parametrize("d", [1, 2, 3])
def test_a_mixture_comes_back_exactly_and_scikit_learn_says_the_same(kind, d, tmp_path):
    mixture, X = random_mixture(d, kind, d), POINTS[:, :d]
    gmmlab.save_model(tmp_path / "model.json", mixture)
    found = gmmlab.load_model(tmp_path / "model.json")
    for name in ("weights", "means", "covariances", "covariance_type"):
        assert np.array_equal(getattr(found.model, name), getattr(mixture, name))
    theirs = found.to_sklearn()
    assert type(theirs) is sklearn.mixture.GaussianMixture
    assert np.allclose(theirs.score_samples(X), mixture.score_samples(X), rtol=0, atol=1e-10)
    assert np.allclose(theirs.predict_proba(X), mixture.responsibilities(X), rtol=0, atol=1e-10)
    assert np.isclose(theirs.bic(X), -2 * mixture.score_samples(X).sum()
                      + mixture.n_parameters * np.log(len(X)))  # fmt: skip
    assert theirs.sample(5)[0].shape == (5, d)


def test_a_fit_of_the_engine_and_of_scikit_learn_agree_after_the_trip(tmp_path):
    X = np.random.default_rng(0).normal(size=(300, 2))
    found = fit(X, 3)
    gmmlab.save_model(tmp_path / "m.json", found, ("a", "b"))
    loaded = gmmlab.load_model(tmp_path / "m.json")
    assert loaded.columns == ("a", "b")
    assert np.allclose(loaded.to_sklearn().predict_proba(X), found.responsibilities(X), atol=1e-10)


@pytest.mark.parametrize("K", [1, 5])
def test_k_means_comes_back_as_a_fitted_kmeans(K, tmp_path):
    X = 1e3 + np.random.default_rng(1).normal(size=(200, 2))
    found = fit_kmeans(X, K)
    gmmlab.save_model(tmp_path / "k.json", found)
    loaded = gmmlab.load_model(tmp_path / "k.json")
    theirs = loaded.to_sklearn()
    assert isinstance(theirs, KMeans)
    assert np.array_equal(theirs.cluster_centers_, found.centers)
    assert np.array_equal(theirs.predict(X), found.labels)
    assert np.array_equal(loaded.model.predict(X), found.labels)
    assert np.allclose(theirs.transform(X).min(axis=1) ** 2 @ np.ones(200), found.inertia)


def test_equal_centres_are_still_a_model():
    assert saved([[0.0, 0.0], [0.0, 0.0], [3.0, 3.0]]).to_sklearn().predict([[2.9, 3.0]]) == [2]


def test_a_model_of_standardised_columns_takes_the_original_ones():
    raw = POINTS[:, :2] * [100, 0.01] + [1e4, -5]
    mean, scale = raw.mean(axis=0), raw.std(axis=0)
    found = fit((raw - mean) / scale, 3)
    model = read_model(saved(found, ("mass", "age"), mean=mean, scale=scale).to_json())
    assert isinstance(model.to_sklearn(), Pipeline)
    assert np.allclose(model.to_sklearn().predict_proba(raw), found.responsibilities(
        (raw - mean) / scale), atol=1e-10)  # fmt: skip
    assert np.allclose(model.points(raw), (raw - mean) / scale)


def test_what_no_file_can_hold_is_refused_when_written():
    wide = Mixture(np.ones(1), np.zeros((1, 1)), np.full((1, 1, 1), np.inf), "full")
    with pytest.raises(ValueError, match="standardise"):
        saved(wide).to_json()


GOOD = json.loads(saved(random_mixture(0, "full", 2, 2), ("x", "y")).to_json())
NAN = float("nan")
HOSTILE = {
    "no JSON": "{",
    "nothing": "",
    "not text": b"\xff\xfe\x00\x01",
    "a pickle": b"\x80\x04\x95\x0c\x00\x00\x00\x00\x00\x00\x00\x8c\x08builtins\x94.",
    "deep": "[" * 200_000,
    "deep in means": json.dumps({**GOOD, "means": "DEEP"}).replace('"DEEP"', "[" * 50_000),
    "a list": "[]",
    "another format": {**GOOD, "format": "onnx"},
    "no format": {name: value for name, value in GOOD.items() if name != "format"},
    "a newer version": {**GOOD, "version": 2},
    "a version that is none": {**GOOD, "version": True},
    "another kind": {**GOOD, "kind": "__import__('os')"},
    "a kind that is a list": {**GOOD, "kind": ["k-means"]},
    "another type": {**GOOD, "covariance_type": "round"},
    "a type that is a list": {**GOOD, "covariance_type": []},
    "the wrong type": {**GOOD, "covariance_type": "tied"},
    "no means": {**GOOD, "means": None},
    "empty means": {**GOOD, "means": []},
    "empty rows": {**GOOD, "means": [[], []]},
    "ragged means": {**GOOD, "means": [[1, 2], [3]]},
    "texts for numbers": {**GOOD, "means": [["1", "2"], ["3", "4"]]},
    "truths for numbers": {**GOOD, "means": [[True, False], [True, True]]},
    "NaN": {**GOOD, "means": [[NAN, 0], [0, 0]]},
    "infinity": {**GOOD, "means": [[float("inf"), 0], [0, 0]]},
    "1e999": json.dumps({**GOOD, "means": "M"}).replace('"M"', "[[1e999, 0], [0, 0]]"),
    "a huge integer": {**GOOD, "means": [[10**400, 0], [0, 0]]},
    "a longer integer": json.dumps({**GOOD, "means": "M"}).replace('"M"', f"[[1{'0' * 9_000}]]"),
    "more means": {**GOOD, "means": [[0, 0]] * 3},
    "weights of 2": {**GOOD, "weights": [1, 1]},
    "negative weights": {**GOOD, "weights": [1.5, -0.5]},
    "vast weights": {**GOOD, "weights": [1e308, 1e308]},
    "not positive": {**GOOD, "covariances": [[[1, 2], [2, 1]]] * 2},
    "not symmetric": {**GOOD, "covariances": [[[1, 0.5], [0, 1]]] * 2},
    "zero": {**GOOD, "covariances": [[[0, 0], [0, 0]]] * 2},
    "vast": {**GOOD, "covariances": [[[1e308, 1e308], [1e308, 1e308]]] * 2},
    "negative variances": {**GOOD, "covariance_type": "diag", "covariances": [[1, 1], [1, -1]]},
    "three columns": {**GOOD, "columns": ["x", "y", "z"]},
    "columns of numbers": {**GOOD, "columns": [1, 2]},
    "a column of a mile": {**GOOD, "columns": ["x" * 10_000, "y"]},
    "a note that is none": {**GOOD, "note": {"a": 1}},
    "units that are none": {**GOOD, "standardized": 3},
    "units of zero": {**GOOD, "standardized": {"mean": [0, 0], "scale": [0, 1]}},
    "too few units": {**GOOD, "standardized": {"mean": [0], "scale": [1]}},
    "k-means without centres": {**GOOD, "kind": "k-means"},
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gives_one_sentence(name):
    content = HOSTILE[name]
    with pytest.raises(ModelRejected) as refusal:
        read_model(content if isinstance(content, str | bytes) else json.dumps(content))
    words = str(refusal.value)
    assert words.endswith(".")
    assert len(words) < 120
    assert "\n" not in words


def test_a_file_of_any_size_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr("gmmlab.engine.saved.MAX_BYTES", 100)
    (tmp_path / "m.json").write_text(json.dumps(GOOD))
    with pytest.raises(ModelRejected, match="larger"):
        gmmlab.load_model(tmp_path / "m.json")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(name=st.sampled_from(sorted(GOOD)), value=JSON)
@settings(max_examples=100, deadline=None)
def test_any_value_anywhere_gives_a_model_or_one_sentence(name, value):
    try:
        found = read_model(json.dumps({**GOOD, name: value}))
    except ModelRejected:
        return
    assert isinstance(found, SavedModel)
    assert np.isfinite(found.to_sklearn().predict_proba(np.zeros((1, 2)))).all()


def test_columns_may_be_called_anything():
    names = ('"); import os #', "</script>")
    assert read_model(saved(random_mixture(1, "diag", 2), names).to_json()).columns == names
    assert isinstance(read_model(saved(np.eye(2)).to_json()).model, Centers)
