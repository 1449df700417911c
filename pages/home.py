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
    "See what **k-means** and **Gaussian mixture models** find in data, and why they differ: "
    "change a setting, and the picture answers."
)
picture, ways = st.columns([3, 2], gap="large")
with picture:
    result = cached(lambda: study(load("stretched"), ModelSettings(seed=42)), "front page")
    chart(preview_figure(result), key="front page")
    st.caption(
        "Four stretched clouds and the mixture fitted to them just now: ellipses at 1, 2 and 3 σ."
    )
with ways:
    cards()
