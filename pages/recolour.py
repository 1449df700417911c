"""Recolour a photo: palettes from k-means and mixtures, to look at, to play with, to take away."""

import streamlit as st

from gmmlab.guide.scenes import RECOLOR_SCENES
from gmmlab.studies.recolour import page
from gmmlab.ui.chart.chart import pictures_first
from gmmlab.ui.inputs.photo_bench import photo_bench
from gmmlab.ui.inputs.photo_upload import lender_of, photo_of
from gmmlab.ui.parts.painting import (
    accounted,
    compression,
    downloads,
    figures,
    notes,
    painted,
    picture,
)
from gmmlab.ui.parts.palette import looks, palette, panel, panel_choice, take_back
from gmmlab.ui.parts.takeaway import pictures as takeaway
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.asking import linger
from gmmlab.ui.shell.scenes import to_next_page
from gmmlab.ui.shell.tour import told_as_slide

address = Address("recolour", page.RecolorSettings)
settings = photo_bench(address)

st.title("Recolour a photo")
told_as_slide(address.page)
photo, lender = photo_of(settings), lender_of(settings)
found = [looks(address, settings, photo)]

paintings = [painted(photo, settings, finder, lender) for finder in settings.finders]
alone = len(paintings) == 1
columns = st.columns([73, 27] if alone else len(paintings), gap="small")
for painting, column in zip(paintings, columns, strict=not alone):
    with column:
        picture(painting)
        said = st.container()
for painting, column in zip(paintings, columns[alone:], strict=True):
    with column:
        downloads(painting, settings.view.order)
        palette(address, settings, painting)
        if alone:
            take_back(address, settings)
        notes(painting)
pictures_first()
for scene in RECOLOR_SCENES:
    if scene.settings == settings:
        said.caption(scene.told(settings))
for painting, column in zip(paintings, columns[alone:], strict=True):
    account = accounted(painting)
    found.append(account.asked)
    with column:
        figures(painting, account)
    with said if alone else column:
        compression(painting, account)
if not alone:
    take_back(address, settings)
to_next_page(address, RECOLOR_SCENES)
panel_choice(address, settings)
for painting in paintings:
    below = panel(painting, settings)
    found += [below] if below is not None else []
takeaway.from_recolour(settings, paintings, lender)
linger(*found)
