"""The picture of the judge: generators beside each other, and beside real images."""

from collections.abc import Sequence

import numpy as np

from gmmlab.figures import palette
from gmmlab.figures.digits import panels
from gmmlab.figures.figure import Figure, Trace
from gmmlab.figures.scale import Scale
from gmmlab.studies.digits.evaluation import Evaluation


def judge_figure(
    names: Sequence[str], judgements: Sequence[Evaluation], real: float | None, height: int = 440
) -> Figure:
    """A row for each generator: what held-out images cost it, its copying, and its tell-apart.

    Lines stand where real images would: copying 1, and `real`, their tell-apart, if it is known.
    """
    rows = list(range(len(names)))
    costs = [-each.held_out for each in judgements]
    scale = Scale.of(costs)
    measures: list[tuple[list[float | None], list[str]]] = [
        ([scale.place(cost) for cost in costs], [f"{cost:,.1f} nats" for cost in costs]),
        ([each.copying for each in judgements], [f"copying {e.copying:.2f}" for e in judgements]),
        (
            [each.tell_apart for each in judgements],
            [f"tell-apart {e.tell_apart:.2f}, by {e.told.classifier}" for e in judgements],
        ),
    ]
    traces: list[Trace] = []
    for column, (values, words) in enumerate(measures):
        axis = str(column + 1) if column else ""
        traces.append(
            {
                "type": "scatter",
                "x": [each if each is not None and np.isfinite(each) else None for each in values],
                "y": rows,
                "xaxis": f"x{axis}",
                "mode": "markers+text",
                "textposition": "top center",
                "cliponaxis": False,
                "marker": {"size": 13, "color": palette.color(column)},
                "text": [word.split(" ")[column > 0].rstrip(",") for word in words],
                "hovertext": words,
                "hovertemplate": "%{hovertext}<extra></extra>",
                "showlegend": False,
            }
        )
    layout = panels(height, f"Three measures of {len(names)} generators, beside real images.")
    shared = {"zeroline": False, "anchor": "y"}
    layout["margin"] = {"l": 190, "r": 16, "t": 30, "b": 48}
    layout["yaxis"] = {
        "tickvals": rows,
        "ticktext": list(names),
        "range": [len(names) - 0.5, -0.5],
        "zeroline": False,
    }
    layout["xaxis"] = {
        **shared, **scale.ticks, "domain": [0, 0.3],
        "title": {"text": "nats lost per held-out image"},
    }  # fmt: skip
    layout["xaxis2"] = {
        **shared, "domain": [0.36, 0.65], "title": {"text": "copying"}, "nticks": 6,
        "range": _range([0.75, 1.25, *measures[1][0]]),
    }  # fmt: skip
    layout["xaxis3"] = {
        **shared, "domain": [0.71, 1], "title": {"text": "tell-apart (AUC)"}, "nticks": 6,
        "range": _range([0.45, 1.0, *measures[2][0], *([] if real is None else [real])]),
    }  # fmt: skip
    marks = [("x2", 1.0), *([] if real is None else [("x3", real)])]
    layout["shapes"] = [
        {
            "type": "line", "xref": axis, "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1,
            "line": {"color": palette.MUTED, "dash": "dot", "width": 2},
        }
        for axis, at in marks
    ]  # fmt: skip
    layout["annotations"] = [
        {
            "xref": axis, "x": at, "yref": "paper", "y": 1, "yanchor": "bottom",
            "text": "real images", "showarrow": False,
        }
        for axis, at in marks
    ]  # fmt: skip
    return Figure(traces, layout)


def _range(values: Sequence[float | None]) -> list[float]:
    finite = [value for value in values if value is not None and np.isfinite(value)]
    low, high = min(finite), max(finite)
    return [low - 0.06 * (high - low), high + 0.06 * (high - low)]
