"""The photo that a page is about: one that comes along, or a visitor's own, for the session."""

from dataclasses import replace
from functools import cache, partial
from typing import Any, cast

import streamlit as st

from gmmlab.compute.desk import NoAnswer
from gmmlab.data.pictures.images import SHIPPED, ImageRejected, shipped_bytes
from gmmlab.settings import specs
from gmmlab.studies.recolour import study
from gmmlab.studies.recolour.page import RecolorSettings
from gmmlab.studies.recolour.photo import Photo
from gmmlab.ui.inputs.uploads import upload
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.controls import control
from gmmlab.ui.shell.desk import answer
from gmmlab.ui.shell.workbench import workbench

_OWN = "photo of this session"
_KINDS = ["png", "jpg", "jpeg", "webp", "avif", "heic", "heif", "gif", "tif", "tiff", "bmp", "mpo"]


def photo_bench(address: Address[RecolorSettings]) -> RecolorSettings:
    """The sidebar of a page about a photo, and the page's settings."""
    return workbench(address, _picture_controls, _without_stale_edits)


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
    """The photo whose palette is borrowed, if one is and it is there."""
    name = settings.view.borrow
    if name == "own" and own_photo() is None:
        st.info("There is no photo of yours to borrow a palette from: upload one under **Data**.")
    return None if name == "none" else own_photo() if name == "own" else shipped(name)


@cache
def shipped(name: str) -> Photo:
    """One of the pictures that come along."""
    return Photo(SHIPPED[name], shipped_bytes(name))


def own_photo() -> Photo | None:
    """The visitor's photo, if there is one."""
    return cast("Photo | None", st.session_state.get(_OWN))


def _picture_controls(address: Address[RecolorSettings], settings: RecolorSettings) -> None:
    """Draw the choice of a picture, and the upload of one's own."""
    name, spec, _ = next(specs(settings))
    control(spec, address.key(name))
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


def _without_stale_edits(
    settings: RecolorSettings, before: RecolorSettings | None
) -> tuple[RecolorSettings, tuple[str, ...]]:
    """The settings without colours that were changed in another palette."""
    if before is None or not settings.view.edits:
        return settings, ()
    if (before.picture, before.model) == (settings.picture, settings.model):
        return settings, ()
    return replace(settings, view=replace(settings.view, edits="")), ()


def _take(address: Address[Any], name: str, data: bytes) -> None:
    photo = Photo(name, data)
    try:
        answer(study.facts, photo)  # an ImageRejected is for the upload to say
    except NoAnswer as problem:
        raise ImageRejected(str(problem)) from None
    st.session_state[_OWN] = photo
    choice = replace(address.current.picture, picture="own", digest=photo.digest)
    view = replace(address.current.view, edits="")
    address.put(replace(address.current, picture=choice, view=view))
