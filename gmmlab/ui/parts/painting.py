"""Around a recoloured picture: the files that are shown, what it lost and saved, and downloads."""

import io
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from gmmlab.data.pictures.encoding import indexed_png, png, webp
from gmmlab.data.pictures.swatches import FORMATS
from gmmlab.figures import recolour as figures
from gmmlab.studies.recolour.page import MODELS, RecolorSettings, is_played
from gmmlab.studies.recolour.photo import Photo, slide
from gmmlab.studies.recolour.recolor import Recolored, psnr
from gmmlab.ui.chart.chart import chart
from gmmlab.ui.parts.photos import (
    colors_of,
    counts,
    exact,
    file_of,
    palette,
    question,
    shown,
    sizes,
    whole,
)
from gmmlab.ui.shell.caching import last
from gmmlab.ui.shell.jobs import Job


def picture_files(
    photo: Photo, result: Recolored, settings: RecolorSettings, kind: str
) -> tuple[bytes, bytes, str]:
    """The small copy and its painted twin as files a browser shows: made fast, not small.

    With them, a sentence if an indexed file cannot hold all that the picture has.
    """

    def painted() -> tuple[bytes, str]:
        if result.blend is not None:
            return _quick(result.image), ""
        made = indexed_png(result.labels, result.palette, result.alpha, level=1)
        note = ""
        if made.alpha_levels < 256:
            note = f"Transparency is rounded to {made.alpha_levels} levels: "
            note += "the 256 entries of a palette are for colours and opacities together."
        return made.data, note

    before = last("file before", photo.digest, lambda: _light(photo.shown))
    return before, *last(f"file of {kind}", question(photo, settings), painted)


def account(
    photo: Photo, result: Recolored, settings: RecolorSettings, kind: str
) -> list[Job[int]]:
    """What the picture lost, and what it takes, in full size; the jobs that still count bytes."""
    # What was played is measured on the copy that is shown; else every pixel counts.
    mse = result.mse
    if not is_played(settings.view):
        mse = exact(photo, settings, kind)
    lost = psnr(mse)
    jobs = sizes(photo, settings, kind)
    original, painted = ((job.done[0] if job.done else None) for job in jobs)
    width, height = photo.opened.image.size
    bits = None if painted is None else 8 * painted / (width * height)
    cells = (
        ("PSNR", f"{lost:.1f} dB" if np.isfinite(lost) else "lossless", _PSNR),
        ("Mean squared error", f"{mse:,.1f}", _MSE),
        (f"Original ({photo.opened.format})", _size(photo.opened.n_bytes), "The file as it came."),
        ("As PNG", _size(original), "The original as a PNG, nothing lost."),
        ("Result, PNG", _size(painted), "The result as an optimised PNG with a palette."),
        ("Bits per pixel", "…" if bits is None else f"{bits:.2f}", _BITS),
    )
    with st.grid(len(cells), min_column_width=105):
        for label, value, help in cells:
            st.metric(label, value, help=help)
    return [each for each in jobs if each.running]


def panel(photo: Photo, settings: RecolorSettings, kinds: Sequence[str]) -> list[Job[Any]]:
    """What the visitor looks at below the pictures; the work that still goes on for it."""
    shown_below = settings.view.panel
    if shown_below == "counts":
        found = {kind: counts(photo, settings, kind) for kind in kinds}
        for kind, work in found.items():
            st.markdown(f"**{MODELS[kind]}**")
            figure = figures.counts_figure(list(work.done), settings.model.n_colors)
            chart(figure, f"counts {kind}")
        words = "Error and bytes of the picture shown, against the number of colours."
        if "gmm" in kinds:
            words += " A mixture does not minimise the error, so more colours may even add to it."
        st.caption(words)
        return [work for work in found.values() if work.running]
    for kind in kinds:
        if shown_below == "files":
            _downloads(photo, settings, kind)
            continue
        model = palette(photo, settings, kind)
        figure = figures.space_figure(colors_of(photo, model), model)
        st.caption("Every distinct colour, larger where more pixels have it. Drag to turn.")
        chart(figure, f"space {kind}", keep=(photo.digest, model.space))
    return []


def _downloads(photo: Photo, settings: RecolorSettings, kind: str) -> None:
    """Files of the picture in full size, of its palette, and for slides: made when asked for."""
    stem = f"{photo.name.rsplit('.', 1)[0]} {settings.model.n_colors} colours"
    result = shown(photo, settings, kind)
    st.markdown(f"**{MODELS[kind]}**")
    with st.container(horizontal=True):
        _button("PNG", kind, f"{stem}.png", lambda: file_of(whole(photo, settings, kind)))
        if max(photo.opened.image.size) <= 16_383:
            _button("WebP", kind, f"{stem}.webp", lambda: webp(whole(photo, settings, kind).image))
        for name, form in FORMATS.items():
            write = partial(form.write, result.palette, stem)
            _button(form.title, kind, f"{stem}{form.suffix}", write, key=name)
        words = f"{photo.name}: {len(result.palette)} colours by {MODELS[kind]}"
        words += f", PSNR {result.psnr:.1f} dB"
        _button(
            "Slide",
            kind,
            f"{stem} slide.png",
            lambda: png(slide(photo.shown, result.image, result, words)),
        )
    st.caption(
        "Picture files are made in full size when you ask for them, which takes some seconds for a "
        "photo of many megapixels. WebP keeps every pixel as it is shown."
    )


_LARGE = 500_000  # pixels
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


def _light(image: Image.Image) -> bytes:
    """The original as a file that travels with every change: of a large photo, a fine JPEG."""
    if image.mode != "RGB" or image.width * image.height < _LARGE:
        return _quick(image)
    file = io.BytesIO()
    image.save(file, format="JPEG", quality=95, subsampling=0)
    return file.getvalue()


def _quick(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, format="PNG", compress_level=1)
    return file.getvalue()
