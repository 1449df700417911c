"""The steps of New digits, each a part of the page: corpus, PCA, sweep, generator, judge."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from gmmlab.data.image_sets.digits import split
from gmmlab.data.image_sets.image_set import ImageSet, write_image_set
from gmmlab.data.pictures.encoding import png
from gmmlab.engine.arrays import Array
from gmmlab.figures import digits as figures
from gmmlab.studies.digits import study as digits
from gmmlab.studies.digits.generator import generator
from gmmlab.studies.digits.page import (
    DigitsSettings,
    mosaic,
    of_class,
    tile_at,
    verdict,
    why_aic_is_fooled,
)
from gmmlab.studies.digits.tables import judgement_table
from gmmlab.ui.chart.chart import chart
from gmmlab.ui.parts.tables import table
from gmmlab.ui.shell.caching import cached, last
from gmmlab.ui.shell.jobs import Job, Watch, job, progress

_CLICKED = "the new image that was clicked"
_SWEEP, _JUDGE = "digits sweep", "judge"


def top_of(images: ImageSet) -> float:
    """The largest pixel value of a set."""
    return float(images.images.max()) or 1.0


def corpus(images: ImageSet, settings: DigitsSettings) -> None:
    """The first images, ten in a row."""
    own = of_class(images, settings.view.only)
    shown = own.images[: settings.view.n_new].astype(float)
    words = _numbered(shown, own)
    figure = figures.sheet_figure(
        shown, top_of(images), f"The first {len(shown)} images.", words=words, height=470
    )
    chart(figure, "corpus", keep=settings.corpus, tall=True, around=300)
    n, h, w = images.images.shape
    st.caption(
        f"{n:,} images of {h} × {w} pixels: {h * w} numbers each, of which mixtures can make "
        "little. PCA comes first."
    )


def pca(images: ImageSet, settings: DigitsSettings) -> None:
    """The scree, images beside what the kept axes retain of them, and the axes as pictures."""
    model = settings.model
    space = _space(images, settings)
    left, right = st.columns(2, gap="medium")
    with left:
        chart(figures.scree_figure(space), "scree")
        st.caption(
            f"**{space.n_axes} axes** hold {space.kept:.1%} of the variance of "
            f"{len(space.explained)}: change **Variance kept**."
        )
    own = of_class(images, settings.view.only)
    some = own.images[:10].astype(float)
    pairs = np.concatenate([some, np.clip(space.reconstruction(some), 0, top_of(images))])
    with right:
        st.markdown("**Images (above), and what is left of them (below)**")
        words = [f"image {i % len(some) + 1}" for i in range(len(pairs))]
        figure = figures.sheet_figure(
            pairs, top_of(images), "Images and reconstructions.", words=words,
            columns=len(some), height=130,
        )  # fmt: skip
        chart(figure, "pairs", keep=settings.corpus)
        st.markdown("**The first axes as pictures**")
        axes = space.pictures[:20]
        words = [
            f"axis {i + 1}: {space.explained[i]:.1%} of the variance" for i in range(len(axes))
        ]
        figure = figures.sheet_figure(
            axes, 1.0, "Principal axes as pictures.", words=words, height=130, signed=True
        )
        chart(figure, "axes", keep=(settings.corpus, model.variance_kept))
        st.caption("Red adds ink, blue takes it away.")


def how_many(images: ImageSet, settings: DigitsSettings) -> Job[Any] | None:
    """The chapter's sweep, cell by cell."""
    model = settings.model
    train, held_out = split(images)
    Ks = [K for K in digits.SWEEP if len(train.images) > 5 * K]
    about = (settings.corpus, model.variance_kept, model.covariance_type, model.seed)

    def work(watch: Watch) -> Iterator[digits.SweepCell]:
        return digits.sweep(
            images.images,
            train.images,
            held_out.images,
            n_components=Ks,
            variance_kept=model.variance_kept,
            covariance_type=model.covariance_type,
            seed=model.seed,
        )

    if not Ks:
        st.info("There are too few images for the chapter's sweep: it takes 5 for each component.")
        return None
    running = job(_SWEEP, about, work)
    cells = list(running.done)
    words = "models fitted twice: to all images, and to two thirds"
    progress(_SWEEP, running, len(cells), len(Ks), words, again="Begin again")
    chart(figures.sweep_figure(cells), "digits sweep", keep=about, tall=True, around=470)
    if cells and not running.running:
        st.markdown(why_aic_is_fooled(cells))
    return running


def generate(images: ImageSet, settings: DigitsSettings) -> None:
    """New images beside real ones, each with its nearest real one, and a way between two."""
    view = settings.view
    made = generator_of(images, settings)
    label = view.only if view.only >= 0 and made.classes is not None else None
    try:
        drawn = made.draw(view.n_new, view.draw_seed, label)
    except ValueError as problem:
        st.info(f"{problem} All classes are drawn.")
        drawn = made.draw(view.n_new, view.draw_seed)
    real = of_class(images, view.only).images[: view.n_new].astype(float)
    near = digits.nearest(drawn.images, images.images)
    top = top_of(images)
    words = [
        f"new image {i + 1}<br>nearest: image {which + 1}, {distance:.1f} away"
        + ("" if drawn.labels is None else f"<br>drawn as {drawn.labels[i]}")
        for i, (which, distance) in enumerate(zip(*near, strict=True))
    ]
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"**New: drawn from {made.mixture.n_components} Gaussians**")
        figure = figures.sheet_figure(drawn.images, top, f"{len(words)} new images.", words=words)
        chart(figure, "new", tall=True, around=400, picked=partial(_take_click, images, settings))
    with right:
        st.markdown("**Real**")
        own = of_class(images, view.only)
        figure = figures.sheet_figure(
            real, top, f"{len(real)} real images.", words=_numbered(real, own)
        )
        chart(figure, "real", tall=True, around=400)
    st.caption(
        "Click a new image to see it beside its nearest real one. "
        + ("EM converged." if made.converged else "EM was stopped before it converged.")
        + f" {made.n_parameters:,} parameters from {made.n_images:,} images."
    )
    for note in made.notes:
        st.info(note)
    clicked = st.session_state.get(_CLICKED)
    if clicked is not None and clicked < len(drawn.images):
        which, distance = int(near.which[clicked]), float(near.distance[clicked])
        pair = np.stack([drawn.images[clicked], images.images[which].astype(float)])
        middle, _ = st.columns([1, 2])
        with middle:
            st.markdown(
                f"**New image {clicked + 1}, and its nearest real one**, {distance:.1f} away"
            )
            chart(figures.sheet_figure(pair, top, "A pair.", columns=2, height=130), "pair")
    _way(images, settings, made)
    _downloads(drawn.images, drawn.labels, top)


def judged(images: ImageSet, settings: DigitsSettings) -> Job[Any]:
    """Three numbers for the sidebar's settings, and a table from the chapter's recipe to ours."""
    train, held_out = split(images)
    listed = {"as in the sidebar": settings.model, **digits.PRESETS}
    about = (settings.corpus, settings.model)

    def work(watch: Watch) -> Iterator[Any]:
        return digits.compared(train, held_out, list(listed.values()))

    running = job(_JUDGE, about, work)
    done = list(running.done)
    if done:
        mine = done[0][1]
        with st.grid(3, min_column_width=200):
            st.metric("Held-out log-likelihood", f"{mine.held_out:,.1f}", help=_HELD_OUT)
            st.metric("Copying", f"{mine.copying:.2f}", help=_COPYING)
            st.metric("Tell-apart", f"{mine.tell_apart:.2f}", help=_APART)
        st.markdown(f"**{verdict(mine)}**")
    progress(_JUDGE, running, len(done), len(listed), "generators judged", again="Begin again")
    if done:
        names = list(listed)[: len(done)]
        table(judgement_table(names, [judgement for _, judgement in done]), "judgements")
    st.caption(
        f"All are fitted to the same {len(train.images):,} images and judged by the "
        f"{len(held_out.images):,} that were kept out (a third, of every class alike)."
    )
    return running


def generator_of(images: ImageSet, settings: DigitsSettings) -> digits.Generator:
    """The generator that the settings describe, fitted to all images."""

    def make() -> digits.Generator:
        with st.spinner("Fitting the generator …", show_time=True):
            return generator(images.images, images.labels, settings.model)

    return last("generator", (settings.corpus, settings.model), make)


def _take_click(images: ImageSet, settings: DigitsSettings, event: dict[str, Any]) -> None:
    _, h, w = images.images.shape
    st.session_state[_CLICKED] = tile_at(event["x"], event["y"], (h, w))


def _way(images: ImageSet, settings: DigitsSettings, made: digits.Generator) -> None:
    n = len(images.images)
    first, end = settings.view.first % n, settings.view.last % n
    steps = digits.interpolation(made, images.images[first], images.images[end], 10)
    st.markdown(
        f"**The straight way from image {first + 1} to image {end + 1}, through latent space**"
    )
    words = [f"{i / 9:.0%} of the way" for i in range(10)]
    figure = figures.sheet_figure(
        steps, top_of(images), "A way from one image to another.", words=words, height=90
    )
    chart(figure, "way", keep=settings.corpus)


def _downloads(images: Array, labels: Any, top: float) -> None:
    with st.container(horizontal=True):
        st.download_button(
            "New images as PNG",
            data=lambda: _picture(images, top),
            file_name="new-images.png",
            on_click="ignore",
            help="The sheet as a picture, eight pixels for each.",
        )
        st.download_button(
            "New images as .npz",
            data=lambda: write_image_set(images, labels),
            file_name="new-images.npz",
            on_click="ignore",
            help="`images` (n, height, width), and their classes, for numpy.",
        )


def _picture(images: Array, top: float) -> bytes:
    sheet = np.nan_to_num(mosaic(images), nan=0.0)
    ink = (255 - 255 * np.clip(sheet / top, 0, 1)).astype(np.uint8)
    return png(
        Image.fromarray(ink).resize((8 * ink.shape[1], 8 * ink.shape[0]), Image.Resampling.NEAREST)
    )


def _space(images: ImageSet, settings: DigitsSettings) -> digits.Space:
    model = settings.model
    about = (settings.corpus, model.variance_kept, model.whiten)
    return cached(
        lambda: digits.Space.of(images.images, model.variance_kept, model.whiten), "space", about
    )


def _numbered(shown: Array, own: ImageSet) -> list[str]:
    if own.labels is None:
        return [f"image {i + 1}" for i in range(len(shown))]
    return [f"image {i + 1}: {own.labels[i]}" for i in range(len(shown))]


_HELD_OUT = (
    "Mean log-likelihood of images that the generator has never seen, in nats, in the space of the "
    "default PCA: higher is better."
)
_COPYING = (
    "Median distance from a new image to its nearest training image, divided by the same for "
    "held-out images: 1 is right, below 1 is copying."
)
_APART = (
    "How well a classifier tells new images from held-out ones (cross-validated AUC): 0.5 is "
    "perfect, 1 is hopeless."
)
