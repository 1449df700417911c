"""The page "New digits": which images, which generator, and which step of the story is shown."""

from dataclasses import dataclass, replace

import numpy as np

from gmmlab.data.image_sets.image_set import MAX_IMAGES, ImageSet
from gmmlab.engine.arrays import Array
from gmmlab.settings import choice, integer, section, text
from gmmlab.studies.digits.study import Generator, GeneratorSettings

STEPS = {
    "corpus": "the images",
    "pca": "PCA",
    "sweep": "how many?",
    "generate": "new images",
    "judge": "the judge",
}


@dataclass(frozen=True)
class Controls:
    """The names of a step's controls: those that are seen at once, and those under "More"."""

    first: tuple[str, ...]
    more: tuple[str, ...] = ()


_RECIPE = (
    "whiten", "covariance_type", "shrinkage", "groups", "floor", "averaged", "tails", "pixels",
    "seed",
)  # fmt: skip
_OF_STEP = {
    "corpus": Controls(("n_new", "only")),
    "pca": Controls(("variance_kept",)),
    "sweep": Controls(("covariance_type", "seed")),
    "generate": Controls(("n_components", "per_class", "n_new", "only", "draw_seed"), _RECIPE),
    "judge": Controls(("n_components", "per_class"), _RECIPE),
}


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError("the number of a class") from None


@dataclass(frozen=True)
class CorpusSettings:
    """Which images."""

    source: str = choice(
        "digits",
        {"digits": "1,797 digits", "own": "your images"},
        label="Images",
        help="scikit-learn's handwritten digits, 8 × 8 pixels, or an image set of your own.",
    )
    digest: str = text("", label="Image set", help="The digest of the uploaded file.")


@dataclass(frozen=True)
class DigitsView:
    """What is shown of it."""

    step: str = choice(
        "corpus",
        STEPS,
        label="Step",
        help="The chapter's way, step by step: the images, PCA, the number of components, new "
        "images, and the judge.",
    )
    n_new: int = integer(
        100, low=1, high=400, label="How many", help="How many images the grids show."
    )
    only: str = text(
        "",
        label="Class",
        help="Show and draw images of this class alone, a seven say.",
        meant=_whole_number,
    )
    draw_seed: int = integer(
        0, low=0, high=9_999, label="Draw seed", help="Another number draws other images."
    )
    first: int = integer(
        1, low=1, high=MAX_IMAGES, label="From image", help="The image at which the way begins."
    )
    last: int = integer(
        2, low=1, high=MAX_IMAGES, label="To image", help="The image at which the way ends."
    )


@dataclass(frozen=True)
class DigitsSettings:
    """Images, generator and view."""

    corpus: CorpusSettings = section(CorpusSettings)
    model: GeneratorSettings = section(GeneratorSettings)
    view: DigitsView = section(DigitsView)


def controls_of(settings: DigitsSettings, has_classes: bool) -> Controls:
    """The controls that do something in the step that is shown, with these settings and images."""
    step, model = settings.view.step, settings.model
    idle = set() if has_classes else {"per_class", "only"}
    if step == "generate" and not model.per_class:
        idle.add("only")
    if not model.shrinkage:
        idle.add("groups")
    found = _OF_STEP[step]
    return Controls(
        *(tuple(n for n in names if n not in idle) for names in (found.first, found.more))
    )


def corrected(settings: DigitsSettings, images: ImageSet) -> tuple[DigitsSettings, tuple[str, ...]]:
    """Settings that these images have, and a sentence on each that they had not."""
    view, n, notes = settings.view, len(images.images), []
    if view.only and view.only not in classes_of(images):
        have = "There is no class " + view.only if classes_of(images) else "There are no classes"
        notes.append(f"{have} in these images: all are shown.")
        view = replace(view, only="")
    if max(view.first, view.last) > n:
        view = replace(view, first=min(view.first, n), last=min(view.last, n))
        notes.append(
            f"There are only {n:,} images: the way leads from {view.first} to {view.last}."
        )
    return replace(settings, view=view), tuple(notes)


def classes_of(images: ImageSet) -> list[str]:
    """The classes of a set, as they are spelled, in order; none without labels."""
    return [] if images.labels is None else [str(label) for label in np.unique(images.labels)]


def of_class(images: ImageSet, label: str) -> ImageSet:
    """The images of one class; all of them for an empty label."""
    if not label or images.labels is None:
        return images
    return images.part(np.flatnonzero(images.labels == int(label)))


def columns_for(n: int, shape: tuple[int, int]) -> int:
    """How many of `n` images (h, w) stand in a row of a sheet that is about square."""
    h, w = shape
    return max(1, min(n, round((n * (h + 1) / (w + 1)) ** 0.5 + 0.499)))


def mosaic(images: Array, columns: int = 10, gap: int = 1) -> Array:
    """Images (n, h, w) as tiles of one picture, from the top left; NaN between and after them."""
    n, h, w = images.shape
    rows = -(-n // columns)
    sheet = np.full((rows * (h + gap) - gap, columns * (w + gap) - gap), np.nan)
    for i, image in enumerate(images):
        top, left = (i // columns) * (h + gap), (i % columns) * (w + gap)
        sheet[top : top + h, left : left + w] = image
    return sheet


def tile_at(
    x: float, y: float, shape: tuple[int, int], n: int, columns: int = 10, gap: int = 1
) -> int | None:
    """Which of the `n` tiles of a mosaic of images (h, w) is at (x, y), from the top left."""
    row, column = int((y + 0.5) // (shape[0] + gap)), int((x + 0.5) // (shape[1] + gap))
    place = row * columns + column
    return place if row >= 0 and 0 <= column < columns and place < n else None


def make_up(made: Generator) -> str:
    """How many Gaussians a generator has, why so many, and how many numbers were estimated."""
    low, high = min(made.components), max(made.components)
    words = f"**K = {high}**" if low == high else f"**K = {low} to {high}**"
    words += " components"
    if (starts := len(made.components)) > 1:
        words += f" from each of {starts} starts"
    if (total := sum(made.components)) != made.mixture.n_components:
        words += ", each as a narrow and a wide one (Tails)"
    if made.mixture.n_components != high:
        words += f": {made.mixture.n_components:,} Gaussians"
    fitted = "" if total == high else f" of the {total:,} that were fitted"
    return (
        f"{words}. Means, covariances and weights{fitted} are {made.n_parameters:,} parameters, "
        f"from {made.n_images:,} images."
    )
