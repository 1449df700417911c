"""k-means beside a Gaussian mixture on the same points: what does each see?"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sklearn.metrics import adjusted_rand_score

from gmmlab.compute.questions import costs, digest_of
from gmmlab.data.points.datasets import Dataset
from gmmlab.engine.arrays import Array, Labels
from gmmlab.engine.kmeans.kmeans import KMeansFit, fit_kmeans
from gmmlab.engine.result import Fit
from gmmlab.studies.mixtures.groups import as_clusters
from gmmlab.studies.mixtures.model import (
    ModelSettings,
    fitted,
    matching,
    seconds_for,
    start,
    usable_components,
)

_KMEANS_STARTS = {"random": "random", "random_from_data": "random"}


@dataclass(frozen=True, eq=False)
class Clusters:
    """Both models of one data set, with clusters of the same number lying in the same place.

    `responsibilities` (n, K) are the mixture's; `kmeans_score` and `gmm_score` the adjusted Rand
    indices against the true groups, None where no truth is known; `notes` are sentences about what
    a visitor should know, `mixture_notes` those about the mixture alone.
    """

    dataset: Dataset
    model: ModelSettings
    kmeans: KMeansFit
    gmm: Fit
    responsibilities: Array
    kmeans_score: float | None
    gmm_score: float | None
    notes: tuple[str, ...]
    mixture_notes: tuple[str, ...] = ()

    @property
    def n_components(self) -> int:
        """K as fitted, which can be less than what was asked for."""
        return len(self.kmeans.centers)

    @cached_property
    def identity(self) -> str:
        """A digest of the points and of both models."""
        mixture = self.gmm.mixture
        arrays = (self.kmeans.centers, mixture.weights, mixture.means, mixture.covariances)
        return digest_of(self.dataset.identity, *arrays)

    @cached_property
    def groups(self) -> Labels | None:
        """The true group of each point (n,), numbered as the components that it agrees with."""
        y = self.dataset.y
        return None if y is None else as_clusters(y, self.gmm_labels)

    @property
    def gmm_labels(self) -> Labels:
        """The most probable component of each point, (n,)."""
        return self.responsibilities.argmax(axis=1)


@costs(seconds_for)
def study(dataset: Dataset, model: ModelSettings) -> Clusters:
    """Fit k-means and a mixture with the same K, from the same kind of start."""
    X = dataset.X
    K, notes = usable_components(X, model.n_components)
    more = start(model, K)[1]
    kmeans = fitted_kmeans(X, K, model)
    found = fitted(X, K, model.covariance_type, model)
    responsibilities = found.responsibilities(X)
    order = matching(kmeans.labels, responsibilities)
    found, responsibilities = found.reordered(order), responsibilities[:, order]
    labels = responsibilities.argmax(axis=1)
    truth = dataset.y if dataset.y is not None and len(np.unique(dataset.y)) > 1 else None
    return Clusters(
        dataset,
        model,
        kmeans,
        found,
        responsibilities,
        None if truth is None else float(adjusted_rand_score(truth, kmeans.labels)),
        None if truth is None else float(adjusted_rand_score(truth, labels)),
        (*notes, *more),
        _collapse_notes(found, responsibilities, model),
    )


def fitted_kmeans(X: Array, K: int, model: ModelSettings) -> KMeansFit:
    """k-means with K clusters, numbered from left to right."""
    begin, _ = start(model, K)
    found = fit_kmeans(
        X,
        K,
        init=begin if isinstance(begin, np.ndarray) else _KMEANS_STARTS.get(begin, "k-means++"),
        n_init=max(model.n_init, 10) if model.init == "search" else model.n_init,
        seed=model.seed,
    )
    return found.reordered(np.lexsort(found.centers.T[::-1]))


def _collapse_notes(found: Fit, responsibilities: Array, model: ModelSettings) -> tuple[str, ...]:
    masses = responsibilities.sum(axis=0)
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
