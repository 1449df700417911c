"""A point that walks along a line in five frames."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from gmmlab.figures.figure import Figure  # noqa: E402
from gmmlab.ui.chart.chart import chart  # noqa: E402

figure = Figure(
    [{"type": "scatter", "x": [0], "y": [0]}],
    {"xaxis": {"range": [-1, 5]}, "meta": {"alt": "A point that walks."}},
    [{"name": f"step {i}", "data": [{"x": [i], "y": [0]}]} for i in range(5)],
)
st.text_input("Note")
chart(figure, "walk")
