"""The space of PCA scores: images as points of a few axes, and points as images again."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from sklearn.decomposition import PCA

from gmmlab.engine.arrays import Array, read_only

VARIANCE_KEPT = 0.99
# A covariance in more axes has more entries than a few thousand images can tell.
MAX_AXES = 100


@dataclass(frozen=True, eq=False)
class Space:
    """Principal axes of some images, of which the first `n_axes` are kept.

    `mean` (p,) and `axes` (r, p) are over the p = h·w pixels, `variances` (r,) along the axes, from
    large to small, with n − 1 in the denominator and each axis's largest entry positive: all as in
    scikit-learn's PCA. `whiten` divides each score by its standard deviation.
    """

    shape: tuple[int, int]
    mean: Array
    axes: Array
    variances: Array
    n_axes: int
    whiten: bool = True

    @staticmethod
    def of(images: ArrayLike, variance_kept: float = VARIANCE_KEPT, whiten: bool = True) -> "Space":
        """The space of images (n, h, w) that keeps more than `variance_kept` of their variance.

        Never more than MAX_AXES axes, nor any along which the images do not vary.
        """
        pictures = as_images(images)
        points = pictures.reshape(len(pictures), -1)
        if len(points) < 2 or np.all(points == points[0]):
            raise ValueError("PCA needs at least two different images.")
        pca = PCA(svd_solver="covariance_eigh").fit(points)
        alive = pca.explained_variance_ > 1e-12 * pca.explained_variance_[0]
        variances, axes = pca.explained_variance_[alive], pca.components_[alive]
        return Space(
            (pictures.shape[1], pictures.shape[2]),
            read_only(pca.mean_),
            read_only(axes),
            read_only(variances),
            _axes_for(variances, variance_kept),
            whiten,
        )

    @property
    def explained(self) -> Array:
        """The share of the variance along each axis, (r,): the scree."""
        return self.variances / self.variances.sum()

    @property
    def kept(self) -> float:
        """The share of the variance that the kept axes hold."""
        return float(self.explained[: self.n_axes].sum())

    @property
    def pictures(self) -> Array:
        """The kept axes as images, (n_axes, h, w): what each of them adds to the mean image."""
        return self.axes[: self.n_axes].reshape(-1, *self.shape)

    @property
    def units(self) -> Array:
        """The length of one unit of score along each kept axis, in pixel values, (n_axes,)."""
        return np.sqrt(self.variances[: self.n_axes]) if self.whiten else np.ones(self.n_axes)

    def scores(self, images: ArrayLike) -> Array:
        """Images (n, h, w) as points (n, n_axes)."""
        pictures = as_images(images)
        if pictures.shape[1:] != self.shape:
            expected, given = _size(self.shape), _size(pictures.shape[1:])
            raise ValueError(f"These images must be {expected} pixels; they are {given}.")
        centred = pictures.reshape(len(pictures), -1) - self.mean
        return centred @ self.axes[: self.n_axes].T / self.units

    def images(self, scores: Array) -> Array:
        """Points (n, n_axes) as images (n, h, w), not held to any range of pixel values."""
        pixels = (scores * self.units) @ self.axes[: self.n_axes] + self.mean
        return pixels.reshape(len(pixels), *self.shape)

    def reconstruction(self, images: ArrayLike) -> Array:
        """What the kept axes retain of images (n, h, w), in the same shape."""
        return self.images(self.scores(images))

    def standard(self) -> "Space":
        """The default space of the same images, 0.99 whitened, in which figures are compared."""
        return replace(self, n_axes=_axes_for(self.variances, VARIANCE_KEPT), whiten=True)


def as_images(images: ArrayLike) -> Array:
    """`images` as floats (n, h, w); a ValueError says what is wrong with them otherwise."""
    pictures = np.asarray(images, dtype=np.float64)
    if pictures.ndim != 3 or pictures.size == 0:
        raise ValueError(f"Images must be an array (n, height, width); got {pictures.shape}.")
    if not np.isfinite(pictures).all():
        raise ValueError("The images contain NaN or infinity; remove these first.")
    return pictures


def _axes_for(variances: Array, variance_kept: float) -> int:
    """The fewest axes that hold more than this share; scikit-learn counts the same way."""
    held = np.cumsum(variances / variances.sum())
    wanted = int(np.searchsorted(held, variance_kept, side="right")) + 1
    return min(wanted, len(variances), MAX_AXES)


def _size(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))
