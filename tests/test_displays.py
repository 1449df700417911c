"""Displays: scikit-learn's models and ours as figures that Plotly's own checks let through."""

import subprocess
import sys

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
import sklearn.mixture
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError

import gmmlab
from gmmlab.data.points.datasets import load
from gmmlab.engine.em import fit
from gmmlab.engine.model.covariance import COVARIANCE_TYPES

X = load("moons").X
IRIS = load_iris().data
OURS, THEIRS = gmmlab.GaussianMixture, sklearn.mixture.GaussianMixture
BAYESIAN = sklearn.mixture.BayesianGaussianMixture


def points_of(figure: go.Figure) -> np.ndarray:
    """All points that a figure shows, in the order of their numbers."""
    drawn = [trace for trace in figure.data if trace.mode == "markers"]
    rows = np.vstack([np.column_stack([t.customdata[:, 0], t.x, t.y]) for t in drawn])
    return rows[rows[:, 0].argsort(), 1:]


@pytest.mark.parametrize("kind", COVARIANCE_TYPES)
@pytest.mark.parametrize("made_by", [OURS, THEIRS, BAYESIAN])
def test_a_mixture_in_the_plane_shows_every_point_and_its_components(made_by, kind):
    model = made_by(n_components=3, covariance_type=kind, random_state=0, tol=0.1).fit(X)
    figure = gmmlab.MixtureDisplay.from_estimator(model, X).figure
    np.testing.assert_array_equal(points_of(figure), X)
    marked = [trace.name for trace in figure.data if trace.mode == "markers"]
    counts = np.bincount(model.predict(X), minlength=3)
    assert marked == [f"cluster {k + 1}" for k in range(3)]
    assert [len(t.x) for t in figure.data if t.mode == "markers"] == counts.tolist()
    centers = [(a.x, a.y) for a in figure.layout.annotations]
    np.testing.assert_allclose(centers, model.means_)


def test_ellipses_are_those_of_the_covariances():
    model = THEIRS(2, random_state=0).fit(X)
    figure = gmmlab.MixtureDisplay.from_estimator(model, X).figure
    curves = {trace.uid: np.column_stack([trace.x, trace.y]) for trace in figure.data if trace.uid}
    assert len(curves) == 2 * 3
    for k in range(2):
        away = curves[f"glide-ellipse-{k}-2"] - model.means_[k]
        distances = np.einsum("ij,jk,ik->i", away, model.precisions_[k], away)
        np.testing.assert_allclose(distances, 4, rtol=1e-9)


def test_many_columns_are_seen_in_their_principal_components():
    model = THEIRS(3, random_state=0).fit(IRIS)
    shown = gmmlab.MixtureDisplay.from_estimator(model, IRIS)
    np.testing.assert_allclose(shown.responsibilities, model.predict_proba(IRIS))
    variances = np.linalg.eigvalsh(np.cov(IRIS.T))[::-1][:2]
    np.testing.assert_allclose(points_of(shown.figure).var(axis=0, ddof=1), variances)
    # After an M-step a mixture has the mean of its points, and so has its shadow.
    np.testing.assert_allclose(shown.mixture.weights @ shown.mixture.means, 0, atol=1e-3)


def test_a_fit_of_the_engine_and_a_table_with_names():
    table = pd.DataFrame(X, columns=["width", "<b>height</b>"])
    figure = gmmlab.MixtureDisplay.from_estimator(fit(X, 2), table).figure
    assert figure.layout.xaxis.title.text == "width"
    assert figure.layout.yaxis.title.text == "&lt;b&gt;height&lt;/b&gt;"
    named = gmmlab.MixtureDisplay.from_estimator(fit(X, 2), X, columns=("a", "b")).figure
    assert (named.layout.xaxis.title.text, named.layout.yaxis.title.text) == ("a", "b")


def test_a_notebook_shows_the_figure_itself(monkeypatch):
    import plotly.io as pio

    monkeypatch.setattr(pio.renderers, "default", "plotly_mimetype")
    shown = gmmlab.EMDisplay.from_history([1.0, 2.0])
    bundle = shown._repr_mimebundle_()
    assert bundle["application/vnd.plotly.v1+json"]["data"][0]["y"] == [1.0, 2.0]


def test_what_is_no_mixture_or_does_not_fit_is_said_in_a_sentence():
    of = gmmlab.MixtureDisplay.from_estimator
    with pytest.raises(TypeError, match="needs a Gaussian mixture; got KMeans"):
        of(KMeans(2, n_init=1).fit(X), X)
    with pytest.raises(NotFittedError):
        of(THEIRS(2), X)
    line = X[:, :1]
    with pytest.raises(ValueError, match="at least two columns"):
        of(THEIRS(2, random_state=0).fit(line), line)
    with pytest.raises(ValueError, match="2 names"):
        of(fit(X, 2), X, columns=("a",))
    with pytest.raises(ValueError, match="NaN or infinity"):
        of(fit(X, 2), np.full((3, 2), np.nan))
    for model in (fit(X, 2), fit(X, 2).mixture, OURS(2).fit(X), THEIRS(2).fit(X)):
        with pytest.raises(ValueError, match="X has 4 columns, and the model was fitted to 2"):
            of(model, IRIS)


@pytest.mark.parametrize("made_by", [OURS, THEIRS])
def test_models_are_judged_as_they_judge_themselves(made_by):
    models = [made_by(K, random_state=0).fit(IRIS) for K in range(1, 5)]
    shown = gmmlab.SelectionDisplay.from_estimators(models, IRIS, criteria=("aic", "bic", "icl"))
    curves = {t.name: t for t in shown.figure.data if t.mode == "lines+markers"}
    assert list(curves["AIC"].y) == [model.aic(IRIS) for model in models]
    assert list(curves["BIC"].y) == [model.bic(IRIS) for model in models]
    assert list(curves["BIC"].x) == [1, 2, 3, 4]
    lowest = 1 + int(np.argmin([model.bic(IRIS) for model in models]))
    assert shown.best["bic"] == (lowest, "full")
    if made_by is OURS:
        np.testing.assert_allclose(curves["ICL"].y, [model.icl(IRIS) for model in models])


def test_of_equal_models_the_likeliest_counts_and_unfinished_ones_are_marked():
    with pytest.warns(sklearn.exceptions.ConvergenceWarning):
        short = THEIRS(3, max_iter=1, random_state=0).fit(IRIS)
    best = THEIRS(3, random_state=0).fit(IRIS)
    for models in ([short, best], [best, short]):
        [cell] = gmmlab.SelectionDisplay.from_estimators(models, IRIS).cells
        assert cell.aic == best.aic(IRIS)
        assert cell.problem is None
    [cell] = gmmlab.SelectionDisplay.from_estimators([short], IRIS).cells
    assert cell.problem == "EM had not converged when it ended, after 1 iterations."


def test_a_sweep_of_data_has_every_model_and_held_out_likelihood():
    shown = gmmlab.SelectionDisplay.from_data(
        IRIS, range(1, 4), ("full", "tied"), n_folds=3, criteria="held_out"
    )
    curves = {t.name: list(t.x) for t in shown.figure.data if t.mode == "lines+markers"}
    assert curves == {"full": [1, 2, 3], "tied": [1, 2, 3]}
    assert set(shown.best) == {"held_out"}


def test_criteria_and_models_that_do_not_exist_are_refused():
    with pytest.raises(ValueError, match="criteria must be some of aic, bic, icl, held_out"):
        gmmlab.SelectionDisplay.from_data(IRIS, criteria=("dic",))
    with pytest.raises(ValueError, match="show it alone"):
        gmmlab.SelectionDisplay.from_data(IRIS, criteria=("aic", "held_out"))
    with pytest.raises(ValueError, match="no model"):
        gmmlab.SelectionDisplay.from_estimators([], IRIS)
    model = BAYESIAN(n_components=2, random_state=0, tol=0.1).fit(IRIS)
    with pytest.raises(TypeError, match="aic and bic; got BayesianGaussianMixture"):
        gmmlab.SelectionDisplay.from_estimators([model], IRIS)


def test_histories_are_curves_from_their_start():
    one = OURS(4, random_state=0).fit(X)
    other = OURS(4, random_state=1, init_params="random").fit(X)
    [curve] = gmmlab.EMDisplay.from_history(one.history_).figure.data
    assert list(curve.x) == list(range(one.n_iter_ + 1))
    assert list(curve.y) == one.history_
    both = gmmlab.EMDisplay.from_history({"k-means": one.history_, "random": other.history_})
    assert [trace.name for trace in both.figure.data] == ["k-means", "random"]
    assert f"in {one.n_iter_} iterations" in both.figure.layout.meta["alt"]


@pytest.mark.parametrize("history", [[], {}, {"a": []}, [1.0, np.nan], [np.inf]])
def test_what_is_no_history_is_refused(history):
    with pytest.raises(ValueError, match="A history must"):
        gmmlab.EMDisplay.from_history(history)


def test_without_plotly_the_engine_works_and_displays_say_what_to_install():
    script = """
import sys
sys.modules["plotly"] = None
import gmmlab
gmmlab.GaussianMixture(1)
try:
    gmmlab.MixtureDisplay
except ImportError as problem:
    print(problem)
assert not hasattr(gmmlab, "NoDisplay")
"""
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert said.stderr == ""
    assert said.stdout == 'Displays need plotly: pip install "gmmlab[plot]"\n'
