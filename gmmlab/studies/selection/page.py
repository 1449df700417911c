"""The page "How many components?": which cells of K × covariance type are wanted, of which data."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gmmlab.data.sources import points_from
from gmmlab.engine.model.covariance import COVARIANCE_TYPES
from gmmlab.settings import choice, choices, code, integer, section
from gmmlab.studies.mixtures.model import MAX_ITER, SHAPES, STARTS
from gmmlab.studies.mixtures.points_page import PointsPage
from gmmlab.studies.selection.criteria import CRITERIA, best
from gmmlab.studies.selection.merging import Merging, Step
from gmmlab.studies.selection.sweep import Cell, Key, Method

TYPES = ("full", "tied", "diag", "spherical")  # as pictures number them


# A table has at most 200 columns, whose names are cut to 60 characters, each perhaps escaped.
_MOST_NAMES = 200 * (2 * 60 + 1)


@dataclass(frozen=True)
class SweepSettings:
    """Which models are fitted, and how each is judged."""

    low: int = integer(1, low=1, high=60, label="K from", help="The smallest K that is tried.")
    high: int = integer(20, low=1, high=60, label="K to", help="The largest K that is tried.")
    types: tuple[str, ...] = choices(
        ("full",),
        {name: name for name in TYPES},
        label="Covariance types",
        help="The types that are tried: "
        + "; ".join(f"{name}: {SHAPES[name]}" for name in TYPES)
        + ".",
    )
    folds: str = choice(
        "0",
        {"0": "none", "3": "3 folds", "5": "5 folds", "10": "10 folds"},
        label="Hold out",
        help="Cross-validation: fit to all folds of the points but one, and ask how well that "
        "foresees the one. It takes a fit per fold.",
    )
    n_init: int = integer(
        1,
        low=1,
        high=10,
        label="Restarts",
        more=True,
        help="Starts per cell; the band shows where they end.",
    )
    init: str = choice(
        "kmeans",
        # From random shares EM begins on a plateau, and at the larger tolerance it stops there.
        {name: STARTS[name] for name in ("kmeans", "k-means++", "random_from_data")},
        label="Start",
        more=True,
        help="Where EM begins in every cell.",
    )
    seed: int = integer(
        0,
        low=0,
        high=9_999,
        label="Seed",
        more=True,
        help="Another number draws other starts and folds.",
    )
    tolerance: str = choice(
        "1e-6",
        {"1e-3": "0.001", "1e-6": "0.000001"},
        label="Tolerance",
        more=True,
        help="EM stops when an iteration changes the log-likelihood per point by less than this. "
        "At 0.001, scikit-learn's default, many models stop short of their optimum.",
    )

    @property
    def keys(self) -> list[Key]:
        """The cells that are wanted: by K first, so that curves grow from the left."""
        types = [name for name in COVARIANCE_TYPES if name in self.types]
        low, high = sorted((self.low, self.high))
        return [(K, name) for K in range(low, high + 1) for name in types]

    @property
    def method(self) -> Method:
        """What the value of a cell depends on, besides the data and its own place.

        EM stops by the rule of the page Clusters.
        """
        tolerance = float(self.tolerance)
        return Method(int(self.folds), self.n_init, self.seed, self.init, tolerance, MAX_ITER)


@dataclass(frozen=True)
class HowManyView:
    """What is shown of it."""

    criterion: str = choice(
        "both",
        {"both": "AIC and BIC"} | {name: each.title for name, each in CRITERIA.items()},
        label="Criterion",
        help="AIC, BIC and ICL: lower is better. Held-out log-likelihood, in nats a point: higher "
        "is better (nats are the unit of natural logarithms; 1 more is 2.7 times the density).",
    )
    chart: str = choice(
        "curves",
        {"curves": "curves over K", "map": "heat map"},
        label="Chart",
        help="Curves over K, one for each covariance type; or all cells as a map.",
    )
    cell: Key | None = code(
        None,
        label="Cell",
        help="The cell whose fit is shown, for example 7-full.",
        read=lambda text: _cell_of(text),
        write=lambda key: f"{key[0]}-{key[1]}" if key else "",
        max_length=20,
    )
    n_clusters: int = integer(
        0,
        low=0,
        high=60,
        label="Merged to",
        more=True,
        help="How many clusters the components are merged to below; 0 takes the number suggested.",
    )


@dataclass(frozen=True)
class HowManySettings(PointsPage):
    """The page's data, model and view; `columns` are those of a table beyond the two shown."""

    data: object = points_from("moons")
    columns: tuple[str, ...] = code(
        (),
        label="Further columns",
        help="Columns of your table that take part besides the two that are shown.",
        read=lambda text: _names_of(text),
        write=lambda names: _together(names),
        max_length=_MOST_NAMES,
    )
    model: SweepSettings = section(SweepSettings)
    view: HowManyView = section(HowManyView)

    @property
    def k(self) -> int | None:
        """K of the cell that was clicked, if one was."""
        return self.view.cell[0] if self.view.cell else None

    def with_k(self, K: int) -> "HowManySettings":
        """The settings with a cell of this K, if it is among those that are tried."""
        cell = next((key for key in self.model.keys if key[0] == K), None)
        return replace(self, view=replace(self.view, cell=cell, n_clusters=0))

    def with_own_k(self, before: int | None = None) -> "HowManySettings":
        """What the criteria choose is K here."""
        return replace(self, view=replace(self.view, cell=None, n_clusters=0))

    @staticmethod
    def translated(query: Mapping[str, str]) -> Mapping[str, str]:
        """A link in today's words: each covariance type was a parameter of its own once."""
        if not set(TYPES) & set(query):
            return query
        tried = [name for name in TYPES if query.get(name, str(int(name == "full"))) == "1"]
        rest = {name: text for name, text in query.items() if name not in TYPES}
        return {"types": ".".join(tried) or "none"} | rest


def _cell_of(code: str) -> Key:
    """The K and type that a text such as "7-full" names; ValueError for another text."""
    K, _, name = code.partition("-")
    if not K.isdecimal() or name not in COVARIANCE_TYPES or not 1 <= int(K) <= 60:
        raise ValueError("a cell, for example 7-full")
    return int(K), name


def _names_of(code: str) -> tuple[str, ...]:
    """The names in the code of "further columns": see `_together`."""
    names = re.findall(r"(?:[^|\\]|\\.)+", code)
    return tuple(re.sub(r"\\(.)", r"\1", name) for name in names)


def _together(names: Iterable[str]) -> str:
    """Names as the code of "further columns": parted by |, with a \\ before one of their own."""
    return "|".join(re.sub(r"([|\\])", r"\\\1", name) for name in names)


def criteria_of(view: HowManyView, model: SweepSettings) -> tuple[str, ...]:
    """The criteria that are shown; held-out likelihood only where something is held out."""
    if view.criterion == "both" or (view.criterion == "held_out" and model.folds == "0"):
        return ("aic", "bic")
    return (view.criterion,)


def chosen(cells: Sequence[Cell], view: HowManyView, criteria: Sequence[str]) -> Cell | None:
    """The cell that was clicked, or the best one by the last criterion shown."""
    clicked = next((cell for cell in cells if cell.key == view.cell), None)
    return clicked or best(cells, criteria[-1])


def caption(cell: Cell, names: Sequence[str]) -> str:
    """What the picture of a cell shows."""
    words = f"**K = {cell.n_components}, {cell.covariance_type}**: AIC {cell.aic:,.1f}, "
    words += f"BIC {cell.bic:,.1f}, ICL {cell.icl:,.1f}"
    if cell.held_out is not None:
        words += f", held out {cell.held_out:.3f} ± {cell.held_out_se:.3f} nats a point"
    words += "."
    if len(names) > 2:
        words += (
            f" Fitted in all {len(names)} columns ({', '.join(names)}); the picture is their first "
            "two principal components."
        )
    return words + (f" × {cell.problem}" if cell.problem else "")


def shown_step(merging: Merging, n_clusters: int) -> Step:
    """The clustering of so many clusters, or of as many as are suggested for 0."""
    most = merging.steps[0].n_clusters
    return merging.step(min(n_clusters or merging.suggested or most, most))


def stepped(settings: HowManySettings, event: Mapping[str, Any]) -> HowManySettings:
    """The settings with the number of clusters that was clicked."""
    return replace(settings, view=replace(settings.view, n_clusters=int(event["about"][0])))
