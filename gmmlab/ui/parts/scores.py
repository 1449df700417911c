"""Below the pictures of the Density page: a point's score, the rival, and files of points."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from gmmlab.data.tables.writing import as_csv
from gmmlab.engine.arrays import Array
from gmmlab.studies.density.lenses import Lenses
from gmmlab.studies.density.page import DensityModel
from gmmlab.studies.density.rivals import Rivals
from gmmlab.studies.mixtures.centers import code_of
from gmmlab.studies.mixtures.cross_validation import HeldOut
from gmmlab.ui.shell.address import Address

_SHARES_SHOWN = 4


def take_score(address: Address[Any], event: Mapping[str, Any]) -> None:
    """Score the place that was clicked."""
    settings = address.current
    code = code_of(np.array([[event["x"], event["y"]]]))
    address.put(replace(settings, view=replace(settings.view, score=code)))


def scored(result: Lenses, point: Array) -> None:
    """What each mixture says of a point: a row of figures for each."""
    names = result.dataset.columns
    st.markdown(f"**The point {names[0]} = {point[0]:.4g}, {names[1]} = {point[1]:.4g}**")
    for title, score in result.score(point):
        order = np.argsort(-score.responsibilities, kind="stable")[:_SHARES_SHOWN]
        largest = [(k, score.responsibilities[k]) for k in order]
        told = ", ".join(f"{k + 1}: {share:.1%}" for k, share in largest if share > 5e-4)
        unusual = score.percentile < 1
        cells = (
            (
                f"log p, {title}",
                f"{score.log_density:.3f}" if abs(score.log_density) < 1e6 else "below −1,000,000",
                "The log of the density there, in nats: 1 higher is 2.7 times as dense.",
            ),
            (
                "Percentile",
                f"{score.percentile:.1f} %" + (" (outlier)" if unusual else ""),
                "How many of the data lie where the density is lower still. Near 0: an outlier.",
            ),
            (
                "Shares of components",
                told or "none",
                "The posterior probability of each component there, largest first.",
            ),
        )
        with st.grid(len(cells), min_column_width=200):
            for label, value, help in cells:
                st.metric(label, value, help=help)


def rivals(found: Rivals, model: DensityModel) -> None:
    """Held-out log-likelihood of the mixture and of a kernel estimate."""
    st.markdown("**Which density foresees new points better?**")
    mixture, kernels = found.mixture, found.kernels
    help = (
        "Mean log-likelihood per point, in nats, of points held out in 5 folds, ± one standard "
        "error; higher is better."
    )
    with st.grid(2, min_column_width=220):
        st.metric(f"Mixture, K = {model.n_components}", _spelled(mixture), help=help)
        st.metric("Kernel estimate", _spelled(kernels), help=help)
    if mixture is not None and kernels is not None:
        st.caption(_verdict(mixture, kernels))
    if found.problem:
        st.info(found.problem)


def download_points(drawn: Mapping[str, Array], columns: tuple[str, str]) -> None:
    """A file of new points for every model that drew some."""
    for title, X in drawn.items():
        st.download_button(
            f"New points as CSV: {title}",
            data=partial(as_csv, {columns[0]: X[:, 0], columns[1]: X[:, 1]}),
            file_name="new-points.csv",
            mime="text/csv",
            on_click="ignore",
            key=f"new points {title}",
        )


def _spelled(found: HeldOut | None) -> str:
    return "not possible" if found is None else f"{found.mean:.3f} ± {found.error:.3f}"


def _verdict(mixture: HeldOut, kernels: HeldOut) -> str:
    gap = mixture.mean - kernels.mean
    doubt = float(np.hypot(mixture.error, kernels.error))
    if abs(gap) < doubt:
        return "They differ by less than the error of this measurement: a draw."
    better, worse = ("mixture", "kernels") if gap > 0 else ("kernel estimate", "mixture")
    return (
        f"The {better} foresees held-out points better than the {worse}, by {abs(gap):.2f} nats "
        f"a point: {np.exp(abs(gap)):.2f} times the density."
    )
