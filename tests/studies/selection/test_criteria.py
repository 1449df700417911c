"""What is chosen among cells, and what is said about it."""

import re

import numpy as np
import pytest

from gmmlab.data.points.datasets import load
from gmmlab.engine.em import fit
from gmmlab.engine.model.covariance import COVARIANCE_TYPES
from gmmlab.studies.selection.criteria import (
    CRITERIA,
    at_edge,
    best,
    explanation,
    one_standard_error,
)
from gmmlab.studies.selection.sweep import Cell, sweep

X = load("moons").X
FITS = {K: fit(X, K) for K in range(1, 6)}


def cell(K, *, aic=0.0, bic=0.0, icl=0.0, held_out=None, se=None, problem=None):
    return Cell(K, "full", aic, bic, icl, held_out, se, problem, FITS[K])


def test_the_best_is_lowest_or_highest():
    cells = [
        cell(1, aic=5, bic=1, icl=0, held_out=-3.0),
        cell(2, aic=1, bic=2, icl=4, held_out=-1.0),
        cell(3, aic=3, bic=3, icl=-2, held_out=-2.0),
    ]
    chosen = {name: best(cells, name).n_components for name in CRITERIA}
    assert chosen == {"aic": 2, "bic": 1, "icl": 3, "held_out": 2}


def test_of_equal_cells_the_one_with_fewer_parameters_is_taken():
    cells = [cell(3), cell(2), cell(4)]
    assert best(cells, "aic").n_components == 2
    single = list(sweep(X, [1], ["full", "tied"]))
    assert single[0].aic == pytest.approx(single[1].aic)


def test_cells_with_a_problem_are_chosen_only_where_there_is_no_other():
    cells = [cell(1, aic=5), cell(2, aic=1, problem="Collapsed."), Cell(3, "full", problem="No.")]
    assert best(cells, "aic").n_components == 1
    assert best(cells, "aic", believed=False).n_components == 2
    assert best(cells[1:], "aic").n_components == 2
    assert best(cells[2:], "aic") is None
    assert best(cells, "held_out") is None
    assert best([], "bic") is None


def test_an_unknown_criterion_is_refused():
    with pytest.raises(ValueError, match="aic, bic, icl, held_out; got 'dic'"):
        best([], "dic")


def test_one_standard_error_takes_the_simplest_that_is_close():
    cells = [
        cell(1, held_out=-2.0, se=0.5),
        cell(2, held_out=-1.25, se=0.1, problem="Collapsed."),
        cell(3, held_out=-1.2, se=0.1),
        cell(4, held_out=-1.0, se=0.3),
        cell(5, held_out=-1.1, se=0.9),
    ]
    assert one_standard_error(cells).n_components == 3
    assert one_standard_error(cells[3:]).n_components == 4
    assert one_standard_error([cell(1)]) is None


def test_a_best_at_the_edge_is_pointed_out():
    cells = [cell(K, aic=-K, bic=K, icl=abs(K - 3)) for K in (2, 3, 4)]
    assert at_edge(cells, "aic").startswith("AIC is best at K=4, the largest tried")
    assert at_edge(cells, "bic").startswith("BIC is best at K=2, the smallest tried")
    assert at_edge(cells, "icl") is None
    assert at_edge([cell(1, bic=0), cell(2, bic=1)], "bic") is None  # nothing is below K=1
    assert at_edge(cells[:1], "aic") is None
    assert at_edge([], "aic") is None


def test_the_moons_are_explained():
    cells = list(sweep(X, range(1, 21)))
    said = explanation(cells)
    assert any(sentence.startswith("AIC chooses K=12. AIC charges 2") for sentence in said)
    assert any(sentence.startswith("BIC chooses K=7. BIC charges") for sentence in said)
    assert any("5.3 here" in sentence for sentence in said)  # log 200
    assert not any("Held-out" in sentence or "edge" in sentence for sentence in said)
    assert not any("largest" in sentence for sentence in said)
    assert any("BIC is best at K=6, the largest" in s for s in explanation(cells[:6]))


def chosen_by(**Ks):
    """Cells of K = 1 … 5 among which each criterion chooses the K that is named."""
    values = {"aic": 3, "bic": 3, "icl": 3} | Ks
    held = "held_out" in values
    return [
        cell(
            K,
            **{name: float(values[name] != K) for name in ("aic", "bic", "icl")},
            **({"held_out": float(values["held_out"] == K), "se": 0.01} if held else {}),
        )
        for K in range(1, 6)
    ]


@pytest.mark.parametrize(
    ("Ks", "bic", "icl"),
    [
        (
            {"aic": 5, "bic": 3, "icl": 2},
            "2 components fewer than AIC",
            "1 component fewer than BIC",
        ),
        ({"aic": 3, "bic": 4, "icl": 5}, "1 component more than AIC", "1 component more than BIC"),
        (
            {"aic": 4, "bic": 2, "icl": 2},
            "2 components fewer than AIC",
            "the choice of BIC as well",
        ),
        (
            {"aic": 4, "bic": 4, "icl": 2},
            "the choice of AIC as well",
            "2 components fewer than BIC",
        ),
        ({"held_out": 4}, "the choice of AIC as well", "the choice of BIC as well"),
    ],
)
def test_what_is_said_of_a_choice_is_true_of_it(Ks, bic, icl):
    said = explanation(chosen_by(**Ks))
    assert bic in next(s for s in said if s.startswith("BIC chooses"))
    assert icl in next(s for s in said if s.startswith("ICL chooses"))
    everything = " ".join(said)
    for canned in ("goes for many", "keeps to fewer", "even fewer", "prefers"):
        assert canned not in everything


def test_held_out_is_set_beside_aic():
    said = " ".join(explanation(chosen_by(held_out=4)))
    assert "Here that is 1 component more than AIC chooses." in said


def test_choices_of_different_types_are_compared_by_their_parameters():
    tied = Cell(3, "tied", 9.0, 0.0, 0.0, fit=fit(X, 3, "tied"))
    said = explanation([cell(3, aic=0.0, bic=1.0, icl=1.0), tied])
    assert "Here that has 11 parameters, and what AIC chooses has 17 parameters." in said[1]
    assert "the choice of BIC as well" in said[2]


def test_agreement_is_said_once():
    cells = [cell(K, aic=K == 2, bic=K == 2, icl=K == 2) for K in (2, 3, 4)]
    turned = [cell(K, aic=K != 3, bic=K != 3, icl=K != 3) for K in (2, 3, 4)]
    assert explanation(turned) == ("AIC, BIC and ICL all choose K=3.",)
    assert explanation(cells[1:] + cells[:1])[0] == "AIC, BIC and ICL all choose K=3."


def test_what_is_not_believed_is_said():
    cells = [
        cell(2, aic=3, bic=1, icl=1),
        cell(3, aic=1, bic=2, icl=2, problem="Collapsed."),
        cell(4, aic=9, bic=9, icl=9),
        cell(1, aic=9, bic=9, icl=9),
    ]
    said = explanation(cells)
    assert "AIC is better still at K=3, but that fit is not to be believed." in said
    assert not any("BIC is better still" in sentence for sentence in said)
    assert any("free of problems" in s for s in explanation(cells[1:2]))


def test_the_types_are_named_where_there_are_several():
    said = explanation(list(sweep(X, range(1, 4), COVARIANCE_TYPES, n_folds=3)))
    assert "held-out" in " ".join(said).lower()
    for sentence in said:
        for choice in re.findall(r"choose(?:s)? (K=\d+ ?\w*)", sentence):
            assert choice.split()[-1] in COVARIANCE_TYPES


def test_nothing_fitted_is_said_and_nothing_asked_is_not():
    assert explanation([Cell(9, "full", problem="No.")]) == ("No model could be fitted.",)
    assert explanation([]) == ()


def test_held_out_chooses_a_simpler_model_where_the_best_is_uncertain():
    cells = list(sweep(np.random.default_rng(0).normal(size=(150, 3)), range(1, 6), n_folds=5))
    assert one_standard_error(cells).n_components == 1
