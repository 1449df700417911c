"""The steps of New digits, each a part of the page: corpus, PCA, sweep, generator, judge."""

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
from gmmlab.figures.judge import judge_figure
from gmmlab.studies.digits import study as digits
from gmmlab.studies.digits import sweep
from gmmlab.studies.digits.page import (
    DigitsSettings,
    mosaic,
    of_class,
    tile_at,
)
from gmmlab.studies.digits.tables import evaluation_table
from gmmlab.studies.digits.verdict import verdict, warning_of
from gmmlab.ui.chart.chart import chart
from gmmlab.ui.parts.tables import table
from gmmlab.ui.shell.asking import Answered, ask, follow

_CLICKED = "the new image that was clicked"


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
    space = ask(digits.space_of, images, model.variance_kept, model.whiten)
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


def how_many(images: ImageSet, settings: DigitsSettings) -> Answered | None:
    """The chapter's sweep, cell by cell."""
    model = settings.model
    Ks = sweep.possible(images)
    if not Ks:
        st.info("There are too few images for the chapter's sweep: it takes 5 for each component.")
        return None
    scores = ask(sweep.scores_of, images, model.variance_kept, words="Finding axes")
    asked = [(sweep.sweep_cell, scores, K, model.covariance_type, model.seed) for K in Ks]
    found = follow(asked, "models fitted twice: to all images, and to two thirds")
    cells = found.answers
    keep = (settings.corpus, model.variance_kept, model.covariance_type, model.seed)
    chart(figures.sweep_figure(cells), "digits sweep", keep=keep, tall=True, around=470)
    if cells and not found.running:
        st.markdown(sweep.why_aic_is_fooled(cells))
    return found


def generate(images: ImageSet, settings: DigitsSettings) -> None:
    """New images beside real ones, each with its nearest real one, and a way between two."""
    view = settings.view
    made = ask(digits.fitted_to, images, settings.model, words="Fitting the generator")
    sheet = ask(digits.drawn_beside, made, images, view.n_new, view.draw_seed, view.only)
    drawn, near, top = sheet.drawn, sheet.near, top_of(images)
    own = of_class(images, view.only)
    real = own.images[: view.n_new].astype(float)
    words = [
        f"new image {i + 1}<br>nearest: image {which + 1}, {distance:.1f} away"
        + ("" if drawn.labels is None else f"<br>drawn as {drawn.labels[i]}")
        for i, (which, distance) in enumerate(zip(*near, strict=True))
    ]
    left, right = st.columns(2, gap="medium")
    with left:
        title = f"New: drawn from {made.mixture.n_components} Gaussians"
        figure = figures.sheet_figure(drawn.images, top, f"{len(words)} new images.", words=words)
        clicked = partial(_take_click, images)
        chart(figure, "new", title=title, tall=True, picked=clicked)
    with right:
        words = _numbered(real, own)
        figure = figures.sheet_figure(real, top, f"{len(real)} real images.", words=words)
        chart(figure, "real", title="Real", tall=True)
    st.caption(
        "Click a new image to see it beside its nearest real one. "
        + ("EM converged." if made.converged else "EM was stopped before it converged.")
        + f" {made.n_parameters:,} parameters from {made.n_images:,} images."
    )
    for note in (*sheet.notes, *made.notes):
        st.info(note)
    _pair(images, sheet)
    _way(images, settings, made)
    _downloads(drawn.images, drawn.labels, top)


def judged(images: ImageSet, settings: DigitsSettings) -> Answered:
    """Each generator beside real images: a picture, a verdict on the one that is set, a table."""
    listed, own = _listed(settings.model)
    names = sorted(listed, key=lambda name: name != own)  # one's own first
    asked = [(digits.judged, images, listed[name]) for name in names]
    found = follow([asked[0], (digits.yardstick, images), *asked[1:]], "answers of the judge")
    answers = dict(zip(found.places, found.answers, strict=True))
    real = answers.pop(1, None)
    known = {names[place - (place > 1)]: answer for place, answer in answers.items()}
    names = [name for name in listed if name in known]
    judgements = [known[name] for name in names]
    if judgements:
        chart(judge_figure(names, judgements, real and real.auc), "judge", tall=True, around=360)
    if own in known and real is not None:
        mine = known[own]
        st.markdown(f"**As set here.** {verdict(mine, real)}")
        if few := warning_of(mine):
            st.warning(few)
        with st.grid(3, min_column_width=200):
            st.metric("Held-out log-likelihood", f"{mine.held_out:,.1f}", help=_HELD_OUT)
            st.metric("Copying", _two_digits(mine.copying), help=_COPYING)
            st.metric("Tell-apart", f"{mine.tell_apart:.2f}", help=_APART)
    if judgements:
        table(evaluation_table(names, judgements), "judgements")
    train, held_out = split(images)
    st.caption(
        f"All are fitted to the same {len(train.images):,} images and judged by the "
        f"{len(held_out.images):,} that were kept out (a third, of every class alike)."
    )
    return found


def _listed(model: digits.GeneratorSettings) -> tuple[dict[str, digits.GeneratorSettings], str]:
    """The generators to be judged by name, and the name of the one that is set."""
    own = next((name for name, each in digits.PRESETS.items() if each == model), None)
    if own is not None:
        return digits.PRESETS, own
    return {"as set here": model, **digits.PRESETS}, "as set here"


def _two_digits(number: float) -> str:
    return f"{number:.2f}" if np.isfinite(number) else "none"


def _take_click(images: ImageSet, event: dict[str, Any]) -> None:
    _, h, w = images.images.shape
    st.session_state[_CLICKED] = tile_at(event["x"], event["y"], (h, w))


def _pair(images: ImageSet, sheet: digits.Sheet) -> None:
    """The new image that was clicked, if one was, beside its nearest real one."""
    clicked = st.session_state.get(_CLICKED)
    if clicked is None or clicked >= len(sheet.drawn.images):
        return
    which, distance = int(sheet.near.which[clicked]), float(sheet.near.distance[clicked])
    pair = np.stack([sheet.drawn.images[clicked], images.images[which].astype(float)])
    middle, _ = st.columns([1, 2])
    with middle:
        st.markdown(f"**New image {clicked + 1}, and its nearest real one**, {distance:.1f} away")
        figure = figures.sheet_figure(pair, top_of(images), "A pair.", columns=2, height=130)
        chart(figure, "pair")


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
    "How well the strongest of three classifiers, an SVM, trees and a linear one, tells new images "
    "from held-out ones (cross-validated AUC): 0.5 is chance, 1 is certainty."
)
