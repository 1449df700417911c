"""Scripts for the page Density: mixtures and a kernel estimate through one of its lenses."""

import numpy as np

from gmmlab.figures.palette import MUTED
from gmmlab.guide.code.data import NUMPY, Given, array, labels_of_axes, points
from gmmlab.guide.code.models import MATRICES, FitCode, mixture, needs, start_of
from gmmlab.guide.code.plane import ELLIPSE, PYPLOT, colors_step, point_size
from gmmlab.guide.code.script import Flavour, Raw, Script, Step, call, indented, step
from gmmlab.studies.density.page import DensitySettings
from gmmlab.studies.mixtures.centers import centers_of
from gmmlab.studies.mixtures.model import usable_components

_FLAT = ("clusters", "density")


def script(
    settings: DensitySettings, given: Given, flavour: Flavour, bandwidth: float | None = None
) -> Script:
    """The page's picture as a script; `bandwidth` is that of the kernel estimate, if it has one."""
    model, view = settings.model, settings.view
    truth = view.lens == "clusters" and view.color == "truth" and given.groups is not None
    steps = [points(given, groups=truth)]
    Ks = {model.n_components}
    if model.beside == "mixture":
        Ks.add(model.other_components)
    counts = sorted({usable_components(given.X, K)[0] for K in Ks})
    fits = {K: _fit(flavour, K, settings, given) for K in counts}
    kernels = model.beside == "kde" and bandwidth is not None
    if view.lens != "points":
        steps += _models(fits, bandwidth if kernels else None)
        if view.score:
            steps.append(_score(view.score))
    if view.lens in _FLAT or view.lens == "surface":
        steps.append(_HEIGHTS)
    if view.lens == "clusters":
        n_groups = int(given.groups.max()) + 1 if given.groups is not None and truth else 1
        steps += [colors_step(max(*counts, n_groups)), ELLIPSE]
    steps.append(_picture(settings, given, flavour, len(fits) + kernels))
    lens = {
        "points": "raw points",
        "clusters": "clusters",
        "density": "a density",
        "surface": "a surface",
        "samples": "new samples",
    }[view.lens]
    title = f"GMM Lab, Density: {lens}."
    return Script(title, needs(flavour, steps), tuple(steps))


def _fit(flavour: Flavour, K: int, settings: DensitySettings, given: Given) -> FitCode:
    model = settings.model
    return mixture(flavour, Raw(str(K)), model, start_of(model, K), given)


def _models(fits: dict[int, FitCode], bandwidth: float | None) -> list[Step]:
    entries = [f'"Mixture, K = {K}": {indented(f.expression)},' for K, f in fits.items()]
    imports = [line for f in fits.values() for line in f.imports]
    first = next(iter(fits.values()))
    words = f"The models, simpler ones first.\n{first.remark}".strip()
    if bandwidth is not None:
        made = call("KernelDensity", bandwidth=Raw(f"{bandwidth:.6g}"), then=".fit(X)")
        entries.append(f'"Kernel estimate": {made},')
        imports.append("from sklearn.neighbors import KernelDensity")
        words += "\nThis bandwidth has the highest leave-one-out likelihood of those tried."
    code = "models = {\n    " + "\n    ".join(entries) + "\n}\n"
    code += "for name, model in models.items():\n"
    code += '    print(f"{name}: log-likelihood per point {model.score_samples(X).mean():.4f}")'
    return [*first.before, step(words, code, *imports)]


def _score(text: str) -> Step:
    return step(
        "What each model says of one point: log p, and how many of the data lie lower.",
        f"""
    point = {array(centers_of(text))}
    for name, model in models.items():
        score = model.score_samples(point)[0]
        below = np.mean(model.score_samples(X) <= score)
        print(f"{{name}}: log p = {{score:.3f}}, percentile {{100 * below:.1f}}")
    """,
        NUMPY,
    )


_HEIGHTS = step(
    "log p on a grid, and one scale for all: from a hundredth of what 99 % of the points have.",
    """
    low, high = X.min(axis=0), X.max(axis=0)
    low, high = low - 0.16 * (high - low), high + 0.16 * (high - low)
    across, up = np.meshgrid(*np.linspace(low, high, 150).T)
    grid = np.column_stack([across.ravel(), up.ravel()])
    heights = {
        name: model.score_samples(grid).reshape(across.shape) for name, model in models.items()
    }
    top = max(height.max() for height in heights.values())
    bottom = min(np.quantile(model.score_samples(X), 0.01) for model in models.values())
    bottom = min(bottom - np.log(100), top - 1)
    """,
    NUMPY,
)

_MARGINALS = """cell = (high - low) / 149
density = np.exp(heights[name])
above = ax.inset_axes([0, 1.02, 1, 0.15], sharex=ax)
above.hist(X[:, 0], bins=30, density=True, color="0.8")
above.plot(across[0], density.sum(axis=0) * cell[1])
beside = ax.inset_axes([1.02, 0, 0.15, 1], sharey=ax)
beside.hist(X[:, 1], bins=30, density=True, color="0.8", orientation="horizontal")
beside.plot(density.sum(axis=1) * cell[0], up[:, 0])
above.axis("off")
beside.axis("off")"""


def _picture(settings: DensitySettings, given: Given, flavour: Flavour, n: int) -> Step:
    view = settings.view
    across, up = labels_of_axes(given)
    style = f"xlabel={across}, ylabel={up}" + (', aspect="equal"' if given.equal_units else "")
    size = point_size(len(given.X))
    imports = [PYPLOT]
    mark = ""
    if view.score and view.lens in _FLAT:
        mark = '\nax.plot(*point[0], "x", color="crimson", markersize=12, markeredgewidth=2)'
    if view.lens == "points":
        code = (
            f"fig, ax = plt.subplots(figsize=(7, 6))\nax.scatter(*X.T, s={size})\n"
            f"ax.set({style})\nplt.show()"
        )
        return step("The picture.", code, *imports)
    if view.lens == "samples":
        return _samples(settings, flavour, n, style, size)
    if view.lens == "surface":
        body = (
            f'ax = fig.add_subplot(1, {n}, place, projection="3d", title=name)\n'
            'ax.plot_surface(across, up, np.maximum(height, bottom), cmap="cividis")\n'
            f'ax.set(xlabel={across}, ylabel={up}, zlabel="log p(x)")'
        )
        code = (
            f"fig = plt.figure(figsize=({7 * n}, 6))\n"
            "for place, (name, height) in enumerate(heights.items(), start=1):\n    "
            f"{indented(body)}\nplt.show()"
        )
        return step("The picture.", code, NUMPY, *imports)
    lines = []
    if view.lens == "clusters":
        lines += [_clusters(settings, given, flavour, size)]
        imports.append(NUMPY)
    else:
        lines += [
            "levels = np.linspace(bottom, top, 15)",
            'shades = ax.contourf(across, up, heights[name], levels, cmap="cividis", extend="min")',
            f'ax.scatter(*X.T, s={size}, color="white", edgecolor="0.15", linewidth=0.5)',
            'fig.colorbar(shades, ax=ax, label="log p(x) in nats", pad=0.2)',
        ]
        imports.append(NUMPY)
    head = "title=name"
    if view.marginals:
        lines.append(_MARGINALS)
        head = 'title=f"{name}\\n\\n\\n"'
    lines.append(f"ax.set({head}, {style}){mark}")
    body = "\n".join(lines)
    each = "ax, (name, model) in zip(axes[0], models.items())"
    each = each if view.lens == "clusters" else "ax, name in zip(axes[0], models)"
    code = (
        f"fig, axes = plt.subplots(1, {n}, figsize=({8 * n}, 6), squeeze=False)\n"
        f"for {each}:\n    "
        f"{indented(body)}\nplt.show()"
    )
    return step("The picture.", code, *imports)


def _clusters(settings: DensitySettings, given: Given, flavour: Flavour, size: int) -> str:
    """The mixtures as ellipses; a kernel estimate has none, and is left to its grid."""
    kind, labels = settings.model.covariance_type, "model.predict(X)"
    if flavour == "scikit-learn":
        means = "model.means_"
        matrices = MATRICES[kind].format(c="model.covariances_", K="len(model.means_)", d=2)
    else:
        means = "model.mixture.means"
        matrices = "model.mixture.full_covariances"
    color = "color=colors[place]"
    if settings.view.color == "plain":
        color = f'color="{MUTED}"'
    elif settings.view.color == "truth" and given.has_groups:
        color = "color=[colors[group] for group in y[labels == place]]"
    drawn = f"""order = np.lexsort({means}.T[::-1])
labels = np.argsort(order)[{labels}]
covariances = {matrices}
for place, k in enumerate(order):
    ax.scatter(*X[labels == place].T, s={size}, {color}, alpha=0.7)
    for sigmas in (1, 2, 3):
        ax.add_patch(
            ellipse({means}[k], covariances[k], sigmas, color=colors[place], fill=False)
        )"""
    if settings.model.beside != "kde":
        return drawn
    return (
        'if name == "Kernel estimate":\n'
        "    levels = np.linspace(bottom, top, 15)\n"
        '    ax.contourf(across, up, heights[name], levels, cmap="cividis", extend="min")\n'
        f"else:\n    {indented(drawn)}"
    )


def _samples(settings: DensitySettings, flavour: Flavour, n: int, style: str, size: int) -> Step:
    """The data beside new points of each model."""
    view = settings.view
    kernel = f"model.sample({view.n_samples}, random_state={view.sample_seed})"
    words = "The picture: the data, and new points drawn from each model."
    imports = [PYPLOT]
    if flavour == "gmmlab":
        words += " Components are"
        words += "\nordered from left to right: so the page's seed draws the page's points."
        own = (
            "order = np.lexsort(model.mixture.means.T[::-1])\n"
            f"drawn = model.reordered(order).sample({view.n_samples}, seed={view.sample_seed})[0]"
        )
        imports.append(NUMPY)
    else:
        words += " The mixtures' are\nnot the page's own: scikit-learn draws in another order."
        own = f"model.set_params(random_state={view.sample_seed})\n"
        own += f"drawn = model.sample({view.n_samples})[0]"
    if settings.model.beside == "kde":
        own = f'if name == "Kernel estimate":\n    drawn = {kernel}\nelse:\n    {indented(own)}'
    code = f"""panels = {{"Data": X}}
for name, model in models.items():
    {indented(own)}
    panels["New points: " + name] = drawn

fig, axes = plt.subplots(1, {n + 1}, figsize=({6 * (n + 1)}, 5), sharex=True, sharey=True)
for ax, (name, drawn) in zip(axes, panels.items()):
    ax.scatter(*drawn.T, s={size})
    ax.set(title=name, {style})
plt.show()"""
    return step(words, code, *imports)


def bandwidth_of(model: object) -> float | None:
    """The bandwidth of a kernel estimate; None for a mixture."""
    found = getattr(model, "bandwidth", None)
    return None if found is None else float(np.asarray(found))
