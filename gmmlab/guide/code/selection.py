"""Scripts for the page "How many components?": criteria over K × covariance type, and one fit."""

from gmmlab.guide.code.data import NUMPY, Given, labels_of_axes, points
from gmmlab.guide.code.models import MATRICES, mixture, needs
from gmmlab.guide.code.plane import ELLIPSE, MATRICES_OF, PYPLOT, colors_step, point_size
from gmmlab.guide.code.script import Flavour, Raw, Script, Step, call, indented, step
from gmmlab.studies.mixtures.model import ModelSettings
from gmmlab.studies.selection.criteria import CRITERIA
from gmmlab.studies.selection.page import HowManySettings, criteria_of
from gmmlab.studies.selection.sweep import Key

_THEIRS = {
    "aic": "gmm.aic(X)",
    "bic": "gmm.bic(X)",
    "icl": "gmm.bic(X) - 2 * np.log(gmm.predict_proba(X).max(axis=1)).sum()",
}


def script(
    settings: HowManySettings, given: Given, flavour: Flavour, chosen: Key | None = None
) -> Script:
    """The page's curves (or map) and the fit beside them; `chosen` is the cell that is shown."""
    criteria = criteria_of(settings.view, settings.model)
    Ks = sorted({K for K, _ in settings.model.keys if len(given.X) >= K})
    types = list(dict.fromkeys(kind for _, kind in settings.model.keys))
    steps = [points(given, groups=False)]
    if flavour == "scikit-learn":
        steps += _swept_by_scikit_learn(settings, given, criteria, Ks, types)
    else:
        steps.append(_swept_by_gmmlab(settings, criteria, Ks, types))
    steps.append(_choice(settings, flavour, criteria[-1], chosen))
    steps += [colors_step(max(Ks)), ELLIPSE]
    shape = _shape(flavour, types, given)
    if "matrices(gmm)" in shape:
        steps.append(MATRICES_OF)
    if given.X.shape[1] > 2:
        steps.append(_projection(*shape))
    steps.append(_picture(settings, given, flavour, criteria, types, shape))
    titles = ", ".join(CRITERIA[name].title for name in criteria)
    title = f"GMM Lab, How many components? {titles} for K = {Ks[0]} to {Ks[-1]}."
    return Script(title, needs(flavour, steps), tuple(steps))


def _swept_by_scikit_learn(
    settings: HowManySettings,
    given: Given,
    criteria: tuple[str, ...],
    Ks: list[int],
    types: list[str],
) -> list[Step]:
    model = settings.model
    asked = ModelSettings(
        init=model.init, n_init=model.n_init, seed=model.seed, tolerance=model.tolerance
    )
    kind = Raw("covariance_type")
    fitted = mixture("scikit-learn", Raw("K"), asked, model.init, given, kind)
    body = indented(fitted.expression.replace(".fit(X)", ".fit(points)"))
    function = step(
        fitted.remark,
        f"def fitted(points, K, covariance_type):\n    return {body}",
        *fitted.imports,
    )
    lines = ["gmm = fitted(X, K, kind)"]
    imports = [NUMPY] if "icl" in criteria else []
    for name in criteria:
        if name != "held_out":
            lines.append(f'values["{name}", kind, K] = {_THEIRS[name]}')
            continue
        lines = lines if len(criteria) > 1 else []
        lines += [
            "scores = [",
            "    fitted(X[seen], K, kind).score(X[unseen])",
            "    for seen, unseen in folds.split(X)",
            "]",
            'values["held_out", kind, K] = np.mean(scores)',
        ]
        imports += [NUMPY, "from sklearn.model_selection import KFold"]
    loop = "\n        ".join(lines)
    code = (
        f"values = {{}}\nfor kind in {_spelled(types)}:\n    for K in {_range(Ks)}:\n        {loop}"
    )
    if "held_out" in criteria:
        seed = model.seed
        code = f"folds = KFold({model.folds}, shuffle=True, random_state={seed})\n{code}"
    return [function, step("Every K with every covariance type.", code, *imports)]


def _swept_by_gmmlab(
    settings: HowManySettings, criteria: tuple[str, ...], Ks: list[int], types: list[str]
) -> Step:
    method = settings.model.method
    once = method.n_init == 1
    code = "cells = " + call(
        "list",
        Raw(
            call(
                "sweep",
                Raw("X"),
                Raw(_range(Ks)),
                types,
                n_folds=method.n_folds or None,
                n_init=None if once else method.n_init,
                seed=method.seed or None,
                init=None if method.init == "kmeans" else method.init,
                tol=None if method.tol == 1e-3 else method.tol,
                max_iter=method.max_iter,
            ).replace("\n", "\n    ")
        ),
    )
    code += (
        "\nvalues = {\n"
        "    (name, cell.covariance_type, cell.n_components): cell.value(name)\n"
        "    for cell in cells\n"
        f"    for name in {_spelled(criteria)}\n"
        "    if cell.value(name) is not None\n}"
    )
    return step(
        "Every K with every covariance type, on all cores where that is worth it.",
        code,
        "from gmmlab.studies.selection.sweep import sweep",
    )


def _choice(
    settings: HowManySettings, flavour: Flavour, criterion: str, chosen: Key | None
) -> Step:
    """The cell whose fit is drawn."""
    title = CRITERIA[criterion].title
    clicked = bool(settings.view.cell) and chosen is not None
    if clicked and chosen is not None:
        code = f'K, kind = {chosen[0]}, "{chosen[1]}"'
        words = "The model that was clicked."
        if flavour == "gmmlab":
            code += (
                "\nfound = next(c.fit for c in cells if (c.n_components, c.covariance_type) "
                "== (K, kind))"
            )
            return step(words, code)
        return step(words, f"{code}\ngmm = fitted(X, K, kind)")
    if flavour == "gmmlab":
        return step(
            f"The best by {title}, but for fits with a collapsed component.",
            f"""
        chosen = best(cells, "{criterion}")
        K, kind, found = chosen.n_components, chosen.covariance_type, chosen.fit
        print(f"{title} chooses K = {{K}}, {{kind}}: {{chosen.value('{criterion}'):.1f}}")
        """,
            "from gmmlab.studies.selection.criteria import best",
        )
    better = "max" if CRITERIA[criterion].higher_is_better else "min"
    code = f"""
    own = {{key: value for key, value in values.items() if key[0] == "{criterion}"}}
    _, kind, K = {better}(own, key=own.get)
    print(f"{title} chooses K = {{K}}, {{kind}}: {{own['{criterion}', kind, K]:.1f}}")
    gmm = fitted(X, K, kind)
    """
    words = f"The best by {title}. GMM Lab passes over fits with a collapsed component."
    return step(words, code)


def _projection(means: str, matrices: str) -> Step:
    return step(
        "More than two columns: the picture is their first two principal components.",
        f"""
    plane = PCA(2).fit(X)
    points, means = plane.transform(X), plane.transform({means})
    covariances = plane.components_ @ {matrices} @ plane.components_.T
    """,
        "from sklearn.decomposition import PCA",
    )


def _shape(flavour: Flavour, types: list[str], given: Given) -> tuple[str, str]:
    """The code of the chosen fit's means (K, d) and covariances (K, d, d)."""
    if flavour == "gmmlab":
        return "found.mixture.means", "found.mixture.full_covariances"
    if len(types) > 1:
        return "gmm.means_", "matrices(gmm)"
    d = given.X.shape[1]
    code = MATRICES[types[0]].format(c="gmm.covariances_", K="K", d=d)
    return "gmm.means_", f"({code})" if " " in code else code


def _picture(
    settings: HowManySettings,
    given: Given,
    flavour: Flavour,
    criteria: tuple[str, ...],
    types: list[str],
    shape: tuple[str, str],
) -> Step:
    flat = given.X.shape[1] == 2
    means, matrices = shape
    labels = "gmm.predict(X)" if flavour == "scikit-learn" else "found.predict(X)"
    size = point_size(len(given.X))
    across, up = labels_of_axes(given) if flat else ('"first axis"', '"second axis"')
    style = f"xlabel={across}, ylabel={up}"
    style += ', aspect="equal"' if given.equal_units else ""
    if settings.view.chart == "map":
        chart = f"""Ks = sorted({{K for _, _, K in values}})
heat = [[values.get(("{criteria[0]}", t, K), np.nan) for K in Ks] for t in {_spelled(types)}]
shades = left.imshow(heat, cmap="cividis_r", aspect="auto")
left.set_xticks(range(len(Ks)), Ks)
left.set_yticks(range({len(types)}), {_spelled(types)})
fig.colorbar(shades, ax=left, label="{CRITERIA[criteria[0]].title}")"""
    else:
        label = 'f"{name}, {type_}"' if len(types) > 1 else "name"
        chart = f"""for name in {_spelled(criteria)}:
    for type_ in {_spelled(types)}:
        own = [(K, v) for (n, t, K), v in values.items() if (n, t) == (name, type_)]
        left.plot(*zip(*own), marker="o", label={label})
left.legend()"""
    code = f"""
fig, (left, right) = plt.subplots(1, 2, figsize=(14, 5.5))
{chart}
left.set(xlabel="K")

labels = {labels}
{"" if not flat else f"points, means, covariances = X, {means}, {matrices}"}
for k in range(len(means)):
    right.scatter(*points[labels == k].T, s={size}, color=colors[k], alpha=0.7)
    for sigmas in (1, 2, 3):
        right.add_patch(ellipse(means[k], covariances[k], sigmas, color=colors[k], fill=False))
right.set(title=TITLE, {style})
plt.show()""".replace("\n\nfor k", "\nfor k").replace("TITLE", 'f"K = {len(means)}"')
    arrays = settings.view.chart == "map" or "np." in matrices
    imports = [PYPLOT, *([NUMPY] if arrays else [])]
    return step("The picture.", code, *imports)


def _range(Ks: list[int]) -> str:
    return f"range({Ks[0]}, {Ks[-1] + 1})"


def _spelled(names: tuple[str, ...] | list[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"
