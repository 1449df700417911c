"""A lesson: moments of any page in an order, each with a title and a note of its teacher's.

It is a plain value. `lesson_file` has it as a JSON file and as the code of a link; both come from
anywhere, so `read_moment` takes nothing from them that its page could not have said itself.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from gmmlab.data.points.drawing import KEPT
from gmmlab.guide.scene import shown_scene
from gmmlab.guide.scenes import STORY
from gmmlab.settings import code, flat, from_query, specs, to_query
from gmmlab.studies.clusters.front import FrontSettings
from gmmlab.studies.clusters.page import ClustersSettings
from gmmlab.studies.density.page import DensitySettings
from gmmlab.studies.digits.page import DigitsSettings
from gmmlab.studies.em.page import EmSettings
from gmmlab.studies.recolour.page import RecolorSettings
from gmmlab.studies.selection.page import HowManySettings

PAGES: Mapping[str, type[Any]] = {
    "home": FrontSettings,
    "clusters": ClustersSettings,
    "em": EmSettings,
    "density": DensitySettings,
    "how_many": HowManySettings,
    "recolour": RecolorSettings,
    "digits": DigitsSettings,
}
MOST_MOMENTS = 50
MOST_IN_A_TITLE, MOST_IN_A_NOTE = 80, 600  # characters
MOST_IN_A_LINK = 6_000  # characters: servers between may refuse addresses of 8,000
UNTITLED = "Untitled"
_OWN = "own-"  # begins the name of a lesson too long for a link: its digest, not its moments


@dataclass(frozen=True)
class Moment:
    """One moment: a page with its settings, what is told of it, and the controls that stay."""

    page: str
    settings: Any
    title: str = ""
    note: str = ""
    keep: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its title, or a word where it has none."""
        return self.title or UNTITLED

    @property
    def is_of_own_data(self) -> bool:
        """Whether it shows a table, photo, image set or long drawing that only a session has."""
        values = flat(self.settings)
        return values.get("borrow") == "second" or any(
            isinstance(value, str)
            and (value.startswith(KEPT) or (name.endswith("digest") and value != ""))
            for name, value in values.items()
        )


@dataclass(frozen=True)
class Lesson:
    """Moments in their order, and what they are together."""

    title: str = ""
    moments: tuple[Moment, ...] = ()

    def __len__(self) -> int:
        return len(self.moments)

    def added(self, moment: Moment) -> "Lesson":
        """The lesson with one more moment at its end; ValueError if it is full."""
        if len(self) >= MOST_MOMENTS:
            raise ValueError(f"A lesson has at most {MOST_MOMENTS} moments; remove one first.")
        return replace(self, moments=(*self.moments, moment))

    def changed(self, place: int, moment: Moment) -> "Lesson":
        """The lesson with another moment in a place, from 0."""
        return replace(self, moments=(*self.moments[:place], moment, *self.moments[place + 1 :]))

    def moved(self, place: int, to: int) -> "Lesson":
        """The lesson with the moment of one place put into another; the others close up."""
        rest = [*self.moments[:place], *self.moments[place + 1 :]]
        rest.insert(to, self.moments[place])
        return replace(self, moments=tuple(rest))

    def without(self, place: int) -> "Lesson":
        """The lesson without the moment of this place."""
        return replace(self, moments=(*self.moments[:place], *self.moments[place + 1 :]))


@dataclass(frozen=True)
class Read:
    """A lesson that was read, and one sentence for each thing in it that could not be used."""

    lesson: Lesson
    notices: tuple[str, ...] = ()


class LessonRejected(ValueError):
    """What was given is no lesson; the message is one sentence for people."""


def cleaned(text: str, most: int, lines: bool = False) -> str:
    """`text` as it is kept: at most so many characters, none that cannot be seen.

    Of control characters only line breaks stay, and they only if a text may have `lines`.
    """
    spaced = "".join(
        c if c.isprintable() or (lines and c == "\n") else " " * c.isspace()
        for c in text.replace("\r\n", "\n")
    )
    return spaced.strip()[:most].rstrip()


def moment_of(page: str, settings: Any, page_title: str, keep: tuple[str, ...] = ()) -> Moment:
    """What a page shows now, under the title of its scene if it is one, else of page and data."""
    scene = shown_scene(STORY.get(page, ()), settings)
    title = getattr(getattr(settings, "data", None), "title", "")
    named = scene.title if scene else f"{page_title}: {title}" if title else page_title
    return Moment(page, settings, cleaned(named, MOST_IN_A_TITLE), "", keep)


def controls_of(settings: Any) -> dict[str, str]:
    """The names of a page's controls that act with these settings, with their words for people."""
    left_out = getattr(settings, "left_out", None) or {}
    absent = {name for name, options in left_out.items() if not options}
    return {
        name: spec.label
        for name, spec, _ in specs(settings)
        if spec.has_widget and name not in absent
    }


def written_moment(moment: Moment) -> dict[str, Any]:
    """A moment as plain values, from which `read_moment` gives it back."""
    return {
        "page": moment.page,
        "settings": to_query(moment.settings),
        "title": moment.title,
        "note": moment.note,
        "keep": list(moment.keep),
    }


def read_moment(written: Any, number: int) -> tuple[Moment | None, tuple[str, ...]]:
    """The moment that plain values of any origin spell, None if none, and what is wrong with them.

    `number` is its place in the lesson, from 1, for the sentences.
    """
    if not isinstance(written, dict):
        return None, (f"Moment {number} is left out: it has no page.",)
    page, asked = written.get("page"), written.get("settings", {})
    if not isinstance(page, str) or page not in PAGES:
        return None, (f"Moment {number} is left out: it is of a page that GMM Lab does not have.",)
    notices: list[str] = []
    if not isinstance(asked, dict):
        asked = {}
        notices.append(f"The settings of moment {number} cannot be read: its page is as it opens.")
    query = {name: spelled for name, value in asked.items() if (spelled := _spelled(value))}
    settings, wrong = from_query(PAGES[page], query)
    notices += [f"Moment {number}: {each}" for each in wrong]
    today = getattr(PAGES[page], "translated", lambda query: query)(query)
    if len(query) < len(asked) or not today.keys() <= flat(settings).keys():
        notices.append(f"Moment {number} has settings that its page does not know: they are left.")
    texts = {}
    for name, most in (("title", MOST_IN_A_TITLE), ("note", MOST_IN_A_NOTE)):
        texts[name], more = _text(written.get(name, ""), most, f"The {name} of moment {number}")
        notices += more
    keep, more = _kept(written.get("keep", []), settings, number)
    return Moment(page, settings, texts["title"], texts["note"], keep), (*notices, *more)


def read_title(written: Any) -> tuple[str, tuple[str, ...]]:
    """A lesson's title of any origin, and what is wrong with it."""
    return _text(written, MOST_IN_A_TITLE, "The lesson’s title")


def _spelled(value: Any) -> str:
    """A setting's value as a link spells it, where files may have numbers; nothing for others."""
    if isinstance(value, bool):
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) else ""


def _text(written: Any, most: int, what: str) -> tuple[str, tuple[str, ...]]:
    if not isinstance(written, str):
        return "", (f"{what} is no text: it is empty here.",)
    text = cleaned(written, most, lines=most == MOST_IN_A_NOTE)
    if len(text) < len(cleaned(written, len(written), lines=True)):
        return text, (f"{what} is longer than {most} characters: its end is cut off.",)
    return text, ()


def _kept(written: Any, settings: Any, number: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    known = {name for name, spec, _ in specs(settings) if spec.has_widget}
    names = written if isinstance(written, list) else [written]
    kept = tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name in known))
    if len(kept) == len(names):
        return kept, ()
    return kept, (
        f"Moment {number} keeps controls that its page does not have: they are left out.",
    )


def own_name(digest: str) -> str:
    """The name, in addresses, of a lesson that only its session has."""
    return f"{_OWN}{digest}"


def is_own_name(reference: str) -> bool:
    """Whether an address names a lesson that it does not carry."""
    return reference.startswith(_OWN)


def _reference(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_.-]*", text):
        raise ValueError("a lesson as this page writes it")
    return text


def reference_field() -> Any:
    """A field that says which lesson: the code of its link, or the name that its session knows."""
    return code(
        "",
        label="Lesson",
        help="The moments of a lesson, each with its title and note.",
        read=_reference,
        write=str,
        max_length=MOST_IN_A_LINK,
    )


@dataclass(frozen=True)
class LessonSettings:
    """The page of one's own lesson: which it is."""

    moments: str = reference_field()
