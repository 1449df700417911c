"""The same data under all four covariance types: which shape do the data ask for?"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from gmmlab.compute.questions import costs
from gmmlab.data.points.datasets import Dataset
from gmmlab.engine.arrays import Array, Labels
from gmmlab.engine.model.covariance import COVARIANCE_TYPES
from gmmlab.engine.result import Fit
from gmmlab.studies.mixtures.groups import as_clusters
from gmmlab.studies.mixtures.model import (
    ModelSettings,
    fitted,
    matching,
    seconds_for,
    usable_components,
)


@dataclass(frozen=True, eq=False)
class TypeFit:
    """One covariance type's mixture and its responsibilities (n, K)."""

    covariance_type: str
    fit: Fit
    responsibilities: Array


@dataclass(frozen=True, eq=False)
class Comparison:
    """Four fits of one data set, in the table's order: from few parameters to many."""

    dataset: Dataset
    fits: tuple[TypeFit, ...]
    notes: tuple[str, ...]

    @cached_property
    def groups(self) -> Labels | None:
        """The true group of each point (n,), numbered as the first type's components."""
        y = self.dataset.y
        return None if y is None else as_clusters(y, self.fits[0].responsibilities.argmax(axis=1))

    @property
    def verdict(self) -> str:
        """One sentence on which type the data ask for."""
        names = " and ".join(self.winners)
        wins = "wins"
        if len(self.winners) > 1:
            alone = self.fits[0].fit.mixture.n_components == 1
            same = alone and self.winners == ("tied", "full")
            wins = "win: with one component they are the same model" if same else "tie"
        return (
            "BIC is −2 × total log-likelihood + parameters × log n, so lower is better: "
            f"{names} {wins}."
        )

    @property
    def winners(self) -> tuple[str, ...]:
        """The types of lowest BIC: several if they are one model, as tied and full at K=1."""
        lowest = min(each.fit.bic for each in self.fits)
        slack = 1e-6 * max(1.0, abs(lowest))
        return tuple(e.covariance_type for e in self.fits if e.fit.bic <= lowest + slack)


def question(model: ModelSettings) -> ModelSettings:
    """What of `model` the comparison depends on: all but the covariance type."""
    return replace(model, covariance_type=ModelSettings.covariance_type)


@costs(lambda dataset, model: 4 * seconds_for(dataset, model))
def study(dataset: Dataset, model: ModelSettings) -> Comparison:
    """Fit all four types with the same K, start and seed; `model.covariance_type` is not used."""
    X = dataset.X
    K, notes = usable_components(X, model.n_components)
    fits: list[TypeFit] = []
    for name in COVARIANCE_TYPES:
        found = fitted(X, K, name, model)
        responsibilities = found.responsibilities(X)
        # The first type's components are numbered by position, the others' after the first's.
        order = (
            matching(fits[0].responsibilities.argmax(axis=1), responsibilities)
            if fits
            else np.lexsort(found.mixture.means.T[::-1])
        )
        fits.append(TypeFit(name, found.reordered(order), responsibilities[:, order]))
    return Comparison(dataset, tuple(fits), notes)
