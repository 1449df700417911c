"""Data sets: the defaults are the chapter's arrays, to the bit; every parameter does its work."""

import numpy as np
import pytest
from sklearn.datasets import make_blobs, make_moons

from gmmlab.data.points.datasets import SOURCES, load
from gmmlab.settings import specs


def test_blobs_are_the_chapters():
    X, y = make_blobs(400, centers=4, cluster_std=0.60, random_state=0)
    found = load("blobs")
    np.testing.assert_array_equal(found.X, X[:, ::-1])
    np.testing.assert_array_equal(found.y, y)


def test_stretched_are_the_chapters():
    X, _ = make_blobs(400, centers=4, cluster_std=0.60, random_state=0)
    expected = X[:, ::-1] @ np.random.RandomState(13).randn(2, 2)
    np.testing.assert_array_equal(load("stretched").X, expected)


def test_moons_are_the_chapters():
    X, y = make_moons(200, noise=0.05, random_state=0)
    found = load("moons")
    np.testing.assert_array_equal(found.X, X)
    np.testing.assert_array_equal(found.y, y)


@pytest.mark.parametrize("name", SOURCES)
def test_every_data_set_is_a_finite_read_only_plane(name):
    found = load(name)
    assert found.name == name
    assert found.X.shape == (SOURCES[name]().n_samples, 2)
    assert found.X.dtype == np.float64
    assert np.isfinite(found.X).all()
    assert not found.X.flags.writeable
    assert found.y is None or found.y.shape == (len(found.X),)
    assert all(found.columns)


@pytest.mark.parametrize("name", SOURCES)
def test_every_parameter_changes_the_points(name):
    defaults = SOURCES[name]()
    for parameter, spec, value in specs(defaults):
        other = spec.checked(spec.high if value != spec.high else spec.low)
        changed = load(name, **{parameter: other}).X
        assert changed.shape != load(name).X.shape or not np.array_equal(changed, load(name).X), (
            parameter
        )


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("n_samples", [1, 2, 20_000])
def test_sizes_from_one_point_up(name, n_samples):
    assert load(name, n_samples=n_samples).X.shape == (n_samples, 2)


def test_the_geyser_has_the_moments_it_promises():
    found = load("geyser", n_samples=20_000)
    short = found.X[found.y == 0]
    assert len(short) / 20_000 == pytest.approx(0.356, abs=0.01)
    np.testing.assert_allclose(short.mean(axis=0), [2.04, 5.45], atol=0.03)
    np.testing.assert_allclose(np.cov(short.T), [[0.069, 0.0435], [0.0435, 0.337]], atol=0.02)


@pytest.mark.parametrize(
    ("name", "parameters", "part"),
    [
        ("spiral", {}, "no data set 'spiral'; choose one of blobs"),
        ("moons", {"centers": 3}, "moons has no parameter 'centers'; it has n_samples, noise"),
        ("blobs", {"n_samples": 0}, "whole number from 1 to 20000"),
        ("moons", {"noise": float("nan")}, "number from 0 to 0.5"),
    ],
)
def test_what_there_is_not_is_refused_in_a_sentence(name, parameters, part):
    with pytest.raises(ValueError, match=part):
        load(name, **parameters)
