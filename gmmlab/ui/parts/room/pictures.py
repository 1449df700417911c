"""What both faces of a room show of a question: studies about its frozen values, asked once."""

from typing import Any

import streamlit as st

from gmmlab.figures import clusters as figures
from gmmlab.figures.figure import Figure
from gmmlab.guide.asked import NextMean, WhichFit, moving
from gmmlab.studies.clusters import study as clusters
from gmmlab.studies.clusters.page import ViewSettings
from gmmlab.studies.em import course
from gmmlab.ui.shell.asking import ask

_WORDS = "Fitting both models"


def fit_pictures(question: WhichFit, height: int = 430) -> list[tuple[Any, Figure]]:
    """The two fits, each with its picture; none if they are on the wall."""
    if question.dataset is None:
        return []
    found = []
    for side in question.sides:
        result = ask(clusters.study, question.dataset, side.model, words=_WORDS)
        draw = figures.kmeans_figure if side.kmeans else figures.gmm_figure
        picture = draw(result, ViewSettings(), height=height)
        found.append((result, picture.with_layout(showlegend=False)))
    return found


def run_asked(question: NextMean) -> tuple[course.Course, int, int] | None:
    """The run, which mixture of it is shown, and whose mean is asked about; or a sentence."""
    run = ask(course.course, question.dataset, question.model, "plane", words="Running EM")
    index = question.index(run)
    if index is None:
        st.info("This run of EM ends where it begins: no mean moves. Choose another start.")
        return None
    return run, index, moving(run, index)
