"""The front page: what this is, one live picture, and a way into every page."""

import streamlit as st

from gmmlab.data.datasets import load
from gmmlab.figures.clusters import preview_figure
from gmmlab.studies.clusters import ModelSettings, study
from gmmlab.ui.caching import cached
from gmmlab.ui.chart import chart
from gmmlab.ui.navigation import cards

st.title("GMM Lab")
st.markdown(
    "See what **k-means** and **Gaussian mixture models** (GMM) find in data, and why they differ: "
    "change a setting, and the picture answers."
)
picture, ways = st.columns([3, 2], gap="large")
with picture:
    K = st.slider(
        "Components (K)", 1, 20, 12, help="How many Gaussians are fitted to these 200 points."
    )
    model = ModelSettings(n_components=K)
    chart(
        preview_figure(cached(lambda: study(load("moons"), model), "front page", model)),
        key="front page",
    )
    st.caption(
        "Two moons and a mixture fitted to them just now: ellipses at 1, 2 and 3 σ. Two components "
        "cannot be moons; a dozen follow them closely. Move the slider."
    )
with ways:
    cards()
