"""A visitor's set of images: uploading it, and keeping it for the session."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, cast

import streamlit as st

from gmmlab.compute.desk import NoAnswer
from gmmlab.data.image_sets.digits import digit_images
from gmmlab.data.image_sets.image_set import ImageSet, ImageSetRejected, read_image_set
from gmmlab.settings import Spec, specs
from gmmlab.studies.digits.page import (
    STEPS,
    DigitsSettings,
    classes_of,
    controls_of,
    corrected,
)
from gmmlab.ui.inputs.uploads import upload
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.controls import control, second_look
from gmmlab.ui.shell.desk import answer
from gmmlab.ui.shell.workbench import workbench

_OWN = "image set of this session"


def image_set_bench(address: Address[DigitsSettings]) -> DigitsSettings:
    """The sidebar of a page about images, and the page's settings."""
    return workbench(
        address,
        _image_set_controls,
        _as_can_be_shown,
        rest=partial(_controls_of_step, address),
    )


def _as_can_be_shown(
    settings: DigitsSettings, _: DigitsSettings | None
) -> tuple[DigitsSettings, tuple[str, ...]]:
    """The settings with the set that was looked at last, if they name none of the visitor's own."""
    corpus, own = settings.corpus, st.session_state.get(_OWN)
    if corpus.source == "own" and not corpus.digest and own is not None:
        settings = replace(settings, corpus=replace(corpus, digest=own.name))
    images = _here(settings)
    return (settings, ()) if images is None else corrected(settings, images)


def _controls_of_step(address: Address[DigitsSettings], settings: DigitsSettings) -> None:
    """Draw the controls that do something in the step that is shown, most of them under "More"."""
    images = _here(settings)
    classes = [] if images is None else classes_of(images)
    shown = controls_of(settings, bool(classes))
    title = STEPS[settings.view.step]
    st.markdown(f"**{title[0].upper()}{title[1:]}**")
    _rows(address, settings, shown.first, classes)
    if shown.more:
        second_look(address, partial(_rows, address, settings, shown.more, classes))


def _rows(
    address: Address[DigitsSettings],
    settings: DigitsSettings,
    names: Sequence[str],
    classes: Sequence[str],
) -> None:
    declared = {name: spec for name, spec, _ in specs(settings)}
    rows = st.container(gap="xsmall")
    row: list[Any] = []
    for name in names:
        row = row or list(rows.columns(2, gap="small", vertical_alignment="bottom"))
        with row.pop(0):
            if name == "only":
                _class_control(declared[name], address.key(name), classes)
            else:
                control(declared[name], address.key(name))


def _class_control(spec: Spec, key: str, classes: Sequence[str]) -> None:
    st.selectbox(
        spec.label, ["", *classes], format_func=lambda c: c or "all", key=key, help=spec.help
    )


def _here(settings: DigitsSettings) -> ImageSet | None:
    """The images that the settings name, if they are in this session."""
    if settings.corpus.source != "own":
        return digit_images()
    own = cast("ImageSet | None", st.session_state.get(_OWN))
    return None if own is None or own.name != settings.corpus.digest else own


def _image_set_controls(address: Address[DigitsSettings], settings: DigitsSettings) -> None:
    """Draw the choice of images, and the upload where it is one's own."""
    name, spec, _ = next(specs(settings))
    control(spec, address.key(name))
    if settings.corpus.source != "own":
        return
    upload(
        "Image set",
        ["npz"],
        address.key("image set upload"),
        "A numpy .npz file with `images` (n, height, width), 8-bit, up to 20,000 of 32 × 32, and "
        "perhaps `labels` (n,). It stays in this session.",
        partial(_take, address),
        ImageSetRejected,
        still="The images shown are those from before.",
    )


def images_of(settings: DigitsSettings) -> ImageSet:
    """The images that the settings name; the page ends here, with a word, without any."""
    images = _here(settings)
    if images is None:
        st.info(
            "This link shows an image set that is not in this session. Upload the same file under "
            "**Data**: all other settings are as they were."
            if settings.corpus.digest
            else "Upload an .npz file with `images` (n, height, width) of 8-bit values under "
            "**Data**. The page's own downloads are such files."
        )
        st.stop()
    return images


def _take(address: Address[Any], _: str, data: bytes) -> None:
    try:
        images = answer(read_image_set, data)
    except NoAnswer as problem:
        raise ImageSetRejected(str(problem)) from None
    st.session_state[_OWN] = images
    corpus = replace(address.current.corpus, source="own", digest=images.name)
    address.put(replace(address.current, corpus=corpus))
