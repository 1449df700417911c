"""The lab's terms in plain words, each with its formula and the picture that shows it."""

import streamlit as st

from gmmlab.guide.glossary import BY_NAME, TERMS, GlossarySettings
from gmmlab.guide.term import Term
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.controls import controls
from gmmlab.ui.shell.navigation import address_of, title_of


def told(term: Term) -> None:
    """A term's words, formula, and the way to its picture."""
    with st.container(border=True, gap="xsmall", key=f"term {term.name}"):
        st.markdown(f"**{term.title}**")
        st.markdown(term.words)
        st.latex(term.formula)
        st.markdown(
            f"[See it on the page {title_of(term.page)} →]({address_of(term.page, term.query)})"
        )


address = Address("glossary", GlossarySettings)
settings, notices = address.arrive()
address.write(settings)
st.title("Glossary")
for notice in notices:
    st.warning(notice)
st.caption(
    f"{len(TERMS)} terms in plain words, each with its formula and a picture that can be touched."
)
with st.container(width=360):
    controls(address, settings, in_a_row=1)
shown = BY_NAME.get(settings.term)
if shown is not None:
    told(shown)
with st.grid(2, min_column_width=320):
    for each in TERMS:
        if each is not shown:
            told(each)
