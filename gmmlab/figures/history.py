"""The way of EM as curves: its objective over the iterations, one curve a run."""

from collections.abc import Mapping, Sequence

from gmmlab.figures import palette
from gmmlab.figures.curves import over_k
from gmmlab.figures.figure import Figure, Trace

_TITLE = "log-likelihood per point"


def history_figure(histories: Mapping[str, Sequence[float]]) -> Figure:
    """Each run's objectives over its iterations, from iteration 0, its start; runs have names."""
    traces: list[Trace] = [
        {
            "type": "scatter",
            "uid": f"history-{k}",
            "x": list(range(len(history))),
            "y": list(history),
            "mode": "lines+markers",
            "name": name,
            "showlegend": len(histories) > 1,
            "line": {"color": palette.color(k), "width": 1.8},
            "marker": {"color": palette.color(k), "size": 6, "symbol": palette.symbol(k)},
            "hovertemplate": "iteration %{x}: %{y:.6g}<extra>%{fullData.name}</extra>",
        }
        for k, (name, history) in enumerate(histories.items())
    ]
    ends = "; ".join(
        f"{name}: from {history[0]:.4g} to {history[-1]:.4g} in {len(history) - 1} iterations"
        for name, history in histories.items()
    )
    return over_k(traces, _TITLE, f"The {_TITLE} over EM's iterations. {ends}.", "iteration")
