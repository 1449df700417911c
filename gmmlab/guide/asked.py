"""What a class can be asked about the points and the model that its lecturer shows.

A question holds frozen values, and what a phone shows of it is the answer of a study about just
these: so it is computed once for a whole class.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from gmmlab.data.points.datasets import Dataset
from gmmlab.settings import flat, updated
from gmmlab.studies.em.course import Course
from gmmlab.studies.em.page import MOST_POINTS, STARTS, EmModel
from gmmlab.studies.mixtures.model import ModelSettings
from gmmlab.studies.mixtures.points_page import PointsPage
from gmmlab.studies.selection.sweep import Key, Method

MOST_K, MOST_K_OF_A_RUN, MOST_K_OF_A_FIT = 12, 12, 20
N_SEEDS = 10_000
_A_SAYING = 1_000  # bytes of a question besides its points
_RANDOM = ("random_from_data", "k-means++", "random")


@dataclass(frozen=True, eq=False)
class Asked:
    """A question about `dataset`, or about what is on the wall if that is None.

    `page` and `query` lead back to where it was asked; `notes` are sentences about its points.
    """

    label: ClassVar[str]
    title: ClassVar[str]

    dataset: Dataset | None
    page: str
    query: Mapping[str, str]
    notes: tuple[str, ...]

    @property
    def n_bytes(self) -> int:
        """Bytes of its points, and a thousand for the rest."""
        if self.dataset is None:
            return _A_SAYING
        y = self.dataset.y
        return self.dataset.X.nbytes + (0 if y is None else y.nbytes) + _A_SAYING

    def taken(self, said: Any) -> Any:
        """What was said as an answer; ValueError, in a sentence, if it is none."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class HowMany(Asked):
    """Which K? The answer is a whole number from 1 to 12."""

    label = "Which K?"
    title = "How many components do these points need?"

    covariance_type: str = "full"
    seed: int = 0

    def taken(self, said: Any) -> int:
        """A number of components."""
        return _whole(said, 1, MOST_K)

    @property
    def method(self) -> Method:
        """How every K is fitted, before AIC and BIC judge it."""
        return Method(n_init=3, seed=self.seed, tol=1e-6, max_iter=500)

    @property
    def keys(self) -> list[Key]:
        """The cells of the sweep that judges."""
        return [(K, self.covariance_type) for K in range(1, MOST_K + 1)]


@dataclass(frozen=True)
class Side:
    """One of two fits: k-means or a mixture, as `model` says."""

    model: ModelSettings
    kmeans: bool = False

    @property
    def words(self) -> str:
        """It in a few words."""
        if self.kmeans:
            return f"k-means, K = {self.model.n_components}"
        return f"{self.model.covariance_type} mixture, K = {self.model.n_components}"


@dataclass(frozen=True, eq=False)
class WhichFit(Asked):
    """Which of two fits? The answer is 0 or 1; without points, which of two pictures."""

    label = "Which fit?"
    title = "Which of these two fits the points better?"

    sides: tuple[Side, ...] = ()

    def taken(self, said: Any) -> int:
        """The place of a side."""
        return _whole(said, 0, 1)


@dataclass(frozen=True, eq=False)
class NextMean(Asked):
    """Where will a mean be after the next M-step? The answer is a place, in the data's units.

    `at` is how many M-steps have been made.
    """

    label = "Where next?"
    title = "Where will this mean be after the next M-step?"

    model: EmModel = EmModel()
    at: int = 0

    def taken(self, said: Any) -> tuple[float, float]:
        """A place that is not far from the points."""
        if not isinstance(said, tuple | list) or len(said) != 2:
            raise ValueError("A place has two coordinates.")
        place = tuple(float(each) for each in said)
        assert self.dataset is not None
        low, high = self.dataset.X.min(axis=0), self.dataset.X.max(axis=0)
        reach = 2 * float((high - low).max()) or 1.0
        if (
            not all(map(math.isfinite, place))
            or ((np.array(place) < low - reach) | (np.array(place) > high + reach)).any()
        ):
            raise ValueError("That place is outside the picture.")
        return place[0], place[1]

    def index(self, run: Course) -> int | None:
        """Which mixture of the run is shown; None if it has no next one."""
        last = len(run.mixtures) - 2
        return min(self.at, last) if last >= 0 else None


@dataclass(frozen=True, eq=False)
class OneStart(Asked):
    """Run one random start: where does it end? The answer is its seed, from which all follows."""

    label = "One start each"
    title = "Run one random start. Where does it end?"

    model: EmModel = EmModel()

    def taken(self, said: Any) -> int:
        """A seed."""
        return _whole(said, 0, N_SEEDS - 1)


def moving(run: Course, index: int) -> int:
    """The component whose mean the next M-step moves farthest."""
    before, after = run.mixtures[index].means, run.mixtures[index + 1].means
    return int(np.linalg.norm(after - before, axis=1).argmax())


def for_phones(dataset: Dataset) -> tuple[Dataset, tuple[str, ...]]:
    """The points as phones can hold them, and a sentence if they are only some of all."""
    n = len(dataset.X)
    if n <= MOST_POINTS:
        return dataset, ()
    some = np.sort(np.random.default_rng(0).choice(n, MOST_POINTS, replace=False))
    y = None if dataset.y is None else dataset.y[some]
    fewer = replace(dataset, X=dataset.X[some], y=y)
    return fewer, (f"Asked about {MOST_POINTS:,} of the {n:,} points, chosen at random.",)


def has_plane(settings: Any) -> bool:
    """Whether a page's settings are about points in the plane, so that all can be asked."""
    return isinstance(settings, PointsPage)


def fit_of(settings: Any) -> ModelSettings:
    """The fit that a page shows, as the page Clusters would have it.

    Raises ValueError, in a sentence, for more components than that page has.
    """
    return _as(ModelSettings(), settings, MOST_K_OF_A_FIT, "Fits")


def run_of(settings: Any) -> EmModel:
    """The run of EM that belongs to what a page shows.

    Raises ValueError, in a sentence, for more components than are watched.
    """
    model = _as(EmModel(), settings, MOST_K_OF_A_RUN, "Runs")
    init = flat(settings).get("init", "kmeans")
    return replace(model, init=init if init in STARTS else "kmeans")


def random_run_of(settings: Any) -> EmModel:
    """The same with a start that chance chooses."""
    model = run_of(settings)
    init = model.init if model.init in _RANDOM else "random_from_data"
    return replace(model, init=init, centers="", seed=0)


def m_steps_made(settings: Any) -> int:
    """How many M-steps the page shows to have been made."""
    moment = getattr(settings, "moment", None)
    return 0 if moment is None or moment.part not in ("steps", "bound") else moment.step // 2


def rivals(model: ModelSettings) -> dict[str, str]:
    """What can be put beside a fit, with words for people."""
    K = model.n_components
    known = {"kmeans": "k-means, the same K"}
    if K < MOST_K_OF_A_FIT:
        known["more"] = f"K = {K + 1}"
    if K > 1:
        known["fewer"] = f"K = {K - 1}"
    types = ("full", "tied", "diag", "spherical")
    return known | {name: f"{name} covariances" for name in types if name != model.covariance_type}


def sides(model: ModelSettings, rival: str, *, swapped: bool) -> tuple[Side, Side]:
    """A fit and its rival, one of `rivals`; `swapped` puts the rival first."""
    ours, K = Side(model), model.n_components
    if rival == "kmeans":
        theirs = Side(model, kmeans=True)
    elif rival in ("more", "fewer"):
        other = replace(model, n_components=K + (1 if rival == "more" else -1))
        # Centres placed by hand are as many as K was.
        theirs = Side(replace(other, init="kmeans") if model.init == "hand" else other)
    else:
        theirs = Side(replace(model, covariance_type=rival))
    return (theirs, ours) if swapped else (ours, theirs)


def covariance_of(settings: Any) -> str:
    """The covariance type that a page shows; of several, the clicked cell's or the first."""
    known = flat(settings)
    if "covariance_type" in known:
        return str(known["covariance_type"])
    if known.get("cell"):
        return str(known["cell"][1])
    return str((*known.get("types", ()), "full")[0])


def _as(model: Any, settings: Any, most: int, what: str) -> Any:
    K = settings.k or getattr(settings.data, "n_groups", None) or model.n_components
    if most < K:
        raise ValueError(f"{what} with up to {most} components can be asked about, not {K}.")
    known = flat(settings)
    names = flat(model)
    values = {name: value for name, value in known.items() if name in names}
    values |= {"n_components": K, "covariance_type": covariance_of(settings)}
    return updated(model, values)


def _whole(said: Any, low: int, high: int) -> int:
    if isinstance(said, bool) or not isinstance(said, int) or not low <= said <= high:
        raise ValueError(f"An answer is a whole number from {low} to {high}.")
    return said
