"""What is fitted, as settings; and the fit that they describe."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from gmmlab.data.points.datasets import Dataset
from gmmlab.engine.arrays import Array, Labels
from gmmlab.engine.em import fit
from gmmlab.engine.result import Fit
from gmmlab.settings import choice, integer, text
from gmmlab.studies.mixtures.centers import centers_of

SHAPES = {
    "full": "any ellipse",
    "tied": "one ellipse for all",
    "diag": "ellipses along the axes",
    "spherical": "circles of any size",
}


MAX_ITER = 500


STARTS = {
    "kmeans": "k-means",
    "k-means++": "k-means++ seeds",
    "random_from_data": "random points",
    "random": "random",
    "search": "search",
    "hand": "by hand",
}


def covariance_choice() -> Any:
    """The field of a page's model that says which shapes its Gaussians may take."""
    return choice(
        "full",
        {name: name for name in SHAPES},
        label="Covariance",
        help="Which shapes the Gaussians may take: "
        + "; ".join(f"{name}: {shape}" for name, shape in SHAPES.items())
        + ".",
    )


def placed_centers() -> Any:
    """The field of a page's model that holds centres placed by hand, as a code."""
    return text(
        "",
        label="Centres",
        help="Where fits begin if the start is by hand.",
        max_length=600,
        meant=centers_of,
    )


@dataclass(frozen=True)
class ModelSettings:
    """What is fitted."""

    n_components: int = integer(
        4,
        low=1,
        high=20,
        label="Components K",
        help="How many clusters k-means makes, and how many Gaussians the mixture has.",
    )
    covariance_type: str = covariance_choice()
    init: str = choice(
        "kmeans",
        STARTS,
        label="Start",
        more=True,
        help="Where both algorithms begin. Both end in a local optimum that depends on it; the "
        "search tries many starts and avoids components collapsed on a few points. By hand: drag "
        "a numbered centre in a picture.",
    )
    centers: str = placed_centers()
    n_init: int = integer(
        1,
        low=1,
        high=20,
        label="Restarts",
        more=True,
        help="How many starts are tried; the best one is kept.",
    )
    seed: int = integer(
        0, low=0, high=9_999, label="Seed", more=True, help="Another number draws other starts."
    )
    tolerance: str = choice(
        "1e-6",
        {"1e-3": "0.001", "1e-6": "0.000001"},
        label="Tolerance",
        more=True,
        help="EM stops when an iteration changes the log-likelihood per point by less than this. "
        "The smaller, the surer that it is at an optimum; scikit-learn's default is 0.001.",
    )


def start(model: ModelSettings, K: int) -> tuple[str | Array, tuple[str, ...]]:
    """Where both algorithms begin: the name of a kind of start, or centres (K, 2) set by hand.

    With it, a sentence if there are no such centres, or not as many as K.
    """
    if model.init != "hand":
        return model.init, ()
    centers = centers_of(model.centers)
    if len(centers) == K:
        return centers, ()
    return "kmeans", ("Drag a numbered centre in a picture, and both models start from there.",)


def fitted(X: Array, K: int, covariance_type: str, model: ModelSettings) -> Fit:
    """A mixture of K components, fitted as `model` says."""
    return fit(
        X,
        K,
        covariance_type,
        init=start(model, K)[0],
        n_init=model.n_init,
        seed=model.seed,
        tol=float(model.tolerance),
        max_iter=MAX_ITER,
    )


def usable_components(X: Array, wanted: int) -> tuple[int, tuple[str, ...]]:
    """K, at most the number of distinct points, and a sentence if it had to be lowered."""
    distinct = len(np.unique(X, axis=0))
    if wanted <= distinct:
        return wanted, ()
    points = "1 distinct point" if distinct == 1 else f"{distinct} distinct points"
    return distinct, (f"The data have only {points}, so K is {distinct} here, not {wanted}.",)


def seconds_for(dataset: Dataset, model: ModelSettings) -> float:
    """About how long a fit as `model` says takes on one core, k-means beside it included."""
    n, K = len(dataset.X), model.n_components
    if model.init == "search":
        return 0.05 + 0.02 * K + 4e-6 * min(n, 2_000) * K**2
    return 0.004 + model.n_init * (2e-3 + 5e-6 * n * K)


def matching(labels: Labels, responsibilities: Array) -> Labels:
    """The order of components that agrees best with cluster labels (n,).

    `responsibilities` are (n, K); the Hungarian method maximises the mass on which component
    order[k] and cluster k agree.
    """
    K = responsibilities.shape[1]
    agreement = np.stack([responsibilities[labels == k].sum(axis=0) for k in range(K)])
    return linear_sum_assignment(agreement, maximize=True)[1]
