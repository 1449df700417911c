"""The films of the page EM step by step: runs, the bound they climb, and two limits."""

from collections.abc import Sequence

import numpy as np

from gmmlab.engine.model.mixture import Mixture
from gmmlab.figures import palette
from gmmlab.figures.film import Axis, Curve, Film, Line, Named, Slice, Stage
from gmmlab.figures.plane import Array, window
from gmmlab.numbers import number
from gmmlab.studies.em.bound import Slices
from gmmlab.studies.em.collapse import Collapse
from gmmlab.studies.em.course import Course
from gmmlab.studies.em.ground import Ground
from gmmlab.studies.em.limit import Limit

_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_ROUNDING = 1e-9
LIKELIHOOD = "log-likelihood per point"
_WORDS = (
    "Start: no point belongs to anybody yet. Press Play, or Step.",
    "E-step: colour every point by its responsibilities.",
    "M-step: move each Gaussian to its points.",
)
_FALL = (
    "Here the likelihood falls: the floor under the variances makes a component wider than its "
    "points would have it."
)
_ENDINGS = {
    "converged": "EM has converged.",
    "fell": "EM ends: the floor under the variances begins to pull the likelihood down.",
    "max_iter": "EM has not converged after 500 iterations; it is shown no further.",
    "stalled": "EM ends: its last step changed nothing beyond rounding.",
    "collapsed": "Here EM collapses: the next M-step would make a covariance singular, and the "
    "density at that mean infinite.",
}
_AWAY = "(x<sub>i</sub> − <b class=m>μ<sub>k</sub></b>)"
_COVARIANCE = {
    "full": "Σ<sub>k</sub> = Σ<sub>i</sub> <b class=e>γ<sub>ik</sub></b> "
    f"{_AWAY}{_AWAY}ᵀ / N<sub>k</sub>",
    "tied": f"Σ = Σ<sub>k</sub> Σ<sub>i</sub> <b class=e>γ<sub>ik</sub></b> {_AWAY}{_AWAY}ᵀ / n",
    "diag": "σ²<sub>kj</sub> = Σ<sub>i</sub> <b class=e>γ<sub>ik</sub></b> "
    "(x<sub>ij</sub> − <b class=m>μ<sub>kj</sub></b>)² / N<sub>k</sub>",
    "spherical": "σ²<sub>k</sub> = Σ<sub>i</sub> <b class=e>γ<sub>ik</sub></b> "
    "‖x<sub>i</sub> − <b class=m>μ<sub>k</sub></b>‖² / (d N<sub>k</sub>)",
}


def maths(covariance_type: str) -> tuple[tuple[str, str], ...]:
    """The update rules as HTML, each with the half-step whose line it is."""
    return (
        (
            "E",
            "<i><b class=e>γ<sub>ik</sub></b> = π<sub>k</sub> N(x<sub>i</sub> | μ<sub>k</sub>, "
            "Σ<sub>k</sub>) / Σ<sub>l</sub> π<sub>l</sub> N(x<sub>i</sub> | μ<sub>l</sub>, "
            "Σ<sub>l</sub>)</i>",
        ),
        (
            "M",
            "<i>N<sub>k</sub> = Σ<sub>i</sub> <b class=e>γ<sub>ik</sub></b>, &nbsp; "
            "π<sub>k</sub> = N<sub>k</sub> / n</i>",
        ),
        (
            "M",
            "<i><b class=m>μ<sub>k</sub></b> = Σ<sub>i</sub> <b class=e>γ<sub>ik</sub></b> "
            "x<sub>i</sub> / N<sub>k</sub></i>",
        ),
        ("M", f"<i>{_COVARIANCE[covariance_type]}</i>"),
    )


def course_film(
    run: Course, best: float | None, *, beside: bool = False, slices: Slices | None = None
) -> Film:
    """A run of EM, half-step by half-step; beside it k-means, or under it the bound's `slices`."""
    m = len(run.mixtures)
    likelihood, bound = np.full(2 * m, np.nan), np.full(2 * m, np.nan)
    likelihood[0::2] = likelihood[1::2] = run.history
    bound[1::2] = run.history
    bound[2::2] = run.bounds
    first = run.mixtures[0]
    lines = [Line("log p", likelihood)]
    if slices is not None:
        lines.append(Line("bound F", bound))
    iterations = f"{m - 1} iteration" + ("" if m == 2 else "s")
    curve = Curve(
        ("iteration", LIKELIHOOD),
        tuple(lines),
        f"The log-likelihood per point goes from {number(run.history[0])} to "
        f"{number(run.history[-1])} in {iterations}; click to go there.",
        gap=slices is not None,
        marks=tuple((frame, _FALL) for frame in run.falls),
        best=best,
        best_name="best known",
    )
    return Film(
        f"{run.identity} {best} {beside} {slices.identity if slices else ''}",
        "em",
        run.ground.points,
        *_states(run.mixtures),
        _stage(run.ground, first.n_components),
        curve=curve,
        words=_WORDS,
        ending=_ENDINGS[run.reason],
        maths=() if slices is not None else maths(first.covariance_type),
        slices=None if slices is None else _slice(run, slices),
        named=_collapsing(run),
        lloyd=np.array(run.centers) if beside and run.ground.d == 2 else None,
        alt=f"EM for a {first.covariance_type} mixture with K = {first.n_components} on "
        f"{len(run.ground.points)} points: {iterations}.",
    )


def limit_film(found: Limit) -> Film:
    """A mixture with one shared σ, from warm to cold, and the centres of k-means as crosses."""
    K, d = found.centers.shape
    s = len(found.sigmas)
    covariances = found.sigmas[:, None, None, None] ** 2 * np.eye(d)
    scale = found.ground.scale
    words = [
        f"σ = {number(sigma * scale, 3)}: {_nearness(gap, scale)} (×); {100 * sure:.0f} % of the "
        "points belong to one component by 99 % or more."
        for sigma, gap, sure in zip(found.sigmas, found.gaps, found.sure, strict=True)
    ]
    ticks = [(place, number(found.sigmas[place] * scale, 2)) for place in range(0, s, 12)]
    curve = Curve(
        ("σ, from warm to cold", "gap / σ of the data, and share"),
        (
            Line("largest gap", found.gaps),
            Line("sure points", found.sure),
        ),
        f"As σ falls, the gap to k-means falls from {found.gaps[0]:.3g} to {found.gaps[-1]:.1g}.",
        ticks=tuple(ticks),
    )
    return Film(
        found.identity,
        "limit",
        found.ground.points,
        np.full((s, K), 1 / K),
        found.means,
        np.broadcast_to(covariances, (s, K, d, d)).copy(),
        _stage(found.ground, K),
        curve=curve,
        words=words,
        ending="This is k-means: every point belongs to its nearest centre."
        if found.reached
        else "Nearly k-means, but at this σ not quite.",
        centers=found.centers,
        alt=f"{K} circles of one size on {len(found.ground.points)} points, their σ falling.",
    )


def collapse_film(found: Collapse) -> Film:
    """One fit for each floor, from cure to collapse, and the likelihood that climbs without end."""
    scale = found.ground.scale
    words = [
        f"Floor {number(floor, 2)} of the data’s variance: component {found.lone + 1} has "
        f"σ = {number(width * scale, 2)}, and the log-likelihood per point is {number(value, 5)}."
        for floor, width, value in zip(found.floors, found.widths, found.history, strict=True)
    ]
    decades = ((place, round(-np.log10(found.floors[place]))) for place in range(0, 45, 12))
    ticks = [(place, f"10⁻{_RAISED[n]}" if n else "1") for place, n in decades]
    K = found.mixtures[0].n_components
    curve = Curve(
        ("variance floor, share of the data’s", LIKELIHOOD),
        (Line("log p", found.history),),
        f"As the floor falls, the log-likelihood per point goes from {number(found.history[0])} "
        f"to {number(found.history[-1])}"
        + (", and on without end." if found.collapsed_at is not None else "."),
        ticks=tuple(ticks),
    )
    return Film(
        found.identity,
        "collapse",
        found.ground.points,
        *_states(found.mixtures),
        _stage(found.ground, K),
        curve=curve,
        words=words,
        ending=found.without_floor,
        outlier=len(found.ground.points) - 1,
        named=_named(found),
        alt=f"{K} Gaussians on {len(found.ground.points)} points, one of them far from the others.",
    )


def _nearness(gap: float, scale: float) -> str:
    if gap < _ROUNDING:
        return "every mean lies on its k-means centre"
    return f"the farthest mean is {number(gap * scale, 2)} from its k-means centre"


def _states(mixtures: Sequence[Mixture]) -> tuple[Array, Array, Array]:
    return (
        np.array([mixture.weights for mixture in mixtures]),
        np.array([mixture.means for mixture in mixtures]),
        np.array([mixture.full_covariances for mixture in mixtures]),
    )


def _stage(ground: Ground, K: int) -> Stage:
    points = ground.points
    axes = tuple(
        Axis(name, offset, ground.scale)
        for name, offset in zip(ground.columns, ground.offset, strict=True)
    )
    known = range(min(K, len(palette.COLORS)))
    colors = tuple(palette.color(k) for k in known), tuple(palette.ink(k) for k in known)
    if ground.d == 2:
        frame = window(points, margin=0.1)
        return Stage(axes, (*frame.x, *frame.y), frame.equal, *colors)
    low, high = float(points.min()), float(points.max())
    reach = 0.08 * (high - low or 1.0)
    bars, _ = np.histogram(points, bins=40, density=True)
    peak = 2.5 * float(bars.max()) if high > low else 2.0
    return Stage(axes, (low - reach, high + reach, 0.0, 1.0), False, *colors, peak)


def _collapsing(run: Course) -> Named | None:
    """The component whose next covariance would be singular, if that is how a run ended."""
    if run.reason != "collapsed":
        return None
    thinnest = [np.linalg.eigvalsh(each)[0] for each in run.mixtures[-1].full_covariances]
    return Named(int(np.argmin(thinnest)), 2 * len(run.mixtures) - 1, "σ → 0, density → ∞")


def _named(found: Collapse) -> Named | None:
    if found.collapsed_at is None:
        return None
    return Named(found.lone, found.collapsed_at, "collapse: σ → 0, density → ∞")


def _slice(run: Course, slices: Slices) -> Slice:
    k = slices.component
    if slices.parameter == "weight":
        axis = Axis(f"weight of component {k}")
    else:
        j = 0 if slices.parameter == "mean_x" else 1
        name = run.ground.columns[j]
        axis = Axis(f"mean of component {k} in {name}", run.ground.offset[j], run.ground.scale)
    return Slice(
        slices.values,
        slices.current,
        slices.log_likelihood,
        slices.bound,
        axis,
        f"The log-likelihood per point along the {axis.name}, and EM's lower bound, which touches "
        "it at the current value.",
    )
