"""A slider and one chart of `?points=…`, by `?chart=ours` or Streamlit's own; nothing is fitted."""

import sys
from pathlib import Path

import numpy as np
import streamlit as st

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from gmmlab.data.points.datasets import load  # noqa: E402
from gmmlab.figures import palette  # noqa: E402
from gmmlab.figures.layers import Points, layered  # noqa: E402
from gmmlab.figures.plane import plane, window  # noqa: E402
from gmmlab.ui.chart.chart import chart  # noqa: E402


@st.cache_resource
def points(n: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    return load("blobs").X[rng.integers(0, 400, n)] + 0.1 * rng.standard_normal((n, 2))


st.set_page_config(layout="wide")
X = points(int(st.query_params.get("points", "400")))
K = st.slider("Components K", 1, 20, 4)
labels = np.arange(len(X)) % K
figure = plane(
    layered(Points(X, labels, [palette.color(k) for k in range(K)]), []),
    window(X),
    ("x", "y"),
    height=430,
    alt=f"Points in K = {K} colours.",
)
if st.query_params.get("chart") == "streamlit":
    st.plotly_chart({"data": figure.data, "layout": figure.layout}, key="chart")
else:
    chart(figure, "chart", keep="always")
