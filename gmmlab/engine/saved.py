"""Fitted models as files: JSON that says what it is, is checked when read, and runs nothing.

A file is one object. All kinds have

    format        "gmmlab model"
    version       1
    kind          "gaussian mixture" or "k-means"
    columns       the names of the d columns that the model was fitted to
    standardized  null, or {"mean": (d,), "scale": (d,)}: the model is of (x − mean) / scale
    note          a sentence on where it comes from

A mixture of K components has `covariance_type`, `weights` (K,), `means` (K, d) and `covariances` in
the shapes of scikit-learn: (K, d, d) for full, (d, d) tied, (K, d) diag, (K,) spherical. k-means
has `centers` (K, d). Numbers read back exactly as they were.
"""

import json
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import ArrayLike
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from gmmlab.engine.arrays import Array, as_points, read_only
from gmmlab.engine.exchange import Centers, to_sklearn
from gmmlab.engine.kmeans.kmeans import KMeansFit
from gmmlab.engine.model.covariance import COVARIANCE_TYPES, DegenerateCovariance
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.result import Fit

FORMAT, VERSION = "gmmlab model", 1
MIXTURE, KMEANS = "gaussian mixture", "k-means"
MAX_BYTES = 64 << 20
_MOST_TEXT = 1_000  # characters of a name or a note
_DIMENSIONS = {"full": 3, "tied": 2, "diag": 2, "spherical": 1}
_ABOUT_ONE = 1e-6
_SYMMETRIC = 1e-8


class ModelRejected(ValueError):
    """A file that holds no model of ours, explained in one sentence."""


@dataclass(frozen=True, eq=False)
class SavedModel:
    """A model, and the columns it is about.

    Where these were standardised, `mean` (d,) and `scale` (d,) say how, and `model` is in the
    standardised coordinates; else both are None.
    """

    model: Mixture | Centers
    columns: tuple[str, ...]
    mean: Array | None = None
    scale: Array | None = None
    note: str = ""

    def points(self, X: ArrayLike) -> Array:
        """Rows (n, d) of the original columns in the coordinates of `model`."""
        points = as_points(X)
        if self.mean is None or self.scale is None:
            return points
        return (points - self.mean) / self.scale

    def to_sklearn(self) -> Any:
        """A fitted scikit-learn estimator for rows of the original columns.

        It is a GaussianMixture or a KMeans, behind a StandardScaler where columns were
        standardised.
        """
        fitted = to_sklearn(self.model)
        if self.mean is None or self.scale is None:
            return fitted
        scaler = StandardScaler()
        scaler.mean_, scaler.scale_, scaler.var_ = self.mean, self.scale, self.scale**2
        scaler.n_features_in_ = len(self.mean)
        return make_pipeline(scaler, fitted)

    def to_json(self) -> str:
        """The text of the file; ValueError for numbers that no file can hold."""
        if isinstance(self.model, Centers):
            kind, of = KMEANS, {"centers": self.model.centers.tolist()}
        else:
            kind, of = MIXTURE, {"covariance_type": self.model.covariance_type}
            for name in ("weights", "means", "covariances"):
                of[name] = getattr(self.model, name).tolist()
        units = None
        if self.mean is not None and self.scale is not None:
            units = {"mean": self.mean.tolist(), "scale": self.scale.tolist()}
        content = {
            "format": FORMAT,
            "version": VERSION,
            "kind": kind,
            "columns": list(self.columns),
            "standardized": units,
            "note": self.note,
            **of,
        }
        try:
            return json.dumps(content, allow_nan=False)
        except ValueError:
            raise ValueError(
                "At this scale of the data the model's numbers are beyond the range of floats; "
                "standardise the columns first."
            ) from None


def saved(
    model: Mixture | Fit | KMeansFit | Centers | ArrayLike,
    columns: tuple[str, ...] = (),
    **about: Any,
) -> SavedModel:
    """A model as a file holds it: what the engine fits, or centres (K, d) as an array.

    Without `columns` they are numbered. `about` are further fields of `SavedModel`.
    """
    match model:
        case Mixture() | Centers():
            value: Mixture | Centers = model
        case Fit():
            value = model.mixture
        case KMeansFit():
            value = Centers(model.centers)
        case _:
            value = Centers(read_only(np.array(as_points(model))))
    d = (value.centers if isinstance(value, Centers) else value.means).shape[1]
    return SavedModel(value, columns or tuple(f"column {j + 1}" for j in range(d)), **about)


def save_model(path: str | PathLike[str], model: Any, columns: tuple[str, ...] = ()) -> None:
    """Write a model to a file: a Mixture, a fit of the engine, centres, or a SavedModel."""
    found = model if isinstance(model, SavedModel) else saved(model, columns)
    Path(path).write_text(found.to_json(), encoding="utf-8")


def load_model(path: str | PathLike[str]) -> SavedModel:
    """The model in a file; ModelRejected (a ValueError), in one sentence, if it holds none.

    Nothing in the file is run.
    """
    file = Path(path)
    if file.stat().st_size > MAX_BYTES:
        raise ModelRejected(_TOO_LARGE)
    return read_model(file.read_bytes())


def read_model(text: str | bytes) -> SavedModel:
    """The model that a file's text holds; ModelRejected, and nothing else, if it holds none."""
    if len(text) > MAX_BYTES:
        raise ModelRejected(_TOO_LARGE)
    try:
        content = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ModelRejected("The file is not JSON as gmmlab writes it.") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ModelRejected(f"The file is not a model: its “format” is not “{FORMAT}”.")
    version = content.get("version")
    if isinstance(version, bool) or version != VERSION:
        raise ModelRejected(f"The file has another version than {VERSION}, the one read here.")
    kind = content.get("kind")
    model: Mixture | Centers
    if kind == KMEANS:
        centers = read_only(_array(content, "centers", 2))
        model, d = Centers(centers), centers.shape[1]
    elif kind == MIXTURE:
        mixture = _mixture(content)
        model, d = mixture, mixture.n_features
    else:
        raise ModelRejected(f"The model's “kind” must be “{MIXTURE}” or “{KMEANS}”.")
    columns = content.get("columns")
    if not isinstance(columns, list) or len(columns) != d or not all(map(_is_text, columns)):
        raise ModelRejected(f"“columns” must be the {d} names of the model's columns.")
    note = content.get("note", "")
    if not _is_text(note):
        raise ModelRejected(f"“note” must be a text of at most {_MOST_TEXT:,} characters.")
    return SavedModel(model, tuple(columns), *_units(content, d), note)


def _mixture(content: dict[str, Any]) -> Mixture:
    kind = content.get("covariance_type")
    if not isinstance(kind, str) or kind not in COVARIANCE_TYPES:
        raise ModelRejected(f"“covariance_type” must be one of {', '.join(COVARIANCE_TYPES)}.")
    weights, means = _array(content, "weights", 1), _array(content, "means", 2)
    covariances = _array(content, "covariances", _DIMENSIONS[kind])
    if not ((weights >= 0) & (weights <= 2)).all() or abs(weights.sum() - 1) > _ABOUT_ONE:
        raise ModelRejected("“weights” must not be negative, and sum to 1.")
    try:
        mixture = Mixture(weights, means, covariances, kind)
    except ValueError:  # from Mixture, whose words are for programmers
        raise ModelRejected(
            "“weights”, “means” and “covariances” do not have shapes that fit together."
        ) from None
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        proper = _proper(mixture)
    if not proper:
        raise ModelRejected("“covariances” must be symmetric and positive definite.")
    return mixture


def _proper(mixture: Mixture) -> bool:
    """Whether its covariances are symmetric, positive definite and ordinary floats."""
    matrices = mixture.expanded
    if matrices.ndim == 3:
        apart = np.abs(matrices - matrices.transpose(0, 2, 1)).max(axis=(1, 2))
        if not (apart <= _SYMMETRIC * np.abs(matrices).max(axis=(1, 2))).all():
            return False
    try:
        return bool(np.isfinite(mixture.factors[0]).all() and np.isfinite(mixture.factors[1]).all())
    except DegenerateCovariance:
        return False


def _units(content: dict[str, Any], d: int) -> tuple[Array | None, Array | None]:
    units = content.get("standardized")
    if units is None:
        return None, None
    if not isinstance(units, dict):
        raise ModelRejected("“standardized” must be null, or have “mean” and “scale”.")
    mean, scale = _array(units, "mean", 1), _array(units, "scale", 1)
    if len(mean) != d or len(scale) != d or (scale <= 0).any():
        raise ModelRejected(f"“mean” and “scale” must be {d} numbers each, scales above 0.")
    return read_only(mean), read_only(scale)


def _array(content: dict[str, Any], name: str, dimensions: int) -> Array:
    """The finite numbers under `name`: lists in lists, so many deep, none of them empty."""

    def numbers(value: Any, deep: int) -> Any:
        if deep:
            if not isinstance(value, list) or not value:
                raise TypeError
            return [numbers(each, deep - 1) for each in value]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError
        return float(value)

    try:
        found = np.array(numbers(content.get(name), dimensions), dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        found = None
    if found is None or not np.isfinite(found).all():
        kind = ("a list", "a table", "a list of tables")[dimensions - 1]
        raise ModelRejected(f"“{name}” must be {kind} of finite numbers.")
    return found


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _MOST_TEXT


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


_TOO_LARGE = f"The file is larger than {MAX_BYTES >> 20} MB: no model of gmmlab is."
