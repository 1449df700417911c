"""A visitor's set of images: uploading it, and keeping it for the session."""

from dataclasses import replace
from functools import partial
from typing import Any, cast

import streamlit as st

from gmmlab.data.image_sets.digits import digit_images
from gmmlab.data.image_sets.image_set import ImageSet, ImageSetRejected, read_image_set
from gmmlab.settings import specs
from gmmlab.studies.digits.page import DigitsSettings
from gmmlab.ui.inputs.uploads import upload
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.controls import control
from gmmlab.ui.shell.workbench import workbench

_OWN = "image set of this session"


def image_set_bench(address: Address[DigitsSettings]) -> DigitsSettings:
    """The sidebar of a page about images, and the page's settings."""
    return workbench(address, _image_set_controls, _as_can_be_shown)


def _as_can_be_shown(
    settings: DigitsSettings, _: DigitsSettings | None
) -> tuple[DigitsSettings, tuple[str, ...]]:
    """The settings with the set that was looked at last, if they name none of the visitor's own."""
    corpus, own = settings.corpus, st.session_state.get(_OWN)
    if corpus.source == "own" and not corpus.digest and own is not None:
        settings = replace(settings, corpus=replace(corpus, digest=own.name))
    return settings, ()


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
    if settings.corpus.source != "own":
        return digit_images()
    own = cast("ImageSet | None", st.session_state.get(_OWN))
    if own is None or own.name != settings.corpus.digest:
        st.info(
            "This link shows an image set that is not in this session. Upload the same file under "
            "**Data**: all other settings are as they were."
            if settings.corpus.digest
            else "Upload an .npz file with `images` (n, height, width) of 8-bit values under "
            "**Data**. The page's own downloads are such files."
        )
        st.stop()
    return own


def _take(address: Address[Any], _: str, data: bytes) -> None:
    images = read_image_set(data)
    st.session_state[_OWN] = images
    corpus = replace(address.current.corpus, source="own", digest=images.name)
    address.put(replace(address.current, corpus=corpus))
