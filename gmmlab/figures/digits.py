"""The pictures of New digits: sheets of images, the scree, the chapter's sweep."""

from collections.abc import Sequence

import numpy as np

from gmmlab.figures import palette
from gmmlab.figures.figure import Figure, Trace, colorscale
from gmmlab.figures.plane import Array
from gmmlab.figures.scale import Scale
from gmmlab.studies.digits.page import mosaic
from gmmlab.studies.digits.pca import Space
from gmmlab.studies.digits.sweep import SweepCell

_INK = [[0, "#ffffff"], [1, "#000000"]]  # the chapter's binary colour map


def sheet_figure(
    images: Array,
    top: float,
    alt: str,
    *,
    words: Sequence[str] = (),
    columns: int = 10,
    height: int = 400,
    signed: bool = False,
) -> Figure:
    """Images (n, h, w) side by side, ink on paper; `words` tell of each to a pointer over it.

    `signed` images, such as principal axes, go from blue over white to red about zero.
    """
    sheet = mosaic(images, columns)
    index = mosaic(np.broadcast_to(np.arange(len(images))[:, None, None], images.shape), columns)
    spoken = np.array([*words] or [f"image {i + 1}" for i in range(len(images))], dtype=object)
    text = [["" if np.isnan(i) else spoken[int(i)] for i in row] for row in index]
    high = float(np.abs(images).max()) if signed else top
    trace: Trace = {
        "type": "heatmap",
        "z": [[None if np.isnan(v) else round(float(v), 3) for v in row] for row in sheet],
        "zmin": -high if signed else 0,
        "zmax": high,
        "colorscale": colorscale("RdBu") if signed else _INK,
        "showscale": False,
        "text": text,
        "hovertemplate": "%{text}<extra></extra>",
        "hoverongaps": False,
    }
    rows, across = sheet.shape
    hidden = {"visible": False, "showgrid": False}
    layout = {
        "height": height,
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "xaxis": {**hidden, "range": [-0.5, across - 0.5], "constrain": "domain"},
        "yaxis": {
            **hidden,
            "range": [rows - 0.5, -0.5],
            "scaleanchor": "x",
            "constrain": "domain",
        },
        "dragmode": "pan",
        "meta": {"alt": alt},
    }
    return Figure([trace], layout)


def scree_figure(space: Space, height: int = 320) -> Figure:
    """The share of the variance that the first axes hold together, and what each adds."""
    explained = space.explained
    axes = np.arange(1, len(explained) + 1)
    together = np.cumsum(explained)
    traces: list[Trace] = [
        {
            "type": "bar",
            "x": axes,
            "y": explained,
            "marker": {"color": palette.MUTED, "opacity": 0.6},
            "name": "each axis",
            "hovertemplate": "axis %{x} alone: %{y:.2%}<extra></extra>",
        },
        {
            "type": "scatter",
            "x": axes,
            "y": together,
            "mode": "lines",
            "line": {"color": palette.color(0), "width": 2},
            "name": "all up to it",
            "hovertemplate": "%{x} axes: %{y:.2%}<extra></extra>",
        },
        {
            "type": "scatter",
            "x": [space.n_axes],
            "y": [float(together[space.n_axes - 1])],
            "mode": "markers",
            "marker": {"symbol": "star", "size": 16, "color": "#e0004d"},
            "name": f"kept: {space.n_axes} axes",
            "hoverinfo": "skip",
        },
    ]
    layout = panels(height, f"{space.n_axes} axes hold {space.kept:.1%} of the variance.")
    layout["xaxis"] = {"title": {"text": "principal axes"}}
    layout["yaxis"] = {"title": {"text": "share of the variance"}, "tickformat": ".0%"}
    return Figure(traces, layout)


def sweep_figure(cells: Sequence[SweepCell], height: int = 380) -> Figure:
    """Left AIC and BIC over K, right what a held-out image costs, on a scale of powers of ten."""
    Ks = [cell.n_components for cell in cells]
    lowest = min(cells, key=lambda cell: cell.aic) if cells else None
    costs = [-cell.held_out for cell in cells]
    scale = Scale.of(costs)
    traces: list[Trace] = [
        _line(Ks, [cell.aic for cell in cells], "AIC", 0, "solid"),
        _line(Ks, [cell.bic for cell in cells], "BIC", 1, "dash"),
        {
            **_line(Ks, [scale.place(cost) for cost in costs], "held out", 3, "solid", "2"),
            "text": [f"{cost:,.1f} nats" for cost in costs],
            "hovertemplate": "K = %{x}: %{text} lost<extra></extra>",
        },
    ]
    if lowest is not None:
        marker = {"symbol": "star", "size": 16, "color": "#e0004d"}
        at = {"x": [lowest.n_components], "y": [lowest.aic], "mode": "markers", "marker": marker}
        traces.append({"type": "scatter", **at, "name": "lowest AIC", "hoverinfo": "skip"})
    layout = panels(height, f"AIC, BIC and held-out likelihood for {len(cells)} values of K.")
    layout["xaxis"] = {"domain": [0, 0.45], "title": {"text": "components K"}, "anchor": "y"}
    layout["xaxis2"] = {"domain": [0.57, 1], "title": {"text": "components K"}, "anchor": "y2"}
    layout["yaxis"] = {"title": {"text": "AIC, BIC (all images)"}, "anchor": "x"}
    layout["yaxis2"] = {
        "title": {"text": "nats lost per held-out image"},
        **scale.ticks,
        "anchor": "x2",
    }
    return Figure(traces, layout)


def _line(
    x: Sequence[int], y: Sequence[float | None], name: str, style: int, dash: str, axis: str = ""
) -> Trace:
    return {
        "type": "scatter",
        "x": list(x),
        "y": list(y),
        "xaxis": f"x{axis}",
        "yaxis": f"y{axis}",
        "mode": "lines+markers",
        "name": name,
        "line": {"color": palette.color(style), "dash": dash},
        "marker": {"symbol": palette.symbol(style), "size": 7},
        "hovertemplate": f"K = %{{x}}: {name} %{{y:,.0f}}<extra></extra>",
    }


def panels(height: int, alt: str) -> Trace:
    return {
        "height": height,
        "margin": {"l": 72, "r": 12, "t": 8, "b": 44},
        "dragmode": "pan",
        "meta": {"alt": alt},
    }
