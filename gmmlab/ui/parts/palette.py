"""The palette of a painted picture, what is done to it, and the looks of a photo."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from gmmlab.data.pictures.swatches import hex_codes
from gmmlab.figures import recolour as figures
from gmmlab.settings import specs
from gmmlab.studies.recolour import page, study
from gmmlab.studies.recolour.changes import pins_of
from gmmlab.studies.recolour.color_counts import COUNTS
from gmmlab.studies.recolour.looks import LOOKS
from gmmlab.studies.recolour.page import PaletteSettings, RecolorSettings
from gmmlab.studies.recolour.photo import Photo
from gmmlab.ui.chart.chart import chart
from gmmlab.ui.chart.pictures import Swatch, gallery, swatches
from gmmlab.ui.parts.painting import Painting
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.asking import Answered, ask, follow
from gmmlab.ui.shell.controls import control

_ACTS: dict[str, Callable[[RecolorSettings, str, str, str], RecolorSettings]] = {
    "change": page.with_color,
    "back": page.with_color,
    "merge": page.with_merged,
    "pin": lambda settings, finder, found, color: page.with_pin(settings, color, True),
    "unpin": lambda settings, finder, found, color: page.with_pin(settings, color, False),
    "add": lambda settings, finder, found, color: page.with_added(settings, color),
}


def looks(address: Address[RecolorSettings], settings: RecolorSettings, photo: Photo) -> Answered:
    """The looks as small pictures of this photo; pictures that may still come."""
    found = follow([(study.thumbnails, photo)])

    def choose(name: str) -> None:
        address.put(page.with_look(address.current, LOOKS[name]))

    images = found.answers[0] if found.answers else ()
    titles = {name: look.title for name, look in LOOKS.items()}
    gallery("looks", titles, images, page.look_of(settings), choose)
    return found


def palette(
    address: Address[RecolorSettings], settings: RecolorSettings, painting: Painting
) -> None:
    """The colours that the picture is painted with, to copy, change, merge, pin and add to."""
    shown, finder = painting.shown, painting.finder
    codes, found = hex_codes(shown.palette), hex_codes(shown.found)
    pins = pins_of(settings.model.pinned)
    listed = [
        Swatch(
            codes[place],
            found[place],
            float(shown.shares[place]),
            place in shown.changed,
            codes[place][1:] in pins,
        )
        for place in painting.order(settings.view.order)
    ]

    def did(act: str, of: str, color: str) -> None:
        changed = _ACTS[act](address.current, finder, _code(of), _code(color))
        address.put(changed)

    swatches(f"swatches {finder}", listed, finder != "file", did)
    if shown.resting:
        one = shown.resting == 1
        st.caption(
            f"{shown.resting} of your changes rest{'s' * one}: this palette has no colour like "
            f"{'its' * one}{'theirs' * (not one)}. Where one is found again, as with another K, "
            f"{'it comes' * one}{'they come' * (not one)} back."
        )


def take_back(address: Address[RecolorSettings], settings: RecolorSettings) -> None:
    """The button that takes back all that was done to the palettes, if anything was."""
    if settings.view.edits or settings.model.pinned:
        st.button(
            "Take back all changed and pinned colours",
            on_click=lambda: address.put(page.without_edits(address.current)),
        )


def panel_choice(address: Address[RecolorSettings], settings: RecolorSettings) -> None:
    """The choice of what is shown below the picture."""
    if settings.paints_with_file:
        return
    spec: Any = next(spec for name, spec, _ in specs(settings) if name == "panel")
    with st.container(width=260):
        control(spec, address.key("panel"))


def panel(painting: Painting, settings: RecolorSettings) -> Answered | None:
    """What the visitor looks at below the picture; figures that may still come."""
    finder = painting.finder
    if settings.view.panel == "space" or finder == "file":
        found = ask(study.cloud, painting.photo, painting.model.space)
        drawn, n_all = len(found.points), found.n_all
        which = f"All {n_all:,}" if drawn == n_all else f"{drawn:,} of the {n_all:,}"
        st.caption(
            f"**{painting.who}.** {which} distinct colours of the photo, larger where more pixels "
            "have them; ringed, the palette as it was found. Drag to turn."
        )
        figure = figures.space_figure(found, painting.model)
        chart(figure, f"space {finder}", keep=(painting.photo.digest, painting.model.space))
        return None
    chosen = PaletteSettings(
        model=finder,
        covariance_type=painting.settings.covariance_type,
        space=painting.settings.space,
        seed=painting.settings.seed,
    )
    counts = follow(
        [(study.count, painting.photo, chosen, K) for K in COUNTS], f"palettes by {painting.who}"
    )
    # A picture of few colours has no more of them, however many are asked for.
    distinct = {each.n_colors: each for each in counts.answers}
    figure = figures.counts_figure(list(distinct.values()), settings.model.n_colors)
    chart(figure, f"counts {finder}")
    st.caption(_counted(painting))
    return counts


def _counted(painting: Painting) -> str:
    words = f"**{painting.who}.** Error and bytes of the photo, painted plainly, against K."
    if painting.is_soft or not painting.play.is_none or painting.settings.pinned:
        words += (
            " Plainly: each pixel has one colour of the palette as it is found, so soft mixing, "
            "finish, borrowed, pinned and changed colours are not in these curves."
        )
    if painting.finder == "gmm":
        words += " A mixture does not minimise the error, so more colours may even add to it."
    return words


def _code(color: str) -> str:
    """The six digits that settings hold of a browser's "#RRGGBB"."""
    return color.removeprefix("#").lower()
