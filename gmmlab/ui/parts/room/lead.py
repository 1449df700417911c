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
from gmmlab.guide.room import Seen, grouped
from gmmlab.studies.em import atlas
from gmmlab.studies.em.ground import Ground, ground
from gmmlab.studies.selection.sweep import Rows, cell
from gmmlab.ui.chart.chart import chart
from gmmlab.ui.parts.room.composer import ask_in_the_room, composer
from gmmlab.ui.parts.room.pictures import fit_pictures, run_asked
from gmmlab.ui.shell.asking import Answered, follow, linger
from gmmlab.ui.shell.navigation import path_of, title_of
from gmmlab.ui.shell.rooms import now, rooms, subject
from gmmlab.ui.shell.sharing import link, qr_code_of

EVERY = 1.0  # seconds between two looks at the answers
_AROUND = 370  # pixels of the page above and below its pictures
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
                _live(code, key, None)
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
    if (drawn := qr_code_of(url)) is not None:
        st.image(drawn, width="stretch")
    place = urlsplit(url)
    st.caption(f"Scan, or open **{place.netloc}{place.path}** and type the code.")
    if place.hostname in _OWN:
        st.caption(
            "This address is this computer's own: no phone finds it. Open the lab by the name that "
            "others know it by."
        )
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
def _live(code: str, key: str, draw: Draw | None, words: str = "") -> None:
    """How many have answered, and their answers as `draw` shows them."""
    if not rooms().leads(code, key, now()):  # it was closed, or is over
        st.rerun()
    answers = rooms().answers(code, now())
    if draw is None:
        return
    with st.container(key="room-live"):
        st.markdown(f"**{pooled.answered(len(answers))}** {words}")
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
            curves = curves_figure(cells, ("aic", "bic"), None).with_layout(showlegend=False)
            title = "AIC (line, ●) and BIC (dashes, ■), lowest at ★"
            chart(curves, "room curves", title=title, tall=True, around=_AROUND)
        elif dataset is not None:
            title = f"{len(dataset.X):,} points"
            picture = figures.points_figure(dataset)
            chart(picture, "room points", title=title, tall=True, around=_AROUND)
    names = [str(K) for K in range(1, asked.MOST_K + 1)]
    judged = found is not None and not found.running
    best = {pooled.lowest(cells, each) for each in ("aic", "bic")} if judged else set()
    marked = [K - 1 for K in best if K is not None]

    def draw(answers: tuple[int, ...]) -> None:
        counts = pooled.tally(answers, 1, asked.MOST_K)
        shown = figures.tally_figure(counts, names, "K chosen by the class", marked=marked)
        chart(shown, "room tally", tall=True, around=_AROUND)

    with right:
        _live(code, key, draw)
    if judged:
        st.markdown(pooled.how_many_in_words(rooms().answers(code, now()), cells))
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

    def draw(answers: tuple[int, ...]) -> None:
        shown = figures.tally_figure(pooled.tally(answers, 0, 1), ["A", "B"], "the class")
        chart(shown, "room tally", tall=True, around=_AROUND)

    with columns[-1]:
        _live(code, key, draw)
    if pictures and seen.closed:
        results = [result for result, _ in pictures]
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

    _live(code, key, draw, f"where mean {component + 1} will be after {_step(index + 1)}")
    if seen.closed:
        places = rooms().answers(code, now())
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(pooled.next_mean_in_words(places, run, index, component), width="content")
            if index + 2 < len(run.mixtures):
                on = replace(question, at=index + 1)
                again = partial(ask_in_the_room, code, key, on)
                st.button("Ask about the next step", on_click=again)


def _one_start(code: str, key: str, seen: Seen) -> None:
    question: asked.OneStart = seen.question
    dataset, model = question.dataset, question.model
    assert dataset is not None
    here = ground(dataset)

    def draw(seeds: tuple[int, ...]) -> None:
        # Each was computed for the phone that sent it, and is known.
        found = follow([(atlas.some, dataset, model, "plane", seed, 1) for seed in seeds])
        optima = atlas.optima(found.answers)
        if not optima:
            picture = figures.points_figure(dataset)
            chart(picture, "room points", tall=True, around=_AROUND)
        else:
            ended = sum(len(each.ends) for each in optima)
            left, right = st.columns([3, 2])
            with left:
                bars = atlas_figures.atlas_figure(optima, ended, len(seeds))
                chart(bars, "room atlas", tall=True, around=_AROUND)
            with right:
                _optima(optima[:_PICTURES], here)
        st.markdown(pooled.starts_in_words(optima, len(seeds)))

    _live(code, key, draw)


def _optima(optima: Sequence[atlas.Optimum], here: Ground) -> None:
    """The best few, two in a row."""
    for first in range(0, len(optima), 2):
        row = zip(st.columns(2), range(first, min(first + 2, len(optima))), strict=False)
        for column, place in row:
            with column:
                found = atlas_figures.optimum_figure(optima[place], here, height=150)
                chart(found, f"room optimum {place}")
                times = len(optima[place].ends)
                st.caption(f"{place + 1}: {'once' if times == 1 else f'{times} times'}")


def _step(n: int) -> str:
    return "the first step" if n == 1 else f"step {n}"


_SHOWN: Mapping[type[Any], Callable[[str, str, Seen], Answered | None]] = {
    asked.HowMany: _how_many,
    asked.WhichFit: _which_fit,
    asked.NextMean: _next_mean,
    asked.OneStart: _one_start,
}
