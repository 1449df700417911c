"""How many components? Four criteria over K × covariance type; clusters made of components."""

from dataclasses import replace

import streamlit as st

from gmmlab.figures import selection as figures
from gmmlab.scenes import HOW_MANY_SCENES
from gmmlab.studies import criteria, how_many, merging
from gmmlab.studies.reports import selection_table
from gmmlab.ui.address import Address
from gmmlab.ui.chart import chart
from gmmlab.ui.jobs import wait_for
from gmmlab.ui.plane import blank_pictures, side_by_side
from gmmlab.ui.scenes import scenes
from gmmlab.ui.sweeping import open_elsewhere, progress, rows, swept
from gmmlab.ui.tables import table
from gmmlab.ui.workbench import points, workbench

address = Address("how_many", how_many.HowManySettings)
settings = workbench(address)
view = settings.view

st.title("How many components?")
scenes(
    address,
    HOW_MANY_SCENES,
    "Every criterion asks its own question, and so gives its own answer. Click a model to see it.",
)
dataset = points(address, settings.data)
if (empty := blank_pictures(dataset, ["Your drawing"])) is not None:
    side_by_side(address, empty)
    st.stop()
given = rows(address, settings, dataset)
cells, running = swept(settings, given.X)
progress(settings, cells, running)

shown = how_many.criteria_of(view, settings.model)
chosen = how_many.chosen(cells, view, shown)


def choose(event):
    """Show the cell that was clicked."""
    K, place = map(int, event["about"])
    cell = f"{K}-{how_many.TYPES[place]}"
    address.put(replace(address.current, view=replace(view, cell=cell)))


left, right = st.columns([3, 2], gap="medium")
with left:
    if view.chart == "map":
        chart(figures.map_figure(cells, shown[0], chosen), "map", keep=shown, picked=choose)
    else:
        chart(figures.curves_figure(cells, shown, chosen), "curves", keep=shown, picked=choose)
if chosen is not None and chosen.fit is not None:
    seen = how_many.in_the_plane(chosen.fit, given.X, given.names)
    with right:
        chart(figures.fit_figure(*seen), "fit", keep=(settings.data, settings.columns))
        st.caption(how_many.caption(chosen, given.names))
        open_elsewhere(settings, chosen)
for sentence in criteria.explanation(cells):
    st.markdown(f"- {sentence}")
if running is None and (base := criteria.best(cells, "bic")) is not None and base.fit is not None:
    st.subheader("Components are not clusters")
    merged = merging.merge(base.fit, given.X)
    step = how_many.shown_step(merged, view.n_clusters)
    st.caption(how_many.merging_words(merged, step))
    left, right = st.columns([2, 3], gap="medium")
    with left:
        figure = figures.entropy_figure(merged, step.n_clusters)
        chart(
            figure, "entropy", picked=lambda event: address.put(how_many.stepped(settings, event))
        )
    with right:
        plane = how_many.in_the_plane(base.fit, given.X, given.names)
        chart(figures.merged_figure(plane[0], plane[1], step, plane[3]), "merged")
table(selection_table(cells), "models")
if running is not None:
    wait_for(running)
