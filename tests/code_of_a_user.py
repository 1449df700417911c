"""What somebody who depends on gmmlab writes: mypy is as strict with it as with our own code."""

from pathlib import Path
from typing import assert_type

import numpy as np
from numpy.typing import NDArray

import gmmlab
from gmmlab.engine.em import fit


def groups(X: NDArray[np.float64], K: int) -> NDArray[np.intp]:
    """The component of every point (n, d)."""
    model = gmmlab.GaussianMixture(K, init_params="search", random_state=0)
    assert_type(model, gmmlab.GaussianMixture)
    assert_type(model.fit(X, sample_weight=np.ones(len(X))), gmmlab.GaussianMixture)
    assert_type(model.bic(X), float)
    return model.fit_predict(X)


def kept(X: NDArray[np.float64], file: Path) -> NDArray[np.float64]:
    """The means (K, d) of a mixture that went through a file."""
    gmmlab.save_model(file, fit(X, 2))
    again = gmmlab.load_model(file)
    assert_type(again.columns, tuple[str, ...])
    means: NDArray[np.float64] = again.to_sklearn().means_
    return means


def seen(X: NDArray[np.float64]) -> dict[str, tuple[int, str]]:
    """What each criterion chooses, as a notebook would also show it."""
    shown = gmmlab.SelectionDisplay.from_data(X, range(1, 3))
    assert_type(shown, gmmlab.SelectionDisplay)
    return shown.best
