"""A visitor's photo: uploading it, keeping it for the session, and painting it without waiting."""

import hashlib
import time
from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from functools import partial
from threading import Semaphore
from typing import Any, cast

import streamlit as st

from gmmlab.data.pictures.encoding import indexed_png, png
from gmmlab.data.pictures.images import SHIPPED, ImageRejected, opened, shipped_bytes
from gmmlab.settings import specs
from gmmlab.studies.recolour.color_counts import Cloud, ColorCount, cloud, how_many
from gmmlab.studies.recolour.color_model import ColorModel
from gmmlab.studies.recolour.page import RecolorSettings
from gmmlab.studies.recolour.photo import Photo, painted, palette_of, played
from gmmlab.studies.recolour.recolor import Recolored, assign
from gmmlab.ui.inputs.uploads import upload
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.caching import cached, last
from gmmlab.ui.shell.controls import control
from gmmlab.ui.shell.jobs import Job, Watch, job

_OWN = "photo of this session"
_EDITED = "the palette whose colours were changed"
_MANY_PIXELS = 4_000_000
_AT_REST = 16  # twentieths of a second
_ONE_AT_A_TIME = Semaphore()


def picture_controls(address: Address[Any], settings: RecolorSettings) -> None:
    """Draw the choice of a picture, and the upload of one's own."""
    name, spec, _ = next(specs(settings))
    control(spec, address.key(name))
    upload(
        "Photo",
        ["png", "jpg", "jpeg", "webp", "gif", "tif", "tiff", "bmp", "mpo"],
        address.key("photo upload"),
        "PNG, JPEG, WebP, GIF, TIFF or BMP, up to 25 MB and 50 megapixels. It stays in this "
        "session.",
        partial(_take, address),
        ImageRejected,
        still="The picture shown is the one before.",
    )


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
    if own.opened.note:
        st.caption(own.opened.note)
    return own


def shipped(name: str) -> Photo:
    """One of the pictures that come along."""
    return cached(lambda: Photo(SHIPPED[name], name, opened(shipped_bytes(name))), "photo", name)


def without_stale_edits(address: Address[Any], settings: RecolorSettings) -> RecolorSettings:
    """The settings without colours that were changed in another palette."""
    found_in = (settings.picture, settings.model)
    before = st.session_state.get(_EDITED, found_in)
    st.session_state[_EDITED] = found_in
    if before != found_in and settings.view.edits:
        settings = replace(settings, view=replace(settings.view, edits=""))
        address.put(settings)
        address.write(settings)
    return settings


def own_photo() -> Photo | None:
    """The visitor's photo, if there is one."""
    return cast("Photo | None", st.session_state.get(_OWN))


def palette(photo: Photo, settings: RecolorSettings, kind: str) -> ColorModel:
    """The photo's palette by k-means or a mixture; asked for twice, computed once."""
    about = (photo.digest, settings.model, kind)
    return cached(lambda: palette_of(photo, settings.model, kind), "palette", *about)


def other_palette(settings: RecolorSettings, kind: str) -> Any:
    """The palette that is borrowed, of the same size and model; None for the photo's own."""
    lender = settings.view.borrow
    if lender == "none":
        return None
    photo = own_photo() if lender == "own" else shipped(lender)
    if photo is None:
        return None
    return palette(photo, settings, kind).palette


def shown(photo: Photo, settings: RecolorSettings, kind: str) -> Recolored:
    """The small copy as painted; edits of the palette paint it anew, and find nothing anew."""
    about = (photo.digest, settings.model)
    model = palette(photo, settings, kind)
    plain = last(f"painted {kind}", about, lambda: assign(photo.small, model).painted())
    return last(
        f"played {kind}",
        question(photo, settings),
        lambda: played(plain, photo.small, settings.view, other_palette(settings, kind)),
    )


def question(photo: Photo, settings: RecolorSettings) -> Hashable:
    """All that a painted picture depends on."""
    view = settings.view
    lender = own_photo() if view.borrow == "own" else None
    lent = lender.digest if lender else view.borrow
    return photo.digest, settings.model, view.edits, view.dither, lent


def exact(photo: Photo, settings: RecolorSettings, kind: str) -> float:
    """The mean squared error over all pixels of the photo, as the palette was found."""
    model = palette(photo, settings, kind)
    about = (photo.digest, settings.model)
    return last(f"exact {kind}", about, lambda: assign(photo.full, model).mse)


def colors_of(photo: Photo, model: ColorModel) -> Cloud:
    """Some of the photo's distinct colours, for a picture of their space."""
    return last("cloud", (photo.digest, model.space), lambda: cloud(photo.full, model.space))


def whole(photo: Photo, settings: RecolorSettings, kind: str) -> Recolored:
    """The photo in full size, painted as it is shown."""
    model = palette(photo, settings, kind)
    return painted(photo.full, model, settings.view, other_palette(settings, kind))


def file_of(result: Recolored) -> bytes:
    """A small PNG of a painted picture: indexed, unless it has more colours than a palette.

    The last twentieth of a file of many megapixels would take several times as long.
    """
    if result.blend is not None:
        return png(result.image)
    level = 9 if result.labels.size < _MANY_PIXELS else 6
    return indexed_png(result.labels, result.palette, result.alpha, level=level).data


def sizes(photo: Photo, settings: RecolorSettings, kind: str) -> tuple[Job[int], Job[int]]:
    """Jobs that give the bytes of the original as PNG, and of the result as indexed PNG."""
    model, other = palette(photo, settings, kind), other_palette(settings, kind)
    view = settings.view
    return (
        _counted("the original", photo.digest, lambda: png(photo.opened.image)),
        _counted(
            f"the {kind} result",
            question(photo, settings),
            lambda: file_of(painted(photo.full, model, view, other)),
        ),
    )


def _counted(name: str, about: Hashable, file: Callable[[], bytes]) -> Job[int]:
    """The job that makes a file to count its bytes: when things are at rest, and one at a time.

    A file of many megapixels takes seconds that nothing can end, while K slides on.
    """

    def work(watch: Watch) -> Iterator[int]:
        for _ in range(_AT_REST):
            time.sleep(0.05)
            watch()
        with _ONE_AT_A_TIME:
            watch()
            yield len(file())

    return job(f"bytes of {name}", about, work)


def counts(photo: Photo, settings: RecolorSettings, kind: str) -> Job[ColorCount]:
    """The job that paints the small copy with more and more colours."""
    model = replace(settings.model, n_colors=2)

    def work(watch: Watch) -> Iterator[ColorCount]:
        return how_many(
            photo.small,
            model=kind,
            covariance_type=model.covariance_type,
            space=model.space,
            seed=model.seed,
        )

    return job(f"how many colours by {kind}", (photo.digest, model), work)


def _take(address: Address[Any], name: str, data: bytes) -> None:
    picture = opened(data)
    digest = hashlib.sha256(data).hexdigest()[:16]
    st.session_state[_OWN] = Photo(name, digest, picture)
    choice = replace(address.current.picture, picture="own", digest=digest)
    view = replace(address.current.view, edits="")
    address.put(replace(address.current, picture=choice, view=view))
