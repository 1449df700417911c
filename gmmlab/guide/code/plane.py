"""Pieces of pictures in the plane, as matplotlib draws them."""

from collections.abc import Sequence

from gmmlab.figures.palette import COLORS, MUTED
from gmmlab.guide.code.data import NUMPY, Given, labels_of_axes
from gmmlab.guide.code.script import Step, indented, step
from gmmlab.studies.clusters.page import ViewSettings

PYPLOT = "import matplotlib.pyplot as plt"
MARKERS = "os^vDPXp*h"

ELLIPSE = step(
    "",
    '''
    def ellipse(mean, covariance, sigmas, **style):
        """The ellipse of a Gaussian at so many standard deviations."""
        variances, axes = np.linalg.eigh(covariance)
        angle = np.degrees(np.arctan2(axes[1, 1], axes[0, 1]))
        width, height = 2 * sigmas * np.sqrt(variances[::-1])
        return Ellipse(mean, width, height, angle=angle, **style)
    ''',
    NUMPY,
    "from matplotlib.patches import Ellipse",
)

MATRICES_OF = step(
    "",
    '''
    def matrices(gmm):
        """A covariance matrix for each component, whatever the type."""
        K, d = gmm.means_.shape
        match gmm.covariance_type:
            case "full":
                return gmm.covariances_
            case "tied":
                return np.repeat(gmm.covariances_[None], K, axis=0)
            case "diag":
                return gmm.covariances_[:, :, None] * np.eye(d)
            case "spherical":
                return gmm.covariances_[:, None, None] * np.eye(d)
    ''',
    NUMPY,
)


def colors_step(K: int, *, light: int = 0, markers: bool = False) -> Step:
    """A colour for each of K clusters, and what else tells them apart.

    With `light`, the first so many colours are there as light too, which is how they are mixed.
    """
    listed = "".join(f'    "{color}",\n' for color in COLORS[: min(K, len(COLORS))])
    code = f"colors = [\n{listed}]"
    if len(COLORS) < K:
        code += " * " + str(-(-K // len(COLORS)))
    imports = []
    if markers:
        code += f'\nmarkers = "{MARKERS[: min(K, 10)]}"' + (" * 2" if K > 10 else "")
    if light:
        code += f"\nlight = to_rgba_array(colors[:{light}])[:, :3] ** 2.2"
        imports.append("from matplotlib.colors import to_rgba_array")
    return Step("", code, tuple(imports))


def axes_of(given: Given, titles: Sequence[str], *, width: float = 6.0) -> str:
    """Code for a row of pictures, `axes`, one for each title; or `ax` alone."""
    n = len(titles)
    size = f"({width * n:g}, 5)"
    if n == 1:
        return f'fig, ax = plt.subplots(figsize={size})\nax.set_title("{titles[0]}")'
    return f"fig, axes = plt.subplots(1, {n}, figsize={size}, sharex=True, sharey=True)"


def finished(given: Given, n: int) -> str:
    """Code for the names of axes, equal units where the page has them, and the show."""
    across, up = labels_of_axes(given)
    aspect = ', aspect="equal"' if given.equal_units else ""
    if n == 1:
        return f"ax.set(xlabel={across}, ylabel={up}{aspect})\nplt.show()"
    adjust = ', adjustable="box"' if given.equal_units else ""
    return f"for ax in axes:\n    ax.set(xlabel={across}, ylabel={up}{aspect}{adjust})\nplt.show()"


def point_size(n: int) -> int:
    """The area of a marker of n points: the more, the smaller."""
    return max(2, round(22 * min(1.0, (1_500 / n) ** 0.7)))


def drawn_points(view: ViewSettings, given: Given, model: str) -> str:
    """Code that draws clusters on `ax`: points, shapes if they are shown, and numbers."""
    size = point_size(len(given.X))
    labels, at = ("clusters", "centers") if model == "kmeans" else ("components", "means")
    style = [f"s={size}", "color=colors[k]", "alpha=0.7", "linewidth=0"]
    if view.size == "certainty":
        sure = "stability" if model == "kmeans" else "responsibilities.max(axis=1)"
        style[0] = f"s={round(1.7 * size)} * {sure}[own] ** 2"
    if view.color == "plain":
        style[1] = f'color="{MUTED}"'
    elif view.color == "truth" and given.has_groups:
        style[1] = "color=[colors[group] for group in y[own]]"
    elif model == "gmm" and view.color == "blend":
        style[1] = "color=(responsibilities[own] @ light).clip(0, 1) ** (1 / 2.2)"
    if view.markers:
        style.append("marker=markers[k]")
    lines = ["own = " + labels + " == k"]
    call = f"ax.scatter(*X[own].T, {', '.join(style)})"
    if len(call) > 84:
        call = "ax.scatter(\n    *X[own].T,\n    " + ",\n    ".join(style) + ",\n)"
    lines.append(call)
    if view.shapes and model == "kmeans":
        lines += [
            "radius = np.linalg.norm(X[own] - centers[k], axis=1).max(initial=0)",
            "ax.add_patch(Circle(centers[k], radius, color=colors[k], fill=False))",
        ]
    elif view.shapes:
        lines += [
            'for sigmas, dash in [(1, "-"), (2, "--"), (3, ":")]:',
            "    style = dict(color=colors[k], alpha=0.3 + 0.7 * strength[k], linestyle=dash)",
            "    ax.add_patch(ellipse(means[k], covariances[k], sigmas, fill=False, **style))",
        ]
    lines.append(
        f'ax.text(*{at}[k], str(k + 1), color="white", backgroundcolor=colors[k], fontsize=8)'
    )
    return "for k in range(K):\n    " + indented("\n".join(lines))


def shapes_of(weights: str, matrices: str) -> tuple[str, ...]:
    """What ellipses are drawn from: the stronger, the more a component weighs."""
    matrices = f"({matrices})" if " " in matrices else matrices
    return (
        f"covariances = {matrices}[order]",
        f"strength = np.sqrt({weights} / {weights}.max())[order]",
    )
