"""The pictures of "How many components?": curves over K, the map of cells, and merging."""

import textwrap
from collections.abc import Sequence

import numpy as np

from gmmlab.engine.model.covariance import COVARIANCE_TYPES
from gmmlab.figures import palette
from gmmlab.figures.curves import HEIGHT, marked_point, over_k
from gmmlab.figures.figure import Figure, Trace, colorscale
from gmmlab.figures.layers import Points, ellipses, layered, posteriors
from gmmlab.figures.plane import plane, window
from gmmlab.studies.selection.criteria import CRITERIA, best, one_standard_error
from gmmlab.studies.selection.page import TYPES
from gmmlab.studies.selection.plane import InThePlane
from gmmlab.studies.selection.sweep import Cell

# A covariance type, and with AIC beside BIC a criterion, keeps its colour, marker and dash.
_TYPES = {name: place for place, name in enumerate(TYPES)}
_CRITERIA = {"aic": 0, "bic": 1, "icl": 2, "held_out": 3}
MARKS = (
    "★ best by its criterion, ○ shown beside, × a fit with a problem: point at it to read which."
)
_DASHES = ("solid", "dash", "dot", "dashdot")


def curves_figure(cells: Sequence[Cell], criteria: Sequence[str], chosen: Cell | None) -> Figure:
    """Each criterion over K, a curve for each covariance type, the best cells marked.

    Bands reach from the best to the worst restart, bars one standard error up and down; crosses
    are fits with a problem, which hovering tells.
    """
    traces: list[Trace] = []
    several = len({cell.covariance_type for cell in cells}) > 1
    for criterion in criteria:
        for name in COVARIANCE_TYPES:
            own = sorted(
                (c for c in cells if c.covariance_type == name and c.value(criterion) is not None),
                key=lambda cell: cell.n_components,
            )
            if own:
                title = CRITERIA[criterion].title
                if len(criteria) == 1:
                    title = name
                elif several:
                    title = f"{title}, {name}"
                # Colour tells types apart, or criteria if there is one type; dashes the others.
                style, dash = _TYPES[name], _CRITERIA[criterion]
                if len(criteria) > 1 and not several:
                    style = dash
                traces += [
                    *_band(own, criterion, style),
                    _curve(own, criterion, title, style, dash),
                ]
    for criterion in criteria:
        traces += _best(cells, criterion)
    if any(cell.problem for cell in cells):
        traces.append(_sign("fit with a problem", {"symbol": "x-thin-open", "line": {"width": 2}}))
    if any(trace.get("fill") for trace in traces):
        band = {"symbol": "square", "size": 13, "opacity": 0.4}
        traces.append(_sign("from the best to the worst restart", band))
    if chosen is not None:
        traces += _ring(chosen, criteria)
    units = _units(criteria)
    return over_k(traces, units, f"{units} over K, {len(cells)} models.")


def map_figure(
    cells: Sequence[Cell], criterion: str, chosen: Cell | None, height: int = HEIGHT
) -> Figure:
    """All cells of one criterion, K across and type up; the best one and those with a problem."""
    types = [name for name in COVARIANCE_TYPES if any(c.covariance_type == name for c in cells)]
    Ks = sorted({cell.n_components for cell in cells})
    z = np.full((len(types), len(Ks)), np.nan)
    words = np.full(z.shape, "", dtype=object)
    keys = np.full((*z.shape, 2), -1)
    for cell in cells:
        at = types.index(cell.covariance_type), Ks.index(cell.n_components)
        if (value := cell.value(criterion)) is not None:
            z[at] = value
        words[at] = _words(cell, criterion).replace("\n", "<br>")
        keys[at] = cell.n_components, _TYPES[cell.covariance_type]
    costs = -z if CRITERIA[criterion].higher_is_better else z
    seen = costs[np.isfinite(costs)]
    # A few poor fits would take all the colours.
    high = float(np.quantile(seen, 0.9)) if seen.size else 1.0
    low = float(seen.min()) if seen.size else 0.0
    sign = -1 if CRITERIA[criterion].higher_is_better else 1
    ends = sorted((sign * low, sign * max(high, low + 1e-9)))
    cold: Trace = {
        "type": "heatmap",
        "x": Ks,
        "y": types,
        "z": [[None if np.isnan(v) else float(v) for v in row] for row in z],
        "zmin": ends[0],
        "zmax": ends[1],
        "text": words.tolist(),
        "customdata": keys.tolist(),
        "hovertemplate": "%{text}<extra></extra>",
        "colorscale": colorscale("Cividis"),
        "reversescale": sign > 0,
        "xgap": 2,
        "ygap": 2,
        "colorbar": {"thickness": 10, "title": {"text": _units([criterion])}},
    }
    marks = [
        {
            "x": cell.n_components,
            "y": cell.covariance_type,
            "text": mark,
            "showarrow": False,
            "font": {"color": "white", "size": 15},
            "bgcolor": "rgba(0,0,0,0.45)",
            "borderpad": 1,
        }
        for cell in cells
        if (mark := _mark(cell, best(cells, criterion), chosen))
    ]
    figure = over_k([cold], "covariance", f"{_units([criterion])}, a map of {len(cells)} models.")
    return figure.with_layout(annotations=marks, margin={"l": 78}, showlegend=False, height=height)


def fit_figure(seen: InThePlane) -> Figure:
    """The fit of one cell in the plane."""
    X, mixture, responsibilities, columns = seen
    K = mixture.n_components
    points = Points(
        X,
        responsibilities.argmax(axis=1),
        [palette.color(k) for k in range(K)],
        answers=posteriors(responsibilities),
    )
    shapes = ellipses(mixture)
    return plane(
        layered(points, shapes),
        window(X, [shape.path for shape in shapes]),
        columns,
        height=HEIGHT,
        alt=f"A mixture with K = {K} on {len(X):,} points.",
        centers=mixture.means,
    )


def _curve(cells: Sequence[Cell], criterion: str, name: str, style: int, dash: int) -> Trace:
    color = palette.color(style)
    errors: Trace = {}
    if criterion == "held_out":
        array = [cell.held_out_se or 0.0 for cell in cells]
        errors = {"error_y": {"array": array, "thickness": 1, "width": 3, "color": color}}
    return {
        "type": "scatter",
        "uid": f"{criterion}-{cells[0].covariance_type}",
        "x": [cell.n_components for cell in cells],
        "y": [cell.value(criterion) for cell in cells],
        "mode": "lines+markers",
        "name": name,
        "line": {"color": color, "width": 1.8, "dash": _DASHES[dash]},
        "marker": {
            "color": color,
            "size": [9 if cell.problem else 7 for cell in cells],
            "symbol": ["x-thin-open" if cell.problem else palette.symbol(style) for cell in cells],
            "line": {"width": [2 if cell.problem else 0 for cell in cells], "color": color},
        },
        "text": [_words(cell, criterion).replace("\n", "<br>") for cell in cells],
        "customdata": [[cell.n_components, _TYPES[cell.covariance_type]] for cell in cells],
        "hovertemplate": "%{text}<extra></extra>",
        **errors,
    }


def _sign(name: str, marker: Trace) -> Trace:
    """A legend's entry for what is seen on several curves."""
    style = {"mode": "markers", "marker": {"color": palette.MUTED, "size": 9, **marker}}
    return {"type": "scatter", "x": [None], "y": [None], **style, "name": name}


def _band(cells: Sequence[Cell], criterion: str, style: int) -> list[Trace]:
    """From the best to the worst restart of every cell."""
    bands = [(c.n_components, band) for c in cells if (band := c.band(criterion)) is not None]
    if not any(high > low for _, (low, high) in bands):
        return []
    Ks = [K for K, _ in bands]
    return [
        {
            "type": "scatter",
            "x": [*Ks, *Ks[::-1]],
            "y": [*(low for _, (low, _) in bands), *(high for _, (_, high) in bands[::-1])],
            "mode": "lines",
            "line": {"width": 0},
            "fill": "toself",
            "fillcolor": palette.faded(style, 0.18),
            "hoverinfo": "skip",
            "showlegend": False,
        }
    ]


def _best(cells: Sequence[Cell], criterion: str) -> list[Trace]:
    title = CRITERIA[criterion].title
    how = "highest" if CRITERIA[criterion].higher_is_better else "lowest"
    found = [(best(cells, criterion), "star", f"{how} {_within(title)}", 15)]
    if criterion == "held_out":
        found.append(
            (one_standard_error(cells), "diamond-open", "simplest within 1 standard error", 15)
        )
    return [
        marked_point(
            cell.n_components, cell.value(criterion), symbol, f"{name}: {_name(cell)}", size
        )
        for cell, symbol, name, size in found
        if cell is not None
    ]


def _within(title: str) -> str:
    """A criterion's title in the middle of a line."""
    return title if title.isupper() else title[0].lower() + title[1:]


def _ring(cell: Cell, criteria: Sequence[str]) -> list[Trace]:
    return [
        marked_point(cell.n_components, value, "circle-open", "shown beside", 20)
        | {"showlegend": place == 0}
        for place, criterion in enumerate(criteria)
        if (value := cell.value(criterion)) is not None
    ]


def _mark(cell: Cell, top: Cell | None, chosen: Cell | None) -> str:
    marks = [
        sign
        for sign, given in (("★", cell is top), ("○", cell is chosen), ("×", bool(cell.problem)))
        if given
    ]
    return " ".join(marks)


def _words(cell: Cell, criterion: str) -> str:
    value, error = cell.value(criterion), cell.held_out_se
    title = CRITERIA[criterion].title
    said = "no value" if value is None else f"{value:,.4g}" if abs(value) < 10 else f"{value:,.1f}"
    if criterion == "held_out" and value is not None and error is not None:
        said = f"{value:.3f} ± {error:.3f}"
    lines = [f"K = {cell.n_components}, {cell.covariance_type}", f"{title} {said}"]
    if cell.problem:
        lines += textwrap.wrap(f"× {cell.problem}", 44)
    return "\n".join(lines)


def _name(cell: Cell) -> str:
    return f"K = {cell.n_components} {cell.covariance_type}"


def _units(criteria: Sequence[str]) -> str:
    if list(criteria) == ["held_out"]:
        return "held-out log-lik. per point"
    return " and ".join(CRITERIA[name].title for name in criteria)
