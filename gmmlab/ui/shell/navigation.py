"""Which pages there are, in which sections, and the cards that lead to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

import streamlit as st

from gmmlab.ui.shell.place import FOLDER


@dataclass(frozen=True)
class Entry:
    """One page: its file in pages/ (also its address), its title, and one line about it."""

    name: str
    title: str
    line: str


HOME = Entry("home", "Home", "What GMM Lab is, and where to start.")
NOTES = Entry("notes", "Speaker's notes", "What the speaker reads, slide by slide.")
LESSON = Entry(
    "lesson",
    "Your lesson",
    "Moments that you collect from any page, in your order and with your words: play them, save "
    "them, give a link to them.",
)
ROOM = Entry("room", "Room", "A class answers together: type the code on the wall.")
SECTIONS: dict[str, tuple[Entry, ...]] = {
    "Explore": (
        Entry(
            "clusters",
            "Clusters",
            "k-means beside a Gaussian mixture on the same points: discs and ellipses, certain and "
            "uncertain points, four covariance types, your own table or drawing.",
        ),
        Entry(
            "em",
            "EM step by step",
            "Watch EM climb: every half-step forwards and back, the bound it climbs, many starts "
            "and where they end, collapse, and k-means as a limit.",
        ),
        Entry(
            "density",
            "Density",
            "A mixture as a density: contours, the score of any point, and new points drawn from "
            "it, beside a kernel estimate.",
        ),
        Entry(
            "how_many",
            "How many components?",
            "AIC, BIC, ICL and held-out likelihood over K and covariance type, live; and when "
            "components are not clusters.",
        ),
    ),
    "Teach": (
        Entry(
            "tour",
            "Tour",
            "The whole story in live slides, from a photo in sixteen colours to handwritten digits "
            "that nobody wrote.",
        ),
        LESSON,
        Entry(
            "glossary",
            "Glossary",
            "The terms in plain words, each with its formula and its picture.",
        ),
    ),
    "Apply": (
        Entry(
            "recolour",
            "Recolour a photo",
            "Any photo in a few colours, by k-means or a mixture: wipe, zoom, change its palette, "
            "and see what it costs in real bytes.",
        ),
        Entry(
            "digits",
            "New digits",
            "Handwritten digits that nobody wrote, from PCA and a mixture; and a judge who tells "
            "whether they are copies.",
        ),
    ),
}


def pages() -> list[st.Page]:
    """The pages for `st.navigation`, in one line; to those that have no room there others lead."""
    entries = (HOME, *(e for each in SECTIONS.values() for e in each), NOTES, ROOM)
    return [
        _page(each, "hidden" if each in (LESSON, NOTES, ROOM) else "visible") for each in entries
    ]


def cards() -> None:
    """A card for each page but the front page: title, line, and the way in."""
    for section, entries in SECTIONS.items():
        st.markdown(f"**{section}**")
        for entry in entries:
            with st.container(border=True, gap="xsmall"):
                st.page_link(path_of(entry.name), label=f"**{entry.title}** →", width="stretch")
                st.caption(entry.line)


def title_of(name: str) -> str:
    """The title of the page `name`."""
    listed = (HOME, *(e for entries in SECTIONS.values() for e in entries))
    return next(entry.title for entry in listed if entry.name == name)


def address_of(name: str, query: Mapping[str, str]) -> str:
    """The address of the page `name` with these parameters, from the root of the server."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    page = "" if name == HOME.name else name
    return f"/{base}/{page}".replace("//", "/") + (f"?{urlencode(query)}" if query else "")


def path_of(name: str) -> Path:
    """The file of the page `name`, which is how Streamlit knows it."""
    return FOLDER / "pages" / f"{name}.py"


def _page(entry: Entry, visibility: Literal["visible", "hidden"] = "visible") -> st.Page:
    home = entry is HOME
    return st.Page(
        path_of(entry.name),
        title=entry.title,
        url_path=None if home else entry.name,
        default=home,
        visibility=visibility,
        help=entry.line,
    )
