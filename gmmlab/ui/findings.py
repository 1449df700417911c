"""Below the pictures of the Clusters page: scores, tables and how the fit went."""

import streamlit as st

from gmmlab.studies.clusters import Clusters
from gmmlab.studies.reports import Columns, as_csv, component_table, posterior_table

_STOPPED = {
    "converged": "converged: the likelihood rose by less than 0.001 per point",
    "fell": "stopped: the floor under the variances began to pull the likelihood down",
    "max_iter": "not converged: the limit of 100 iterations was reached",
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
        _table(posterior_table(result), "posteriors")
    with components:
        st.caption("Weights, means and covariances of the mixture, and k-means's centres beside.")
        _table(component_table(result), "components")


def _scores(result: Clusters) -> None:
    gmm = result.gmm
    cells = [
        (
            "Log-likelihood",
            f"{gmm.objective:.4f}",
            "Mean log-density of the points, natural logarithm; higher is better.",
        ),
        (
            "BIC",
            f"{gmm.bic:,.1f}",
            "Bayesian information criterion of the mixture; lower is better.",
        ),
        ("EM iterations", str(gmm.n_iter), f"EM {_STOPPED[gmm.reason]}."),
        (
            "k-means inertia",
            f"{result.kmeans.inertia:,.4g}",
            "Sum of squared distances to the own centre, in squared units of the data.",
        ),
    ]
    if result.kmeans_score is not None and result.gmm_score is not None:
        rand = "Adjusted Rand index against the true groups: 1 is perfect, 0 is chance."
        cells += [
            ("k-means: Rand index", f"{result.kmeans_score:.3f}", rand),
            ("GMM: Rand index", f"{result.gmm_score:.3f}", rand),
        ]
    with st.grid(len(cells), min_column_width=115):
        for label, value, help in cells:
            st.metric(label, value, help=help)
    st.caption(f"EM {_STOPPED[gmm.reason]}. {_effective(result)}")


def _effective(result: Clusters) -> str:
    used, K = result.gmm.effective_components, result.n_components
    return (
        f"{used} of {K} components are in use." if used < K else f"All {K} components are in use."
    )


def _table(columns: Columns, name: str) -> None:
    config = {
        column: st.column_config.NumberColumn(format="%.4g")
        for column in columns
        if column.startswith(("mean", "var", "cov", "centre", "disc", "weight"))
    } | {
        column: st.column_config.NumberColumn(format="%.3f")
        for column in columns
        if column.startswith("p(")
    }
    st.dataframe(columns, hide_index=True, height=280, column_config=config, key=f"table {name}")
    st.download_button(
        f"Download {name} as CSV",
        data=lambda: as_csv(columns),
        file_name=f"{name}.csv",
        mime="text/csv",
        on_click="ignore",
        help="All rows at full precision.",
    )
