"""From a fit that is finished to the run that made it: the way to the page EM step by step."""

import streamlit as st

from gmmlab.settings import to_query
from gmmlab.studies.clusters.page import ClustersSettings
from gmmlab.studies.em.page import STARTS, EmModel, EmSettings
from gmmlab.ui.shell.navigation import path_of

_MOST = 12  # components that a run is watched with


def watch_it_converge(settings: ClustersSettings, label: str = "Watch it converge →") -> None:
    """A button that opens the same data, model and start where EM can be watched."""
    model = settings.model
    if st.button(
        label,
        disabled=model.n_components > _MOST,
        help="The same points, model and start on the page EM step by step, half-step by half-step."
        if model.n_components <= _MOST
        else f"Runs of up to {_MOST} components can be watched.",
    ):
        init = model.init if model.init in STARTS else "kmeans"
        there = EmModel(
            n_components=model.n_components,
            covariance_type=model.covariance_type,
            init=init,
            centers=model.centers if init == "hand" else "",
            seed=model.seed,
        )
        there_too = EmSettings(data=settings.data, model=there)
        st.switch_page(path_of("em"), query_params=to_query(there_too))
