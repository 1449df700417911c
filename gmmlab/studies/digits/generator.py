"""A generator of images: PCA, a mixture over its scores, and back to pixels.

The chapter draws new digits from one mixture, fitted as it is. With the settings of this module's
defaults four things are added, each a mixture of Gaussians still: covariances that borrow from each
other (`shrinkage`), one mixture per class or per group, an average over several starts, and heavier
tails (`blends.with_tails`). docs/digits.md says what each of them is worth.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm
from sklearn.metrics import pairwise_distances_argmin
from sklearn.utils import check_random_state

from gmmlab.compute.questions import digest_of
from gmmlab.compute.threads import side_by_side
from gmmlab.engine.arrays import Array, Labels
from gmmlab.engine.em import fit
from gmmlab.engine.model.mixture import Mixture
from gmmlab.engine.run.initialization import STARTS
from gmmlab.studies.digits.blends import blended, chosen, of_first_axes, with_tails
from gmmlab.studies.digits.histogram_matching import MatchingByKind
from gmmlab.studies.digits.pca import MAX_AXES, Space, as_images
from gmmlab.studies.digits.presets import GeneratorSettings
from gmmlab.studies.digits.shrinkage import fit_shrunken

# So many drawn images show how often a pixel takes which value; fewer of many pixels.
_ENOUGH_TO_MATCH, _MOST_PIXELS = 20_000, 4_000_000
_MATCHING_SEED = 7_001_999

Classes = NDArray[np.int64]


class Draw(NamedTuple):
    """New images (n, h, w), their scores (n, axes), and their classes (n,) or None."""

    images: Array
    scores: Array
    labels: Classes | None


@dataclass(frozen=True, eq=False)
class Generator:
    """A mixture over PCA scores, and the way between scores and images.

    `classes` (K,) is the class of each component, or None, and `kinds` (K,) the kind of image that
    it draws, for `matching`; `top` is the largest pixel value. Of the fits it is made of,
    `converged` says whether all did, `iterations` how many steps each took; `n_parameters` counts
    what was estimated, and `components` has how many Gaussians each start gave. `notes` are
    sentences on what could not be as asked.
    """

    settings: GeneratorSettings
    space: Space
    mixture: Mixture
    classes: Classes | None
    kinds: Labels
    matching: MatchingByKind | None
    top: float
    n_images: int
    n_parameters: int
    components: tuple[int, ...]
    converged: bool
    iterations: tuple[int, ...]
    notes: tuple[str, ...] = ()

    @cached_property
    def identity(self) -> str:
        """A digest of the mixture, the space that it lives in, and the settings."""
        mixture, space = self.mixture, self.space
        arrays = (mixture.weights, mixture.means, mixture.covariances, space.mean, space.axes)
        return digest_of(*arrays, self.settings)

    def sample(self, n: int, seed: int = 0, label: int | None = None) -> Array:
        """`n` new images (n, h, w), of class `label` alone if it is given."""
        return self.draw(n, seed, label).images

    def draw(self, n: int, seed: int = 0, label: int | None = None) -> Draw:
        """`n` new images with their scores and classes.

        Raises ValueError if a class is asked for that there is not.
        """
        mixture, classes, kinds = self.mixture, self.classes, self.kinds
        if label is not None:
            if classes is None:
                raise ValueError("This generator knows no classes: fit one mixture per class.")
            own: Labels = np.flatnonzero(classes == label)
            if len(own) == 0:
                known = ", ".join(map(str, np.unique(classes)))
                raise ValueError(f"There is no class {label}; the classes are {known}.")
            mixture, classes, kinds = chosen(mixture, own), classes[own], kinds[own]
        scores, components = mixture.sample(n, seed)
        labels = None if classes is None else classes[components]
        return Draw(self.painted(scores, kinds[components]), scores, labels)

    def painted(self, scores: Array, kinds: Labels) -> Array:
        """Scores (n, axes) of these kinds (n,) as images, their pixels as the settings say."""
        images = self.space.images(scores)
        if self.matching is not None:
            return self.matching.applied(images, kinds)
        return images if self.settings.pixels == "raw" else np.clip(images, 0, self.top)

    def score(self, images: ArrayLike) -> float:
        """Mean log-likelihood per image (natural log), in the generator's own space of PCA scores.

        It is that of the scores; what is done to pixels afterwards does not enter.
        """
        return float(self.mixture.score_samples(self.space.scores(images)).mean())

    def standard_score(self, images: ArrayLike) -> float:
        """The same in the default space, 0.99 whitened: comparable between generators.

        Axes beyond the default ones are integrated out. An axis that the generator dropped is taken
        to be Gaussian with the variance of the training images, the least one can say of it.
        """
        standard = self.space.standard()
        scores = standard.scores(images)
        shared = min(standard.n_axes, self.space.n_axes)
        units = standard.units[:shared] / self.space.units[:shared]
        known = of_first_axes(self.mixture, shared, units).score_samples(scores[:, :shared])
        dropped = norm.logpdf(scores[:, shared:]).sum(axis=1)
        return float((known + dropped).mean())


class _Group(NamedTuple):
    """Points (n, d) that are fitted together, and the class that they are of."""

    points: Array
    label: int


class _Member(NamedTuple):
    """What one start gives: a mixture per group, and how EM went."""

    groups: Sequence[_Group]
    mixtures: Sequence[Mixture]
    converged: bool
    iterations: int


def generator(
    images: ArrayLike, labels: ArrayLike | None, settings: GeneratorSettings
) -> Generator:
    """The generator that `settings` describe, fitted to images (n, h, w) and perhaps labels (n,).

    Raises ValueError for images that cannot be used, and DegenerateCovariance (a ValueError) for
    settings with which a component collapses.
    """
    pictures = as_images(images)
    classes = _checked(labels, len(pictures)) if settings.per_class else None
    space = Space.of(pictures, settings.variance_kept, settings.whiten)
    points = space.scores(pictures)
    seeds = range(settings.seed, settings.seed + settings.averaged)
    members = list(side_by_side(partial(_member, space, points, classes, settings), seeds))
    mixtures = [mixture for member in members for mixture in member.mixtures]
    groups = [group for member in members for group in member.groups]
    weights = [len(group.points) for group in groups]
    mixture = with_tails(blended(mixtures, weights), settings.tails)
    components = tuple(sum(m.n_components for m in member.mixtures) for member in members)
    of_components = None if classes is None else _class_of_components(groups, mixtures, mixture)
    real_kinds, kinds = classes, of_components
    if real_kinds is None or kinds is None:
        centres = np.stack([group.points.mean(axis=0) for group in members[0].groups])
        real_kinds, kinds = (
            pairwise_distances_argmin(each * space.units, centres * space.units)
            for each in (points, mixture.means)
        )
    pixels = None
    if settings.pixels == "matched":
        count = min(_ENOUGH_TO_MATCH, _MOST_PIXELS // pictures[0].size)
        scores, drawn_by = mixture.sample(count, _MATCHING_SEED)
        drawn = space.images(scores)
        pixels = MatchingByKind.of(drawn, kinds[drawn_by], pictures, real_kinds)
    return Generator(
        settings=settings,
        space=space,
        mixture=mixture,
        classes=of_components,
        kinds=kinds,
        matching=pixels,
        top=float(pictures.max()),
        n_images=len(pictures),
        n_parameters=sum(m.n_parameters + 1 for m in mixtures) - len(members),
        components=components,
        converged=all(member.converged for member in members),
        iterations=tuple(member.iterations for member in members),
        notes=_notes(space, settings, len(pictures), max(components)),
    )


def _notes(space: Space, settings: GeneratorSettings, n: int, K: int) -> tuple[str, ...]:
    notes = []
    if settings.n_components < K:
        notes.append(
            f"Each class or group has one component at least, so K is {K} here, not "
            f"{settings.n_components}."
        )
    elif settings.n_components > n:
        notes.append(f"There are only {n} images, so K is {n} here, not {settings.n_components}.")
    if space.n_axes == MAX_AXES and space.kept <= settings.variance_kept:
        notes.append(
            f"{settings.variance_kept:.1%} of the variance would need more than {MAX_AXES} axes; "
            f"the first {MAX_AXES}, which hold {space.kept:.1%}, are used."
        )
    return tuple(notes)


def _member(
    space: Space, points: Array, classes: Classes | None, settings: GeneratorSettings, seed: int
) -> _Member:
    groups = _groups(points, space.units, classes, settings, seed)
    parts = [group.points for group in groups]
    sizes = [
        min(K, len(part))
        for K, part in zip(_shared_out(settings.n_components, len(parts)), parts, strict=True)
    ]
    kind = settings.covariance_type
    if settings.shrinkage:
        found = fit_shrunken(
            parts,
            sizes,
            kind,
            shrinkage=settings.shrinkage,
            ridge=settings.floor * space.variances[: space.n_axes] / space.units**2,
            units=space.units,
            seed=seed,
        )
        return _Member(groups, found.mixtures, found.converged, len(found.history) - 1)
    # Whitened variances are 1, so the share of each is scikit-learn's absolute reg_covar.
    absolute = settings.floor if space.whiten else None
    fits = [
        fit(part, K, kind, seed=seed, floor=settings.floor, reg_covar=absolute)
        for part, K in zip(parts, sizes, strict=True)
    ]
    slowest = max(found.n_iter for found in fits)
    converged = all(found.converged for found in fits)
    return _Member(groups, [found.mixture for found in fits], converged, slowest)


def _groups(
    points: Array, units: Array, classes: Classes | None, settings: GeneratorSettings, seed: int
) -> list[_Group]:
    """The points of each class; where covariances borrow, k-means cuts the classes into groups."""
    random = check_random_state(seed)
    labels = np.zeros(len(points), dtype=np.int64) if classes is None else classes
    known = np.unique(labels)
    most = settings.groups if settings.shrinkage else 1
    groups = []
    for label in known:
        own = points[labels == label]
        count = min(max(1, most // len(known)), len(own))
        nearest = STARTS["kmeans"](own * units, None, count, random).argmax(axis=0)
        groups += [_Group(own[nearest == g], int(label)) for g in np.unique(nearest)]
    return groups


def _shared_out(n_components: int, n_groups: int) -> list[int]:
    """How many components each group gets: `n_components` in all, but at least one each."""
    return [max(1, (n_components + i) // n_groups) for i in range(n_groups)]


def _class_of_components(
    groups: Sequence[_Group], mixtures: Sequence[Mixture], whole: Mixture
) -> Classes:
    """The class of each component, in the order in which the whole mixture was put together."""
    once = np.concatenate(
        [np.full(m.n_components, g.label) for g, m in zip(groups, mixtures, strict=True)]
    )
    return np.tile(once, whole.n_components // len(once))


def _checked(labels: ArrayLike | None, n: int) -> Classes | None:
    if labels is None:
        return None
    classes = np.asarray(labels)
    if classes.shape != (n,) or classes.dtype.kind not in "bui":
        raise ValueError(f"labels must be one whole number per image, ({n},); got {classes.shape}.")
    return classes.astype(np.int64)
