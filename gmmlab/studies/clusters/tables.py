"""What the models found, as tables: columns by name, ready for the screen or a file."""

import numpy as np

from gmmlab.data.tables.writing import Columns, named
from gmmlab.studies.clusters.study import Clusters


def posterior_table(result: Clusters) -> Columns:
    """Every point with the responsibility of each component for it, the most uncertain first."""
    responsibilities = result.responsibilities
    order = np.argsort(responsibilities.max(axis=1), kind="stable")
    across, up = result.dataset.columns
    return named(
        ("point", order + 1),
        ("k-means cluster", result.kmeans.labels[order] + 1),
        *((f"p({k + 1})", responsibilities[order, k]) for k in range(responsibilities.shape[1])),
        (across, result.dataset.X[order, 0]),
        (up, result.dataset.X[order, 1]),
    )


def component_table(result: Clusters) -> Columns:
    """Weight, mean and covariance of each component, beside k-means's centre of the same number."""
    mixture = result.gmm.mixture
    covariances = mixture.full_covariances
    across, up = result.dataset.columns
    return named(
        ("component", np.arange(result.n_components) + 1),
        ("weight", mixture.weights),
        (f"mean {across}", mixture.means[:, 0]),
        (f"mean {up}", mixture.means[:, 1]),
        (f"variance {across}", covariances[:, 0, 0]),
        (f"variance {up}", covariances[:, 1, 1]),
        ("covariance", covariances[:, 0, 1]),
        ("k-means points", np.bincount(result.kmeans.labels, minlength=result.n_components)),
        (f"centre {across}", result.kmeans.centers[:, 0]),
        (f"centre {up}", result.kmeans.centers[:, 1]),
        ("disc radius", result.kmeans.radii),
    )


def kmeans_table(result: Clusters) -> Columns:
    """Centre, size and disc of each k-means cluster."""
    across, up = result.dataset.columns
    found, K = result.kmeans, result.n_components
    return named(
        ("cluster", np.arange(K) + 1),
        ("points", np.bincount(found.labels, minlength=K)),
        (f"centre {across}", found.centers[:, 0]),
        (f"centre {up}", found.centers[:, 1]),
        ("disc radius", found.radii),
    )


def label_table(result: Clusters) -> Columns:
    """Every point with its k-means cluster and the distance to that centre, the farthest first."""
    X, found = result.dataset.X, result.kmeans
    distances = np.linalg.norm(X - found.centers[found.labels], axis=1)
    order = np.argsort(-distances, kind="stable")
    across, up = result.dataset.columns
    return named(
        ("point", order + 1),
        ("cluster", found.labels[order] + 1),
        ("distance to centre", distances[order]),
        (across, X[order, 0]),
        (up, X[order, 1]),
    )
