"""Colours of a palette that a visitor changed, merged or pinned, in a text short enough for a link.

A change names the colour as it was found, not its place: so it belongs to the palette of one model,
and survives another number of colours, where the found colour most like it takes it over. One that
has no like rests until it has.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gmmlab.engine.arrays import Labels
from gmmlab.studies.recolour.color_space import Bytes, oklab_of

MOST_CHANGES = 40
MOST_PINS = 32
# Who found the palette: k-means, a mixture, or a file that a visitor brought.
FINDERS = {"kmeans": "k", "gmm": "g", "file": "f"}
_ALIKE = 0.08  # in OKLab: two shades of one colour, to the eye
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True)
class Change:
    """One colour of one palette, `found` as "rrggbb", is shown as another, or joins another's.

    `finder` is a key of `FINDERS`; `color` is the new colour, or if `merges` the found one that it
    joins.
    """

    finder: str
    found: str
    color: str
    merges: bool = False

    @property
    def code(self) -> str:
        """How a link spells it: kc-a1b2c3-ff0000."""
        return f"{FINDERS[self.finder]}{'m' if self.merges else 'c'}-{self.found}-{self.color}"


@dataclass(frozen=True, eq=False)
class Changed:
    """A palette after its changes: `palette` (K, 3), and `joins` (K,), whom each place belongs to.

    `places` were changed, and `resting` changes found no colour that is like theirs.
    """

    palette: Bytes
    joins: Labels
    places: frozenset[int]
    resting: int

    @property
    def are_none(self) -> bool:
        """Whether the palette is as it was."""
        return not self.places


def changes_of(code: str) -> tuple[Change, ...]:
    """What a link's text says, oldest first; ValueError, saying what such a text is, if nothing."""
    finders = {letter: name for name, letter in FINDERS.items()}
    found = []
    for part in code.split("_") if code else ():
        head, *colors = part.split("-")
        known = len(head) == 2 and head[0] in finders and head[1] in "cm"
        if not known or len(colors) != 2 or not all(map(_is_color, colors)):
            raise ValueError("changed colours, as kc-0a1b2c-ff0000_gm-112233-445566")
        found.append(Change(finders[head[0]], colors[0], colors[1], head[1] == "m"))
    return tuple(found)


def with_change(code: str, change: Change) -> str:
    """The text with one more change, which takes the place of an older one to the same colour.

    The oldest give way to the newest. Raises ValueError for what no palette has.
    """
    changes_of(change.code)
    about = (change.finder, change.found)
    kept = [each for each in changes_of(code) if (each.finder, each.found) != about]
    if change.color != change.found:
        kept.append(change)
    return "_".join(each.code for each in kept[-MOST_CHANGES:])


def without_change(code: str, finder: str, found: str) -> str:
    """The text without what was done to this colour."""
    kept = [each for each in changes_of(code) if (each.finder, each.found) != (finder, found)]
    return "_".join(each.code for each in kept)


def pins_of(code: str) -> tuple[str, ...]:
    """The pinned colours that a link's text lists, as "rrggbb"; ValueError if it is none."""
    pins = tuple(code.split("_")) if code else ()
    if not all(map(_is_color, pins)) or len(set(pins)) < len(pins) or len(pins) > MOST_PINS:
        raise ValueError(f"at most {MOST_PINS} colours, as ff0000_00ff00")
    return pins


def colors_of(code: str) -> Bytes:
    """The colours (K, 3) of a text of six hexadecimal digits each; ValueError if it is none."""
    if not code or len(code) % 6 or not set(code) <= _HEX:
        raise ValueError("colours, as ff000000ff00")
    return np.frombuffer(bytes.fromhex(code), dtype=np.uint8).reshape(-1, 3)


def applied(changes: Iterable[Change], found: Bytes, shown: Bytes) -> Changed:
    """The changes made to `shown` (K, 3), each where `found` (K, 3) has a colour like its own.

    Of two changes of one place the later one counts.
    """
    palette, joins = shown.copy(), np.arange(len(found))
    places: set[int] = set()
    lab, resting = oklab_of(found), 0
    for change in changes:
        place = _like(lab, change.found)
        target = _like(lab, change.color) if change.merges else place
        while target is not None and joins[target] != target:
            target = int(joins[target])
        if place is None or target is None or (change.merges and target == place):
            resting += 1
            continue
        if change.merges:
            joins[joins == place] = target
        else:
            palette[place] = list(bytes.fromhex(change.color))
        places.add(place)
    return Changed(palette[joins], joins, frozenset(places), resting)


def _like(lab: Bytes | np.ndarray, color: str) -> int | None:
    """The place of the colour that is most like this one, if any is."""
    own = oklab_of(np.frombuffer(bytes.fromhex(color), dtype=np.uint8)[None])
    apart = np.linalg.norm(lab.astype(np.float64) - own, axis=1)
    place = int(apart.argmin())
    return place if apart[place] <= _ALIKE else None


def _is_color(text: str) -> bool:
    return len(text) == 6 and set(text) <= _HEX
