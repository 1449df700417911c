"""How many components? Four criteria over K × covariance type; clusters made of components."""

from dataclasses import replace

import streamlit as st

from gmmlab.figures import selection as figures
from gmmlab.guide.scenes import HOW_MANY_SCENES
from gmmlab.studies.selection import criteria, plane
from gmmlab.studies.selection import page as how_many
from gmmlab.studies.selection.tables import selection_table
from gmmlab.ui.chart.chart import chart
from gmmlab.ui.inputs.points import point_bench, points
from gmmlab.ui.parts.merged import components_as_clusters
from gmmlab.ui.parts.plane import drawn_elsewhere
from gmmlab.ui.parts.sweep import open_elsewhere, rows, swept
from gmmlab.ui.parts.tables import table
from gmmlab.ui.parts.takeaway import points as takeaway
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.asking import ask, linger
from gmmlab.ui.shell.scenes import scenes
from gmmlab.ui.shell.words import plain

address = Address("how_many", how_many.HowManySettings)
settings = point_bench(address)
view = settings.view

st.title("How many components?")
scenes(
    address,
    HOW_MANY_SCENES,
    "Every criterion asks its own question, and so gives its own answer. Click a model to see it.",
)
dataset = points(address, settings.data)
drawn_elsewhere(dataset)
given = rows(address, settings, dataset)
cells, found = swept(settings, given)

shown = how_many.criteria_of(view, settings.model)
if view.criterion == "held_out" and shown != ("held_out",):
    st.info("Nothing is held out: choose a number of folds under **Hold out**.")
chosen = how_many.chosen(cells, view, shown)


def choose(event):
    """Show the cell that was clicked."""
    K, place = map(int, event["about"])
    cell = K, how_many.TYPES[place]
    address.put(replace(address.current, view=replace(view, cell=cell)))


left, right = st.columns([3, 2], gap="medium")
with left:
    if view.chart == "map":
        for name in shown:
            figure = figures.map_figure(cells, name, chosen, height=380 // len(shown))
            tall = len(shown) == 1
            chart(figure, f"map {name}", keep=name, tall=tall, picked=choose, roves=True)
        st.caption(figures.MARKS)
    else:
        figure = figures.curves_figure(cells, shown, chosen)
        chart(figure, "curves", keep=shown, tall=True, picked=choose, roves=True)
if chosen is not None and chosen.fit is not None:
    seen = ask(plane.in_the_plane, chosen, given)
    with right:
        chart(figures.fit_figure(seen), "fit", keep=(settings.data, settings.columns), tall=True)
        st.caption(how_many.caption(chosen, [plain(name) for name in given.names]))
        open_elsewhere(settings, chosen)
for sentence in criteria.explanation(cells):
    st.markdown(f"- {sentence}")
if not found.running:
    components_as_clusters(address, settings, cells, given)
table(selection_table(cells), "models")
takeaway.from_sweep(settings, given, chosen)
linger(found)
