"""Below the pictures of the Clusters page: scores, tables and how the fit went."""

import streamlit as st

from gmmlab.studies.clusters.study import Clusters
from gmmlab.studies.clusters.tables import component_table, posterior_table
from gmmlab.studies.mixtures.model import MAX_ITER
from gmmlab.ui.parts.tables import table

_STOPPED = {
    "converged": "converged: its last step changed the log-likelihood per point by less than {tol}",
    "fell": "stopped: the floor under the variances began to pull the likelihood down",
    "max_iter": f"not converged: the limit of {MAX_ITER} iterations was reached",
    "stalled": "stopped: its last step changed nothing beyond rounding",
    "collapsed": "stopped: the next step would have shrunk a component to nothing",
}


def findings(result: Clusters) -> None:
    """Scores in a row, then the posterior table and the components, each with a download."""
    for note in result.notes:
        st.info(note)
    _scores(result)
    posteriors, components = st.tabs(["Posterior table", "Components"])
    with posteriors:
        st.caption(
            "Each row is a point, each p(k) its posterior probability of component k: rows sum to "
            "1. The most uncertain points come first."
        )
        table(posterior_table(result), "posteriors")
    with components:
        st.caption("Weights, means and covariances of the mixture, and k-means's centres beside.")
        table(component_table(result), "components")


def _scores(result: Clusters) -> None:
    gmm = result.gmm
    stopped = _STOPPED[gmm.reason].format(tol=f"{float(result.model.tolerance):f}".rstrip("0"))
    cells = [
        (
            "Log-lik. / point",
            f"{gmm.objective:.4f}",
            "Mean log-likelihood per point under the mixture, natural logarithm; higher is better.",
        ),
        (
            "BIC",
            f"{gmm.bic:,.1f}",
            "−2 × total log-likelihood + parameters × log n, of the mixture; lower is better.",
        ),
        ("EM iterations", str(gmm.n_iter), f"EM {stopped}."),
        (
            "k-means inertia",
            f"{result.kmeans.inertia:,.4g}",
            "Sum of squared distances to the nearest centre, in squared units of the data.",
        ),
    ]
    if result.kmeans_score is not None and result.gmm_score is not None:
        rand = "Adjusted Rand index against the true groups: 1 is perfect, 0 is chance."
        cells += [
            ("k-means ARI", f"{result.kmeans_score:.3f}", rand),
            ("GMM ARI", f"{result.gmm_score:.3f}", rand),
        ]
    with st.grid(len(cells), min_column_width=115):
        for label, value, help in cells:
            st.metric(label, value, help=help)
    st.caption(f"EM {stopped}. {_effective(result)}")


def _effective(result: Clusters) -> str:
    used, K = result.gmm.effective_components, result.n_components
    if used < K:
        return f"{used} of {K} components are in use."
    return f"All {K} components are in use." if K > 1 else ""
