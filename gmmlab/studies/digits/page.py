"""The page "New digits": which images, which generator, and which step of the story is shown."""

from dataclasses import dataclass

import numpy as np

from gmmlab.data.image_sets.image_set import ImageSet
from gmmlab.engine.arrays import Array
from gmmlab.settings import choice, integer, section, text
from gmmlab.studies.digits.study import GeneratorSettings

STEPS = {
    "corpus": "1 · the corpus",
    "pca": "2 · PCA",
    "sweep": "3 · how many?",
    "generate": "4 · generate",
    "judge": "5 · judge",
}


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
        "generate",
        STEPS,
        label="Step",
        help="The chapter's way, step by step: the images, PCA, the number of components, new "
        "images, and the judge.",
    )
    n_new: int = integer(
        100, low=1, high=400, label="How many", help="How many images the grids show."
    )
    only: int = integer(
        -1,
        low=-1,
        high=999,
        label="Class",
        help="Show and ask for this class alone, as 7; −1 for all. New images of one class need "
        "one mixture per class.",
    )
    draw_seed: int = integer(
        0, low=0, high=9_999, label="Draw seed", help="Another number draws other images."
    )
    first: int = integer(
        0, low=0, high=19_999, label="Way from", help="The image at which the way begins."
    )
    last: int = integer(
        1, low=0, high=19_999, label="Way to", help="The image at which the way ends."
    )


@dataclass(frozen=True)
class DigitsSettings:
    """Images, generator and view."""

    corpus: CorpusSettings = section(CorpusSettings)
    model: GeneratorSettings = section(GeneratorSettings)
    view: DigitsView = section(DigitsView)


def of_class(images: ImageSet, label: int) -> ImageSet:
    """The images of one class; all of them for −1, or where there are no such."""
    if label < 0 or images.labels is None or not (images.labels == label).any():
        return images
    return images.part(np.flatnonzero(images.labels == label))


def mosaic(images: Array, columns: int = 10, gap: int = 1) -> Array:
    """Images (n, h, w) as tiles of one picture, from the top left; NaN between and after them."""
    n, h, w = images.shape
    rows = -(-n // columns)
    sheet = np.full((rows * (h + gap) - gap, columns * (w + gap) - gap), np.nan)
    for i, image in enumerate(images):
        top, left = (i // columns) * (h + gap), (i % columns) * (w + gap)
        sheet[top : top + h, left : left + w] = image
    return sheet


def tile_at(x: float, y: float, shape: tuple[int, int], columns: int = 10, gap: int = 1) -> int:
    """Which tile of a mosaic of images (h, w) is at (x, y), counted from the top left."""
    return int((y + 0.5) // (shape[0] + gap)) * columns + int((x + 0.5) // (shape[1] + gap))
