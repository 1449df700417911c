"""Recolour a photo: palettes from k-means and mixtures, to look at, to play with, to take away."""

from dataclasses import replace

import streamlit as st

from gmmlab.guide.scenes import RECOLOR_SCENES
from gmmlab.studies.recolour import page
from gmmlab.ui.chart.chart import pictures_first
from gmmlab.ui.inputs.photo_upload import lender_of, photo_bench, photo_of
from gmmlab.ui.parts.painting import account, painted, panel, picture
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.asking import linger
from gmmlab.ui.shell.scenes import scenes

address = Address("recolour", page.RecolorSettings)
settings = photo_bench(address)

st.title("Recolour a photo")
scenes(
    address,
    RECOLOR_SCENES,
    "Drag the line, move **Colours K**, click a colour below to change it. Or try one of these "
    "looks.",
)
photo, lender = photo_of(settings), lender_of(settings)


def edit(place, code):
    """Change one colour of the palette."""
    current = address.current
    edits = page.edited(current.view.edits, place, code)
    address.put(replace(current, view=replace(current.view, edits=edits)))


kinds = settings.model.models
columns = st.columns(len(kinds), gap="small")
paintings = [painted(photo, settings, kind, lender) for kind in kinds]
for painting, column in zip(paintings, columns, strict=True):
    with column:
        picture(painting, settings, edit)
pictures_first()
found = []
for painting, column in zip(paintings, columns, strict=True):
    with column:
        found.append(account(painting))
if settings.view.edits:
    st.button(
        "Take back all changed colours",
        on_click=lambda: address.put(page.without_edits(address.current)),
    )
for painting in paintings:
    found.append(panel(painting, settings))
linger(*(each for each in found if each is not None))
