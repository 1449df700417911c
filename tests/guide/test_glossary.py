"""The glossary: every term has words, a formula and a picture, and texts find their terms."""

import pytest

from gmmlab.guide.glossary import BY_NAME, TERMS, terms_in
from gmmlab.settings import from_query, specs
from gmmlab.studies.clusters.page import ClustersSettings
from gmmlab.studies.density.page import DensitySettings
from gmmlab.studies.digits.page import DigitsSettings
from gmmlab.studies.em.page import EmSettings
from gmmlab.studies.recolour.page import RecolorSettings
from gmmlab.studies.selection.page import HowManySettings

PAGES = {
    "clusters": ClustersSettings,
    "density": DensitySettings,
    "digits": DigitsSettings,
    "em": EmSettings,
    "recolour": RecolorSettings,
    "how_many": HowManySettings,
}


def test_two_dozen_terms_each_once():
    assert len(BY_NAME) == len(TERMS) == len({term.title for term in TERMS}) >= 24


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
def test_a_term_has_words_a_formula_and_a_picture(term):
    assert 40 < len(term.words) < 260
    assert term.words.endswith(".")
    assert term.formula.count("{") == term.formula.count("}")
    assert term.formula.count(r"\left(") == term.formula.count(r"\right)")
    settings, notices = from_query(PAGES[term.page], term.query)
    assert not notices
    known = {name for name, _, _ in specs(settings)}
    assert set(term.query) <= known


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("AIC, BIC and ICL: lower is better.", ["aic", "bic"]),
        ("Held-out log-likelihood, in nats a point", ["held-out", "nat"]),
        ("mixed by their responsibilities", ["responsibility"]),
        ("a local optimum that depends on it", ["local-optimum"]),
        ("keeps components from collapsing onto a point", ["collapse"]),
        ("Another number draws other starts.", []),
        ("seems, boundary, national, variancesque", []),
    ],
)
def test_a_text_finds_its_terms_as_whole_words(text, names):
    found = [term.name for term in terms_in(text, most=2)]
    assert [name for name in names if name in found] == names
    if not names:
        assert found == []
