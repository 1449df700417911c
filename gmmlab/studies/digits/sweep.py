"""The chapter's sweep over the number of components, and why AIC is fooled by it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from numpy.typing import ArrayLike

from gmmlab.compute.questions import costs, digest_of
from gmmlab.compute.threads import side_by_side
from gmmlab.data.image_sets.digits import split
from gmmlab.data.image_sets.image_set import ImageSet
from gmmlab.engine.arrays import Array
from gmmlab.engine.em import fit
from gmmlab.studies.digits.pca import Space

SWEEP = range(50, 201, 10)  # the chapter's K
CHAPTERS_K = 110  # which it read off the curve
_NEEDLES = 10  # nats lost on each axis; a standard Gaussian loses 1.4 of its own


REG_COVAR = 1e-6  # scikit-learn's default, and so the chapter's


@dataclass(frozen=True)
class SweepCell:
    """One K of the chapter's sweep.

    `aic`, `bic`, `n_parameters`, `n_images` and `numbers` (images × axes) are those of the fit to
    all images, as in the chapter; `held_out` is the mean log-likelihood of the held-out third under
    a fit to the rest.
    """

    n_components: int
    aic: float
    bic: float
    held_out: float
    n_parameters: int
    n_images: int
    numbers: int
    n_iter: int
    converged: bool

    @property
    def images_per_component(self) -> float:
        """How many images there are for each component."""
        return self.n_images / self.n_components

    @property
    def numbers_per_parameter(self) -> float:
        """How many of the data's numbers there are for each parameter to be estimated."""
        return self.numbers / self.n_parameters


def sweep(
    everything: ArrayLike,
    train: ArrayLike,
    held_out: ArrayLike,
    *,
    n_components: Sequence[int] = SWEEP,
    variance_kept: float = 0.99,
    covariance_type: str = "full",
    floor: float = REG_COVAR,
    seed: int = 0,
) -> Iterator[SweepCell]:
    """The chapter's sweep over K, one cell at a time in order, several computed at once.

    `everything` are all images (n, h, w), of which `train` and `held_out` are two parts. Closing
    the iterator ends the sweep after the cells that are under way.
    """
    whole, part = (Space.of(images, variance_kept) for images in (everything, train))
    scores = Scores(whole.scores(everything), part.scores(train), part.scores(held_out))
    one = partial(_cell, scores, covariance_type=covariance_type, floor=floor, seed=seed)
    yield from side_by_side(one, n_components)


@dataclass(frozen=True, eq=False)
class Scores:
    """What the cells are fitted to: PCA scores of all images (n, d), and of the two parts.

    The parts' axes are those of the training images alone.
    """

    everything: Array
    train: Array
    held_out: Array

    @cached_property
    def identity(self) -> str:
        """The digest of all that is in it."""
        return digest_of(self.everything, self.train, self.held_out)


def possible(images: ImageSet) -> list[int]:
    """The chapter's K for which the training part has more than five images a component."""
    n = len(split(images)[0].images)
    return [K for K in SWEEP if n > 5 * K]


@costs(lambda images, variance_kept: 0.05 + 1e-7 * images.images.size)
def scores_of(images: ImageSet, variance_kept: float) -> Scores:
    """The scores of a set of which a third is kept out."""
    train, held_out = split(images)
    whole, part = (Space.of(each.images, variance_kept) for each in (images, train))
    return Scores(
        whole.scores(images.images), part.scores(train.images), part.scores(held_out.images)
    )


@costs(lambda scores, K, *_: 0.02 + 5e-9 * scores.everything.size * K * 41)
def sweep_cell(scores: Scores, n_components: int, covariance_type: str, seed: int) -> SweepCell:
    """One cell of the sweep, with the chapter's floor."""
    return _cell(scores, n_components, covariance_type, REG_COVAR, seed)


def _cell(
    scores: Scores, n_components: int, covariance_type: str, floor: float, seed: int
) -> SweepCell:
    points = scores.everything
    found = fit(points, n_components, covariance_type, seed=seed, reg_covar=floor)
    rest = fit(scores.train, n_components, covariance_type, seed=seed, reg_covar=floor)
    return SweepCell(
        n_components=n_components,
        aic=found.aic,
        bic=found.bic,
        held_out=float(rest.mixture.score_samples(scores.held_out).mean()),
        n_parameters=found.mixture.n_parameters,
        n_images=len(points),
        numbers=points.size,
        n_iter=found.n_iter,
        converged=found.converged,
    )


def what_aic_says(cells: Sequence[SweepCell], as_in_the_chapter: bool = False) -> str:
    """What AIC says, what held-out images say, and why they differ if they do, with the numbers.

    `as_in_the_chapter`: the images and settings are its own, so that its reading can be compared.
    """
    if not cells:
        return ""
    lowest = min(cells, key=lambda cell: cell.aic)
    words = [f"AIC is lowest at **K = {lowest.n_components}** ({signed(lowest.aic)})"]
    read = next((cell for cell in cells if cell.n_components == CHAPTERS_K), None)
    if as_in_the_chapter and read is not None:
        words[0] += f", measured here; the chapter read {CHAPTERS_K} ({signed(read.aic)})"
    few = ", fewer than one: AIC's penalty of 2 a parameter is right when there are many"
    words.append(
        f"Each component there has {lowest.images_per_component:.0f} images, and the data have "
        f"{lowest.numbers_per_parameter:.2f} numbers for each parameter"
        + (few if lowest.numbers_per_parameter < 1 else "")
    )
    best = max(cells, key=lambda cell: cell.held_out)
    held_out = (
        f"The log-likelihood of an image that was held out is {signed(lowest.held_out)} nats there "
        "(natural logarithm)"
    )
    if best.n_components != lowest.n_components:
        held_out += f", and highest at K = {best.n_components}: {signed(best.held_out)}"
    words.append(held_out)
    if lowest.held_out < -_NEEDLES * lowest.numbers / lowest.n_images:
        words.append(
            "So low is it where components are needles around a few images, with next to nothing "
            "between them"
        )
    return ". ".join(words) + "."


def signed(number: float) -> str:
    """A number with its thousands apart, a true minus, and one digit after the point if small."""
    return (f"{number:,.1f}" if abs(number) < 1000 else f"{number:,.0f}").replace("-", "−")
