"""k-means beside a Gaussian mixture: the same points, two ideas of what a cluster is."""

import streamlit as st

from gmmlab.figures import clusters as figures
from gmmlab.guide.scenes import CLUSTER_SCENES
from gmmlab.studies.clusters import covariance_types, page, regions, stability
from gmmlab.studies.clusters import study as clusters
from gmmlab.studies.mixtures.model import SHAPES
from gmmlab.ui.chart.chart import chart
from gmmlab.ui.inputs.points import point_bench, points
from gmmlab.ui.parts.findings import findings
from gmmlab.ui.parts.plane import Picture, blank_pictures, pictures_in_a_row
from gmmlab.ui.parts.takeaway import points as takeaway
from gmmlab.ui.parts.watch import watch_it_converge
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.asking import ask
from gmmlab.ui.shell.controls import under_the_picture
from gmmlab.ui.shell.scenes import scenes
from gmmlab.ui.shell.words import placed_caption

KMEANS, GMM = "k-means", "Gaussian mixture (GMM)"

address = Address("clusters", page.ClustersSettings)
settings = point_bench(address)
data, model, view = settings.data, settings.model, settings.view

st.title("Clusters")
scenes(
    address,
    CLUSTER_SCENES,
    "Eight scenes tell the story from k-means to mixtures: click through them, or change anything "
    "in the sidebar.",
)
dataset = points(address, data)
shown = {"kmeans": [KMEANS], "gmm": [GMM]}.get(view.show, [KMEANS, GMM])

if (empty := blank_pictures(dataset, shown)) is not None:
    pictures_in_a_row(address, empty)
    st.caption("Draw some points: the models are fitted to them while you draw.")
    if view.show == "types":
        st.info("To go on drawing after the first point, show **both models** under **View**.")
    st.stop()

if view.show == "types":
    question = covariance_types.question(model)
    comparison = ask(covariance_types.study, dataset, question, words="Fitting four mixtures")
    with st.grid(4, min_column_width=170):
        for name, caption, figure in figures.covariance_types_figures(comparison, view):
            with st.container(gap="xsmall"):
                chart(figure, f"type {name}", title=name, keep=data, linked="types")
                st.caption(f"{SHAPES[name]}: {caption}")
    st.caption(comparison.verdict)
    for note in comparison.notes:
        st.info(note)
    takeaway.from_types(settings, comparison)
    st.stop()

result = ask(clusters.study, dataset, model, words="Fitting both models")
shaded = None
if view.regions:
    shaded = ask(regions.regions, result, figures.view_of(result).surroundings)
kept = None
if view.size == "certainty" and KMEANS in shown:
    words = "Refitting k-means on 50 resamples of the data"
    kept = ask(stability.study, dataset, stability.question(model), words=words)

pictures = []
if KMEANS in shown:
    figure = figures.kmeans_figure(result, view, stability=kept, regions=shaded)
    pictures.append(Picture(KMEANS, figure, result.kmeans.centers))
if GMM in shown:
    figure = figures.gmm_figure(result, view, regions=shaded)
    pictures.append(Picture(GMM, figure, result.gmm.mixture.means))
pictures_in_a_row(address, pictures)
under_the_picture(address, "n_components")
placed_caption(figures.reading(view))
if GMM in shown:
    watch_it_converge(settings)
findings(result, view.show)
takeaway.from_clusters(settings, result)
