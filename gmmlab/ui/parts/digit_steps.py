"""The steps of New digits, each a part of the page: corpus, PCA, sweep, generator, judge."""

from collections.abc import Sequence
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
from gmmlab.figures.figure import Figure
from gmmlab.figures.judge import judge_figure
from gmmlab.settings import specs
from gmmlab.studies.digits import study as digits
from gmmlab.studies.digits import sweep
from gmmlab.studies.digits.page import (
    DigitsSettings,
    columns_for,
    make_up,
    mosaic,
    of_class,
    tile_at,
)
from gmmlab.studies.digits.tables import evaluation_table
from gmmlab.studies.digits.verdict import verdict, warning_of
from gmmlab.ui.chart.chart import chart
from gmmlab.ui.parts.tables import table
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.asking import Answered, ask, follow
from gmmlab.ui.shell.controls import explained

Page = Address[DigitsSettings]


def top_of(images: ImageSet) -> float:
    """The largest pixel value of a set."""
    return float(images.images.max()) or 1.0


def corpus(_: Page, images: ImageSet, settings: DigitsSettings) -> None:
    """The first images, in a square."""
    own = of_class(images, settings.view.only)
    shown = own.images[: settings.view.n_new].astype(float)
    figure = _sheet(shown, images, f"The first {len(shown)} images.", _numbered(shown, own))
    chart(figure, "corpus", keep=settings.corpus, tall=True)
    n, h, w = images.images.shape
    st.caption(
        f"{n:,} images of {h} × {w} pixels: {h * w} numbers each, too many for a mixture of "
        "Gaussians. PCA comes first."
    )


def pca(_: Page, images: ImageSet, settings: DigitsSettings) -> None:
    """The scree, images beside what the kept axes retain of them, and the axes as pictures."""
    model = settings.model
    space = ask(digits.space_of, images, model.variance_kept, model.whiten)
    left, right = st.columns(2, gap="medium")
    with left:
        chart(figures.scree_figure(space), "scree", title="Variance", tall=True)
    some = images.images[:10].astype(float)
    pairs = np.concatenate([some, np.clip(space.reconstruction(some), 0, top_of(images))])
    with right:
        words = [f"image {i % len(some) + 1}" for i in range(len(pairs))]
        figure = figures.sheet_figure(
            pairs, top_of(images), "Images and reconstructions.", words=words,
            columns=len(some), height=110,
        )  # fmt: skip
        chart(figure, "pairs", title="Images, and below what is left of them", keep=settings.corpus)
        axes = space.pictures[:30]
        words = [
            f"axis {i + 1}: {space.explained[i]:.1%} of the variance" for i in range(len(axes))
        ]
        figure = figures.sheet_figure(
            axes, 1.0, "Principal axes as pictures.", words=words, height=240, signed=True,
            columns=columns_for(len(axes), (2 * axes.shape[1], axes.shape[2])),
        )  # fmt: skip
        title = f"The first {len(axes)} axes as pictures"
        chart(figure, "axes", title=title, keep=(settings.corpus, model.variance_kept))
    st.caption(
        f"**{space.n_axes} axes** hold {space.kept:.1%} of the variance of "
        f"{len(space.explained)}: change **Variance kept**. In the axes, red adds ink and blue "
        "takes it away."
    )


def how_many(_: Page, images: ImageSet, settings: DigitsSettings) -> Answered | None:
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
    chart(figures.sweep_figure(cells), "digits sweep", keep=keep, tall=True)
    if cells and not found.running:
        st.markdown(sweep.what_aic_says(cells, _as_in_the_chapter(settings)))
    return found


def _as_in_the_chapter(settings: DigitsSettings) -> bool:
    of_sweep = ("variance_kept", "covariance_type", "seed")
    plain = digits.GeneratorSettings()
    return settings.corpus.source == "digits" and all(
        getattr(settings.model, name) == getattr(plain, name) for name in of_sweep
    )


def generate(address: Page, images: ImageSet, settings: DigitsSettings) -> None:
    """New images beside real ones, each with its nearest real one, and a way between two."""
    view = settings.view
    made = ask(digits.fitted_to, images, settings.model, words="Fitting the generator")
    sheet = ask(digits.drawn_beside, made, images, view.n_new, view.draw_seed, view.only)
    drawn, near = sheet.drawn, sheet.near
    # Where new images are of all classes, so are the real ones beside them.
    own = of_class(images, view.only if made.classes is not None else "")
    real = own.images[: view.n_new].astype(float)
    words = [
        f"new image {i + 1}<br>nearest: image {which + 1}, {distance:.1f} away"
        + ("" if drawn.labels is None else f"<br>drawn as {drawn.labels[i]}")
        for i, (which, distance) in enumerate(zip(*near, strict=True))
    ]
    # The number of the chosen image is that of one draw: another draw has another field.
    chosen = f"new image of {made.identity} {view.n_new} {view.draw_seed} {view.only}"
    left, right = st.columns([3, 2], gap="medium")
    with left:
        figure = _sheet(drawn.images, images, f"{len(words)} new images.", words)
        take = partial(_take_click, images.images.shape[1:], len(words), chosen)
        chart(figure, "new", title="New", tall=True, picked=take)
    with right:
        words = _numbered(real, own)
        figure = _sheet(real, images, f"{len(real)} real images.", words, height=300)
        chart(figure, "real", title="Real", keep=(settings.corpus, view.only, view.n_new))
        _pair(images, sheet, chosen)
    st.caption(
        f"{make_up(made)} "
        + ("EM converged." if made.converged else "EM was stopped before it converged.")
    )
    for note in (*sheet.notes, *made.notes):
        st.info(note)
    _way(address, images, settings, made)
    _downloads(drawn.images, drawn.labels, top_of(images))


def judged(_: Page, images: ImageSet, settings: DigitsSettings) -> Answered:
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
        chart(judge_figure(names, judgements, real and real.auc), "judge", tall=True)
    if own in known and real is not None:
        mine = known[own]
        st.markdown(f"**As set here.** {verdict(mine, real)}")
        if few := warning_of(mine):
            st.warning(few)
        with st.grid(3, min_column_width=200):
            st.metric("Held-out log-likelihood", f"{mine.held_out:,.1f}", help=explained(_HELD_OUT))
            st.metric("Copying", _two_digits(mine.copying), help=explained(_COPYING))
            st.metric("Tell-apart", f"{mine.tell_apart:.2f}", help=explained(_APART))
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


def _sheet(
    shown: Array, images: ImageSet, alt: str, words: Sequence[str], height: int = 400
) -> Figure:
    """Images of a set as one picture, about as wide as high."""
    columns = columns_for(len(shown), shown.shape[1:])
    return figures.sheet_figure(
        shown, top_of(images), alt, words=words, columns=columns, height=height
    )


def _take_click(shape: tuple[int, int], n: int, chosen: str, event: dict[str, Any]) -> None:
    place = tile_at(event["x"], event["y"], shape, n, columns_for(n, shape))
    if place is not None:
        st.session_state[chosen] = place + 1


def _pair(images: ImageSet, sheet: digits.Sheet, chosen: str) -> None:
    """One new image, clicked or asked for by its number, beside its nearest real one."""
    number = st.number_input(
        "New image", 1, len(sheet.drawn.images), value=None, key=chosen,
        placeholder="click one, or type its number",
        help="It is shown beside the real image that is nearest to it.",
    )  # fmt: skip
    if number is None:
        return
    clicked = int(number) - 1
    which, distance = int(sheet.near.which[clicked]), float(sheet.near.distance[clicked])
    pair = np.stack([sheet.drawn.images[clicked], images.images[which].astype(float)])
    figure = figures.sheet_figure(pair, top_of(images), "A pair.", columns=2, height=110)
    chart(figure, "pair", title=f"and its nearest: image {which + 1}, {distance:.1f} away")


def _way(address: Page, images: ImageSet, settings: DigitsSettings, made: digits.Generator) -> None:
    """Ten images on the straight line from one real image to another."""
    n, view = len(images.images), settings.view
    steps = digits.interpolation(
        made, images.images[view.first - 1], images.images[view.last - 1], 10
    )
    words = [f"{i / 9:.0%} of the way" for i in range(10)]
    figure = figures.sheet_figure(
        steps, top_of(images), "A way from one image to another.", words=words, height=90
    )
    title = f"From image {view.first} to image {view.last}, in a straight line through PCA's space"
    chart(figure, "way", title=title, keep=settings.corpus)
    declared = {name: spec for name, spec, _ in specs(view)}
    with st.container(horizontal=True):
        for name in ("first", "last"):
            spec = declared[name]
            st.number_input(spec.label, 1, n, key=address.key(name), help=spec.help, width=160)


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
    columns = columns_for(len(images), images.shape[1:])
    sheet = np.nan_to_num(mosaic(images, columns), nan=0.0)
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
