"""The photos that a page is about: ones that come along, or a visitor's own, for the session."""

from dataclasses import replace
from functools import cache, partial
from typing import cast

import streamlit as st

from gmmlab.compute.desk import NoAnswer
from gmmlab.data.pictures.images import SHIPPED, ImageRejected, shipped_bytes
from gmmlab.studies.recolour import study
from gmmlab.studies.recolour.page import RecolorSettings
from gmmlab.studies.recolour.photo import Photo
from gmmlab.ui.inputs.uploads import upload
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.desk import answer

_OWN, _SECOND = "photo of this session", "photo that lends its palette"
_KINDS = ["png", "jpg", "jpeg", "webp", "avif", "heic", "heif", "gif", "tif", "tiff", "bmp", "mpo"]


def photo_of(settings: RecolorSettings) -> Photo:
    """The photo that the settings name; the page ends here, with a word, if it is not there."""
    name = settings.picture.picture
    if name != "own":
        return shipped(name)
    own = own_photo()
    if own is None or (settings.picture.digest and own.digest != settings.picture.digest):
        st.info(
            "This link shows a photo that is not in this session. Upload the same file under "
            "**Data**: all other settings are as they were."
            if settings.picture.digest
            else "Upload a photo under **Data**, or choose one of the pictures that come along."
        )
        st.stop()
    return own


def lender_of(settings: RecolorSettings) -> Photo | None:
    """The photo whose palette is borrowed, if one is and it is there; else a word says why not."""
    name, wanted = settings.view.borrow, settings.view.lender
    if name in SHIPPED:
        return shipped(name)
    if name == "own":
        if own_photo() is None:
            st.info("There is no photo of yours to take a palette from: upload one under **Data**.")
        return own_photo()
    if name == "second":
        second = cast("Photo | None", st.session_state.get(_SECOND))
        if second is None or (wanted and second.digest != wanted):
            st.info("Upload the photo to take a palette from under **More**, **Other photo**.")
            return None
        return second
    if name == "file" and not settings.view.colors:
        st.info("Upload a palette under **More**, **Palette file**.")
    return None


@cache
def shipped(name: str) -> Photo:
    """One of the pictures that come along."""
    return Photo(SHIPPED[name], shipped_bytes(name))


def own_photo() -> Photo | None:
    """The visitor's photo, if there is one."""
    return cast("Photo | None", st.session_state.get(_OWN))


def photo_upload(address: Address[RecolorSettings]) -> None:
    """Draw the upload of the photo that is painted."""
    upload(
        "Photo",
        _KINDS,
        address.key("photo upload"),
        "PNG, JPEG, WebP, AVIF, GIF, TIFF or BMP (HEIC where the server can), up to 25 MB and 50 "
        "megapixels. It stays in this session.",
        partial(_take, address),
        ImageRejected,
        still="The picture shown is the one before.",
    )


def lender_upload(address: Address[RecolorSettings]) -> None:
    """Draw the upload of a second photo, which lends its palette."""
    upload(
        "Other photo",
        _KINDS,
        address.key("lender upload"),
        "A second photo, of which only the colours are taken. It stays in this session.",
        partial(_take_lender, address),
        ImageRejected,
        still="The palette is as before.",
    )


def _take(address: Address[RecolorSettings], name: str, data: bytes) -> None:
    photo = st.session_state[_OWN] = _opened(name, data)
    choice = replace(address.current.picture, picture="own", digest=photo.digest)
    address.put(replace(address.current, picture=choice))


def _take_lender(address: Address[RecolorSettings], name: str, data: bytes) -> None:
    photo = st.session_state[_SECOND] = _opened(name, data)
    view = replace(address.current.view, borrow="second", lender=photo.digest)
    address.put(replace(address.current, view=view))


def _opened(name: str, data: bytes) -> Photo:
    photo = Photo(name, data)
    try:
        answer(study.facts, photo)  # an ImageRejected is for the upload to say
    except NoAnswer as problem:
        raise ImageRejected(str(problem)) from None
    return photo
