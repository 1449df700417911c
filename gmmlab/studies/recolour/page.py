"""The page Recolour a photo: which picture, how its palette is found, what is played with it."""

from dataclasses import dataclass, replace

from gmmlab.data.pictures.images import SHIPPED
from gmmlab.settings import choice, flag, integer, section, text
from gmmlab.studies.mixtures.model import SHAPES
from gmmlab.studies.recolour.changes import (
    MOST_CHANGES,
    MOST_PINS,
    Change,
    changes_of,
    colors_of,
    pins_of,
    with_change,
    without_change,
)
from gmmlab.studies.recolour.color_model import FEWEST, MOST
from gmmlab.studies.recolour.color_space import Bytes
from gmmlab.studies.recolour.finish import MOST_SMOOTHED, Finish
from gmmlab.studies.recolour.looks import LOOKS, Look
from gmmlab.studies.recolour.palettes import ORDERS
from gmmlab.studies.recolour.play import Play

MODELS = {"kmeans": "k-means", "gmm": "GMM"}

_A_COLOR = 7  # letters of one in a list


@dataclass(frozen=True)
class PictureSettings:
    """Which picture."""

    picture: str = choice(
        "china",
        {**SHIPPED, "own": "Your photo"},
        label="Picture",
        help="One of two pictures that come along, or a photo of your own.",
    )
    digest: str = text("", label="Photo", help="The digest of the uploaded photo.")


@dataclass(frozen=True)
class PaletteSettings:
    """How the palette is found."""

    n_colors: int = integer(
        16,
        low=FEWEST,
        high=MOST,
        label="Colours K",
        help="How many colours the picture is painted with.",
    )
    model: str = choice(
        "kmeans",
        {**MODELS, "both": "both"},
        label="Model",
        help="k-means takes the nearest colour; a Gaussian mixture (GMM) the most probable one. "
        "Both: side by side.",
    )
    covariance_type: str = choice(
        "full",
        {name: name for name in SHAPES},
        label="Covariance",
        help="Which shapes the GMM's components may take among the colours.",
    )
    space: str = choice(
        "rgb",
        {"rgb": "RGB", "oklab": "OKLab"},
        label="Colour space",
        help="Where distances are measured: in the bytes, or in OKLab, as an eye sees them.",
    )
    seed: int = integer(0, low=0, high=9_999, label="Seed", help="Another number starts elsewhere.")
    soft: bool = flag(
        False,
        label="Soft (GMM)",
        help="Each pixel gets the mean of all components' colours, weighted by its "
        "responsibilities: many more colours than K.",
    )
    pinned: str = text(
        "",
        label="Pinned colours",
        help="Colours that the palette holds whatever else changes.",
        max_length=_A_COLOR * MOST_PINS,
        meant=pins_of,
    )

    @property
    def models(self) -> tuple[str, ...]:
        """The models that are shown: one, or both."""
        return tuple(MODELS) if self.model == "both" else (self.model,)

    def for_one(self, model: str) -> "PaletteSettings":
        """What the palette of one model depends on: k-means knows no covariances, nor softness."""
        plain = PaletteSettings(
            n_colors=self.n_colors, space=self.space, seed=self.seed, pinned=self.pinned
        )
        if model == "kmeans":
            return plain
        return replace(self, model=model)


@dataclass(frozen=True)
class PlaySettings:
    """What is done with it, and what is looked at."""

    order: str = choice("share", ORDERS, label="Order by", help="In which order colours stand.")
    borrow: str = choice(
        "none",
        {
            "none": "this photo",
            **SHIPPED,
            "own": "your photo",
            "second": "another photo of yours",
            "file": "a palette file",
        },
        label="Palette from",
        help="Paint with another picture's palette: each colour takes the place of the one that it "
        "comes closest to, one to one. Or with the colours of a palette file, and no others: each "
        "pixel gets the nearest.",
    )
    lender: str = text(
        "", label="Other photo", help="The digest of the photo that is borrowed from."
    )
    colors: str = text(
        "",
        label="Palette file",
        help="The colours of the palette file.",
        max_length=6 * MOST,
        meant=colors_of,
    )
    panel: str = choice(
        "space",
        {"space": "colours in space", "counts": "error and size against K"},
        label="Below",
        help="What is shown below: the colours as a cloud, or error and bytes against K.",
    )
    finish: Finish = section(Finish)
    edits: str = text(
        "",
        label="Changed colours",
        help="Colours that were found, and what they are shown as.",
        max_length=18 * MOST_CHANGES,
        meant=changes_of,
    )


@dataclass(frozen=True)
class RecolorSettings:
    """The Recolour page: a picture, a palette, and play."""

    picture: PictureSettings = section(PictureSettings)
    model: PaletteSettings = section(PaletteSettings)
    view: PlaySettings = section(PlaySettings)

    @property
    def finders(self) -> tuple[str, ...]:
        """Who finds the palettes that are shown: models, or a file."""
        return ("file",) if self.paints_with_file else self.model.models

    @property
    def paints_with_file(self) -> bool:
        """Whether the colours are those of a palette file."""
        return self.view.borrow == "file" and bool(self.view.colors)

    def acts(self, name: str) -> bool:
        """Whether the setting with this name changes anything as the others are."""
        finish, mixture = self.view.finish, "gmm" in self.finders
        plain = finish.dither == "none" and finish.smooth == 0
        n_colors = len(self.view.colors) // 6 if self.paints_with_file else self.model.n_colors
        conditions = {
            "covariance_type": mixture,
            "soft": mixture and plain,
            "strength": finish.dither != "none",
            "smooth": n_colors <= MOST_SMOOTHED,
        }
        for name_of_found in ("n_colors", "model", "seed"):
            conditions[name_of_found] = not self.paints_with_file
        return conditions.get(name, True)


def play_of(view: PlaySettings, finder: str, other: Bytes | None) -> Play:
    """What is done with the picture in one palette; `other` (M, 3) is what this borrows."""
    changes = tuple(each for each in changes_of(view.edits) if each.finder == finder)
    return Play(changes, view.finish, other)


def with_look(settings: RecolorSettings, look: Look) -> RecolorSettings:
    """The settings in this look: photo, pinned and changed colours, and what is below, are kept."""
    model = replace(
        settings.model,
        n_colors=look.n_colors,
        model=look.model,
        space=look.space,
        soft=look.soft,
        covariance_type="full",
    )
    return replace(settings, model=model, view=replace(settings.view, finish=look.finish))


def look_of(settings: RecolorSettings) -> str | None:
    """The name of the look that the settings show, if they show one."""
    return next((n for n, look in LOOKS.items() if with_look(settings, look) == settings), None)


def with_color(settings: RecolorSettings, finder: str, found: str, color: str) -> RecolorSettings:
    """The settings with one colour of a palette, `found`, shown as another ("rrggbb")."""
    if color == found:
        return _with_edits(settings, without_change(settings.view.edits, finder, found))
    return _with_edits(settings, with_change(settings.view.edits, Change(finder, found, color)))


def with_merged(settings: RecolorSettings, finder: str, found: str, into: str) -> RecolorSettings:
    """The settings with one found colour joined to another found one."""
    change = Change(finder, found, into, merges=True)
    return _with_edits(settings, with_change(settings.view.edits, change))


def with_pin(settings: RecolorSettings, color: str, pinned: bool) -> RecolorSettings:
    """The settings with a colour pinned, or no more."""
    kept = [each for each in pins_of(settings.model.pinned) if each != color]
    pins = [*kept, color][-MOST_PINS:] if pinned else kept
    pins_of("_".join(pins))
    return replace(settings, model=replace(settings.model, pinned="_".join(pins)))


def with_added(settings: RecolorSettings, color: str) -> RecolorSettings:
    """The settings with one more colour in the palette, pinned."""
    grown = replace(settings.model, n_colors=min(MOST, settings.model.n_colors + 1))
    return with_pin(replace(settings, model=grown), color, True)


def without_edits(settings: RecolorSettings) -> RecolorSettings:
    """The settings with the palette as it was found."""
    plain = replace(settings, model=replace(settings.model, pinned=""))
    return _with_edits(plain, "")


def _with_edits(settings: RecolorSettings, edits: str) -> RecolorSettings:
    return replace(settings, view=replace(settings.view, edits=edits))
