"""The front page is the tool: two models of the same points, data to choose, and ways on."""

import streamlit as st

from gmmlab.figures import clusters as figures
from gmmlab.studies.clusters import study as clusters
from gmmlab.studies.clusters.front import FrontSettings
from gmmlab.ui.inputs.points import arrive_at_points, points
from gmmlab.ui.parts.front import thumbnails, ways_on
from gmmlab.ui.parts.plane import Picture, blank_pictures, pictures_in_a_row
from gmmlab.ui.parts.takeaway import points as takeaway
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.asking import ask
from gmmlab.ui.shell.controls import control_of
from gmmlab.ui.shell.navigation import cards
from gmmlab.ui.shell.sharing import sharing
from gmmlab.ui.shell.tour import told_as_slide
from gmmlab.ui.shell.workbench import bench_of_its_own

KMEANS, GMM = "k-means", "Gaussian mixture (GMM)"

address = Address("home", FrontSettings)
settings, notices = arrive_at_points(address)
few = bench_of_its_own(address, settings, notices)

if few:
    told_as_slide(address.page)
else:
    with st.container(horizontal=True, vertical_alignment="center", key="front"):
        st.title("GMM Lab")
        thumbnails(address, settings)
    st.caption(
        "The same points, two ideas of a group: discs around **centres**, or **Gaussians** that "
        "lean and overlap. Drag a numbered centre, and both start again from there."
    )
dataset = points(address, settings.data)
if (empty := blank_pictures(dataset, [KMEANS, GMM])) is not None:
    pictures_in_a_row(address, empty)
    st.caption("Draw some points: the models are fitted to them while you draw.")
    st.stop()

as_clusters = settings.as_clusters
result = ask(clusters.study, dataset, as_clusters.model, words="Fitting both models")
pictures = [
    Picture(KMEANS, figures.kmeans_figure(result, settings.view), result.kmeans.centers),
    Picture(GMM, figures.gmm_figure(result, settings.view), result.gmm.mixture.means),
]
pictures_in_a_row(address, pictures, asks=settings.model.init != "hand")
if not few:
    with st.container(horizontal=True, vertical_alignment="bottom", key="ways"):
        with st.container(width=260):
            control_of(address, "n_components")
        ways_on(settings)
for note in (*result.notes, *result.mixture_notes):
    st.caption(note)
if not few:
    sharing(address, settings)
    cards()
takeaway.from_front(settings, result)
