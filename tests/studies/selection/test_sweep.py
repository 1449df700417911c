"""The sweep against scikit-learn on the same mixtures, its failures, and its way of being run."""

from contextlib import closing

import numpy as np
import pytest
import sklearn.mixture
from sklearn.datasets import load_iris
from sklearn.mixture._gaussian_mixture import _compute_precision_cholesky
from sklearn.model_selection import KFold

from gmmlab.data.points.datasets import load
from gmmlab.engine.em import fit
from gmmlab.engine.estimator import GaussianMixture
from gmmlab.engine.model.covariance import COVARIANCE_TYPES
from gmmlab.studies.mixtures.cross_validation import held_out
from gmmlab.studies.selection import sweep as selection
from gmmlab.studies.selection.sweep import seconds_left, sweep

TYPES = tuple(COVARIANCE_TYPES)


@pytest.fixture(scope="module")
def X() -> np.ndarray:
    return load("moons").X


def restored(mixture):
    """The mixture as scikit-learn's own model, which then does its own sums."""
    model = sklearn.mixture.GaussianMixture(
        mixture.n_components, covariance_type=mixture.covariance_type
    )
    model.weights_, model.means_ = mixture.weights, mixture.means
    model.covariances_ = mixture.covariances
    model.precisions_cholesky_ = _compute_precision_cholesky(
        mixture.covariances, mixture.covariance_type, xp=np
    )
    return model


@pytest.mark.parametrize("data", ["moons", "iris"])
def test_every_value_is_scikit_learns_for_the_same_mixture(data):
    X = load("moons").X if data == "moons" else load_iris().data
    cells = list(sweep(X, [1, 3, 6], TYPES, n_folds=4, n_init=2, seed=3))
    assert {cell.key for cell in cells} == {(K, name) for K in (1, 3, 6) for name in TYPES}
    for cell in cells:
        model = restored(cell.fit.mixture)
        assert cell.aic == pytest.approx(model.aic(X), rel=1e-8)
        assert cell.bic == pytest.approx(model.bic(X), rel=1e-8)
        shares = model.predict_proba(X)
        logs = np.log(np.where(shares > 0, shares, 1))
        assert cell.entropy == pytest.approx(-(shares * logs).sum(), rel=1e-8, abs=1e-8)
        assert cell.icl == pytest.approx(model.bic(X) - 2 * np.log(shares.max(axis=1)).sum())
        means = []
        for seen, unseen in KFold(4, shuffle=True, random_state=3).split(X):
            found = fit(X[seen], *cell.key, n_init=2, seed=3)
            means.append(restored(found.mixture).score(X[unseen]))
        assert cell.held_out == pytest.approx(np.mean(means), rel=1e-8)
        assert cell.held_out_se == pytest.approx(np.std(means, ddof=1) / 2, rel=1e-8)


def test_icl_is_that_of_the_projects_own_estimator(X):
    for cell in sweep(X, [2, 7]):
        model = GaussianMixture(cell.n_components, random_state=0).fit(X)
        assert cell.icl == pytest.approx(model.icl(X), abs=0.01)


def test_the_chapters_curve(X):
    cells = list(sweep(X, range(1, 21)))
    assert [cell.n_components for cell in cells] == list(range(1, 21))
    by_aic, by_bic = min(cells, key=lambda c: c.aic), min(cells, key=lambda c: c.bic)
    assert by_aic.n_components in (12, 13)
    assert by_aic.aic == pytest.approx(246, abs=0.5)
    assert by_bic.n_components == 7
    assert by_bic.bic == pytest.approx(407, abs=0.5)


def test_the_band_spans_what_single_restarts_reach(X):
    (single,) = sweep(X, [9])
    assert single.band("aic") == (single.aic, single.aic)
    (cell,) = sweep(X, [9], n_init=4, init="random_from_data")
    # The same stream of randomness, one start longer each time: the best can only improve.
    best = [fit(X, 9, init="random_from_data", n_init=n).aic for n in range(1, 5)]
    low, high = cell.band("aic")
    assert low == pytest.approx(min(best))
    assert high >= max(best) - 1e-9
    assert len(cell.objectives) == 4
    lowest, highest = cell.band("bic")
    assert (lowest, highest - lowest) == pytest.approx((cell.bic, high - low))
    assert cell.band("icl") is None


def test_a_cell_does_not_depend_on_the_others(X):
    alone = next(sweep(X, [5], "tied", n_folds=3))
    crowd = {cell.key: cell for cell in sweep(X, [4, 5, 6], TYPES, n_folds=3, skip={(4, "full")})}
    assert len(crowd) == 11
    assert (4, "full") not in crowd
    same = crowd[5, "tied"]
    assert (alone.aic, alone.icl, alone.held_out) == (same.aic, same.icl, same.held_out)


def test_too_few_points_are_a_problem_of_the_cell_alone():
    X = np.random.default_rng(0).normal(size=(6, 2))
    cells = {c.n_components: c for c in sweep(X, [1, 6, 7], "spherical", n_folds=3)}
    assert cells[1].problem is None
    assert cells[6].aic is not None
    assert cells[6].held_out is None  # four points are left to learn from
    assert cells[6].problem
    assert cells[7].problem == "7 components need as many points; there are 6."
    assert cells[7].aic is cells[7].fit is cells[7].band("aic") is None


def test_too_many_folds_leave_the_other_criteria(X):
    (cell,) = sweep(X[:10], [1], n_folds=11)
    assert cell.problem == "11 folds need as many points; there are 10."
    assert np.isfinite([cell.aic, cell.bic, cell.icl]).all()


@pytest.mark.parametrize(
    ("X", "words"),
    [
        (np.repeat(np.eye(2), 20, axis=0), "only 2 distinct points"),
        (np.linspace(0, 1, 40)[:, None] * [1, 2], "floor"),
        (np.vstack([load("moons").X, [[3, 3], [3.001, 3], [3, 3.00001]]]), "collapsed|floor"),
    ],
    ids=["equal", "collinear", "a few close points"],
)
def test_artefacts_are_named(X, words):
    cells = list(sweep(X, [3, 5]))
    assert any(cell.problem is not None for cell in cells)
    for cell in cells:
        assert np.isfinite([cell.aic, cell.bic, cell.icl, cell.entropy]).all()
        if cell.problem is not None:
            assert any(word in cell.problem for word in words.split("|"))


def test_a_singular_covariance_is_a_problem_not_an_error():
    X = np.linspace(0, 1, 40)[:, None] * [1, 2]
    (cell,) = sweep(X, [3], reg_covar=0.0)
    assert "singular" in cell.problem


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"n_components": [0]}, "whole numbers"),
        ({"n_components": [2.5]}, "whole numbers"),
        ({"covariance_types": ["round"]}, "covariance_type must be one of"),
        ({"n_folds": 1}, "n_folds"),
        ({"n_folds": -3}, "n_folds"),
        ({"X": [[np.nan, 1.0]]}, "NaN"),
    ],
)
def test_what_no_cell_could_use_is_refused_at_once(wrong, words, X):
    with pytest.raises(ValueError, match=words):
        sweep(**{"X": X, "n_components": [1], **wrong})


def test_held_out_says_which_fold_failed():
    def learn(seen):
        if 0.0 not in seen:
            raise ValueError("No zero.")
        return lambda unseen: np.zeros(len(unseen))

    with pytest.raises(ValueError, match=r"In fold \d of 5: No zero\."):
        held_out(np.arange(5.0)[:, None], learn)


def test_time_left_goes_by_components():
    assert seconds_left(3.0, [(1, "full"), (2, "full")], [(3, "full"), (4, "tied")]) == 7.0
    assert np.isnan(seconds_left(0.0, [], [(3, "full")]))


def test_heavy_sweeps_give_the_same_values_with_and_without_help(X, monkeypatch):
    plain = {cell.key: cell for cell in sweep(X, [2, 3, 8], TYPES)}
    monkeypatch.setattr(selection, "_WORTH_HELP", 0.0)
    helped = {cell.key: cell for cell in sweep(X, [2, 3, 8], TYPES)}
    assert plain.keys() == helped.keys()
    for key, cell in plain.items():
        assert (cell.aic, cell.bic, cell.icl) == (
            helped[key].aic,
            helped[key].bic,
            helped[key].icl,
        )


def test_a_sweep_closed_early_stops(X):
    with closing(sweep(X, range(1, 200), TYPES, n_folds=10, n_init=5)) as cells:
        first = next(cells)
    assert first.n_components == 1
    assert list(cells) == []
