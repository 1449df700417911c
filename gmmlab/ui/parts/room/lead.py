"""The lecturer's face of a room, for the wall: its code, a question, and the answers as they come.

Only what counts answers runs every second, a fragment; all else runs when the question changes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from gmmlab.figures import atlas as atlas_figures
from gmmlab.figures import room as figures
from gmmlab.figures.selection import curves_figure
from gmmlab.guide import asked, pooled
from gmmlab.guide.room import NoRoom, Seen, grouped
from gmmlab.studies.em import atlas
from gmmlab.studies.em.ground import ground
from gmmlab.studies.selection.sweep import Rows, cell
from gmmlab.ui.chart.chart import chart
from gmmlab.ui.parts.room.composer import ask_in_the_room, composer
from gmmlab.ui.parts.room.pictures import fit_pictures, run_asked
from gmmlab.ui.shell.asking import Answered, follow, linger
from gmmlab.ui.shell.navigation import path_of, title_of
from gmmlab.ui.shell.rooms import now, rooms, subject
from gmmlab.ui.shell.sharing import link, qr_code

EVERY = 1.0  # seconds between two looks at the answers
_AROUND = 330  # pixels of the page above and below its pictures
_PICTURES = 4  # optima that are shown as pictures
_OWN = ("localhost", "127.0.0.1", "::1")
Draw = Callable[[tuple[Any, ...]], None]


def room(code: str, key: str) -> None:
    """A room as its lecturer shows it."""
    seen = rooms().look(code, now())
    with st.container(key="room-lead"):
        question = seen.question
        st.title("Ask the class" if question is None else question.title)
        door, wall = st.columns([1, 3.6], gap="medium")
        with door:
            _door(code, key, seen)
        with wall:
            composer(code, key, seen)
            if question is None:
                st.markdown("Choose a question; everybody who enters the code sees it at once.")
                _live(code, lambda _: None)
                return
            found = _SHOWN[type(question)](code, key, seen)
            for note in question.notes:
                st.caption(note)
    if found is not None:
        linger(found)


def _door(code: str, key: str, seen: Seen) -> None:
    """How to come in, and the ways out."""
    url = link({"code": code})
    with st.container(key="room-code"):
        st.markdown(grouped(code))
    st.image(qr_code(url), width="stretch")
    place = urlsplit(url)
    st.caption(f"Scan, or open **{place.netloc}{place.path}** and type the code.")
    if place.hostname in _OWN:
        st.caption("This address is this computer's own: no phone finds it. Open the lab by the "
                   "name that others know it by.")  # fmt: skip
    page, query = _from_where(seen)
    if page and st.button(f"← {title_of(page)}", help="The room stays open meanwhile."):
        st.switch_page(path_of(page), query_params=query)
    if st.button("Close the room", help="It is gone at once, with all answers."):
        rooms().close(code, key, now())
        st.switch_page(path_of(page or "home"), query_params=query)


def _from_where(seen: Seen) -> tuple[str, dict[str, str]]:
    about = subject()
    if about is not None:
        return about.page, dict(about.query)
    return ("", {}) if seen.question is None else (seen.question.page, dict(seen.question.query))


@st.fragment(run_every=EVERY)
def _live(code: str, draw: Draw) -> None:
    """How many have answered, and their answers as `draw` shows them."""
    try:
        answers = rooms().answers(code, now())
    except NoRoom:
        st.rerun()
    with st.container(key="room-count"):
        st.markdown(f"**{pooled.answered(len(answers))}**")
    draw(answers)


def _how_many(code: str, key: str, seen: Seen) -> Answered | None:
    question: asked.HowMany = seen.question
    dataset = question.dataset
    found, cells = None, []
    if dataset is not None and seen.closed:
        rows = Rows(dataset.X, dataset.columns)
        wanted = [(cell, rows, question.method, each) for each in question.keys]
        found = follow(wanted, "models fitted")
        cells = found.answers
    left, right = (st.container(), st.container()) if dataset is None else st.columns(2)
    with left:
        if cells:
            chart(curves_figure(cells, ("aic", "bic"), None), "room curves", title="AIC and BIC",
                  tall=True, around=_AROUND)  # fmt: skip
        elif dataset is not None:
            chart(figures.points_figure(dataset), "room points", title=f"{len(dataset.X):,} points",
                  tall=True, around=_AROUND)  # fmt: skip
    names = [str(K) for K in range(1, asked.MOST_K + 1)]
    whole = found is not None and not found.running
    best = {pooled.lowest(cells, each) for each in ("aic", "bic")} if whole else set()
    marked = [K - 1 for K in best if K is not None]

    def draw(answers: tuple[int, ...]) -> None:
        counts = pooled.tally(answers, 1, asked.MOST_K)
        shown = figures.tally_figure(counts, names, "K chosen by the class", marked=marked)
        chart(shown, "room tally", tall=True, around=_AROUND)
        if whole:
            st.markdown(pooled.how_many_in_words(answers, cells))

    with right:
        _live(code, draw)
    return found


def _which_fit(code: str, key: str, seen: Seen) -> None:
    question: asked.WhichFit = seen.question
    pictures = fit_pictures(question)
    words = [side.words for side in question.sides] if seen.closed else ["", ""]
    columns = st.columns([2, 2, 1]) if pictures else [st.container()]
    for column, letter, (_, figure), name in zip(columns, "AB", pictures, words, strict=False):
        with column:
            title = f"{letter}: {name}" if name else letter
            chart(figure, f"room {letter}", title=title, linked="fits", tall=True, around=_AROUND)
    results = [result for result, _ in pictures]

    def draw(answers: tuple[int, ...]) -> None:
        counts = pooled.tally(answers, 0, 1)
        chart(figures.tally_figure(counts, ["A", "B"], "the class"), "room tally", tall=True,
              around=_AROUND)  # fmt: skip

    with columns[-1]:
        _live(code, draw)
    if results and seen.closed:
        answers = rooms().answers(code, now())
        st.markdown(pooled.fits_in_words(answers, question.sides, results))


def _next_mean(code: str, key: str, seen: Seen) -> None:
    question: asked.NextMean = seen.question
    if (found := run_asked(question)) is None:
        return
    run, index, component = found

    def draw(places: tuple[tuple[float, float], ...]) -> None:
        shown = figures.next_mean_figure(run, index, component, places, shown=seen.closed)
        chart(shown, "room plane", tall=True, around=_AROUND)
        if seen.closed:
            st.markdown(pooled.next_mean_in_words(places, run, index, component))

    st.caption(f"After {_steps(index)}: tap where **mean {component + 1}** will be next.")
    _live(code, draw)
    if seen.closed and index + 2 < len(run.mixtures):
        on = replace(question, at=index + 1)
        st.button("Ask about the next step", on_click=partial(ask_in_the_room, code, key, on))


def _one_start(code: str, key: str, seen: Seen) -> None:
    question: asked.OneStart = seen.question
    dataset, model = question.dataset, question.model
    assert dataset is not None
    here = ground(dataset)

    def draw(seeds: tuple[int, ...]) -> None:
        # Each was computed for the phone that sent it, and is known.
        found = follow([(atlas.some, dataset, model, "plane", seed, 1) for seed in seeds])
        optima = atlas.optima(found.answers)
        ended = sum(len(each.ends) for each in optima)
        if not optima:
            chart(figures.points_figure(dataset), "room points", tall=True, around=_AROUND)
        else:
            left, right = st.columns([3, 2])
            with left:
                bars = atlas_figures.atlas_figure(optima, ended, len(seeds))
                chart(bars, "room atlas", tall=True, around=_AROUND)
            with right:
                _optima(optima[:_PICTURES], here)
        st.markdown(pooled.starts_in_words(optima, len(seeds)))

    _live(code, draw)


def _optima(optima: Sequence[atlas.Optimum], here: Any) -> None:
    for first in range(0, len(optima), 2):
        for column, place in zip(st.columns(2), range(first, first + 2), strict=True):
            if place < len(optima):
                with column:
                    found = atlas_figures.optimum_figure(optima[place], here, height=260)
                    chart(found, f"room optimum {place}", title=f"Optimum {place + 1}")


def _steps(index: int) -> str:
    return "1 step" if index == 1 else f"{index} steps"


_SHOWN: Mapping[type[Any], Callable[[str, str, Seen], Answered | None]] = {
    asked.HowMany: _how_many,
    asked.WhichFit: _which_fit,
    asked.NextMean: _next_mean,
    asked.OneStart: _one_start,
}
