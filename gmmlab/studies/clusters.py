"""k-means beside a Gaussian mixture on the same points: what does each see?"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score

from gmmlab.data.datasets import Dataset
from gmmlab.data.sources import points_from
from gmmlab.engine.arrays import Array, Labels
from gmmlab.engine.em import fit
from gmmlab.engine.kmeans import KMeansFit, fit_kmeans, nearest_centers
from gmmlab.engine.result import Fit
from gmmlab.settings import choice, flag, integer, section, text
from gmmlab.studies.by_hand import centers_of

_KMEANS_STARTS = {"random": "random", "random_from_data": "random"}
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
    covariance_type: str = choice(
        "full",
        {name: name for name in SHAPES},
        label="Covariance",
        help="Which shapes the Gaussians may take: "
        + "; ".join(f"{name}: {shape}" for name, shape in SHAPES.items())
        + ".",
    )
    init: str = choice(
        "kmeans",
        STARTS,
        label="Start",
        help="Where both algorithms begin. Both end in a local optimum that depends on it; the "
        "search tries many starts and avoids components collapsed on a few points. By hand: drag "
        "a numbered centre in a picture.",
    )
    centers: str = text(
        "",
        label="Centres",
        help="Where both algorithms begin if the start is by hand.",
        max_length=600,
        meant=centers_of,
    )
    n_init: int = integer(
        1, low=1, high=20, label="Restarts", help="How many starts are tried; the best one is kept."
    )
    seed: int = integer(
        0, low=0, high=9_999, label="Seed", help="Another number draws other starts."
    )
    tolerance: str = choice(
        "1e-6",
        {"1e-3": "0.001", "1e-6": "0.000001"},
        label="Tolerance",
        help="EM stops when an iteration changes the log-likelihood per point by less than this. "
        "The smaller, the surer that it is at an optimum; scikit-learn's default is 0.001.",
    )


@dataclass(frozen=True)
class ViewSettings:
    """What is shown of it."""

    show: str = choice(
        "both",
        {
            "both": "both models",
            "kmeans": "k-means",
            "gmm": "GMM",
            "types": "four types",
        },
        label="Show",
        help="k-means and GMM side by side, one of them larger, or all four covariance types.",
    )
    color: str = choice(
        "label",
        {"label": "by cluster", "blend": "blended"},
        label="Colour",
        help="Blended: each point mixes the colours of the components by their responsibility.",
    )
    size: str = choice(
        "equal",
        {"equal": "equal", "certainty": "by certainty"},
        label="Point size",
        help="By certainty: area ∝ (largest posterior)² for the GMM, bootstrap stability² for "
        "k-means.",
    )
    shapes: bool = flag(
        True,
        label="Discs, ellipses",
        help="The shape that each model implies: a disc to the farthest own point for k-means, "
        "1, 2 and 3 σ ellipses for the GMM.",
    )
    regions: bool = flag(
        False, label="Regions", help="Shade the plane by the cluster that a point there would join."
    )
    markers: bool = flag(
        False, label="Marker shapes", help="Give each cluster a marker of its own."
    )


@dataclass(frozen=True)
class ClustersSettings:
    """The Clusters page: data, model and view."""

    data: object = points_from("blobs")
    model: ModelSettings = section(ModelSettings)
    view: ViewSettings = section(ViewSettings)


@dataclass(frozen=True, eq=False)
class Clusters:
    """Both models of one data set, with clusters of the same number lying in the same place.

    `responsibilities` (n, K) are the mixture's; `kmeans_score` and `gmm_score` the adjusted Rand
    indices against the true groups, None where no truth is known; `notes` are sentences about what
    a visitor should know.
    """

    dataset: Dataset
    model: ModelSettings
    kmeans: KMeansFit
    gmm: Fit
    responsibilities: Array
    kmeans_score: float | None
    gmm_score: float | None
    notes: tuple[str, ...]

    @property
    def n_components(self) -> int:
        """K as fitted, which can be less than what was asked for."""
        return len(self.kmeans.centers)

    @property
    def gmm_labels(self) -> Labels:
        """The most probable component of each point, (n,)."""
        return self.responsibilities.argmax(axis=1)


def study(dataset: Dataset, model: ModelSettings) -> Clusters:
    """Fit k-means and a mixture with the same K, from the same kind of start."""
    X = dataset.X
    K, notes = usable_components(X, model.n_components)
    begin, more = start(model, K)
    kmeans = fit_kmeans(
        X,
        K,
        init=begin if isinstance(begin, np.ndarray) else _KMEANS_STARTS.get(begin, "k-means++"),
        n_init=max(model.n_init, 10) if model.init == "search" else model.n_init,
        seed=model.seed,
    )
    kmeans = kmeans.reordered(np.lexsort(kmeans.centers.T[::-1]))
    found = fitted(X, K, model.covariance_type, model)
    shares = found.responsibilities(X)
    order = matching(kmeans.labels, shares)
    found, shares = found.reordered(order), shares[:, order]
    labels = shares.argmax(axis=1)
    truth = dataset.y if dataset.y is not None and len(np.unique(dataset.y)) > 1 else None
    return Clusters(
        dataset,
        model,
        kmeans,
        found,
        shares,
        None if truth is None else float(adjusted_rand_score(truth, kmeans.labels)),
        None if truth is None else float(adjusted_rand_score(truth, labels)),
        (*notes, *more, *_collapse_notes(found, shares, model)),
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


def matching(labels: Labels, shares: Array) -> Labels:
    """The order of components that agrees best with cluster labels (n,).

    `shares` (n, K) are responsibilities; the Hungarian method maximises the mass on which component
    order[k] and cluster k agree.
    """
    K = shares.shape[1]
    agreement = np.stack([shares[labels == k].sum(axis=0) for k in range(K)])
    return linear_sum_assignment(agreement, maximize=True)[1]


def _collapse_notes(found: Fit, shares: Array, model: ModelSettings) -> tuple[str, ...]:
    masses = shares.sum(axis=0)
    bare = masses < 0.5
    narrow, odd = int((found.at_floor & ~bare).sum()), int((found.spurious & ~bare).sum())
    notes = []
    if bare.any():
        count = int(bare.sum())
        who = "One component has" if count == 1 else f"{count} components have"
        notes.append(f"{who} no points: all lie nearer to others.")
    if narrow:
        who, whose = (
            ("One component is", "its") if narrow == 1 else (f"{narrow} components are", "their")
        )
        notes.append(
            f"{who} as narrow as the fit allows (the floor under each variance): {whose} points "
            "lie on a line or on top of each other."
        )
    elif odd:
        who, whose = ("One component", "its") if odd == 1 else (f"{odd} components", "their")
        advice = "fewer components" + ("" if model.init == "search" else ", or the start “search”")
        notes.append(
            f"{who} collapsed on a few points that happen to lie close: {whose} high likelihood is "
            f"an artefact. Try {advice}."
        )
    return tuple(notes)


def regions(
    result: Clusters, box: tuple[float, float, float, float], resolution: int = 300
) -> tuple[Array, Array, Labels, Labels]:
    """Which cluster a point at each node of a grid would join.

    `box` is (x low, x high, y low, y high). Gives the grid's x (m,) and y (m,), and the labels
    (m, m) by k-means and by the mixture, rows along y.
    """
    x = np.linspace(box[0], box[1], resolution)
    y = np.linspace(box[2], box[3], resolution)
    nodes = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    frame = result.gmm.frame
    by_kmeans = nearest_centers(frame.into(nodes), frame.into(result.kmeans.centers))
    by_gmm = result.gmm.responsibilities(nodes).argmax(axis=1)
    shape = (resolution, resolution)
    return x, y, by_kmeans.reshape(shape), by_gmm.reshape(shape)
