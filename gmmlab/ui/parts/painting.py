"""A recoloured picture on its page: what is asked, the wipe, what it lost and saved, and files."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from gmmlab.data.pictures.swatches import FORMATS
from gmmlab.studies.recolour import study
from gmmlab.studies.recolour.changes import colors_of
from gmmlab.studies.recolour.color_model import ColorModel, of_colors
from gmmlab.studies.recolour.page import MODELS, PaletteSettings, RecolorSettings, play_of
from gmmlab.studies.recolour.palettes import order_of
from gmmlab.studies.recolour.photo import Photo
from gmmlab.studies.recolour.play import Play, is_soft
from gmmlab.studies.recolour.recolor import psnr
from gmmlab.studies.recolour.study import Facts, Shown
from gmmlab.ui.chart.pictures import wipe
from gmmlab.ui.shell.asking import Answered, ask, follow
from gmmlab.ui.shell.controls import explained
from gmmlab.ui.shell.desk import answer

_AT_REST = 0.8  # seconds in which nothing is changed, before work that is only about figures
_WEBP_SIDE = 16_383
_POSSIBLE = 1 << 24  # colours of three bytes


@dataclass(frozen=True, eq=False)
class Painting:
    """A photo painted in one palette, and all that questions about it are about."""

    photo: Photo
    facts: Facts
    finder: str
    settings: PaletteSettings  # for this model alone
    model: ColorModel
    play: Play
    shown: Shown

    @property
    def who(self) -> str:
        """Who found the palette, for people."""
        return MODELS.get(self.finder, "palette file")

    @property
    def is_soft(self) -> bool:
        """Whether pixels have mean colours, which are not the palette's."""
        return is_soft(self.model, self.play.finish)

    @property
    def title(self) -> str:
        """The palette's finder and how many colours are to be seen, for people."""
        if self.is_soft:
            mixed = f"{self.shown.n_shown:,} colours, mixed of {int(self.shown.own.sum())}"
            return f"{self.who}, {mixed}"
        n_shown = self.shown.n_shown
        return f"{self.who}, {n_shown} colour" + "s" * (n_shown != 1)

    def order(self, by: str) -> list[int]:
        """The places of the palette that are still their own, as they stand on the page."""
        places = order_of(self.shown.palette, self.shown.shares, by)
        return [int(place) for place in places if self.shown.own[place]]


def painted(photo: Photo, settings: RecolorSettings, finder: str, lender: Photo | None) -> Painting:
    """The photo painted in one palette, with the colours of `lender`'s if there is one."""
    chosen = settings.model.for_one(finder)
    words, other = "Finding colours", None
    if finder == "file":
        model = of_colors(colors_of(settings.view.colors), chosen.space)
    else:
        model = ask(study.palette, photo, chosen, words=words)
        if lender is not None:
            other = ask(study.palette, lender, chosen, words=words).palette
    play = play_of(settings.view, finder, other)
    shown = ask(study.shown, photo, model, play, words="Painting")
    return Painting(photo, ask(study.facts, photo), finder, chosen, model, play, shown)


def picture(painting: Painting) -> None:
    """The wipe between original and result."""
    facts = painting.facts
    wipe(
        f"wipe {painting.finder}",
        facts.before,
        painting.shown.after,
        size=facts.shown_size,
        names=("original", painting.title),
        alt=f"{painting.photo.name}: the original, and painted by {painting.title}.",
    )


def notes(painting: Painting) -> None:
    """Sentences on what of the photo or its palette is not as one may expect."""
    for note in (painting.facts.note, *painting.shown.notes):
        if note:
            st.info(note)


@dataclass(frozen=True)
class Account:
    """What a picture lost, and the bytes of files in full size, as far as they are known.

    `mse` is of all pixels, or where the picture is played with, of the copy that is shown;
    `original` is the photo as a PNG and `result` the painted one. `asked` says if more may come.
    """

    mse: float
    original: int | None
    result: int | None
    asked: Answered


def accounted(painting: Painting) -> Account:
    """Ask for it: figures come when nothing has been changed for a moment."""
    photo, play = painting.photo, painting.play
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
    return Account(mse, original, result, found)


def figures(painting: Painting, account: Account) -> None:
    """What the picture lost, and what it takes, as numbers."""
    facts, result = painting.facts, account.result
    lost = psnr(account.mse)
    width, height = facts.size
    bits = None if result is None else 8 * result / (width * height)
    against = f"Against the file as it came: {facts.format}, {_size(facts.n_bytes)}."
    cells = (
        ("Result, PNG", _size(result), _SAVED + against, _change(result, facts.n_bytes)),
        (f"Original ({facts.format})", _size(facts.n_bytes), "The file as it came.", None),
        ("As PNG", _size(account.original), "The original as a PNG, nothing lost.", None),
        ("Bits per pixel", "…" if bits is None else f"{bits:.2f}", _BITS, None),
        ("PSNR", f"{lost:.1f} dB" if np.isfinite(lost) else "lossless", _PSNR, None),
        ("MSE", f"{account.mse:,.1f}", _MSE, None),
    )
    with st.grid(2, min_column_width=96):
        for label, value, help, change in cells:
            st.metric(label, value, change, delta_color="inverse", help=explained(help, label))


def compression(painting: Painting, account: Account) -> None:
    """The chapter's factor, that of bits, and that of files, side by side, once they are known."""
    original, result = account.original, account.result
    if original is None or result is None:
        return
    n_colors = max(painting.shown.n_shown, 1)
    bits = max(1, int(np.ceil(np.log2(n_colors))))
    st.caption(
        f"How much smaller? Of {_POSSIBLE / 1e6:.1f} million possible colours {n_colors:,} are "
        f"left, a factor of {_POSSIBLE / n_colors:,.0f}; so counts the chapter, whose 16 colours "
        f"give about a million. But a pixel's 24 bits become {bits}, a factor of {24 / bits:.1f}; "
        f"and measured, as PNG, {_size(original)} become {_size(result)}: **a factor of "
        f"{original / result:.1f}**."
    )


def downloads(painting: Painting, by: str) -> None:
    """Files of the picture in full size, of its palette, and for slides: made when asked for."""
    photo, who = painting.photo, painting.who
    about = (photo, painting.model, painting.play)
    order = painting.order(by)
    colors = f"{len(order)} colour" + "s" * (len(order) != 1)
    soft = " soft" * painting.is_soft
    stem = f"{photo.name.rsplit('.', 1)[0]} {who} {colors}{soft}"
    with st.container(horizontal=True, gap="xsmall"):
        make = partial(answer, study.png_file, *about)
        _button("Download PNG", painting, f"{stem}.png", make, main=True)
        with st.popover("More files", key=f"files {painting.finder}"):
            if max(painting.facts.size) <= _WEBP_SIDE:
                _button("WebP", painting, f"{stem}.webp", partial(answer, study.webp_file, *about))
            _button(
                "Slide",
                painting,
                f"{stem} slide.png",
                partial(answer, study.slide_file, *about, f"{photo.name}: {painting.title}"),
            )
            for form in FORMATS.values():
                write = partial(form.write, painting.shown.palette[order], stem)
                _button(form.title, painting, f"{stem}{form.suffix}", write)
            st.caption(
                "Picture files are made in full size when you ask for them, which takes some "
                "seconds for a photo of many megapixels. WebP keeps every pixel as it is shown. "
                "Palettes have the order on screen."
            )


_SAVED = "The result in full size as an optimised PNG with a palette. "
_PSNR = (
    "Peak signal-to-noise ratio, in decibels: the higher, the closer are pixels to the original. "
    "Dither lowers it, though areas then look more like the original."
)
_MSE = "Mean squared error per channel, in squared steps of a byte: lower is better."
_BITS = "Bits of the result's PNG for each pixel: 24 without any compression."


def _button(
    label: str, painting: Painting, file: str, make: Callable[[], bytes], main: bool = False
) -> None:
    st.download_button(
        label,
        data=make,
        file_name=file,
        on_click="ignore",
        type="primary" if main else "secondary",
        key=f"download {label} {painting.finder}",
    )


def _size(n_bytes: int | None) -> str:
    if n_bytes is None:
        return "…"
    return f"{n_bytes / 1e6:.2f} MB" if n_bytes >= 1e6 else f"{n_bytes / 1e3:.1f} kB"


def _change(now: int | None, before: int) -> str | None:
    """How much larger or smaller, as "-89 %"; Streamlit takes the sign for the arrow."""
    return None if now is None else f"{100 * (now - before) / before:+.0f} %"
