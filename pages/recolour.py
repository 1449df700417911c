"""Recolour a photo: palettes from k-means and mixtures, to look at, to play with, to take away."""

from dataclasses import replace

import streamlit as st

from gmmlab.guide.scenes import RECOLOR_SCENES
from gmmlab.studies.recolour import page
from gmmlab.studies.recolour.palettes import order_of
from gmmlab.ui.chart.chart import pictures_first
from gmmlab.ui.chart.pictures import swatches, wipe
from gmmlab.ui.parts.painting import account, panel, picture_files
from gmmlab.ui.parts.photos import (
    own_photo,
    photo_of,
    picture_controls,
    shown,
    without_stale_edits,
)
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.jobs import wait_for
from gmmlab.ui.shell.scenes import scenes
from gmmlab.ui.shell.workbench import workbench

address = Address("recolour", page.RecolorSettings)
settings = without_stale_edits(address, workbench(address, picture_controls))
view = settings.view

st.title("Recolour a photo")
scenes(
    address,
    RECOLOR_SCENES,
    "Drag the line, move **Colours K**, click a colour below to change it. Or try one of these "
    "looks.",
)
photo = photo_of(settings)
if view.borrow == "own" and own_photo() is None:
    st.info("There is no photo of yours to borrow a palette from: upload one under **Data**.")
kinds = list(page.MODELS) if settings.model.model == "both" else [settings.model.model]


def edit(place, code):
    """Change one colour of the palette."""
    edits = page.edited(view.edits, place, code)
    address.put(replace(address.current, view=replace(view, edits=edits)))


columns = st.columns(len(kinds), gap="small")
results = {kind: shown(photo, settings, kind) for kind in kinds}
for (kind, result), column in zip(results.items(), columns, strict=True):
    with column:
        before, after, lost = picture_files(photo, result, settings, kind)
        K = len(result.palette)
        title = f"{page.MODELS[kind]}, {K} colour" + "s" * (K > 1)
        wipe(
            f"wipe {kind}",
            before,
            after,
            size=photo.shown.size,
            names=("original", title),
            alt=f"{photo.name}: the original, and painted by {title}.",
        )
        order = order_of(result.palette, result.shares, view.order)
        changed = page.edits_of(view.edits)
        if lost:
            st.info(lost)
        swatches(f"swatches {kind}", result.palette, result.shares, order, changed, edit)
pictures_first()
running = []
for (kind, result), column in zip(results.items(), columns, strict=True):
    with column:
        for note in result.notes:
            st.info(note)
        running += account(photo, result, settings, kind)
if view.edits:
    st.button(
        "Take back all changed colours",
        on_click=lambda: address.put(page.without_edits(address.current)),
    )

running += panel(photo, settings, kinds)
if running:
    wait_for(running[0], seconds=1)
