"""A recoloured picture on its page: palette and wipe, what it lost and saved, and downloads."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from gmmlab.data.pictures.swatches import FORMATS
from gmmlab.figures import recolour as figures
from gmmlab.studies.recolour import study
from gmmlab.studies.recolour.color_counts import COUNTS
from gmmlab.studies.recolour.color_model import ColorModel
from gmmlab.studies.recolour.page import (
    MODELS,
    PaletteSettings,
    RecolorSettings,
    edits_of,
    play_of,
)
from gmmlab.studies.recolour.palettes import Play, order_of
from gmmlab.studies.recolour.photo import Photo
from gmmlab.studies.recolour.recolor import psnr
from gmmlab.studies.recolour.study import Facts, Shown
from gmmlab.ui.chart.chart import chart
from gmmlab.ui.chart.pictures import swatches, wipe
from gmmlab.ui.shell.asking import Answered, ask, follow
from gmmlab.ui.shell.desk import answer

_AT_REST = 0.8  # seconds in which nothing is changed, before work that is only about figures


@dataclass(frozen=True, eq=False)
class Painting:
    """A photo painted by one model, and all that questions about it are about."""

    photo: Photo
    facts: Facts
    kind: str
    settings: PaletteSettings  # for this model alone
    model: ColorModel
    play: Play
    shown: Shown

    @property
    def title(self) -> str:
        """The model and the number of colours, for people."""
        K = len(self.shown.palette)
        return f"{MODELS[self.kind]}, {K} colour" + "s" * (K > 1)


def painted(photo: Photo, settings: RecolorSettings, kind: str, lender: Photo | None) -> Painting:
    """The photo painted by one model, with the palette of `lender` if there is one."""
    chosen = settings.model.for_one(kind)
    words = "Finding colours"
    model = ask(study.palette, photo, chosen, words=words)
    other = None if lender is None else ask(study.palette, lender, chosen, words=words).palette
    play = play_of(settings.view, other)
    shown = ask(study.shown, photo, model, play, words="Painting")
    return Painting(photo, ask(study.facts, photo), kind, chosen, model, play, shown)


def picture(
    painting: Painting, settings: RecolorSettings, edit: Callable[[int, str], None]
) -> None:
    """The wipe between original and result, and the palette below it."""
    facts, shown = painting.facts, painting.shown
    wipe(
        f"wipe {painting.kind}",
        facts.before,
        shown.after,
        size=facts.shown_size,
        names=("original", painting.title),
        alt=f"{painting.photo.name}: the original, and painted by {painting.title}.",
    )
    order = order_of(shown.palette, shown.shares, settings.view.order)
    changed = edits_of(settings.view.edits)
    swatches(f"swatches {painting.kind}", shown.palette, shown.shares, order, changed, edit)


def account(painting: Painting) -> Answered:
    """What the picture lost, and what it takes, in full size; figures that may still come."""
    photo, facts, play = painting.photo, painting.facts, painting.play
    for note in (facts.note, *painting.shown.notes):
        if note:
            st.info(note)
    # What was played is measured on the copy that is shown; else every pixel counts.
    measured: list[tuple[Any, ...]] = [(study.exact_error, photo, painting.model)]
    found = follow(
        [
            *(measured if play.is_none else ()),
            (study.original_as_png, photo),
            (study.result_as_png, photo, painting.model, play),
        ],
        after=_AT_REST,
    )
    known: dict[int, Any] = dict(zip(found.places, found.answers, strict=True))
    mse = known.get(0, painting.shown.mse) if play.is_none else painting.shown.mse
    original, result = (known.get(place + play.is_none) for place in (0, 1))
    lost = psnr(mse)
    width, height = facts.size
    bits = None if result is None else 8 * result / (width * height)
    cells = (
        ("PSNR", f"{lost:.1f} dB" if np.isfinite(lost) else "lossless", _PSNR),
        ("Mean squared error", f"{mse:,.1f}", _MSE),
        (f"Original ({facts.format})", _size(facts.n_bytes), "The file as it came."),
        ("As PNG", _size(original), "The original as a PNG, nothing lost."),
        ("Result, PNG", _size(result), "The result as an optimised PNG with a palette."),
        ("Bits per pixel", "…" if bits is None else f"{bits:.2f}", _BITS),
    )
    with st.grid(len(cells), min_column_width=105):
        for label, value, help in cells:
            st.metric(label, value, help=help)
    return found


def panel(painting: Painting, settings: RecolorSettings) -> Answered | None:
    """What the visitor looks at below the picture; figures that may still come."""
    if settings.view.panel == "files":
        _downloads(painting, settings.model.n_colors)
        return None
    if settings.view.panel == "space":
        found = ask(study.cloud, painting.photo, painting.model.space)
        st.caption("Every distinct colour, larger where more pixels have it. Drag to turn.")
        figure = figures.space_figure(found, painting.model)
        keep = (painting.photo.digest, painting.model.space)
        chart(figure, f"space {painting.kind}", keep=keep)
        return None
    chosen = PaletteSettings(
        model=painting.kind,
        covariance_type=painting.settings.covariance_type,
        space=painting.settings.space,
        seed=painting.settings.seed,
    )
    st.markdown(f"**{MODELS[painting.kind]}**")
    words = f"palettes by {MODELS[painting.kind]}"
    counts = follow([(study.count, painting.photo, chosen, K) for K in COUNTS], words)
    # A picture of few colours has no more of them, however many are asked for.
    distinct = {each.n_colors: each for each in counts.answers}
    figure = figures.counts_figure(list(distinct.values()), settings.model.n_colors)
    chart(figure, f"counts {painting.kind}")
    words = "Error and bytes of the picture shown, against the number of colours."
    if painting.kind == "gmm":
        words += " A mixture does not minimise the error, so more colours may even add to it."
    st.caption(words)
    return counts


def _downloads(painting: Painting, n_colors: int) -> None:
    """Files of the picture in full size, of its palette, and for slides: made when asked for."""
    photo, kind = painting.photo, painting.kind
    about = (photo, painting.model, painting.play)
    stem = f"{photo.name.rsplit('.', 1)[0]} {n_colors} colours"
    st.markdown(f"**{MODELS[kind]}**")
    with st.container(horizontal=True):
        _button("PNG", kind, f"{stem}.png", partial(answer, study.png_file, *about))
        if max(painting.facts.size) <= 16_383:
            _button("WebP", kind, f"{stem}.webp", partial(answer, study.webp_file, *about))
        for name, form in FORMATS.items():
            write = partial(form.write, painting.shown.palette, stem)
            _button(form.title, kind, f"{stem}{form.suffix}", write, key=name)
        words = f"{photo.name}: {painting.title}"
        make = partial(answer, study.slide_file, *about, words)
        _button("Slide", kind, f"{stem} slide.png", make)
    st.caption(
        "Picture files are made in full size when you ask for them, which takes some seconds for a "
        "photo of many megapixels. WebP keeps every pixel as it is shown."
    )


_PSNR = "Peak signal-to-noise ratio, in decibels: higher is better; from 40 on, eyes see no loss."
_MSE = "Mean squared error per channel, in squared steps of a byte: lower is better."
_BITS = "Bits of the result's PNG for each pixel: 24 without any compression."


def _button(label: str, kind: str, file: str, make: Callable[[], bytes], key: str = "") -> None:
    st.download_button(
        label,
        data=make,
        file_name=file,
        on_click="ignore",
        key=f"download {label} {key} {kind}",
    )


def _size(n_bytes: int | None) -> str:
    if n_bytes is None:
        return "…"
    return f"{n_bytes / 1e6:.2f} MB" if n_bytes >= 1e6 else f"{n_bytes / 1e3:.1f} kB"
