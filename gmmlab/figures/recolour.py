"""The colours of a picture: as a cloud in their space, and error and bytes against their number."""

from collections.abc import Sequence

import numpy as np

from gmmlab.data.pictures.swatches import hex_codes
from gmmlab.figures import palette
from gmmlab.figures.figure import Figure, Trace
from gmmlab.figures.plane import Array
from gmmlab.studies.recolour.color_counts import Cloud, ColorCount
from gmmlab.studies.recolour.color_model import ColorModel

_AXES = {"rgb": ("red", "green", "blue"), "oklab": ("green–red", "blue–yellow", "lightness")}
_MOST_ELLIPSOIDS = 32
_SIGMAS = 2.0


def space_figure(cloud: Cloud, model: ColorModel, height: int = 460) -> Figure:
    """Distinct colours as points, larger where more pixels have them, and the palette's centres.

    A mixture's components are ellipsoids at 2 σ. OKLab's lightness points up.
    """
    columns = [0, 1, 2] if model.space == "rgb" else [1, 2, 0]
    points, centers = cloud.points[:, columns], model.centers[:, columns]
    size = 2.0 + 5.0 * np.sqrt(cloud.counts / cloud.counts.max())
    traces: list[Trace] = [
        _scatter(points, hex_codes(cloud.colors), size, {"width": 0}, "%{text}"),
        _scatter(
            centers,
            hex_codes(model.palette),
            np.full(len(centers), 11.0),
            {"width": 2, "color": palette.MUTED},
            "palette: %{text}",
        ),
    ]
    mixture = model.mixture
    if mixture is not None and mixture.n_components <= _MOST_ELLIPSOIDS:
        covariances = mixture.full_covariances[:, columns][:, :, columns]
        codes = hex_codes(model.palette)
        traces += [_ellipsoid(*each) for each in zip(centers, covariances, codes, strict=True)]
    names = _AXES[model.space]
    axes = dict(
        zip(("xaxis", "yaxis", "zaxis"), ({"title": {"text": n}} for n in names), strict=True)
    )
    drawn = f"{len(cloud.points):,} of {cloud.n_all:,} distinct colours"
    alt = f"{drawn} in space, and {len(centers)} centres."
    layout = {
        "height": height,
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "scene": {**axes, "aspectmode": "cube", "camera": {"eye": {"x": 1.4, "y": 1.4, "z": 0.9}}},
        "showlegend": False,
        "meta": {"alt": alt},
    }
    return Figure(traces, layout)


def counts_figure(counts: Sequence[ColorCount], shown: int, height: int = 340) -> Figure:
    """Left the error, right the bytes of an indexed PNG, both against the number of colours."""
    Ks = [each.n_colors for each in counts]
    panels = (
        ([each.psnr for each in counts], "PSNR (dB)", "", palette.color(0)),
        ([each.n_bytes / 1000 for each in counts], "indexed PNG (kB)", "2", palette.color(3)),
    )
    traces: list[Trace] = []
    layout: Trace = {
        "height": height,
        "margin": {"l": 60, "r": 12, "t": 12, "b": 44},
        "showlegend": False,
        "dragmode": False,
        "meta": {"alt": f"Error and bytes for {len(counts)} numbers of colours."},
    }
    for place, (values, title, axis, color) in enumerate(panels):
        finite = [value if np.isfinite(value) else None for value in values]
        traces.append(
            {
                "type": "scatter",
                "x": Ks,
                "y": finite,
                "xaxis": f"x{axis}",
                "yaxis": f"y{axis}",
                "mode": "lines+markers",
                "line": {"color": color},
                "marker": {"size": [13 if shown == K else 7 for K in Ks], "color": color},
                "hovertemplate": f"%{{x}} colours: {title} %{{y:,.1f}}<extra></extra>",
            }
        )
        left, right = (0.0, 0.45) if place == 0 else (0.57, 1.0)
        layout[f"xaxis{axis}"] = {
            "domain": [left, right],
            "type": "log",
            "title": {"text": "colours K"},
            "tickvals": [2, 4, 8, 16, 32, 64, 128, 256],
            "anchor": f"y{axis}",
        }
        layout[f"yaxis{axis}"] = {"title": {"text": title}, "anchor": f"x{axis}", "zeroline": False}
    return Figure(traces, layout)


def _scatter(
    points: Array, codes: Sequence[str], size: Array, line: dict[str, object], hover: str
) -> Trace:
    return {
        "type": "scatter3d",
        "x": points[:, 0].astype(np.float32),
        "y": points[:, 1].astype(np.float32),
        "z": points[:, 2].astype(np.float32),
        "mode": "markers",
        "marker": {
            "color": list(codes),
            "size": size.astype(np.float32),
            "line": line,
            "opacity": 1,
        },
        "text": list(codes),
        "hovertemplate": f"{hover}<extra></extra>",
    }


def _ellipsoid(center: Array, covariance: Array, code: str) -> Trace:
    """The surface where the Mahalanobis distance from `center` is two."""
    across, up = np.meshgrid(np.linspace(0, 2 * np.pi, 19), np.linspace(0, np.pi, 11))
    unit = np.stack([np.sin(up) * np.cos(across), np.sin(up) * np.sin(across), np.cos(up)], axis=-1)
    variances, axes = np.linalg.eigh(covariance)
    surface = center + _SIGMAS * unit @ (axes * np.sqrt(np.maximum(variances, 0))).T
    return {
        "type": "surface",
        "x": surface[..., 0],
        "y": surface[..., 1],
        "z": surface[..., 2],
        "surfacecolor": np.zeros(surface.shape[:2]),
        "colorscale": [[0, code], [1, code]],
        "showscale": False,
        "opacity": 0.35,
        "hoverinfo": "skip",
        "contours": {axis: {"highlight": False} for axis in "xyz"},
    }
