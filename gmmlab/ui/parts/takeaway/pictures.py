"""What the pages about pictures give to take away."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from gmmlab.data.image_sets.image_set import ImageSet
from gmmlab.data.pictures.images import SHIPPED
from gmmlab.data.pictures.swatches import hex_codes
from gmmlab.data.tables.writing import Columns
from gmmlab.engine.saved import SavedModel, saved
from gmmlab.guide.code import digits as digits_code
from gmmlab.guide.code import recolour as recolour_code
from gmmlab.studies.digits import study as digits
from gmmlab.studies.digits.page import DigitsSettings
from gmmlab.studies.recolour.page import RecolorSettings
from gmmlab.studies.recolour.photo import Photo
from gmmlab.ui.parts.painting import Painting
from gmmlab.ui.parts.takeaway.panel import Offer, csv_file, model_file, take_away
from gmmlab.ui.shell.desk import answer

_SPACES = {"rgb": ("red", "green", "blue"), "oklab": ("lightness", "green-red", "blue-yellow")}


def from_recolour(
    settings: RecolorSettings, paintings: Sequence[Painting], lender: Photo | None
) -> None:
    """The panel of the page Recolour a photo."""
    take_away("recolour", partial(_recolour, settings, paintings, lender))


def from_digits(settings: DigitsSettings, images: ImageSet) -> None:
    """The panel of the page New digits."""
    take_away("digits", partial(_digits, settings, images))


def _recolour(
    settings: RecolorSettings, paintings: Sequence[Painting], lender: Photo | None
) -> Offer:
    photo = _name_of(paintings[0].photo, settings.picture.picture)
    other = None if lender is None else _name_of(lender, settings.view.borrow)
    files = []
    for each in paintings:
        files.append(
            csv_file(f"Palette, {each.who} (CSV)", f"gmm-lab-palette-{each.finder}.csv",
                     partial(_palette, each), "Found and shown colours, and their shares.")
        )  # fmt: skip
        files.append(
            model_file(f"Model, {each.who} (JSON)", f"gmm-lab-{each.finder}.json",
                       partial(_color_model, each))
        )  # fmt: skip
    script = partial(recolour_code.script, settings, photo, other)
    return Offer(script, files, remark=_DESIGN)


def _name_of(photo: Photo, choice: str) -> str:
    return choice if choice in SHIPPED else photo.name


def _palette(painting: Painting) -> Columns:
    return {
        "found": np.array(hex_codes(painting.model.palette)),
        "shown": np.array(hex_codes(painting.shown.palette)),
        "share": painting.shown.shares,
    }


def _color_model(painting: Painting) -> SavedModel:
    model = painting.model
    columns = _SPACES[model.space]
    return saved(model.fit or model.centers, columns, note=f"Of colours, as {model.space}.")


def _digits(settings: DigitsSettings, images: ImageSet) -> Offer:
    classes = images.labels is not None
    n_train = len(images.images) - round(len(images.images) * 0.33)

    def script(flavour: Any) -> Any:
        return digits_code.script(settings, flavour, has_classes=classes, n_train=n_train)

    def made() -> SavedModel:
        found = answer(digits.fitted_to, images, settings.model)
        names = tuple(f"PCA score {j + 1}" for j in range(found.mixture.n_features))
        return saved(found.mixture, names, note="Of PCA scores, as the script computes them.")

    files = [model_file("Mixture (JSON)", "gmm-lab-digits.json", made)]
    return Offer(script, files, remark=_OF_DIGITS)


_DESIGN = (
    "Painted pictures and palette files are beside the picture. The gmmlab script finds the page's "
    "palette; scikit-learn's comes from a sample of the pixels, and its colours are a little other "
    "ones."
)
_OF_DIGITS = (
    "The gmmlab script makes the page's images. scikit-learn's is the chapter's generator: it has "
    "no shrunken covariances, averaged starts, tails or matched pixels."
)
