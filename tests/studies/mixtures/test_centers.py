"""Starts by hand: centres as text, and models that begin there."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gmmlab.data.points.datasets import load
from gmmlab.engine.em import fit
from gmmlab.engine.kmeans.kmeans import fit_kmeans
from gmmlab.studies.clusters.study import study
from gmmlab.studies.mixtures.centers import centers_of, code_of, moved
from gmmlab.studies.mixtures.model import MAX_ITER, ModelSettings

CENTERS = np.array([[0.5, -1.25], [3.0, 1e-7], [-12345.0, 2.0]])


def test_centres_come_back():
    assert_allclose(centers_of(code_of(CENTERS)), CENTERS, rtol=1e-4)
    assert centers_of("").shape == (0, 2)


def test_centres_far_from_zero_stay_apart():
    far = CENTERS[:2] + 1e8
    back = centers_of(code_of(far))
    assert_allclose(back - 1e8, CENTERS[:2], atol=1e-3)


def test_one_centre_is_moved_and_the_others_stay():
    found = centers_of(moved(CENTERS, 1, 7.0, 8.0))
    assert_allclose(found, [[0.5, -1.25], [7, 8], [-12345, 2]], rtol=1e-4)


@pytest.mark.parametrize("code", ["1", "1,2,3", "1,2;3", "a,b", "1,nan", "1,2;inf,3", "1e308,1"])
def test_other_texts_are_refused(code):
    with pytest.raises(ValueError, match="pairs of numbers"):
        centers_of(code)


def test_both_models_begin_at_the_given_centres():
    data = load("blobs")
    centers = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [9.0, 9.0]])
    model = ModelSettings(init="hand", centers=code_of(centers), n_init=7)
    found = study(data, model)
    assert found.kmeans.inertia == pytest.approx(fit_kmeans(data.X, 4, init=centers).inertia)
    alone = fit(data.X, 4, init=centers, tol=float(model.tolerance), max_iter=MAX_ITER)
    assert found.gmm.log_likelihood == pytest.approx(alone.log_likelihood)


def test_a_poor_start_ends_in_a_poorer_optimum():
    data = load("blobs")
    all_in_one = code_of(data.X[:4] * 1e-3 + data.X[data.y == 0].mean(axis=0))
    poor = study(data, ModelSettings(init="hand", centers=all_in_one))
    good = study(data, ModelSettings())
    assert poor.kmeans.inertia >= good.kmeans.inertia
    assert poor.gmm.log_likelihood <= good.gmm.log_likelihood


@pytest.mark.parametrize("centers", ["", "1,2", "1,2;3,4;5,6;7,8;9,10"])
def test_without_as_many_centres_as_components_a_sentence_says_what_to_do(centers):
    found = study(load("blobs"), ModelSettings(init="hand", centers=centers))
    assert "Drag a numbered centre" in found.notes[0]
    assert found.gmm.bic == study(load("blobs"), ModelSettings()).gmm.bic


@pytest.mark.parametrize("covariance_type", ["full", "tied", "diag", "spherical"])
def test_a_centre_far_from_all_points_is_survived(covariance_type):
    centers = code_of(np.array([[0.0, 0.0], [3.0, 0.0], [8.0, -1.0], [900.0, 900.0]]))
    model = ModelSettings(init="hand", centers=centers, covariance_type=covariance_type)
    found = study(load("blobs"), model)
    assert np.isfinite(found.responsibilities).all()
    assert np.isfinite(found.gmm.mixture.means).all()
    if covariance_type == "full":
        assert any("no points" in note for note in found.mixture_notes)
