"""The page Recolour a photo: which picture, how its palette is found, what is played with it."""

from dataclasses import dataclass, replace

from gmmlab.data.pictures.images import SHIPPED
from gmmlab.settings import choice, flag, integer, section, text
from gmmlab.studies.mixtures.model import SHAPES
from gmmlab.studies.recolour.color_model import FEWEST, MOST
from gmmlab.studies.recolour.color_space import Bytes
from gmmlab.studies.recolour.palettes import ORDERS, Play

MODELS = {"kmeans": "k-means", "gmm": "GMM"}


_MOST_EDITS = 40


def edits_of(code: str) -> dict[int, str]:
    """Changed places of a palette and their colours: "3-ff0000_7-00ff00"; ValueError if odd."""
    found: dict[int, str] = {}
    for part in code.split("_") if code else ():
        place, _, color = part.partition("-")
        known = set("0123456789abcdef")
        if not (
            place.isdecimal() and int(place) < MOST and len(color) == 6 and set(color) <= known
        ):
            raise ValueError("changed colours, as 3-ff0000_7-00ff00")
        found[int(place)] = color
    return found


def edited(code: str, place: int, color: str) -> str:
    """The code with one more change, `color` as #rrggbb; the oldest give way to the newest."""
    found = {p: c for p, c in edits_of(code).items() if p != place} | {place: color[1:].lower()}
    return "_".join(f"{p}-{c}" for p, c in list(found.items())[-_MOST_EDITS:])


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
        slider=True,
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
        help="Each pixel gets the mean of all components' colours, weighted by its posteriors.",
    )

    @property
    def models(self) -> tuple[str, ...]:
        """The models that are shown: one, or both."""
        return tuple(MODELS) if self.model == "both" else (self.model,)

    def for_one(self, model: str) -> "PaletteSettings":
        """What the palette of one model depends on: k-means knows no covariances, nor softness."""
        plain = PaletteSettings(n_colors=self.n_colors, space=self.space, seed=self.seed)
        if model == "kmeans":
            return plain
        return replace(self, model=model)


@dataclass(frozen=True)
class PlaySettings:
    """What is done with it, and what is looked at."""

    order: str = choice("share", ORDERS, label="Order by", help="In which order swatches stand.")
    borrow: str = choice(
        "none",
        {"none": "its own", **SHIPPED, "own": "your photo's"},
        label="Palette",
        help="Paint the picture with another picture's palette: each colour takes the place of the "
        "one that it comes closest to, one to one.",
    )
    panel: str = choice(
        "space",
        {"space": "colour space", "counts": "how many colours?", "files": "downloads"},
        label="Look at",
        help="What is shown below: the colours as a cloud, error and bytes against K, or files.",
    )
    dither: bool = flag(
        False,
        label="Dither",
        help="Hand each pixel's error on to its neighbours: areas keep their mean colour.",
    )
    edits: str = text(
        "",
        label="Changed colours",
        help="Places of the palette and their new colours.",
        max_length=12 * _MOST_EDITS,
        meant=edits_of,
    )


@dataclass(frozen=True)
class RecolorSettings:
    """The Recolour page: a picture, a palette, and play."""

    picture: PictureSettings = section(PictureSettings)
    model: PaletteSettings = section(PaletteSettings)
    view: PlaySettings = section(PlaySettings)


def play_of(view: PlaySettings, other: Bytes | None) -> Play:
    """What is done with a painted picture; `other` (M, 3) is the palette that it borrows."""
    return Play(tuple(edits_of(view.edits).items()), view.dither, other)


def without_edits(settings: RecolorSettings) -> RecolorSettings:
    """The settings with the palette as it was found."""
    return replace(settings, view=replace(settings.view, edits=""))
