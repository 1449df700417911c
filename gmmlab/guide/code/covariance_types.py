"""The script of four covariance types side by side, for the page Clusters."""

from dataclasses import replace

from gmmlab.guide.code.data import NUMPY, Given, points
from gmmlab.guide.code.models import centers_step, hand_placed, mixture, needs, start_of
from gmmlab.guide.code.plane import (
    ELLIPSE,
    MATRICES_OF,
    PYPLOT,
    colors_step,
    drawn_points,
    shapes_of,
)
from gmmlab.guide.code.script import Flavour, Raw, Script, indented, step
from gmmlab.studies.clusters.page import ClustersSettings
from gmmlab.studies.mixtures.model import usable_components

_K = Raw("K")
_MATCH = "from scipy.optimize import linear_sum_assignment"


def four_types(settings: ClustersSettings, given: Given, flavour: Flavour) -> Script:
    """Four mixtures, one for each covariance type, from the same start."""
    model, view = settings.model, settings.view
    K = usable_components(given.X, model.n_components)[0]
    init = start_of(model, K)
    fitted = mixture(flavour, _K, model, init, given, Raw("kind"))
    steps = [points(given, groups=False), step("", f"K = {K}")]
    if hand_placed(model, K):
        steps.append(centers_step(model))
    steps += [*fitted.before, colors_step(K, markers=view.markers)]
    if view.shapes:
        steps.append(ELLIPSE)
    if flavour == "scikit-learn":
        name, posterior, bic = "gmm", "gmm.predict_proba(X)", "gmm.bic(X)"
        weights, means = "gmm.weights_", "gmm.means_"
        if view.shapes:
            steps.append(MATRICES_OF)
    else:
        name, posterior, bic = "found", "found.responsibilities(X)", "found.bic"
        weights, means = "found.mixture.weights", "found.mixture.means"
    matrices = "matrices(gmm)" if flavour == "scikit-learn" else "found.mixture.full_covariances"
    drawn = drawn_points(replace(view, color="label"), given, "gmm")
    lines = [
        f"{name} = {fitted.expression}",
        f"responsibilities = {posterior}",
        "if reference is None:",
        f"    order = np.lexsort({means}.T[::-1])",
        "else:",
        "    shared = np.array([responsibilities[reference == k].sum(axis=0) for k in range(K)])",
        "    order = linear_sum_assignment(shared, maximize=True)[1]",
        "responsibilities = responsibilities[:, order]",
        "components = responsibilities.argmax(axis=1)",
        "reference = components if reference is None else reference",
        f"means = {means}[order]",
        *(shapes_of(weights, matrices) if view.shapes else ()),
        f"bics[kind] = {bic}",
        'ax.set_title(f"{kind}, BIC {bics[kind]:.1f}")',
        drawn,
    ]
    body = "\n".join(lines)
    aspect = '\nfor ax in axes:\n    ax.set_aspect("equal", adjustable="box")'
    code = (
        "fig, axes = plt.subplots(1, 4, figsize=(18, 4.5), sharex=True, sharey=True)\n"
        "reference, bics = None, {}\n"
        'for ax, kind in zip(axes, ["spherical", "diag", "tied", "full"]):\n    '
        + indented(body)
        + (aspect if given.equal_units else "")
        + '\nprint("lowest BIC:", min(bics, key=bics.get))\nplt.show()'
    )
    words = "Four mixtures, their components numbered as in the first."
    words += f"\n{fitted.remark}" if fitted.remark else ""
    steps.append(step(words, code, NUMPY, PYPLOT, _MATCH, *fitted.imports))
    title = f"GMM Lab, Clusters: four covariance types, K = {K}."
    return Script(title, needs(flavour, steps), tuple(steps))
