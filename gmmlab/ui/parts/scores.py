"""Below the pictures of the Density page: a point's score, the rival, and files of points."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from gmmlab.data.tables.writing import as_csv
from gmmlab.engine.arrays import Array
from gmmlab.numbers import number
from gmmlab.studies.density.lenses import Lenses
from gmmlab.studies.density.rivals import Rival, verdict
from gmmlab.studies.mixtures.centers import code_of
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.boxes import box
from gmmlab.ui.shell.controls import explained
from gmmlab.ui.shell.words import plain

_SHOWN = 4  # responsibilities
_NATS = "A nat is the unit of natural logarithms: 1 nat more is 2.7 times the density."


def take_score(address: Address[Any], event: Mapping[str, Any]) -> None:
    """Score the place that was clicked."""
    settings = address.current
    code = code_of(np.array([[event["x"], event["y"]]]))
    address.put(replace(settings, view=replace(settings.view, score=code)))


def scored(result: Lenses, point: Array) -> None:
    """What each model says of a point: a row of figures for each."""
    names = result.dataset.columns
    at = (f"{plain(name)} = {number(value)}" for name, value in zip(names, point, strict=True))
    st.markdown(f"**The point {', '.join(at)}**")
    for title, score in result.score(point):
        cells = [
            (
                f"log p, {title}",
                f"{score.log_density:.3f}" if abs(score.log_density) < 1e6 else "below −1,000,000",
                f"The natural log of the density there. {_NATS}",
            ),
            (
                "Percentile",
                f"{score.percentile:.1f} %" + (" (outlier)" if score.percentile < 1 else ""),
                "How many of the data lie where the density is lower still. Near 0: an outlier.",
            ),
        ]
        if score.responsibilities is not None:
            cells.append(
                (
                    "Responsibilities",
                    _largest(score.responsibilities),
                    "The probability that each component has for a point there, largest first.",
                )
            )
        with st.grid(len(cells), min_column_width=200):
            for label, value, help in cells:
                st.metric(label, value, help=explained(help, label))


def rivals(several: bool, found: Callable[[], Sequence[Rival]]) -> None:
    """A question; once it is opened, the held-out log-likelihoods, and which is best.

    A bet comes before its answer, which takes five fits a model.
    """
    question = (
        "**Which of these densities foresees new points best?**"
        if several
        else "**How well does this density foresee new points?**"
    )
    box(question, "density rivals", lambda: _held_out(found()))


def _held_out(found: Sequence[Rival]) -> None:
    help = (
        "Mean log-likelihood per point, in nats, of points held out in 5 folds, ± one standard "
        f"error; higher is better. {_NATS}"
    )
    with st.grid(max(2, len(found)), min_column_width=220):
        for each in found:
            name = each.subject.removeprefix("The ")
            st.metric(name[0].upper() + name[1:], _spelled(each), help=explained(help, name))
    for problem in dict.fromkeys(e.score for e in found if isinstance(e.score, str)):
        st.info(problem)
    words = verdict(found)
    if len(found) < 2:
        words = "Put another K or a kernel estimate beside it, under **Model**, to compare."
    if words:
        st.caption(words)


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


def _largest(responsibilities: Array) -> str:
    order = np.argsort(-responsibilities, kind="stable")[:_SHOWN]
    largest = [(k, responsibilities[k]) for k in order]
    return ", ".join(f"{k + 1}: {share:.1%}" for k, share in largest if share > 5e-4) or "none"


def _spelled(rival: Rival) -> str:
    if isinstance(rival.score, str):
        return "not possible"
    return f"{rival.score.mean:.3f} ± {rival.score.error:.3f}"
