"""What the pages about points in the plane give to take away."""

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from gmmlab.data.points.datasets import Dataset
from gmmlab.data.points.own_table import OwnTable
from gmmlab.data.tables.writing import Columns, named
from gmmlab.engine.kmeans.kmeans import KMeansFit
from gmmlab.engine.result import Fit
from gmmlab.engine.saved import SavedModel, saved
from gmmlab.guide.code import clusters as clusters_code
from gmmlab.guide.code import density as density_code
from gmmlab.guide.code import selection as selection_code
from gmmlab.guide.code.data import POINTS_FILE, Given
from gmmlab.studies.clusters.covariance_types import Comparison
from gmmlab.studies.clusters.front import FrontSettings
from gmmlab.studies.clusters.page import ClustersSettings
from gmmlab.studies.clusters.study import Clusters
from gmmlab.studies.density.lenses import Lenses
from gmmlab.studies.density.page import DensitySettings
from gmmlab.studies.selection.page import HowManySettings
from gmmlab.studies.selection.sweep import Cell, Rows
from gmmlab.ui.inputs.own_table import file_of, units_of
from gmmlab.ui.parts.takeaway.panel import File, Offer, csv_file, model_file, take_away


def from_clusters(settings: ClustersSettings, result: Clusters) -> None:
    """The panel of the page Clusters with one or both models."""
    take_away("clusters", partial(_clusters, settings, result))


def from_types(settings: ClustersSettings, result: Comparison) -> None:
    """The panel of the page Clusters with four covariance types."""
    take_away("clusters", partial(_types, settings, result))


def from_front(settings: FrontSettings, result: Clusters) -> None:
    """The panel of the front page."""
    take_away("home", partial(_front, settings, result))


def from_density(settings: DensitySettings, result: Lenses) -> None:
    """The panel of the page Density."""
    take_away("density", partial(_density, settings, result))


def from_sweep(settings: HowManySettings, rows: Rows, chosen: Cell | None) -> None:
    """The panel of the page "How many components?"."""
    take_away("how_many", partial(_sweep, settings, rows, chosen))


def _clusters(settings: ClustersSettings, result: Clusters) -> Offer:
    given = given_of(settings.data, result.dataset)
    files = [points_file(given), csv_file("Data with clusters (CSV)", "gmm-lab-clusters.csv",
                                      partial(_labelled, result))]  # fmt: skip
    if settings.view.show != "kmeans":
        files.append(_model("Mixture (JSON)", "gmm-lab-mixture.json", given, result.gmm))
    if settings.view.show != "gmm":
        files.append(_model("k-means (JSON)", "gmm-lab-kmeans.json", given, result.kmeans))
    return Offer(partial(clusters_code.script, settings, given), files, remark=_DESIGN)


def _types(settings: ClustersSettings, result: Comparison) -> Offer:
    given = given_of(settings.data, result.dataset)
    models = [
        _model(
            f"{each.covariance_type} (JSON)",
            f"gmm-lab-{each.covariance_type}.json",
            given,
            each.fit,
        )
        for each in result.fits
    ]
    script = partial(clusters_code.script, settings, given)
    return Offer(script, [points_file(given), *models], remark=_DESIGN)


def _front(settings: FrontSettings, result: Clusters) -> Offer:
    offer = _clusters(settings.as_clusters, result)
    given = given_of(settings.data, result.dataset)
    return replace(offer, script=partial(clusters_code.front_script, settings, given))


def _density(settings: DensitySettings, result: Lenses) -> Offer:
    given = given_of(settings.data, result.dataset)
    bandwidth = next(
        (b for each in result.lenses if (b := density_code.bandwidth_of(each.model))), None
    )
    models = [
        _model(f"{each.title} (JSON)", f"gmm-lab-mixture-{place}.json", given, each.fit)
        for place, each in enumerate(result.lenses, start=1)
        if each.fit is not None
    ]
    data = csv_file("Data with log p (CSV)", "gmm-lab-density.csv", partial(_scored, given, result))

    def script(flavour: Any) -> Any:
        return density_code.script(settings, given, flavour, bandwidth)

    return Offer(script, [points_file(given), data, *models], remark=_DESIGN)


def _sweep(settings: HowManySettings, rows: Rows, chosen: Cell | None) -> Offer:
    data, names = settings.data, rows.names
    if isinstance(data, OwnTable):  # two columns are told with their units, more without
        names = rows.names if rows.X.shape[1] > 2 else (data.x, data.y)
    given = Given(data, rows.X, rows.names, _file(data, rows.X), names)
    files = [points_file(given)]
    if chosen is not None and chosen.fit is not None:
        label = f"K = {chosen.n_components}, {chosen.covariance_type} (JSON)"
        files.append(_model(label, "gmm-lab-mixture.json", given, chosen.fit))
    key = None if chosen is None else chosen.key

    def script(flavour: Any) -> Any:
        return selection_code.script(settings, given, flavour, key)

    return Offer(script, files, remark=_DESIGN)


def given_of(data: Any, dataset: Dataset) -> Given:
    """What a script of these points must know."""
    return Given.of(data, dataset, _file(data, dataset.X))


def _file(data: Any, X: np.ndarray) -> str | None:
    """The visitor's own file, if a script that reads it has the page's points."""
    if not isinstance(data, OwnTable) or (np.ptp(X, axis=0) == 0).any():
        return None
    return file_of(data)


def points_file(given: Given) -> File:
    """The points as the models get them."""

    def columns() -> Columns:
        return named(*zip(given.columns, given.X.T, strict=True))

    return csv_file("Points as CSV", POINTS_FILE, columns, "The points as the models get them.")


def _labelled(result: Clusters) -> Columns:
    X, names = result.dataset.X, result.dataset.columns
    columns: list[tuple[str, Any]] = list(zip(names, X.T, strict=True))
    if result.dataset.y is not None:
        columns.append(("true group", result.dataset.y + 1))
    columns += [
        ("k-means cluster", result.kmeans.labels + 1),
        ("component", result.gmm_labels + 1),
    ]
    shares = result.responsibilities.T
    return named(*columns, *((f"p({k})", share) for k, share in enumerate(shares, start=1)))


def _scored(given: Given, result: Lenses) -> Columns:
    columns: list[tuple[str, Any]] = list(zip(given.columns, given.X.T, strict=True))
    for each in result.lenses:
        columns.append((f"log p, {each.title}", each.model.score_samples(given.X)))
    return named(*columns)


def _model(label: str, name: str, given: Given, model: Fit | KMeansFit) -> File:
    def made() -> SavedModel:
        mean = scale = None
        if isinstance(given.data, OwnTable) and (units := _units(given)) is not None:
            mean, scale = units
        names = given.names or given.columns
        return saved(model, tuple(names), mean=mean, scale=scale, note=_NOTE)

    return model_file(label, name, made)


def _units(given: Given) -> tuple[np.ndarray, np.ndarray] | None:
    """Means and deviations by which a table was standardised; None for others, or beyond floats."""
    units = units_of(given.data, given.names)
    return units if units is not None and np.isfinite(units).all() else None


_NOTE = "From GMM Lab."
_DESIGN = (
    "The gmmlab script has the page's numbers. scikit-learn's differ by design where GMM Lab’s "
    "search, its floor under the variances (a share of the data's own), or its ways to begin have "
    "no counterpart there; the script says where."
)
