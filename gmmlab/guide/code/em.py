"""Scripts for the page EM step by step: one run to watch, or where many starts end."""

from dataclasses import dataclass, replace

from gmmlab.data.points.datasets import Dataset
from gmmlab.figures.palette import MUTED
from gmmlab.guide.code.data import NUMPY, Given, labels_of_axes, points
from gmmlab.guide.code.models import (
    MATRICES,
    FitCode,
    centers_step,
    mixture,
    needs,
    start_of,
)
from gmmlab.guide.code.plane import ELLIPSE, PYPLOT, colors_step, point_size
from gmmlab.guide.code.script import Flavour, Raw, Script, Step, call, indented, step
from gmmlab.studies.em.atlas import start_of as start_of_many
from gmmlab.studies.em.ground import NAMES, ground
from gmmlab.studies.em.page import MOST_POINTS, EmSettings
from gmmlab.studies.mixtures.model import ModelSettings, usable_components

PARTS = ("steps", "bound", "atlas")  # those whose pictures are a run, or many
_K, _TOL = Raw("K"), "1e-7"
_ANY_SEED = 987_654_321  # stands for the name `seed` while a fit is written


@dataclass(frozen=True, eq=False)
class _Watched(Given):
    """Points as the page watches them, whose `floor` is the page's own."""

    floor: str = "1e-6"

    @property
    def ridge(self) -> str | None:
        """The page's floor, a share of the variance, as scikit-learn's `reg_covar`."""
        return "0.0" if self.floor == "0" else f"{self.floor} * X.var(axis=0).mean()"


def script(settings: EmSettings, given: Given, flavour: Flavour) -> Script:
    """The run of the page and its moment as a script, or, of the part “Many starts”, all ends."""
    line, model = settings.view.line, settings.model
    here = ground(Dataset(given.X, None, "shown", (given.columns[0], given.columns[1])), line)
    K = usable_components(here.points, model.n_components)[0]
    watched = _Watched(
        given.data, here.points, here.columns, given.file, given.names, floor=model.floor
    )
    steps = [points(given, groups=False), *_seen(given, line), step("", f"K = {K}")]
    own = ModelSettings(
        K, model.covariance_type, model.init, model.centers, seed=model.seed, tolerance=_TOL
    )
    if settings.moment.part == "atlas":
        steps += _many(settings, own, watched, flavour)
        title = f"GMM Lab, EM step by step: {settings.moment.n_starts} starts, K = {K}."
        return Script(title, needs(flavour, steps), tuple(steps))
    steps += _run(settings, own, watched, flavour)
    title = f"GMM Lab, EM step by step: a run of EM, K = {K}."
    return Script(title, needs(flavour, steps), tuple(steps))


def _seen(given: Given, line: str) -> list[Step]:
    """What of the points is watched: some of many, and one axis where the page shows one."""
    steps = []
    if len(given.X) > MOST_POINTS:
        code = f"some = np.random.default_rng(0).choice(len(X), {MOST_POINTS}, replace=False)"
        steps.append(step("As many as the page watches.", f"{code}\nX = X[np.sort(some)]", NUMPY))
    if line in NAMES:
        steps.append(step("One column alone.", f"X = X[:, [{NAMES[line]}]]"))
    if line == "pc":
        imported = "from sklearn.decomposition import PCA"
        steps.append(step("Along the longest axis.", "X = PCA(1).fit_transform(X)", imported))
    return steps


def _run(
    settings: EmSettings, model: ModelSettings, given: _Watched, flavour: Flavour
) -> list[Step]:
    K, d = model.n_components, given.X.shape[1]
    init = start_of(model, K) if d == 2 else _in_one_dimension(model)
    steps = [centers_step(model)] if init == "hand" else []
    moment = settings.moment.step
    if flavour == "gmmlab":
        code = call(
            "path",
            Raw("X"),
            _K,
            *(() if model.covariance_type == "full" else (model.covariance_type,)),
            init=Raw("begin") if init == "hand" else init,
            seed=model.seed or None,
            floor=None if given.floor == "1e-6" else Raw(given.floor),
        )
        steps.append(
            step(
                f"The run, every state kept; and its state after {moment} half-steps.",
                f"run = {code}\n"
                f"history = np.array(run.fit.history)\n"
                f"now = run.mixtures[min({moment // 2}, len(run.mixtures) - 1)]\n"
                f"coloured = run.mixtures[min({max(moment - 1, 0) // 2}, len(run.mixtures) - 1)]\n"
                "weights, means, covariances = now.weights, now.means, now.full_covariances\n"
                "responsibilities = coloured.responsibilities(X)\n"
                'print(f"{len(history) - 1} iterations, log-likelihood per point '
                '{history[-1]:.4f}")',
                NUMPY,
                "from gmmlab.engine.path import path",
            )
        )
        grey = moment == 0
    else:
        made = _theirs(model, init, given)
        c = MATRICES[model.covariance_type].format(c="gmm.covariances_", K="K", d=d)
        words = "The run. scikit-learn keeps no states on the way: this is the last."
        steps += made.before
        steps.append(
            step(
                f"{words}\n{made.remark}".strip(),
                f"gmm = {made.expression}\n"
                "history = np.array(gmm.lower_bounds_)\n"
                f"weights, means, covariances = gmm.weights_, gmm.means_, {c}\n"
                "responsibilities = gmm.predict_proba(X)\n"
                'print(f"{gmm.n_iter_} iterations, log-likelihood per point {gmm.score(X):.4f}")',
                NUMPY,
                *made.imports,
            )
        )
        grey = False
    steps.append(colors_step(K, light=0 if grey else K))
    steps += [ELLIPSE] if d == 2 else []
    steps.append(_picture(settings, given, K, grey, None if flavour != "gmmlab" else moment // 2))
    return steps


def _in_one_dimension(model: ModelSettings) -> str:
    """The start where means placed in the plane mean nothing."""
    return "kmeans" if model.init == "hand" else model.init


def _theirs(model: ModelSettings, init: str, given: _Watched) -> FitCode:
    return mixture("scikit-learn", _K, model, init, given)


def _picture(settings: EmSettings, given: _Watched, K: int, grey: bool, at: int | None) -> Step:
    size = point_size(len(given.X))
    color = f'color="{MUTED}"' if grey else "color=blended"
    lines = ["fig, (ax, curve) = plt.subplots(1, 2, figsize=(12, 5), width_ratios=[3, 2])"]
    imports = [PYPLOT, NUMPY]
    if not grey:
        lines.append("blended = (responsibilities @ light).clip(0, 1) ** (1 / 2.2)")
    if given.X.shape[1] == 2:
        across, up = labels_of_axes(given)
        equal = ', aspect="equal"' if given.equal_units else ""
        lines += [
            f"ax.scatter(*X.T, s={size}, {color}, linewidth=0)",
            "for k in range(K):",
            '    for sigmas, dash in [(1, "-"), (2, "--"), (3, ":")]:',
            "        style = dict(color=colors[k], linestyle=dash, fill=False)",
            "        ax.add_patch(ellipse(means[k], covariances[k], sigmas, **style))",
            '    style = dict(color="white", backgroundcolor=colors[k], fontsize=8)',
            "    ax.text(*means[k], str(k + 1), **style)",
            f"ax.set(xlabel={across}, ylabel={up}{equal})",
        ]
    else:
        imports.append("from scipy.stats import norm")
        lines += [
            "across = np.linspace(X.min(), X.max(), 400)",
            f"ax.scatter(X[:, 0], np.zeros(len(X)), s={size}, {color}, linewidth=0)",
            "for k in range(K):",
            "    spread = np.sqrt(covariances[k, 0, 0])",
            "    density = weights[k] * norm.pdf(across, means[k, 0], spread)",
            "    ax.plot(across, density, color=colors[k])",
            f"ax.set(xlabel={labels_of_axes(replace(given, columns=(*given.columns, '')))[0]}, "
            'ylabel="density")',
        ]
    lines.append('curve.plot(history, color="black")')
    if at is not None:
        lines.append(f'curve.axvline(min({at}, len(history) - 1), color="0.6")')
    lines += ['curve.set(xlabel="iteration", ylabel="log-likelihood per point")', "plt.show()"]
    return step("The points and their Gaussians, and what EM climbs.", "\n".join(lines), *imports)


def _many(
    settings: EmSettings, model: ModelSettings, given: _Watched, flavour: Flavour
) -> list[Step]:
    init, n, first = start_of_many(settings.model), settings.moment.n_starts, model.seed
    seeds = f"seeds = range({first}, {first + n})"
    steps = []
    if flavour == "gmmlab":
        code = call(
            "restarts",
            Raw("X"),
            _K,
            model.covariance_type,
            init=init,
            seeds=Raw("seeds"),
            floor=None if given.floor == "1e-6" else Raw(given.floor),
        )
        ends = f"ends = {code}\nobjectives = sorted((end.objective for end in ends), reverse=True)"
        steps.append(
            step(
                "Where EM ends from each start; a collapsed end has a high value, worth nothing.",
                f"{seeds}\n{ends}",
                "from gmmlab.engine.restarts import restarts",
            )
        )
    else:
        made = _theirs(replace(model, init=init, seed=_ANY_SEED), init, given)
        one = indented(made.expression.replace(str(_ANY_SEED), "seed"))
        steps += made.before
        steps.append(
            step(
                f"Where EM ends from each start.\n{made.remark}".strip(),
                f"{seeds}\nends = [\n    {one}\n    for seed in seeds\n]\n"
                "objectives = sorted((gmm.score(X) for gmm in ends), reverse=True)",
                NUMPY,
                *made.imports,
            )
        )
    steps.append(_BARS)
    return steps


_BARS = step(
    "Ends of one likelihood are one optimum: how often is each found?",
    """
    optima, times = [], []
    for objective in objectives:
        if optima and optima[-1] - objective < 1e-4:
            times[-1] += 1
        else:
            optima.append(objective)
            times.append(1)
    for objective, count in zip(optima, times):
        print(f"{objective:.4f} nats per point, found {count} times")
    fig, ax = plt.subplots(figsize=(9, 4))
    ax.bar(range(len(optima)), times)
    ax.set_xticks(range(len(optima)), [f"{value:.3f}" for value in optima], rotation=90)
    ax.set(xlabel="log-likelihood per point of the optimum", ylabel="starts that end there")
    plt.show()
    """,
    PYPLOT,
)
