"""A palette that a visitor brings as a file: GPL, ASE, JSON or CSS."""

from dataclasses import replace
from functools import partial

import numpy as np

from gmmlab.compute.desk import NoAnswer
from gmmlab.data.pictures.swatches import FORMATS, PaletteRejected
from gmmlab.studies.recolour.color_model import MOST
from gmmlab.studies.recolour.page import RecolorSettings
from gmmlab.ui.inputs.uploads import upload
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.desk import answer


def palette_upload(address: Address[RecolorSettings]) -> None:
    """Draw the upload: the colours go into the settings, and so into the link."""
    upload(
        "Palette file",
        [form.suffix.removeprefix(".") for form in FORMATS.values()],
        address.key("palette upload"),
        "A palette of GIMP or Inkscape (GPL), of Adobe's programs (ASE), or one that was "
        f"downloaded here (JSON, CSS): at most {MOST} colours. The picture is painted with "
        "these alone.",
        partial(_take, address),
        PaletteRejected,
        still="The colours are as before.",
    )


def _take(address: Address[RecolorSettings], name: str, data: bytes) -> None:
    suffix = "." + name.rpartition(".")[2].lower()
    form = next((form for form in FORMATS.values() if form.suffix == suffix), None)
    if form is None:
        raise PaletteRejected("This is no palette in GPL, ASE, JSON or CSS.")
    try:
        found = answer(form.read, data)
    except NoAnswer as problem:
        raise PaletteRejected(str(problem)) from None
    _, first = np.unique(found, axis=0, return_index=True)
    colors = found[np.sort(first)]
    if len(colors) > MOST:
        raise PaletteRejected(
            f"This palette has {len(colors)} colours and at most {MOST} can be used."
        )
    view = replace(address.current.view, borrow="file", colors=colors.tobytes().hex())
    address.put(replace(address.current, view=view))
