"""Displays, as scikit-learn has them: what a model says of data, as a Plotly figure for a notebook.

A display is a value with a `figure`; as the last line of a notebook's cell it shows itself. All of
them take scikit-learn's own models as well as those of this package.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_is_fitted

from gmmlab.engine.arrays import Array, as_points
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.result import Fit
from gmmlab.figures.figure import Figure
from gmmlab.figures.history import history_figure
from gmmlab.figures.layers import ellipse_legend
from gmmlab.figures.selection import curves_figure, fit_figure
from gmmlab.studies.mixtures.projection import projected
from gmmlab.studies.selection.criteria import CRITERIA, best
from gmmlab.studies.selection.plane import InThePlane, plane_of
from gmmlab.studies.selection.sweep import Cell, Key, sweep

if TYPE_CHECKING:
    from plotly.graph_objects import Figure as PlotlyFigure

_CURVES = ("aic", "bic")  # what is shown if nothing else is asked for


class Display(ABC):
    """Something that Plotly can show."""

    @abstractmethod
    def _drawn(self) -> Figure:
        """The figure as plain values."""

    @cached_property
    def figure(self) -> "PlotlyFigure":
        """The `plotly.graph_objects.Figure`: to show, to change, to write to a file."""
        from plotly.graph_objects import Figure as PlotlyFigure  # slow to import, and checks all

        drawn = self._drawn()
        return PlotlyFigure(data=drawn.data, layout=drawn.layout, frames=drawn.frames)

    def show(self) -> None:
        """Show the figure where Plotly shows figures: in the notebook, or in a browser."""
        self.figure.show()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        return self.figure._repr_mimebundle_(include, exclude)


@dataclass(frozen=True, eq=False)
class MixtureDisplay(Display):
    """A fitted mixture and points in the plane: components by colour, ellipses at 1, 2 and 3 σ.

    `points` (n, 2), the `mixture` in that plane, the `responsibilities` (n, K) of the model in all
    its dimensions, and the names of the two axes.
    """

    points: Array
    mixture: Mixture
    responsibilities: Array
    columns: tuple[str, str]

    @classmethod
    def from_estimator(
        cls, model: Any, X: ArrayLike, *, columns: Sequence[str] | None = None
    ) -> "MixtureDisplay":
        """The display of a fitted mixture and points (n, d), d ≥ 2.

        `model` is a GaussianMixture of this package or of scikit-learn, a BayesianGaussianMixture,
        or what `gmmlab.engine.em.fit` returns. More than two columns are shown in their first two
        principal components, and the mixture as it is there, exactly. `columns` (2,) name the axes;
        a table with names brings its own. ValueError says what does not fit.
        """
        points, mixture = as_points(X), _mixture_of(model)
        d = points.shape[1]
        if d != mixture.n_features:
            raise ValueError(
                f"X has {d} columns, and the model was fitted to {mixture.n_features}."
            )
        if d < 2:
            raise ValueError("A MixtureDisplay is a plane: X must have at least two columns.")
        names = _names(X, d) if columns is None else tuple(columns)
        if len(names) != 2:
            raise ValueError(f"The plane has two axes, so columns must be 2 names; got {names}.")
        directions, origin = plane_of(points)
        flat = projected(mixture, directions, origin)
        shown, axes = (points - origin) @ directions, (names[0], names[1])
        return cls(shown, flat, _responsibilities(model, X), axes)

    def _drawn(self) -> Figure:
        seen = InThePlane(self.points, self.mixture, self.responsibilities, self.columns)
        return fit_figure(seen).with_traces(*ellipse_legend())


@dataclass(frozen=True, eq=False)
class SelectionDisplay(Display):
    """Criteria over the number of components, a curve for each covariance type, the best marked.

    `cells` are the models with their AIC, BIC and ICL; `criteria` name the curves that are shown.
    """

    cells: tuple[Cell, ...]
    criteria: tuple[str, ...] = _CURVES

    @classmethod
    def from_data(
        cls,
        X: ArrayLike,
        n_components: Iterable[int] = range(1, 11),
        covariance_types: Iterable[str] = ("full",),
        *,
        criteria: Sequence[str] = _CURVES,
        **method: Any,
    ) -> "SelectionDisplay":
        """Fit every K with every covariance type to points (n, d), by this package's engine.

        `method` are arguments of the fits (`n_init`, `seed`, `init`, `tol`, `max_iter`,
        `reg_covar`) and `n_folds`, without which there is no criterion "held_out".
        """
        chosen = _checked(criteria)
        return cls(tuple(sweep(X, n_components, covariance_types, **method)), chosen)

    @classmethod
    def from_estimators(
        cls, models: Iterable[Any], X: ArrayLike, *, criteria: Sequence[str] = _CURVES
    ) -> "SelectionDisplay":
        """Judge fitted models, scikit-learn's or this package's, by points (n, d).

        Of several with the same K and covariance type the one of highest likelihood counts.
        """
        chosen = _checked(criteria)
        found: dict[Key, Cell] = {}
        for cell in (_cell(model, X) for model in models):
            known = found.get(cell.key)
            if known is None or (cell.aic or 0.0) < (known.aic or 0.0):
                found[cell.key] = cell
        if not found:
            raise ValueError("There is no model to judge.")
        return cls(tuple(found.values()), chosen)

    @property
    def best(self) -> dict[str, tuple[int, str]]:
        """K and covariance type of the best model by each criterion that is shown."""
        tops = {name: best(self.cells, name) for name in self.criteria}
        return {name: top.key for name, top in tops.items() if top is not None}

    def _drawn(self) -> Figure:
        return curves_figure(self.cells, self.criteria, None)


@dataclass(frozen=True, eq=False)
class EMDisplay(Display):
    """The log-likelihood per point over the iterations of EM, a curve for each run."""

    histories: Mapping[str, tuple[float, ...]]

    @classmethod
    def from_history(cls, history: Sequence[float] | Mapping[str, Sequence[float]]) -> "EMDisplay":
        """The display of `model.history_`, or of several runs by their names.

        scikit-learn's models have `lower_bounds_`, which begin after the first iteration.
        """
        runs = history if isinstance(history, Mapping) else {"EM": history}
        found = {name: tuple(map(float, values)) for name, values in runs.items()}
        if not found or not all(found.values()):
            raise ValueError("A history must have at least one value.")
        if not all(np.isfinite(values).all() for values in found.values()):
            raise ValueError("A history must be of finite numbers.")
        return cls(found)

    def _drawn(self) -> Figure:
        return history_figure(self.histories)


def _mixture_of(model: Any) -> Mixture:
    """The mixture that a fitted model is; TypeError if it is none."""
    if isinstance(model, Mixture):
        return model
    if isinstance(model, Fit):
        return model.mixture
    if not hasattr(model, "covariance_type") or not hasattr(model, "predict_proba"):
        raise TypeError(f"A display needs a Gaussian mixture; got {type(model).__name__}.")
    check_is_fitted(model)
    return Mixture(model.weights_, model.means_, model.covariances_, model.covariance_type)


def _responsibilities(model: Any, X: ArrayLike) -> Array:
    if isinstance(model, Mixture | Fit):
        return model.responsibilities(as_points(X))
    return np.asarray(model.predict_proba(X), dtype=np.float64)


def _names(X: ArrayLike, d: int) -> tuple[str, ...]:
    if d > 2:
        return ("first principal axis", "second principal axis")
    given = getattr(X, "columns", None)
    return ("x", "y") if given is None else tuple(map(str, given))


def _cell(model: Any, X: ArrayLike) -> Cell:
    mixture = _mixture_of(model)
    if isinstance(model, Mixture | Fit) or not hasattr(model, "bic"):
        name = type(model).__name__
        raise TypeError(f"A SelectionDisplay needs models with aic and bic; got {name}.")
    bic = float(model.bic(X))
    doubt = np.log(_responsibilities(model, X).max(axis=1)).sum()
    return Cell(
        mixture.n_components,
        mixture.covariance_type,
        aic=float(model.aic(X)),
        bic=bic,
        icl=float(bic - 2 * doubt),
        problem=None
        if model.converged_
        else f"EM had not converged when it ended, after {model.n_iter_} iterations.",
    )


def _checked(criteria: Sequence[str]) -> tuple[str, ...]:
    names = (criteria,) if isinstance(criteria, str) else tuple(criteria)
    if not names or not set(names) <= set(CRITERIA):
        known = ", ".join(CRITERIA)
        raise ValueError(f"criteria must be some of {known}; got {names}.")
    if "held_out" in names and len(names) > 1:
        raise ValueError("held_out has other units than the other criteria: show it alone.")
    return names
