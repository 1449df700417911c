"""The five parts of the page EM step by step: what each asks, and what it shows."""

from dataclasses import replace
from typing import Any

import streamlit as st

from gmmlab.data.points.datasets import Dataset
from gmmlab.figures import atlas as atlas_figures
from gmmlab.figures import em as figures
from gmmlab.figures.film import Film
from gmmlab.settings import specs
from gmmlab.studies.em import atlas, bound, collapse, course, limit
from gmmlab.studies.em.ground import ground
from gmmlab.studies.em.page import PARTS, EmSettings, at_the_start
from gmmlab.studies.mixtures.centers import moved
from gmmlab.ui.chart.chart import chart
from gmmlab.ui.chart.film import film
from gmmlab.ui.shell.address import Address
from gmmlab.ui.shell.asking import Answered, ask, follow
from gmmlab.ui.shell.controls import control
from gmmlab.ui.shell.showing import showing

_PICTURES = 6  # distinct optima that are shown as pictures


def parts(address: Address[EmSettings], settings: EmSettings) -> None:
    """Draw the choice of a part, and the few controls of the one that is open."""
    if showing().on_stage:
        return
    known = {name: spec for name, spec, _ in specs(settings.moment)}
    with st.container(horizontal=True, gap="medium", vertical_alignment="center", key="parts"):
        st.segmented_control(
            known["part"].label,
            list(PARTS),
            format_func=PARTS.__getitem__,
            key=address.key("part"),
            help=known["part"].help,
            label_visibility="collapsed",
            required=True,
        )
        part, flat = settings.moment.part, settings.view.line == "plane"
        if part == "steps" and flat:
            control(known["beside"], address.key("beside"))
        if part in ("steps", "bound"):
            control(known["predict"], address.key("predict"))
        if part == "bound":
            _parameter(address, settings)
        if part == "atlas":
            with st.container(width=220):
                control(known["n_starts"], address.key("n_starts"))


def _parameter(address: Address[EmSettings], settings: EmSettings) -> None:
    """Whose parameter the bound is drawn along, and which: one choice for a hand."""
    moment = settings.moment
    flat = settings.view.line == "plane"
    kinds = {"mean_x": "mean →", "mean_y": "mean ↑", "weight": "weight"}
    if not flat:
        kinds = {"mean_x": "mean", "weight": "weight"}
    options = {
        f"{kind} {k}": (kind, k)
        for k in range(1, settings.model.n_components + 1)
        for kind in kinds
    }
    now = (moment.parameter if moment.parameter in kinds else "mean_x", moment.component)
    shown = next((name for name, each in options.items() if each == now), next(iter(options)))
    key = f"{address.page} parameter"
    if st.session_state.get(key) != shown:
        st.session_state[key] = shown

    def choose() -> None:
        kind, k = options[st.session_state[key]]
        changed = replace(address.current.moment, parameter=kind, component=k)
        address.put(replace(address.current, moment=changed))

    spec = next(spec for name, spec, _ in specs(moment) if name == "parameter")
    st.selectbox(
        spec.label,
        list(options),
        format_func=lambda name: f"{kinds[options[name][0]]} of component {options[name][1]}",
        key=key,
        help=spec.help,
        label_visibility="collapsed",
        on_change=choose,
        width=230,
    )


def steps(address: Address[EmSettings], settings: EmSettings, dataset: Dataset) -> None:
    """A run of EM, half-step by half-step."""
    model, line, moment = settings.model, settings.view.line, settings.moment
    run = ask(course.course, dataset, model, line, words="Running EM")
    best = ask(course.best_known, dataset, model, line, words="Searching for the best optimum")
    _shown(address, figures.course_film(run, best, beside=moment.beside), run)
    st.caption(course.in_words(run, best))
    _notes(run.notes)


def the_bound(address: Address[EmSettings], settings: EmSettings, dataset: Dataset) -> None:
    """The same run with the lower bound that it climbs."""
    model, line, moment = settings.model, settings.view.line, settings.moment
    run = ask(course.course, dataset, model, line, words="Running EM")
    words = "Following one parameter"
    cut = ask(bound.slices, run, moment.parameter, moment.component, words=words)
    _shown(address, figures.course_film(run, None, slices=cut), run)
    st.caption(
        "EM climbs the bound F = E[log p(x, z)] + H(q). The E-step lifts it until it touches "
        "log p at the current parameters, and the gap closes; the M-step goes to its top, and "
        "log p rises at least as much. Below, one parameter alone; the M-step moves the others too."
    )
    _notes(run.notes)


def many_starts(address: Address[EmSettings], settings: EmSettings, dataset: Dataset) -> Answered:
    """Where EM ends from many starts: bars, pictures, and the way to each run."""
    model, line, n_starts = settings.model, settings.view.line, settings.moment.n_starts
    found = follow(atlas.questions(dataset, model, line, n_starts), "groups of ten starts are run")
    optima = atlas.optima(found.answers)
    if not optima:
        if not found.running:
            st.info("No start could be run to its end: choose a variance floor, or another start.")
        return found
    here = ground(dataset, line)
    ended = sum(len(each.ends) for each in optima)

    def open_bar(event: dict[str, Any]) -> None:
        _open(address, optima[int(event["about"][0])])

    chart(
        atlas_figures.atlas_figure(optima, ended, n_starts), "atlas", keep=line, picked=open_bar,
    )  # fmt: skip
    st.caption(atlas.in_words(optima, ended, n_starts, running=found.running))
    with st.grid(min(_PICTURES, len(optima)), min_column_width=150):
        for place, optimum in enumerate(optima[:_PICTURES], start=1):
            with st.container(gap="xsmall"):
                chart(atlas_figures.optimum_figure(optimum, here), f"optimum {place}", keep=line)
                st.button(
                    f"Watch optimum {place}",
                    key=f"watch {place}",
                    on_click=_open,
                    args=(address, optimum),
                    help="Open the best start that ends here in the stepper.",
                    width="stretch",
                )
                st.caption(atlas.about(optimum))
    _notes(here.notes)
    return found


def collapsing(address: Address[EmSettings], settings: EmSettings, dataset: Dataset) -> None:
    """A lone outlier and a falling floor."""
    words = "Fitting with one floor after another"
    found = ask(collapse.collapse, dataset, settings.model, settings.view.line, words=words)
    _shown(address, figures.collapse_film(found))
    st.caption(collapse.in_words(found))
    _notes(found.notes)


def to_kmeans(address: Address[EmSettings], settings: EmSettings, dataset: Dataset) -> None:
    """One shared σ slid towards 0."""
    words = "Following the means from cold to warm"
    found = ask(limit.limit, dataset, settings.model, settings.view.line, words=words)
    _shown(address, figures.limit_film(found))
    st.caption(
        "All components weigh the same and share one spherical variance σ². While σ is large, "
        "every point belongs to all; as it falls, responsibilities harden to 0 and 1, and the "
        "means go to the centres of k-means (×)."
    )
    _notes(found.notes)


def _shown(address: Address[EmSettings], shown: Film, run: course.Course | None = None) -> None:
    """The film at the moment of the settings; a mean that is dragged begins another run."""

    drawn = address.current

    def rested(step: int) -> None:
        settings = address.current
        if settings != drawn:  # a link or Back has led elsewhere meanwhile, where no one rests yet
            return
        address.put(replace(settings, moment=replace(settings.moment, step=step)))

    def placed(index: int, x: float, y: float, step: int) -> None:
        assert run is not None
        means = run.ground.own(run.mixtures[min(step // 2, len(run.mixtures) - 1)].means)
        settings = at_the_start(address.current)
        model = replace(settings.model, init="hand", centers=moved(means, index, x, y))
        address.put(replace(settings, model=model))

    moment = address.current.moment
    can_place = run is not None and run.ground.d == 2
    film(
        shown,
        f"{address.page} film",
        step=min(moment.step, shown.n_frames - 1),
        rested=rested,
        placed=placed if can_place else None,
        predict=moment.predict and moment.part in ("steps", "bound"),
    )


def _open(address: Address[EmSettings], optimum: atlas.Optimum) -> None:
    """In a callback, open the best start of an optimum in the stepper."""
    settings = at_the_start(address.current)
    model = settings.model
    there = replace(model, init=atlas.start_of(model), centers="", seed=optimum.best.seed)
    address.put(replace(settings, model=there, moment=replace(settings.moment, part="steps")))


def _notes(notes: tuple[str, ...]) -> None:
    for note in notes:
        st.info(note)
