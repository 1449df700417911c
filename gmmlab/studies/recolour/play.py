"""What a visitor plays with a painted picture: another palette, changed colours, and its finish."""

from dataclasses import dataclass, replace

import numpy as np

from gmmlab.engine.arrays import Array
from gmmlab.studies.recolour.changes import Change, Changed, applied
from gmmlab.studies.recolour.color_histogram import ColorHistogram
from gmmlab.studies.recolour.color_model import ColorModel
from gmmlab.studies.recolour.color_space import Bytes
from gmmlab.studies.recolour.finish import (
    Finish,
    Places,
    enlarged,
    grained,
    screened,
    smoothed,
    spread_out,
)
from gmmlab.studies.recolour.palettes import borrowed
from gmmlab.studies.recolour.recolor import Recolored, assign, measured
from gmmlab.studies.recolour.tones import toned


@dataclass(frozen=True, eq=False)
class Play:
    """What is done with a painted picture: `changes` of its palette, its `finish`, and the colours
    of another palette (M, 3) that it borrows, or None."""

    changes: tuple[Change, ...] = ()
    finish: Finish = Finish()
    other: Bytes | None = None

    @property
    def is_none(self) -> bool:
        """Whether the picture is painted with the colours that were found, plainly."""
        return not self.changes and self.finish.is_none and self.other is None


@dataclass(frozen=True, eq=False)
class Played:
    """A painted picture, and what the changes of its palette came to."""

    result: Recolored
    changed: Changed


def played(
    counted: ColorHistogram, model: ColorModel, play: Play, plain: Recolored | None = None
) -> Played:
    """Paint a counted picture: with borrowed colours, other tones, changed colours, and a finish.

    The palette that was found says which pixel gets which place, dither included; what is played
    with it says what colour the place has. `plain` is the picture as painted plainly, if known.
    """
    finish = play.finish
    base = counted if finish.pixels == "0" else enlarged(counted, int(finish.pixels))
    if plain is None or base is not counted:
        plain = assign(base, model).painted()
    changed = palette_of(model, plain.shares, play)
    if play.is_none:
        return Played(plain, changed)
    palette = changed.palette
    places = _finished(base, model, plain, finish)
    if not (changed.joins == np.arange(len(palette))).all():
        places = changed.joins.astype(np.uint8)[places]
    blend = None
    if plain.blend is not None and is_soft(model, finish):
        same = (palette == model.palette).all()
        blend = plain.blend if same else assign(base, model, palette).painted().blend
    if base is not counted:
        places = spread_out(places, counted.size)
        blend = None if blend is None else spread_out(blend, counted.size)
    alpha = counted.alpha
    if alpha is not None and base is not counted and base.alpha is not None:
        alpha = spread_out(base.alpha, counted.size)
    result = replace(plain, palette=palette, labels=places, blend=blend, alpha=alpha)
    return Played(measured(result, counted), changed)


def is_soft(model: ColorModel, finish: Finish) -> bool:
    """Whether pixels get mean colours: not where a finish gives each one colour of the palette."""
    return model.soft and finish.dither == "none" and finish.smooth == 0


def palette_of(model: ColorModel, shares: Array, play: Play) -> Changed:
    """The palette that is painted with: borrowed, toned, and changed."""
    palette = model.palette
    if play.other is not None:
        palette = borrowed(palette, play.other, shares)
    return applied(play.changes, model.palette, toned(palette, play.finish.tones))


def _finished(base: ColorHistogram, model: ColorModel, plain: Recolored, finish: Finish) -> Places:
    """Each pixel's place (height, width) in the palette that was found."""
    places, strength = plain.labels, finish.strength / 100
    if finish.dither == "grain":
        places = grained(base, model.palette, places, strength)
    elif finish.dither != "none":
        places = screened(base, model.palette, finish.dither, strength)
    if finish.smooth:
        seen = None if base.alpha is None or not base.alpha.any() else base.alpha > 0
        places = smoothed(places, len(model.palette), finish.smooth, seen)
    return places
