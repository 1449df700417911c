"""Looks: settings of the Recolour page under a name, and how a photo would look in each."""

import io
from dataclasses import dataclass, field, replace

from PIL import Image

from gmmlab.studies.recolour.color_histogram import color_histogram
from gmmlab.studies.recolour.color_model import ColorModel, color_model
from gmmlab.studies.recolour.finish import Finish
from gmmlab.studies.recolour.play import Play, played

_SIDE = 160  # pixels of a thumbnail
_ENOUGH = 64  # colours: that there are not more cannot be seen in it
_COARSEST = "64"  # pixels across a thumbnail, in which larger ones would not be seen


@dataclass(frozen=True)
class Look:
    """A number of colours, how they are found, and the picture's finish."""

    title: str
    n_colors: int
    model: str = "kmeans"
    space: str = "rgb"
    soft: bool = False
    finish: Finish = field(default_factory=Finish)


LOOKS = {
    "plain": Look("16 colours", 16),
    "arcade": Look(
        "Arcade", 16, finish=Finish(tones="vivid", dither="pattern", strength=60, pixels="128")
    ),
    "newsprint": Look("Newsprint", 2, finish=Finish(tones="ink", dither="dots")),
    "poster": Look("Poster", 12, finish=Finish(tones="vivid", smooth=3)),
    "stencil": Look("Stencil", 3, space="oklab", finish=Finish(tones="ink", smooth=4)),
    "duotone": Look("Duotone", 24, space="oklab", finish=Finish(tones="duotone")),
    "comic": Look("Comic dots", 12, finish=Finish(tones="vivid", dither="dots")),
    "watercolour": Look("Watercolour", 8, model="gmm", soft=True),
    "faithful": Look("256 colours", 256),
}


def thumbnails(image: Image.Image) -> tuple[bytes, ...]:
    """A small PNG of the picture in each of `LOOKS`, in their order."""
    small = image.copy()
    small.thumbnail((_SIDE, _SIDE), Image.Resampling.BOX)
    counted = color_histogram(small)
    models: dict[tuple[object, ...], ColorModel] = {}
    found = []
    for look in LOOKS.values():
        file = io.BytesIO()
        if look.n_colors > _ENOUGH:
            small.save(file, format="PNG")
        else:
            how = (look.n_colors, look.model, look.space, look.soft)
            if how not in models:
                models[how] = color_model(
                    counted, look.n_colors, model=look.model, space=look.space, soft=look.soft
                )
            pixels = "0" if look.finish.pixels == "0" else _COARSEST
            finish = replace(look.finish, pixels=pixels)
            shown = played(counted, models[how], Play(finish=finish)).result
            shown.image.save(file, format="PNG")
        found.append(file.getvalue())
    return tuple(found)
