"""Below the pictures of the Clusters page: scores, tables and how the fit went."""

import numpy as np
import streamlit as st

from gmmlab.engine.arrays import Array, Labels
from gmmlab.studies.clusters import MAX_ITER, Clusters
from gmmlab.studies.reports import Columns, as_csv, component_table, posterior_table

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
        _table(posterior_table(result), "posteriors")
    with components:
        st.caption("Weights, means and covariances of the mixture, and k-means's centres beside.")
        _table(component_table(result), "components")


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


def _table(columns: Columns, name: str) -> None:
    config = {
        column: st.column_config.NumberColumn(
            format="%.3f" if column.startswith("p(") else _number_format(values)
        )
        for column, values in columns.items()
        if values.dtype.kind == "f"
    }
    height = min(280, 36 * (len(next(iter(columns.values()))) + 1))
    st.dataframe(columns, hide_index=True, height=height, column_config=config, key=f"table {name}")
    st.download_button(
        f"Download {name} as CSV",
        data=lambda: as_csv(columns),
        file_name=f"{name}.csv",
        mime="text/csv",
        on_click="ignore",
        help="All rows at full precision.",
    )


def _number_format(values: Array | Labels) -> str:
    """Four digits, or powers of ten where plain numbers would not fit a cell."""
    sizes = np.abs(values[values != 0])
    plain = len(sizes) == 0 or (sizes.max() < 1e6 and sizes.min() > 1e-5)
    return "%.4g" if plain else "%.3e"
