"""Below the pictures of the Clusters page: scores, tables and how the fit went."""

from collections.abc import Callable

import streamlit as st

from gmmlab.data.tables.writing import Columns
from gmmlab.numbers import number
from gmmlab.studies.clusters.study import Clusters
from gmmlab.studies.clusters.tables import (
    component_table,
    kmeans_table,
    label_table,
    posterior_table,
)
from gmmlab.studies.mixtures.model import MAX_ITER
from gmmlab.ui.parts.tables import table
from gmmlab.ui.shell.controls import explained

_STOPPED = {
    "converged": "converged: its last step changed the log-likelihood per point by less than {tol}",
    "fell": "stopped: the floor under the variances began to pull the likelihood down",
    "max_iter": f"not converged: the limit of {MAX_ITER} iterations was reached",
    "stalled": "stopped: its last step changed nothing beyond rounding",
    "collapsed": "stopped: the next step would have shrunk a component to nothing",
}


# By the name of its tab: what is said above a table, and its columns.
_MIXTURE_TABLES: dict[str, tuple[str, Callable[[Clusters], Columns]]] = {
    "Responsibilities": (
        "Each row is a point, each p(k) the responsibility of component k for it, the probability "
        "that the point comes from there: rows sum to 1. The most uncertain points come first.",
        posterior_table,
    ),
    "Components": (
        "The mixture's weights, means and covariances, with k-means' centres beside.",
        component_table,
    ),
}
_KMEANS_TABLES: dict[str, tuple[str, Callable[[Clusters], Columns]]] = {
    "Points": ("Each row is a point; those farthest from their centre come first.", label_table),
    "Centres": (
        "A disc reaches from its centre to the farthest point of its cluster.",
        kmeans_table,
    ),
}


def findings(result: Clusters, show: str) -> None:
    """Scores in a row, then two tables, each with a download: of the models that are shown."""
    mixture = show != "kmeans"
    for note in (*result.notes, *(result.mixture_notes if mixture else ())):
        st.info(note)
    _scores(result, mixture)
    parts = _MIXTURE_TABLES if mixture else _KMEANS_TABLES
    tabs = st.tabs(
        list(parts), key=f"tables {'mixture' if mixture else 'k-means'}", on_change="rerun"
    )
    for tab, (name, (words, columns)) in zip(tabs, parts.items(), strict=True):
        if tab.open:  # a table that nobody sees is not made
            with tab:
                st.caption(words)
                table(columns(result), name.lower())


def _scores(result: Clusters, mixture: bool) -> None:
    cells = _of_the_mixture(result) if mixture else []
    cells.append(
        (
            "k-means inertia",
            number(result.kmeans.inertia),
            "What k-means makes small: the sum of all points' squared distances to their centres, "
            "in squared units of the data.",
        )
    )
    rand = (
        "The adjusted Rand index (ARI): how well the clusters agree with the true groups, over all "
        "pairs of points. 1 is perfect, 0 is chance."
    )
    if result.kmeans_score is not None:
        cells.append(("k-means ARI", f"{result.kmeans_score:.3f}", rand))
    if mixture and result.gmm_score is not None:
        cells.append(("GMM ARI", f"{result.gmm_score:.3f}", rand))
    with st.grid(len(cells), min_column_width=115):
        for label, value, help in cells:
            st.metric(label, value, help=explained(help, label))
    if mixture:
        st.caption(f"EM {_stopped(result)}. {_effective(result)}")


def _of_the_mixture(result: Clusters) -> list[tuple[str, str, str]]:
    gmm, searched = result.gmm, result.model.init == "search"
    return [
        (
            "Log-lik. / point",
            f"{gmm.objective:.4f}",
            "Mean log-likelihood per point under the mixture, in nats (natural logarithm: 1 nat "
            "more is 2.7 times the density); higher is better.",
        ),
        (
            "BIC",
            number(gmm.bic),
            "−2 × total log-likelihood + parameters × log n, of the mixture; lower is better.",
        ),
        (
            "EM after search" if searched else "EM iterations",
            str(gmm.n_iter),
            "Iterations after the search, which has made many runs of its own and hands over the "
            f"best. EM {_stopped(result)}."
            if searched
            else f"EM {_stopped(result)}.",
        ),
    ]


def _stopped(result: Clusters) -> str:
    tolerance = f"{float(result.model.tolerance):f}".rstrip("0")
    return _STOPPED[result.gmm.reason].format(tol=tolerance)


def _effective(result: Clusters) -> str:
    used, K = result.gmm.effective_components, result.n_components
    if used < K:
        return f"{used} of {K} components are in use."
    return f"All {K} components are in use." if K > 1 else ""
