"""EM, half-step by half-step: what it climbs, where it ends, and how it goes wrong."""

import streamlit as st

from gmmlab.guide.scenes import EM_SCENES
from gmmlab.studies.em.page import EmSettings
from gmmlab.ui.inputs.points import point_bench, points
from gmmlab.ui.parts import em
from gmmlab.ui.parts.plane import drawn_elsewhere
from gmmlab.ui.parts.takeaway import em as takeaway
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.asking import linger
from gmmlab.ui.shell.scenes import scenes

address = Address("em", EmSettings)
settings = point_bench(address)

st.title("EM step by step")
scenes(
    address,
    EM_SCENES,
    "Press Play: the E-step colours the points, the M-step moves the Gaussians. Drag a numbered "
    "mean, and EM starts from there.",
)
em.parts(address, settings)
dataset = points(address, settings.data)
drawn_elsewhere(dataset)

part = settings.moment.part
if part == "atlas":
    found = em.many_starts(address, settings, dataset)
    takeaway.from_em(settings, dataset)
    linger(found)
else:
    {"steps": em.steps, "bound": em.the_bound, "collapse": em.collapsing, "limit": em.to_kmeans}[
        part
    ](address, settings, dataset)
    takeaway.from_em(settings, dataset)
