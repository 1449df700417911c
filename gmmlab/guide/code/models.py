"""The fits of a script: k-means and mixtures as the pages' settings describe them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gmmlab.guide.code.data import NUMPY, Given, array
from gmmlab.guide.code.script import Flavour, Raw, Step, call, step
from gmmlab.studies.mixtures.centers import centers_of
from gmmlab.studies.mixtures.model import MAX_ITER, ModelSettings

NEEDS = {
    "scikit-learn": "It needs scikit-learn and matplotlib{more}: pip install scikit-learn "
    "matplotlib{more_pip}",
    "gmmlab": "It needs gmmlab, the package of GMM Lab, and matplotlib{more}.",
}
_FIT = "from gmmlab.engine.em import fit"
_THEIRS = "from sklearn.mixture import GaussianMixture"
SEEDED = ("k-means++", "random_from_data", "hand")
# How scikit-learn's covariances become a matrix per component, (K, d, d).
MATRICES = {
    "full": "{c}",
    "tied": "np.repeat({c}[None], {K}, axis=0)",
    "diag": "{c}[:, :, None] * np.eye({d})",
    "spherical": "{c}[:, None, None] * np.eye({d})",
}


@dataclass(frozen=True)
class FitCode:
    """Steps that must come first, an expression of the fitted mixture, and its imports."""

    before: tuple[Step, ...]
    expression: str
    imports: tuple[str, ...]
    remark: str = ""


def needs(flavour: Flavour, steps: Sequence[Step], *more: str) -> str:
    """What must be installed, in a sentence."""
    if any("import pandas as pd" in each.imports for each in steps):
        more = (*more, "pandas")
    return NEEDS[flavour].format(
        more="".join(f" and {name}" for name in more), more_pip="".join(f" {m}" for m in more)
    )


def hand_placed(model: ModelSettings, K: int) -> bool:
    """Whether both algorithms begin at centres that were placed by hand."""
    return model.init == "hand" and len(centers_of(model.centers)) == K


def start_of(model: ModelSettings, K: int) -> str:
    """The kind of start; without enough centres placed by hand it is k-means, as on the page."""
    return "kmeans" if model.init == "hand" and not hand_placed(model, K) else model.init


def centers_step(model: ModelSettings) -> Step:
    """The centres that were placed by hand."""
    code = f"begin = {array(centers_of(model.centers))}"
    return step("Where both algorithms begin: centres that were placed by hand.", code, NUMPY)


def kmeans_expression(flavour: Flavour, K: Raw, model: ModelSettings, init: str) -> tuple[str, str]:
    """k-means fitted to X as code, and its import."""
    kind = {"random": "random", "random_from_data": "random"}.get(init)
    begin = Raw("begin") if init == "hand" else kind
    n_init = max(model.n_init, 10) if init == "search" else model.n_init
    if flavour == "gmmlab":
        seed = model.seed or None
        several = None if n_init == 1 or init == "hand" else n_init
        code = call("fit_kmeans", Raw("X"), K, init=begin, n_init=several, seed=seed)
        return code, "from gmmlab.engine.kmeans.kmeans import fit_kmeans"
    several = None if init == "hand" or (n_init == 1 and kind is None) else n_init
    code = call("KMeans", K, init=begin, n_init=several, random_state=model.seed, then=".fit(X)")
    return code, "from sklearn.cluster import KMeans"


def mixture(
    flavour: Flavour,
    K: Raw,
    model: ModelSettings,
    init: str,
    given: Given,
    covariance_type: str | Raw | None = None,
) -> FitCode:
    """A mixture of K components fitted to X, as code; by default of the model's own type.

    With `covariance_type` as code one function serves several types, and scikit-learn begins where
    its own start of that name does.
    """
    kind = covariance_type or model.covariance_type
    tol = None if model.tolerance == "1e-3" else float(model.tolerance)
    if flavour == "gmmlab":
        own = None if init == "kmeans" else Raw("begin") if init == "hand" else init
        once = model.n_init == 1 or init in ("hand", "search")
        code = call(
            "fit",
            Raw("X"),
            K,
            *(() if kind == "full" else (kind,)),
            init=own,
            n_init=None if once else model.n_init,
            seed=model.seed or None,
            tol=tol,
            max_iter=MAX_ITER,
        )
        return FitCode((), code, (_FIT,))
    options = {
        "covariance_type": None if kind == "full" else kind,
        "tol": tol,
        "max_iter": MAX_ITER,
        "reg_covar": Raw(given.ridge) if given.ridge else None,
    }
    if init in SEEDED and not isinstance(covariance_type, Raw):
        return _from_seeds(K, model, init, options, given)
    remark = ""
    own_start: str | None = None if init == "kmeans" else init
    several = None if model.n_init == 1 else model.n_init
    begin = None
    if init == "search":
        remark = (
            "GMM Lab's search has no counterpart in scikit-learn: twenty starts instead, whose "
            "best\nmay be a poorer optimum, or one with a component collapsed on a few points."
        )
        own_start, several = None, 20
    elif init == "hand":
        own_start, several, begin = None, None, Raw("begin")
        remark = (
            "scikit-learn takes the centres only: weights and shapes begin as k-means has them."
        )
    elif init in SEEDED:
        remark = (
            "scikit-learn's start of that name gives each component its seed alone, GMM Lab's all\n"
            "points nearest to it: they may end in different optima."
        )
    code = call(
        "GaussianMixture",
        K,
        **options,
        init_params=own_start,
        n_init=several,
        means_init=begin,
        random_state=model.seed,
        then=".fit(X)",
    )
    return FitCode((), code, (_THEIRS,), remark)


# Sums of squares about the means, and from covariances to precisions, by type.
_SPREAD = {
    "full": (
        'covariances = np.einsum("nk,ni,nj->kij", share, apart, apart) / mass[:, None, None]',
        "precisions = np.linalg.inv(covariances + {floor} * np.eye(X.shape[1]))",
    ),
    "tied": (
        "covariance = apart.T @ apart / len(X)",
        "precisions = np.linalg.inv(covariance + {floor} * np.eye(X.shape[1]))",
    ),
    "diag": (
        "variances = share.T @ apart**2 / mass[:, None]",
        "precisions = 1 / (variances + {floor})",
    ),
    "spherical": (
        "variances = (share.T @ apart**2 / mass[:, None]).mean(axis=1)",
        "precisions = 1 / (variances + {floor})",
    ),
}


def _from_seeds(
    K: Raw, model: ModelSettings, init: str, options: Mapping[str, object], given: Given
) -> FitCode:
    """scikit-learn's EM from the Gaussians of the points nearest to each seed, as ours begins."""
    spread = "\n        ".join(_SPREAD[model.covariance_type])
    spread = spread.format(floor=given.ridge or "1e-6")
    means = "seeds" if init == "hand" else "means"
    made = call(
        "GaussianMixture",
        Raw("len(seeds)"),
        **options,
        weights_init=Raw("mass / mass.sum()"),
        means_init=Raw(means),
        precisions_init=Raw("precisions"),
        then=".fit(X)",
    ).replace("\n", "\n        ")
    function = step(
        "EM that begins with the Gaussians of the points nearest to each seed.",
        f"""
    def fit_from(seeds):
        nearest = pairwise_distances_argmin(X, seeds)
        share = np.eye(len(seeds))[nearest]
        mass = share.sum(axis=0) + 1e-12
        means = share.T @ X / mass[:, None]
        apart = X - means[nearest]
        {spread}
        return {made}
    """,
        NUMPY,
        "from sklearn.metrics import pairwise_distances_argmin",
        _THEIRS,
    )
    if init == "hand":
        return FitCode((function,), "fit_from(begin)", ())
    once = model.n_init == 1
    if init == "k-means++":
        source = model.seed if once else "random"
        seeds = f"kmeans_plusplus(X, {{K}}, random_state={source})[0]"
        imports: tuple[str, ...] = ("from sklearn.cluster import kmeans_plusplus",)
    else:
        source = f"np.random.RandomState({model.seed})" if once else "random"
        seeds, imports = f"X[{source}.choice(len(X), size={{K}}, replace=False)]", ()
    if once:
        return FitCode((function,), f"fit_from({seeds.format(K=K.code)})", imports)
    several = step(
        f"The best of {model.n_init} starts.",
        f"""
    def best_of_starts(K):
        random = np.random.RandomState({model.seed})
        fits = [fit_from({seeds.format(K="K")}) for _ in range({model.n_init})]
        return max(fits, key=lambda gmm: gmm.lower_bound_)
    """,
        NUMPY,
        *imports,
    )
    return FitCode((function, several), f"best_of_starts({K.code})", ())
