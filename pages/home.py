"""The front page: what this is, one live picture, and a way into every page."""

import streamlit as st

from gmmlab.figures.clusters import preview_figure
from gmmlab.studies.clusters import front
from gmmlab.ui.chart.chart import chart
from gmmlab.ui.parts.takeaway import points as takeaway
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.asking import ask
from gmmlab.ui.shell.controls import controls
from gmmlab.ui.shell.navigation import cards

address = Address("home", front.FrontSettings)
settings, notices = address.arrive()
for notice in notices:
    st.warning(notice)

st.title("GMM Lab")
st.markdown(
    "See what **k-means** and **Gaussian mixture models** (GMM) find in data, and why they differ: "
    "change a setting, and the picture answers."
)
picture, ways = st.columns([3, 2], gap="large")
with picture:
    result = ask(front.study, settings)
    chart(preview_figure(result), "front", tall=True)
    controls(address, settings, in_a_row=1)
    st.caption(
        "Two moons and a mixture fitted to them just now: ellipses at 1, 2 and 3 σ. Two components "
        "cannot be moons; a dozen follow them closely. Move the slider."
    )
with ways:
    cards()
takeaway.from_front(settings, result)
address.write(settings)
