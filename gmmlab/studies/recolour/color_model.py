"""A palette for a counted picture: k-means centres, or the means of a mixture."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gmmlab.compute.questions import digest_of
from gmmlab.engine.arrays import Array
from gmmlab.engine.em import fit
from gmmlab.engine.kmeans.quantize import Weighted, nearest, quantize
from gmmlab.engine.model.covariance import covariance_family
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.result import Fit
from gmmlab.studies.recolour.color_histogram import ColorHistogram
from gmmlab.studies.recolour.color_space import SPACES, Bytes
from gmmlab.studies.recolour.pinning import around, nearest_pairs

MODELS = {"kmeans": "k-means", "gmm": "GMM"}
FEWEST, MOST = 2, 256
MAX_ITER = 100
# Starts need this many points for each cluster.
_POINTS_PER_CLUSTER = 16
# Points × components of one iteration, in EM's main part, in its last iterations, and of all.
_COARSE_WORK, _FINE_WORK, _EM_WORK = 1 << 20, 1 << 24, 1 << 24
_LAST_ITER = 3
_TOL = 1e-4  # nats per pixel: below it no byte of a palette changes any more


@dataclass(frozen=True, eq=False)
class ColorModel:
    """A palette as it was found.

    `centers` (K, 3) are k-means centres or component means in the coordinates of `space`; `palette`
    (K, 3) the same as bytes. `fit` is the mixture's, None for k-means; `soft` says whether a pixel
    gets its responsibility-weighted mean colour. `notes` are sentences for the visitor. Where a
    colour is pinned, `palette` has it, and k-means its centre there.
    """

    space: str
    centers: Array
    palette: Bytes
    fit: Fit | None = None
    soft: bool = False
    notes: tuple[str, ...] = ()

    @cached_property
    def identity(self) -> str:
        """A digest of the palette, and of the mixture that finds a colour its place."""
        mixture = self.mixture
        rest = () if mixture is None else (mixture.weights, mixture.means, mixture.covariances)
        return digest_of(self.space, self.soft, self.notes, self.centers, self.palette, *rest)

    @property
    def mixture(self) -> Mixture | None:
        """The mixture in the coordinates of `space`, for ellipsoids."""
        return None if self.fit is None else self.fit.mixture


def color_model(
    counted: ColorHistogram,
    n_colors: int,
    *,
    model: str = "kmeans",
    covariance_type: str = "full",
    soft: bool = False,
    space: str = "rgb",
    seed: int = 0,
    max_iter: int = MAX_ITER,
    pinned: Bytes | None = None,
) -> ColorModel:
    """Find a palette for a counted picture: arguments as in `recolor`, the largest share first.

    A mixture runs at most `max_iter` iterations on a histogram, then a few on all that is kept.
    Colours `pinned` (p, 3) are among the palette's, the first `n_colors` of them: k-means finds the
    others around these, a mixture shows each at the component that lies nearest.
    """
    _check(n_colors, model, space)
    K, notes = _possible(counted, n_colors)
    color_space = SPACES[space]
    levels = [level for level in counted.levels(space) if len(level) >= _POINTS_PER_CLUSTER * K]
    levels = levels or [counted.weighted(space)]
    found = None
    if model == "gmm":
        covariance_family(covariance_type)  # refuses an unknown one before any work
        found = _mixture(counted, levels, K, covariance_type, space, seed, max_iter)
        weights, centers = found.mixture.weights, found.mixture.means
    else:
        centers = quantize(levels, K, seed)
        if pinned is not None and len(pinned):
            centers = around(
                _within(levels, _COARSE_WORK), centers, n_colors, color_space.into(pinned)
            )
        places = nearest(levels[0].points, centers)
        weights = np.bincount(places, levels[0].weights, K).astype(np.float64)
    order = np.argsort(-weights, kind="stable")
    centers = centers[order]
    palette = color_space.out_of(centers)
    if found is not None and pinned is not None and len(pinned):
        pins = pinned[:K]
        palette[nearest_pairs(color_space.into(pins), centers)] = pins
    return ColorModel(
        space,
        centers,
        palette,
        None if found is None else found.reordered(order),
        soft and found is not None,
        notes,
    )


def of_colors(palette: Bytes, space: str = "rgb") -> ColorModel:
    """The model that paints with these colours (K, 3): each pixel with the nearest."""
    return ColorModel(space, SPACES[space].into(palette).astype(np.float64), palette)


def _mixture(
    counted: ColorHistogram,
    levels: list[Weighted],
    K: int,
    covariance_type: str,
    space: str,
    seed: int,
    max_iter: int,
) -> Fit:
    """A mixture of the colours: EM on a coarse histogram, its last iterations on a fine one."""
    finest = counted.for_mixture(space)
    ladder = [*(level for level in levels if len(level) < len(finest)), finest]
    coarse, fine = _within(ladder, _COARSE_WORK // K), _within(ladder, _FINE_WORK // K)
    start = quantize(ladder[: ladder.index(coarse) + 1], K, seed)

    def run(level: Weighted, init: Array | Mixture, at_most: int) -> Fit:
        return fit(
            level.points,
            K,
            covariance_type,
            sample_weight=level.weights,
            init=init,
            tol=_TOL,
            max_iter=at_most,
            reg_covar=(SPACES[space].step * level.width) ** 2 / 12,
        )

    found = run(coarse, start, min(max_iter, max(1, _EM_WORK // (len(coarse) * K))))
    return found if fine is coarse else run(fine, found.mixture, min(_LAST_ITER, max_iter))


def _within(ladder: list[Weighted], most: int) -> Weighted:
    """The finest level of at most so many points, or the coarsest."""
    return max((level for level in ladder if len(level) <= most), key=len, default=ladder[0])


def _possible(counted: ColorHistogram, n_colors: int) -> tuple[int, tuple[str, ...]]:
    """How many colours the palette can have, and a sentence if these are fewer than asked for."""
    if len(counted) < n_colors:
        colors = "1 colour" if len(counted) == 1 else f"{len(counted)} colours"
        return len(counted), (f"The picture has only {colors}, so the palette has no more.",)
    if n_colors == MOST and counted.alpha is not None:
        return MOST - 1, ("One of 256 places is kept for transparency, so the palette has 255.",)
    return n_colors, ()


def _check(n_colors: int, model: str, space: str) -> None:
    if isinstance(n_colors, bool) or not isinstance(n_colors, int | np.integer):
        raise ValueError(f"n_colors must be a whole number; got {n_colors!r}.")
    if not FEWEST <= n_colors <= MOST:
        raise ValueError(f"n_colors must be from {FEWEST} to {MOST}; got {n_colors}.")
    for name, value, table in (("model", model, MODELS), ("space", space, SPACES)):
        if value not in table:
            raise ValueError(f"{name} must be one of {', '.join(table)}; got {value!r}.")
