"""The sidebar of Recolour: photo and number of colours first, all else one click away."""

from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from gmmlab.settings import Spec, specs
from gmmlab.studies.recolour.page import RecolorSettings
from gmmlab.ui.chart.sliders import log_slider
from gmmlab.ui.inputs.palette_upload import palette_upload
from gmmlab.ui.inputs.photo_upload import lender_upload, photo_upload
from gmmlab.ui.shell.address import Address, note_unfinished
from gmmlab.ui.shell.controls import control, second_look
from gmmlab.ui.shell.workbench import workbench

_FIRST = ("n_colors", "model")
_PALETTE = ("borrow", "space", "covariance_type", "seed", "soft", "order")
_FINISH = ("tones", "dither", "strength", "smooth", "pixels")


def photo_bench(address: Address[RecolorSettings]) -> RecolorSettings:
    """Draw it, and give the page's settings."""

    def rest(settings: RecolorSettings) -> None:
        _rest(address, settings)

    return workbench(address, _picture_controls, _of_this_photo, rest=rest)


def _picture_controls(address: Address[RecolorSettings], settings: RecolorSettings) -> None:
    _draw(address, settings, ("picture",))
    photo_upload(address)


def _rest(address: Address[RecolorSettings], settings: RecolorSettings) -> None:
    with st.container(gap="xsmall"):
        if settings.acts("n_colors"):
            _draw(address, settings, _FIRST[:1])
            log_slider(
                address.key("colours slider"),
                settings.model.n_colors,
                _spec(settings, "n_colors"),
                lambda value, done: _number(address, value, done),
            )
        _draw(address, settings, _FIRST[1:])
    second_look(address, partial(_palette_and_finish, address, settings))


def _palette_and_finish(address: Address[RecolorSettings], settings: RecolorSettings) -> None:
    _draw(address, settings, _PALETTE[:1])
    if settings.view.borrow == "second":
        lender_upload(address)
    if settings.view.borrow == "file":
        palette_upload(address)
    _draw(address, settings, _PALETTE[1:])
    st.markdown("**Finish**")
    _draw(address, settings, _FINISH)


def _draw(
    address: Address[RecolorSettings], settings: RecolorSettings, names: tuple[str, ...]
) -> None:
    """The widgets of those settings that change anything as the others are."""
    for name in names:
        if settings.acts(name):
            control(_spec(settings, name), address.key(name))


def _spec(settings: RecolorSettings, wanted: str) -> Any:
    found: Spec = next(spec for name, spec, _ in specs(settings) if name == wanted)
    return found


def _number(address: Address[RecolorSettings], value: int, done: bool) -> None:
    note_unfinished(not done)
    current = address.current
    address.put(replace(current, model=replace(current.model, n_colors=value)))


def _of_this_photo(
    settings: RecolorSettings, before: RecolorSettings | None
) -> tuple[RecolorSettings, tuple[str, ...]]:
    """The settings without colours that were changed in another photo's palette, with a word."""
    if before is None or not settings.view.edits or before.picture == settings.picture:
        return settings, ()
    plain = replace(settings, view=replace(settings.view, edits=""))
    return plain, (
        "The colours that you changed were those of the photo before, and are as they were found "
        "again. Back, in the browser, brings photo and changes back.",
    )
