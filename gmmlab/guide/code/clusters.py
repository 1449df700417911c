"""Scripts for the pages Clusters and Home: k-means beside a mixture, or four covariance types."""

from gmmlab.guide.code.covariance_types import four_types
from gmmlab.guide.code.data import NUMPY, Given, points
from gmmlab.guide.code.models import (
    MATRICES,
    centers_step,
    kmeans_expression,
    mixture,
    needs,
    start_of,
)
from gmmlab.guide.code.plane import (
    ELLIPSE,
    PYPLOT,
    axes_of,
    colors_step,
    drawn_points,
    finished,
    shapes_of,
)
from gmmlab.guide.code.script import Flavour, Raw, Script, Step, step
from gmmlab.studies.clusters.front import FrontSettings
from gmmlab.studies.clusters.page import ClustersSettings, ViewSettings
from gmmlab.studies.mixtures.model import ModelSettings, usable_components

_K = Raw("K")
_MATCH = "from scipy.optimize import linear_sum_assignment"
_RAND = "from sklearn.metrics import adjusted_rand_score"


def script(settings: ClustersSettings, given: Given, flavour: Flavour) -> Script:
    """The page's picture as a script."""
    if settings.view.show == "types":
        return four_types(settings, given, flavour)
    return _both(settings, given, flavour, "GMM Lab, Clusters")


def front_script(settings: FrontSettings, given: Given, flavour: Flavour) -> Script:
    """The pictures of the front page."""
    return _both(settings.as_clusters, given, flavour, "GMM Lab")


def _both(settings: ClustersSettings, given: Given, flavour: Flavour, page: str) -> Script:
    model, view = settings.model, settings.view
    K = usable_components(given.X, model.n_components)[0]
    shown = ("kmeans", "gmm") if view.show == "both" else (view.show,)
    names = {"kmeans": "k-means", "gmm": "a Gaussian mixture"}
    title = f"{page}: {' beside '.join(names[each] for each in shown)}, K = {K}."
    init = start_of(model, K)
    steps = [points(given, groups=True), step("", f"K = {K}")]
    if init == "hand":
        steps.append(centers_step(model))
    if "kmeans" in shown:
        steps += _kmeans(flavour, model, init, given)
        if view.size == "certainty":
            steps.append(_stability(model, init, flavour))
    if "gmm" in shown:
        steps += _gmm(flavour, model, init, given, beside="kmeans" in shown, shapes=view.shapes)
    blended = view.color == "blend" and "gmm" in shown
    n_colors = K
    if view.color == "truth" and given.groups is not None:
        n_colors = max(K, int(given.groups.max()) + 1)
    steps.append(colors_step(n_colors, light=K if blended else 0, markers=view.markers))
    if "gmm" in shown and view.shapes:
        steps.append(ELLIPSE)
    steps.append(_picture(flavour, view, given, shown))
    return Script(title, needs(flavour, steps), tuple(steps))


def _kmeans(flavour: Flavour, model: ModelSettings, init: str, given: Given) -> list[Step]:
    code, imported = kmeans_expression(flavour, _K, model, init)
    theirs = flavour == "scikit-learn"
    found, labels = ("kmeans.cluster_centers_", "kmeans.labels_") if theirs else (
        "kmeans.centers", "kmeans.labels",
    )  # fmt: skip
    inertia = "kmeans.inertia_" if theirs else "kmeans.inertia"
    lines = [
        f"kmeans = {code}",
        f"from_left = np.lexsort({found}.T[::-1])",
        f"centers, clusters = {found}[from_left], np.argsort(from_left)[{labels}]",
        f'print(f"k-means: inertia {{{inertia}:.4g}}")',
    ]
    imports = [NUMPY, imported]
    if given.has_groups:
        lines.append(
            'print(f"k-means: adjusted Rand index {adjusted_rand_score(y, clusters):.3f}")'
        )
        imports.append(_RAND)
    return [step("k-means, its clusters numbered from left to right.", "\n".join(lines), *imports)]


def _gmm(
    flavour: Flavour, model: ModelSettings, init: str, given: Given, *, beside: bool, shapes: bool
) -> list[Step]:
    fitted = mixture(flavour, _K, model, init, given)
    kind = model.covariance_type
    if flavour == "scikit-learn":
        name, posterior = "gmm", "gmm.predict_proba(X)"
        matrices = MATRICES[kind].format(c="gmm.covariances_", K="K", d=2)
        weights, means = "gmm.weights_", "gmm.means_"
        score, bic, n_iter = "gmm.score(X)", "gmm.bic(X)", "gmm.n_iter_"
    else:
        name, posterior = "found", "found.responsibilities(X)"
        matrices = "found.mixture.full_covariances"
        weights, means = "found.mixture.weights", "found.mixture.means"
        score, bic, n_iter = "found.objective", "found.bic", "found.n_iter"
    words = "The mixture."
    if flavour == "scikit-learn" and given.ridge is None:
        words += " scikit-learn adds 1e-6 to each variance, GMM Lab a millionth of the data's own."
    words += f"\n{fitted.remark}" if fitted.remark else ""
    fit = step(words, f"{name} = {fitted.expression}", *fitted.imports)
    if beside:
        order = (
            "shared = np.array([responsibilities[clusters == k].sum(axis=0) for k in range(K)])\n"
            "order = linear_sum_assignment(shared, maximize=True)[1]"
        )
        told, imports = (
            "Components and clusters that share the most points get one number.",
            [_MATCH],
        )
    else:
        order = f"order = np.lexsort({means}.T[::-1])"
        told, imports = "Components are numbered from left to right.", []
    lines = [
        f"responsibilities = {posterior}",
        order,
        "responsibilities = responsibilities[:, order]",
        "components = responsibilities.argmax(axis=1)",
        f"means = {means}[order]",
        *(shapes_of(weights, matrices) if shapes else ()),
        f'print(f"mixture: log-likelihood per point {{{score}:.4f}}, BIC {{{bic}:.1f}}, "',
        f'      f"{{{n_iter}}} iterations")',
    ]  # fmt: skip
    if given.has_groups:
        lines.append(
            'print(f"mixture: adjusted Rand index {adjusted_rand_score(y, components):.3f}")'
        )
        imports.append(_RAND)
    return [*fitted.before, fit, step(told, "\n".join(lines), NUMPY, *imports)]


def _stability(model: ModelSettings, init: str, flavour: Flavour) -> Step:
    """Bootstrap stability, by scikit-learn in either script: ours refits all resamples at once."""
    return step(
        "How sure is k-means? The share of 50 resamples in which a point keeps its cluster.",
        """
    rng = np.random.default_rng(0)
    kept = np.zeros(len(X))
    for resample in range(50):
        again = KMeans(K, random_state=resample).fit(X[rng.integers(len(X), size=len(X))])
        labels = again.predict(X)
        overlap = np.array([np.bincount(labels[clusters == k], minlength=K) for k in range(K)])
        match = linear_sum_assignment(overlap, maximize=True)[1]
        kept += match[clusters] == labels
    stability = kept / 50
    """,
        NUMPY,
        _MATCH,
        "from sklearn.cluster import KMeans",
    )


def _picture(flavour: Flavour, view: ViewSettings, given: Given, shown: tuple[str, ...]) -> Step:
    titles = {"kmeans": "k-means", "gmm": "Gaussian mixture"}
    imports = [PYPLOT]
    lines = [axes_of(given, [titles[each] for each in shown])]
    if view.regions:
        lines.append(_GRID)
        imports += [NUMPY, "from matplotlib.colors import ListedColormap"]
    for place, each in enumerate(shown):
        if len(shown) == 2:
            lines.append(f'\nax = axes[{place}]\nax.set_title("{titles[each]}")')
        if view.regions:
            lines.append(_regions(flavour, each))
        lines.append(drawn_points(view, given, each))
        if each == "kmeans" and view.shapes:
            imports += [NUMPY, "from matplotlib.patches import Circle"]
    lines.append("\n" + finished(given, len(shown)) if len(shown) == 2 else finished(given, 1))
    return step("The picture.", "\n".join(lines), *imports)


_GRID = """low, high = X.min(axis=0), X.max(axis=0)
low, high = low - 0.1 * (high - low), high + 0.1 * (high - low)
grid = np.stack(np.meshgrid(*np.linspace(low, high, 300).T), axis=-1).reshape(-1, 2)"""


def _regions(flavour: Flavour, model: str) -> str:
    predict = {
        ("scikit-learn", "kmeans"): "kmeans.predict(grid)",
        ("scikit-learn", "gmm"): "gmm.predict(grid)",
        ("gmmlab", "kmeans"): "kmeans.predict(grid)",
        ("gmmlab", "gmm"): "found.predict(grid)",
    }[flavour, model]
    own = "from_left" if model == "kmeans" else "order"
    return f"""ax.imshow(
    np.argsort({own})[{predict}].reshape(300, 300),
    extent=[low[0], high[0], low[1], high[1]],
    origin="lower",
    aspect="auto",
    cmap=ListedColormap(colors[:K]),
    vmin=-0.5,
    vmax=K - 0.5,
    alpha=0.22,
)"""
