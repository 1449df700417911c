"""scikit-learn's own tests of GaussianMixture, run with this package's class in place of theirs.

The file is loaded from the installed scikit-learn, never copied. Tests that do not concern public
behaviour are listed below with the reason; all others must pass.
"""

import importlib.util
import inspect
from types import ModuleType

import numpy as np
import pytest
import sklearn.mixture.tests.test_gaussian_mixture as original

import gmmlab

# scikit-learn's tests run where warnings are not errors, and some fit noise that does not converge.
pytestmark = pytest.mark.filterwarnings("default")

PRIVATE_FUNCTION = "tests a private function of scikit-learn's module, not the class"
LEFT_OUT = {
    "test_suffstat_sk_full": PRIVATE_FUNCTION,
    "test_suffstat_sk_tied": PRIVATE_FUNCTION,
    "test_suffstat_sk_diag": PRIVATE_FUNCTION,
    "test_gaussian_suffstat_sk_spherical": PRIVATE_FUNCTION,
    "test_compute_log_det_cholesky": PRIVATE_FUNCTION,
    "test_gaussian_mixture_log_probabilities": PRIVATE_FUNCTION,
    "test_gaussian_mixture_all_init_does_not_estimate_gaussian_parameters": (
        "counts the calls of a private function that this package does not have"
    ),
    "test_gaussian_mixture_array_api_compliance": (
        "needs scikit-learn's experimental array API, which this package does not offer"
    ),
    "test_gaussian_mixture_raises_where_array_api_not_implemented": (
        "needs scikit-learn's experimental array API, which this package does not offer"
    ),
}


def _with_our_class() -> ModuleType:
    spec = importlib.util.spec_from_file_location("scikit_learns_own", inspect.getfile(original))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.GaussianMixture = gmmlab.GaussianMixture
    return module


_theirs = {name: test for name, test in vars(_with_our_class()).items() if name.startswith("test_")}
globals().update({name: test for name, test in _theirs.items() if name not in LEFT_OUT})


@pytest.fixture(params=[np.float64, np.float32])
def global_dtype(request):
    return request.param


@pytest.fixture(params=[0, 42, 99])
def global_random_seed(request):
    return request.param


def test_what_is_left_out_exists_and_the_rest_is_run_with_our_class():
    assert set(LEFT_OUT) < set(_theirs)
    assert len(_theirs) - len(LEFT_OUT) >= 32
    for name in set(_theirs) - set(LEFT_OUT):
        assert _theirs[name].__globals__["GaussianMixture"] is gmmlab.GaussianMixture, name
