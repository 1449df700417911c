"""The glossary's page, and the links to it that controls' help has."""

import pytest
import streamlit as st

from gmmlab.guide.glossary import TERMS
from gmmlab.ui.shell.controls import explained
from gmmlab.ui.shell.navigation import address_of
from tests.ui.driving import checked, opened_page, query_of, sentences, widget

MOMENTS = {(term.page, *sorted(term.query.items())): term for term in TERMS}


def test_a_link_opens_at_its_term():
    app = opened_page("glossary", term="ridge")
    assert query_of(app) == {"term": "ridge"}
    titles = [m.value for m in app.markdown if m.value.startswith("**")]
    assert titles[0] == "**Variance floor, ridge**"
    assert len(titles) == len(set(titles)) == len(TERMS)
    assert len(app.latex) == len(TERMS)
    checked(widget(app, "Term").set_value("nat").run())
    assert query_of(app) == {"term": "nat"}


def test_an_unknown_term_opens_all_with_a_word():
    app = opened_page("glossary", term="nonsense")
    assert len(sentences(app)) == 1
    assert query_of(app) == {}


@pytest.mark.parametrize("term", MOMENTS.values(), ids=lambda term: term.name)
def test_every_link_opens(term):
    app = opened_page(term.page, **term.query)
    assert app.title[0].value
    assert not app.warning
    assert not app.error


def test_help_leads_to_the_terms_that_it_uses():
    said = widget(opened_page("clusters"), "Covariance").proto.help
    assert "(/glossary?term=covariance)" in said
    assert explained("Another number.") == "Another number."


def test_the_helps_of_measures_lead_there_too():
    helps = {each.label: each.proto.help for each in opened_page("clusters").metric}
    for label, term in {"Log-lik. / point": "nat", "BIC": "bic", "GMM ARI": "ari"}.items():
        assert f"(/glossary?term={term})" in helps[label], helps[label]


def test_links_know_where_the_app_is_served(monkeypatch):
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": "/lab/"}.get)
    assert address_of("glossary", {"term": "nat"}) == "/lab/glossary?term=nat"
    assert address_of("home", {}) == "/lab/"
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": ""}.get)
    assert address_of("home", {}) == "/"
