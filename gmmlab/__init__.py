"""GMM Lab: understand and use k-means and Gaussian mixture models."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from gmmlab.engine.blocks import fit_dask
from gmmlab.engine.estimator import GaussianMixture
from gmmlab.engine.exchange import to_sklearn
from gmmlab.engine.saved import load_model, save_model

if TYPE_CHECKING:
    from gmmlab.displays import EMDisplay as EMDisplay
    from gmmlab.displays import MixtureDisplay as MixtureDisplay
    from gmmlab.displays import SelectionDisplay as SelectionDisplay

__version__ = "0.1.0"

__all__ = ["GaussianMixture", "fit_dask", "load_model", "save_model", "to_sklearn"]

# These need plotly, which the engine does not: they are imported when they are asked for.
_DISPLAYS = ("EMDisplay", "MixtureDisplay", "SelectionDisplay")


def __getattr__(name: str) -> Any:
    if name not in _DISPLAYS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module("gmmlab.displays"), name)
    except ModuleNotFoundError as missing:
        library = (missing.name or "").split(".")[0]
        if library not in ("plotly", "PIL"):
            raise
        raise ImportError(
            f'Displays need {library}: pip install "gmmlab[plot]"', name=library
        ) from None
