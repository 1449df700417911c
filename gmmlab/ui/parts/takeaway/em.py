"""What the page EM step by step gives to take away."""

from functools import partial

import numpy as np

from gmmlab.data.points.datasets import Dataset
from gmmlab.data.tables.writing import Columns, named
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.saved import SavedModel, saved
from gmmlab.guide.code import em as em_code
from gmmlab.guide.code.data import Given
from gmmlab.studies.em import course
from gmmlab.studies.em.page import EmSettings
from gmmlab.ui.parts.takeaway.panel import Offer, csv_file, model_file, take_away
from gmmlab.ui.parts.takeaway.points import given_of, points_file
from gmmlab.ui.shell.desk import answer

_DESIGN = (
    "The gmmlab script has every state of the page's run. scikit-learn keeps only the last, and "
    "its floor is one number for all axes, where GMM Lab’s is a share of each axis's variance."
)


def from_em(settings: EmSettings, dataset: Dataset) -> None:
    """The panel of the page, in the parts whose pictures are runs of EM."""
    if settings.moment.part in em_code.PARTS:
        take_away("em", partial(_em, settings, dataset))


def _em(settings: EmSettings, dataset: Dataset) -> Offer:
    given: Given = given_of(settings.data, dataset)
    files = [points_file(given)]
    if settings.moment.part != "atlas":
        asked = (dataset, settings.model, settings.view.line)
        files += [
            csv_file("Log-likelihood (CSV)", "gmm-lab-em.csv", lambda: _history(*asked)),
            model_file("Mixture (JSON)", "gmm-lab-mixture.json",
                       partial(_model, settings.moment.step, *asked)),
        ]  # fmt: skip
    return Offer(partial(em_code.script, settings, given), files, remark=_DESIGN)


def _history(*asked: object) -> Columns:
    run: course.Course = answer(course.course, *asked)
    return named(
        ("iteration", np.arange(len(run.history))),
        ("log-likelihood per point", run.history),
        ("bound after the M-step", np.append(run.bounds, np.nan)),
    )


def _model(step: int, *asked: object) -> SavedModel:
    """The mixture of the moment that is shown, in the data's own units."""
    run: course.Course = answer(course.course, *asked)
    shown, here = run.mixtures[min(step // 2, len(run.mixtures) - 1)], run.ground
    own = Mixture(
        shown.weights,
        here.own(shown.means),
        shown.covariances * here.scale**2,
        shown.covariance_type,
    )
    return saved(own, here.columns, note=f"From GMM Lab: EM after {step} half-steps.")
