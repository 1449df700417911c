"""A mixture is a density: where it is high, what a point is worth, and new points drawn from it."""

import streamlit as st

from gmmlab.figures import density as figures
from gmmlab.guide.scenes import DENSITY_SCENES
from gmmlab.studies.density import lenses, page
from gmmlab.studies.mixtures.centers import centers_of
from gmmlab.ui.parts.plane import Picture, blank_pictures, side_by_side
from gmmlab.ui.parts.scores import download_points, rivals, scored, take_score
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.caching import cached
from gmmlab.ui.shell.scenes import scenes
from gmmlab.ui.shell.workbench import points, workbench

address = Address("density", page.DensitySettings)
settings = workbench(address)
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
    side_by_side(address, empty)
    st.caption("Draw some points: the mixture is fitted to them while you draw.")
    st.stop()

result = cached(lambda: lenses.study(dataset, model), "lenses", data, model)
mark = centers_of(view.score)[0] if view.score else None

pictures = []
if view.lens in ("points", "samples"):
    over = result.lenses[-1]
    figure = figures.points_figure(result, dataset.X, "points", over=over, mark=mark)
    pictures.append(Picture("Data", figure, key=keys[0]))
drawn = {}
for lens in result.lenses if view.lens != "points" else ():
    if view.lens == "samples":
        drawn[lens.title] = lens.new_points(view.n_samples, view.sample_seed)
        figure = figures.points_figure(
            result, drawn[lens.title], f"new points from: {lens.title}", over=lens, mark=mark
        )
    elif view.lens == "surface":
        figure = figures.surface_figure(result, lens)
    else:
        draw = {"clusters": figures.clusters_figure, "density": figures.density_figure}[view.lens]
        figure = draw(result, lens, marginals=view.marginals, mark=mark)
    pictures.append(Picture(lens.title, figure, key=keys[min(len(pictures), len(keys) - 1)]))

side_by_side(address, pictures, picked=lambda event: take_score(address, event))
st.caption(figures.reading(view))
for note in result.notes:
    st.info(note)
if drawn:
    download_points(drawn, dataset.columns)
if mark is not None:
    scored(result, mark)
rivals(cached(lambda: lenses.held_out(dataset, model), "rivals", data, model), model)
