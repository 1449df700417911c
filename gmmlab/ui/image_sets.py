"""A visitor's set of images: uploading it, and keeping it for the session."""

from dataclasses import replace
from typing import Any, cast

import streamlit as st

from gmmlab.data.digits import digit_images
from gmmlab.data.image_sets import ImageSet, ImageSetRejected, read_image_set
from gmmlab.settings import specs
from gmmlab.studies.digits_page import DigitsSettings
from gmmlab.ui.address import Address
from gmmlab.ui.controls import control

_OWN, _PROBLEM = "image set of this session", "why the last image set was refused"


def image_set_controls(address: Address[Any], settings: DigitsSettings) -> None:
    """Draw the choice of images, and the upload where it is one's own."""
    name, spec, _ = next(specs(settings))
    control(spec, address.key(name))
    if settings.corpus.source != "own":
        return
    key = address.key("image set upload")
    st.file_uploader(
        "Image set",
        type=["npz"],
        key=key,
        help="A numpy .npz file with `images` (n, height, width), 8-bit, up to 20,000 of 32 × 32, "
        "and perhaps `labels` (n,). It stays in this session.",
        on_change=_receive,
        args=(address, key),
    )
    if problem := st.session_state.get(_PROBLEM):
        st.error(f"{problem} The images shown are those from before.")


def images_of(settings: DigitsSettings) -> ImageSet:
    """The images that the settings name; the page ends here, with a word, without any."""
    if settings.corpus.source != "own":
        return digit_images()
    own = cast("ImageSet | None", st.session_state.get(_OWN))
    if own is None or (settings.corpus.digest and own.name != settings.corpus.digest):
        st.info(
            "This link shows an image set that is not in this session. Upload the same file under "
            "**Data**: all other settings are as they were."
            if settings.corpus.digest
            else "Upload an .npz file with `images` (n, height, width) of 8-bit values under "
            "**Data**. The page's own downloads are such files."
        )
        st.stop()
    return own


def _receive(address: Address[Any], key: str) -> None:
    """Take in what was uploaded; what cannot be read changes nothing but says why."""
    st.session_state.pop(_PROBLEM, None)
    if (file := st.session_state[key]) is None:
        return
    try:
        images = read_image_set(file.getvalue())
    except ImageSetRejected as problem:
        st.session_state[_PROBLEM] = str(problem)
        return
    st.session_state[_OWN] = images
    corpus = replace(address.current.corpus, source="own", digest=images.name)
    address.put(replace(address.current, corpus=corpus))
