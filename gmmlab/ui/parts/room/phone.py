"""A student's face of a room: the code, one question, and an answer by a tap.

Only a line that counts answers runs by itself; it has the page run when the question changes.
"""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from gmmlab.figures import atlas as atlas_figures
from gmmlab.figures import room as figures
from gmmlab.guide import asked, pooled
from gmmlab.guide.room import LENGTH, NoRoom, NotPossible, Seen, grouped
from gmmlab.numbers import number
from gmmlab.studies.em import atlas
from gmmlab.studies.em.ground import ground
from gmmlab.ui.chart.chart import chart
from gmmlab.ui.parts.room.pictures import fit_pictures, run_asked
from gmmlab.ui.shell.asking import ask
from gmmlab.ui.shell.rooms import me, now, rooms

EVERY = 2.0  # seconds between two looks at whether there is another question
_SAID, _TYPED = "what became of an answer", "the code that is typed"
_HEIGHT = 260


def room(typed: str) -> None:
    """A room as who answers sees it: by this code, or whichever they type."""
    if not typed:
        _enter("")
        return
    try:
        code = rooms().find(typed, me(), now())
        seen = rooms().look(code, now())
        own = rooms().own_answer(code, me(), now())
    except NotPossible as problem:
        _enter(str(problem))
        return
    question = seen.question
    with st.container(key="room-phone"):
        st.title("You are in" if question is None else question.title)
        if said := st.session_state.pop(_SAID, ""):
            st.warning(said)
        if question is None:
            st.markdown("The question appears here by itself.")
        else:
            _SHOWN[type(question)](code, seen, own)
            for note in question.notes:
                st.caption(note)
        _count(code, seen.scene)


def _enter(problem: str) -> None:
    """A field for the code; what was typed stays."""

    def take() -> None:
        st.query_params.from_dict({"code": st.session_state[_TYPED][: 2 * LENGTH]})

    with st.container(key="room-door"):
        st.title("Answer with the class")
        if problem:
            st.error(problem)
        with st.form("room code", border=False):
            st.text_input(
                "Code",
                key=_TYPED,
                max_chars=2 * LENGTH,
                help="Letters and digits; capitals or not, with a space or without.",
                placeholder=grouped("X" * LENGTH),
            )
            st.form_submit_button("Enter the room", type="primary", on_click=take, width="stretch")
        st.caption("The code is on the wall. Nobody asks for a name, and answers are not kept.")


@st.fragment(run_every=EVERY)
def _count(code: str, scene: tuple[int, bool]) -> None:
    """How many have answered; another question has the whole page run."""
    try:
        seen = rooms().look(code, now())
    except NoRoom:
        st.rerun()
    if seen.scene != scene:
        st.rerun()
    if seen.number:
        st.caption(f"{pooled.answered(seen.n_answers)} in room {grouped(code)}.")
    else:
        st.caption(f"Room {grouped(code)}.")


def _answer(code: str, number: int, said: Any) -> None:
    """In a callback, answer; what cannot be is said on the page."""
    try:
        rooms().answer(code, number, me(), said, now())
    except NotPossible as problem:
        st.session_state[_SAID] = str(problem)


def _choice(code: str, seen: Seen, own: Any, value: Any, label: str) -> None:
    st.button(
        label,
        key=f"answer {value}",
        type="primary" if own == value else "secondary",
        disabled=seen.closed,
        on_click=_answer,
        args=(code, seen.number, value),
        width="stretch",
    )


def _after(seen: Seen, words: str) -> None:
    """What became of the answer, in a line that is always there."""
    if seen.closed:
        st.markdown(f"{words} No more answers are taken: **look at the wall.**")
    else:
        st.markdown(f"{words} Another tap changes it." if words else "Tap your answer.")


def _how_many(code: str, seen: Seen, own: int | None) -> None:
    if (dataset := seen.question.dataset) is not None:
        picture = figures.points_figure(dataset, _HEIGHT).with_layout(dragmode=False)
        chart(picture, "phone points")
    with st.container(key="phone-choices"):
        for K in range(1, asked.MOST_K + 1):
            _choice(code, seen, own, K, str(K))
    _after(seen, "" if own is None else f"You said **K = {own}**.")


def _which_fit(code: str, seen: Seen, own: int | None) -> None:
    pictures = fit_pictures(seen.question, _HEIGHT)
    for place, letter in enumerate("AB"):
        if pictures:
            figure = pictures[place][1].with_layout(dragmode=False)
            chart(figure, f"phone {letter}")
        _choice(code, seen, own, place, letter)
    _after(seen, "" if own is None else f"You said **{'AB'[own]}**.")


def _next_mean(code: str, seen: Seen, own: tuple[float, float] | None) -> None:
    if (found := run_asked(seen.question)) is None:
        return
    run, index, component = found

    def picked(event: dict[str, Any]) -> None:
        place = (event["x"], event["y"]) if "x" in event else tuple(event["about"])
        _answer(code, seen.number, place)

    places = () if own is None else (own,)
    shown = figures.next_mean_figure(
        run, index, component, places, shown=seen.closed, height=_HEIGHT
    )
    if not seen.closed:
        st.markdown(f"Tap where **mean {component + 1}** will be.")
    taps = None if seen.closed else picked
    chart(shown, "phone plane", tall=True, picked=taps, roves=taps is not None)
    if own is not None or seen.closed:
        _after(seen, "" if own is None else "Your red dot is sent.")


def _one_start(code: str, seen: Seen, own: int | None) -> None:
    question: asked.OneStart = seen.question
    dataset, model = question.dataset, question.model
    assert dataset is not None
    key = f"start {code} {seen.number}"

    def draw() -> None:
        st.session_state.setdefault(key, secrets.randbelow(asked.N_SEEDS))

    seed = st.session_state.get(key) if own is None else own
    if seed is None:
        st.button(
            "Run one random start",
            type="primary",
            disabled=seen.closed,
            on_click=draw,
            width="stretch",
        )
    if seed is None or (own is None and seen.closed):
        chart(figures.points_figure(dataset, _HEIGHT).with_layout(dragmode=False), "start")
        return
    ended = ask(atlas.some, dataset, model, "plane", seed, 1, words="Running EM")
    if own is None:
        try:
            rooms().answer(code, seen.number, me(), seed, now())
        except NotPossible as problem:
            st.warning(str(problem))
            return
    optima = atlas.optima([ended])
    if not optima:
        st.info("This start could not begin: a first covariance was singular. It is sent.")
        return
    end = optima[0]
    here = ground(dataset)
    chart(atlas_figures.optimum_figure(end, here, _HEIGHT), "start")
    steps = f"{end.n_iter} iteration" + ("" if end.n_iter == 1 else "s")
    value = number(end.best.objective)
    st.markdown(f"It ended after {steps} at log-likelihood **{value}** per point, and is sent.")


_SHOWN: Mapping[type[Any], Callable[[str, Seen, Any], None]] = {
    asked.HowMany: _how_many,
    asked.WhichFit: _which_fit,
    asked.NextMean: _next_mean,
    asked.OneStart: _one_start,
}
