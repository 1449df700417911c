"""How well new images can be told from real ones: by the strongest of several classifiers.

One classifier sees one kind of fault. An SVM compares whole images, trees look at single pixels and
their thresholds, a linear model at sums of pixels: what all three miss is hard to see.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from gmmlab.engine.arrays import Array

_FOLDS = 5
_TREES, _PIXELS_A_SPLIT = (
    60,
    4,
)  # as strong as twice the trees with the usual eight, in half the time
_INK, _PIXELS = 16, 64  # the SVM's gamma is for such images; others are brought to that scale

# By name: the classifier, which of its methods says how surely an image is new, and from where on
# it takes it for new.
CLASSIFIERS: dict[str, tuple[Callable[[int], Any], str, float]] = {
    "a support vector machine": (lambda _: SVC(gamma=0.003, C=3), "decision_function", 0.0),
    "extremely randomised trees": (
        lambda seed: ExtraTreesClassifier(_TREES, max_features=_PIXELS_A_SPLIT, random_state=seed),
        "predict_proba",
        0.5,
    ),
    "logistic regression": (
        lambda _: make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500)),
        "decision_function",
        0.0,
    ),
}


@dataclass(frozen=True)
class ToldApart:
    """How well the strongest classifier tells new images from real ones that it has not seen.

    `auc` is the chance that a new image seems newer to it than a real one; `caught` the share of
    new images that it takes for new, `false_alarms` the share of real ones that it does; `noise`
    the standard error of an AUC from so few images if there is nothing to be seen.
    """

    classifier: str
    auc: float
    caught: float
    false_alarms: float
    noise: float


def told_apart(sets: Sequence[Array], real: Array, top: float, seed: int = 0) -> ToldApart:
    """The strongest of CLASSIFIERS between sets of new images and real ones, (n, h, w) each.

    Figures are averages over the sets, each from five shuffled folds. `top` is the largest value
    that a pixel can have.
    """
    found = {
        name: np.mean(
            [_rates(name, new, real, top, seed + i) for i, new in enumerate(sets)], axis=0
        )
        for name in CLASSIFIERS
    }
    name = max(found, key=lambda each: float(found[each][0]))
    auc, caught, false_alarms = (float(each) for each in found[name])
    n, m = len(sets[0]), len(real)
    return ToldApart(name, auc, caught, false_alarms, float(np.sqrt((n + m + 1) / (12 * n * m))))


def _rates(name: str, new: Array, real: Array, top: float, seed: int) -> tuple[float, float, float]:
    """AUC, share of new images caught, and share of real ones taken for new."""
    make, method, threshold = CLASSIFIERS[name]
    scale = _INK / (top or 1.0) * np.sqrt(_PIXELS / new[0].size)
    both = np.concatenate([new, real]).reshape(len(new) + len(real), -1) * scale
    truth = np.repeat([1, 0], [len(new), len(real)])
    folds = StratifiedKFold(min(_FOLDS, len(new), len(real)), shuffle=True, random_state=seed)
    both = both if both.shape[1] >= _PIXELS_A_SPLIT else np.repeat(both, _PIXELS_A_SPLIT, axis=1)
    sure = cross_val_predict(make(seed), both, truth, cv=folds, method=method)
    sure = sure if sure.ndim == 1 else sure[:, 1]
    is_new = truth == 1
    taken = sure > threshold
    return (
        float(roc_auc_score(truth, sure)),
        float(taken[is_new].mean()),
        float(taken[~is_new].mean()),
    )
