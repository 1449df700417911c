"""A mixture is a density: where it is high, what a point is worth, and new points drawn from it."""

import streamlit as st

from gmmlab.figures import density as figures
from gmmlab.guide.scenes import DENSITY_SCENES
from gmmlab.studies.density import lenses, page
from gmmlab.studies.density.rivals import Rival
from gmmlab.studies.mixtures.centers import centers_of
from gmmlab.ui.inputs.points import point_bench, points
from gmmlab.ui.parts.plane import Picture, blank_pictures, pictures_in_a_row
from gmmlab.ui.parts.scores import download_points, rivals, scored, take_score
from gmmlab.ui.parts.takeaway import points as takeaway
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.asking import ask
from gmmlab.ui.shell.controls import under_the_picture
from gmmlab.ui.shell.scenes import scenes

address = Address("density", page.DensitySettings)
settings = point_bench(address)
data, model, view = settings.data, settings.model, settings.view

st.title("Density")
scenes(
    address,
    DENSITY_SCENES,
    "A mixture says of every place how likely a point is there. Choose a lens; hover anywhere for "
    "log p, click to score a point.",
)
dataset = points(address, data)
keys = page.picture_keys(model, view)
if (empty := blank_pictures(dataset, ["Your drawing"] * len(keys), keys)) is not None:
    pictures_in_a_row(address, empty)
    st.caption("Draw some points: the mixture is fitted to them while you draw.")
    st.stop()

asked = lenses.questions(dataset, model)
result = lenses.together(dataset, [ask(*each, words="Fitting mixtures") for each in asked])
box = figures.box_of(result, view)
seen = {lens: ask(lenses.seen, lens, box, words="Measuring densities") for lens in result.lenses}
mark = centers_of(view.score)[0] if view.score else None

pictures = []
if view.lens in ("points", "samples"):
    over = seen[result.lenses[-1]]
    figure = figures.points_figure(result, dataset.X, "points", over=over, mark=mark)
    pictures.append(Picture("Data", figure, key=keys[0]))
drawn = {}
for lens in result.lenses if view.lens != "points" else ():
    if view.lens == "samples":
        new = drawn[lens.title] = ask(lenses.new_points, lens, view.n_samples, view.sample_seed)
        words = f"new points from: {lens.title}"
        figure = figures.points_figure(result, new, words, over=seen[lens], mark=mark)
    elif view.lens == "surface":
        figure = figures.surface_figure(result, lens, seen[lens])
    elif view.lens == "clusters":
        look = {"marginals": view.marginals, "color": view.color, "mark": mark}
        figure = figures.clusters_figure(result, lens, seen[lens], **look)
    else:
        figure = figures.density_figure(
            result, lens, seen[lens], marginals=view.marginals, mark=mark
        )
    pictures.append(Picture(lens.title, figure, key=keys[min(len(pictures), len(keys) - 1)]))

pictures_in_a_row(address, pictures, picked=lambda event: take_score(address, event))
under_the_picture(address, "n_components")
st.caption(figures.reading(view))
for note in result.notes:
    st.info(note)
if drawn:
    download_points(drawn, dataset.columns)
if mark is not None:
    scored(result, mark)
takeaway.from_density(settings, result)
if view.lens != "points":  # there nothing is fitted
    words, about = "Fitting to five folds", lenses.rival_questions(dataset, model)
    rivals(
        len(about) > 1,
        lambda: [Rival(name, ask(*each, words=words)) for name, each in about.items()],
    )
