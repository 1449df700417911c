"""Components as clusters: what was judged of each merge, and the clusters of one step."""

from gmmlab.engine.model.mixture import Mixture
from gmmlab.figures import palette
from gmmlab.figures.curves import HEIGHT, marked_point, over_k, whole_step
from gmmlab.figures.figure import Figure, Trace
from gmmlab.figures.layers import Points, ellipses, layered, legend_entry
from gmmlab.figures.plane import Array, plane, window
from gmmlab.studies.selection.merging import LEAST_BRIDGE, Merging, Step
from gmmlab.studies.selection.wording import step_words


def merged_figure(X: Array, mixture: Mixture, step: Step, columns: tuple[str, str]) -> Figure:
    """The components of a mixture as so many clusters: one colour for all of one cluster."""
    points = Points(X, step.labels, [palette.color(k) for k in range(step.n_clusters)])
    shapes = [shape._replace(k=int(step.clusters[shape.k])) for shape in ellipses(mixture)]
    return plane(
        layered(points, shapes),
        window(X, [shape.path for shape in shapes]),
        columns,
        height=HEIGHT,
        alt=f"{mixture.n_components} components as {step.n_clusters} clusters.",
    )


def bridges_figure(merging: Merging, shown: int) -> Figure:
    """What was judged to be one or not, merge by merge, from K clusters down to one.

    A number of clusters is as high as the density between the two whose merge led to it, a share of
    the lower summit: the start, which merged nothing, is at the top. Below the line is a valley.
    """
    steps = merging.steps[::-1]
    heights = {s.n_clusters: 1.0 if s.merged is None else s.bridge for s in steps}
    symbols, color = ["x" if s.crossing else "circle" for s in steps], palette.color(0)
    crossing = {"symbol": "x", "size": 9, "color": color}
    curve: Trace = {
        "type": "scatter",
        "x": list(heights),
        "y": list(heights.values()),
        "mode": "lines+markers",
        "marker": {"size": 9, "color": color, "symbol": symbols},
        "line": {"color": color},
        "customdata": [[K, 0] for K in heights],
        "text": ["<br>".join(step_words(s)) for s in steps],
        "hovertemplate": "%{text}<extra></extra>",
        "showlegend": False,
    }
    marks = [(merging.suggested, "star", "suggested", 17), (shown, "circle-open", "shown", 20)]
    points = [
        marked_point(K, heights[K], symbol, name, size)
        for K, symbol, name, size in marks
        if K is not None
    ]
    if any(s.crossing for s in steps):
        nowhere = {"type": "scatter", "x": [None], "y": [None], "mode": "markers"}
        points.append({**nowhere, "marker": crossing, "name": "two that cross"})
    points.append(legend_entry("least that is asked", "dash", palette.color(1)))
    alt = f"The density between the two clusters merged last, for 1 to {len(steps)} clusters."
    line = {"dash": "dash", "width": 1.5, "color": palette.color(1)}
    limit = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "line": line}
    figure = over_k([curve, *points], "density between the merged", alt, "number of clusters")
    return figure.with_layout(
        shapes=[{**limit, "y0": LEAST_BRIDGE, "y1": LEAST_BRIDGE}],
        xaxis={"range": [0.5, len(steps) + 0.5], "dtick": whole_step(heights)},
        yaxis={"range": [-0.06, 1.08], "tickformat": ".0%"},
    )
