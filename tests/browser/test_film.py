"""EM step by step in the browser: it plays, steps back, is clicked, dragged and linked to."""

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from gmmlab.data.points.datasets import SOURCES, drawn
from gmmlab.studies.em.course import course
from gmmlab.studies.em.page import EmModel
from tests.browser.driving import no_exception, settle, visit

SHARES = "frame => [...document.querySelector('.gmm-film').gmmlab.shares(frame)]"
FRAME = "() => document.querySelector('.gmm-film').gmmlab.frame"
PLAYED = "() => document.querySelector('.gmm-film').gmmlab.frame > 2"
AT_THE_END = "() => (f => f.frame === f.film.n - 1)(document.querySelector('.gmm-film').gmmlab)"
STRETCHED = drawn("stretched", SOURCES["stretched"]())


# The address of the film's script: the page has loaded it.
ADDRESS = """performance.getEntriesByType("resource").map(each => each.name)
  .find(name => name.endsWith("/film.js"))"""
# Two half-steps while the server says nothing, its late answer to the first, and then Back: where
# the film stands after each. `one` and `five` are what the page sent at those half-steps.
LATE = (
    f"""async ([one, five]) => {{
  const {{ show }} = await import({ADDRESS});"""
    """
  const player = document.querySelector(".gmm-film").gmmlab;
  const { component } = player;
  const said = data => {
    show({ ...component, data: Uint8Array.from(data), setTriggerValue() {} });
    return player.frame;
  };
  player.component = { ...component, setTriggerValue() {} };
  for (const frame of [1, 2]) {
    player.seek(frame);
    await new Promise(done => setTimeout(done, 600));
  }
  const stood = [said(one), said(five)];
  show(component);
  return stood;
}"""
)
SENT = "() => [...document.querySelector('.gmm-film').gmmlab.component.data]"
# The least opacity in the row of pixels through the middle of the responsibilities' strip.
AREAS = """() => {
  const player = document.querySelector(".gmm-film").gmmlab;
  const canvas = player.pictures.querySelector("canvas");
  const { box } = player.place;
  const across = [0.02, 0.2, 0.4, 0.6, 0.8, 0.98].map(t => box.left + t * (box.right - box.left));
  const ink = canvas.getContext("2d");
  return across.map(x => ink.getImageData(x, box.bottom - 30, 1, 1).data[3]);
}"""


# Whether the film is that of an address, not still the one before it.
SHOWN = """query => {
  const asked = new URLSearchParams(query);
  const { film, options } = document.querySelector(".gmm-film")?.gmmlab ?? {};
  const part = asked.get("part") ?? "steps";
  const kind = { collapse: "collapse", limit: "limit" }[part] ?? "em";
  return film !== undefined && film.kind === kind && Boolean(film.slices) === (part === "bound")
    && options.step === Number(asked.get("step") ?? 0) && film.d === (asked.has("line") ? 1 : 2);
}"""


def opened(lab: Page, query: str = "?step=0") -> None:
    """Open the page by a link: without one, what an earlier test has chosen comes along."""
    if "/em" in lab.url:  # a film that has just been left may still tell where it rests
        visit(lab, "/")
    visit(lab, f"/em{query}")
    lab.wait_for_function(SHOWN, arg=query)
    expect(lab.locator(".gmm-film[data-drawn]")).to_have_count(1)


def step_is(page: Page, step: int) -> None:
    page.wait_for_function(
        "step => (new URLSearchParams(location.search).get('step') ?? '0') === String(step)",
        arg=step,
    )
    settle(page)
    no_exception(page)


def test_what_is_drawn_are_the_engines_own_states(lab):
    opened(lab)
    run = course(STRETCHED, EmModel())
    for frame in (1, 8, 2 * len(run.mixtures) - 1):
        shares = np.array(lab.evaluate(SHARES, frame)).reshape(len(STRETCHED.X), -1)
        mixture = run.mixtures[(frame + 1) // 2 - 1]
        expected = mixture.responsibilities(run.ground.points)
        np.testing.assert_allclose(shares, expected, atol=1e-9)
    assert lab.evaluate("() => document.querySelector('.gmm-film').gmmlab.shares(0)") is None


def test_it_plays_to_the_end_goes_back_and_its_moment_is_in_the_address(lab):
    opened(lab)
    lab.get_by_label("Steps a second").select_option("30")
    lab.get_by_role("button", name="Play (space)").click()
    now = lab.locator(".film-now")
    expect(now).to_contain_text("EM has converged.", timeout=15_000)
    last = lab.evaluate(FRAME)
    step_is(lab, last)
    lab.keyboard.press("Home")
    for _ in range(5):
        lab.keyboard.press("ArrowRight")
    expect(now).to_have_text("Iteration 3, E-step: colour every point by its responsibilities.")
    step_is(lab, 5)
    lab.keyboard.press("ArrowLeft")
    expect(now).to_have_text("Iteration 2, M-step: move each Gaussian to its points.")
    step_is(lab, 4)
    curve = lab.locator(".film-curve")
    box = curve.bounding_box()
    curve.click(position={"x": box["width"] - 11, "y": box["height"] / 2})
    step_is(lab, last)
    lab.go_back()
    step_is(lab, 4)
    expect(now).to_contain_text("Iteration 2, M-step")


def test_a_link_opens_its_moment_and_predictions_come_before_their_answers(lab):
    opened(lab, "?step=5&predict=1")
    now = lab.locator(".film-now")
    expect(now).to_contain_text("Iteration 3, E-step")
    lab.keyboard.press("ArrowRight")
    expect(now).to_contain_text("Next comes the M-step. Which component will gain the most weight?")
    assert lab.evaluate(FRAME) == 5
    lab.keyboard.press("Enter")
    expect(now).to_contain_text("Which component will gain the most weight? Component")
    assert lab.evaluate(FRAME) == 6


def test_a_mean_is_dragged_by_hand_or_key_and_em_plays_from_there(lab):
    opened(lab)
    handle = lab.get_by_role("button", name="Centre 1").first
    handle.focus()
    for _ in range(8):
        handle.press("ArrowRight")
    handle.press("Enter")
    lab.wait_for_function("() => new URLSearchParams(location.search).get('init') === 'hand'")
    lab.wait_for_function(PLAYED)
    lab.keyboard.press(" ")
    settle(lab)
    no_exception(lab)


@pytest.mark.parametrize("part", ["bound", "collapse", "limit"])
def test_every_film_plays_to_its_end(lab, part):
    opened(lab, f"?part={part}")
    lab.keyboard.press("End")
    expect(lab.locator(".film-now")).to_contain_text(
        {"bound": "converged", "collapse": "Without any floor", "limit": "This is k-means"}[part]
    )
    lab.wait_for_function("() => Number(new URLSearchParams(location.search).get('step')) > 5")
    settle(lab)
    no_exception(lab)


def test_an_optimum_of_the_atlas_opens_in_the_stepper(lab):
    visit(lab, "/em?part=atlas&n_starts=20")
    lab.get_by_role("button", name="Watch optimum 2").click()
    expect(lab.locator(".gmm-film[data-drawn]")).to_have_count(1)
    expect(lab.locator(".film-now")).to_contain_text("Start")
    no_exception(lab)


@pytest.mark.parametrize("part", ["steps", "bound", "collapse", "limit"])
def test_every_film_is_drawn_on_a_line(lab, part):
    # The part that a page opens with is in no address.
    named = "" if part == "steps" else f"&part={part}"
    opened(lab, f"?line=x&n_components=3{named}")
    lab.locator(".gmm-film").evaluate("film => film.gmmlab.end()")
    lab.wait_for_function(AT_THE_END)
    areas = lab.evaluate(AREAS)
    assert min(areas) > 0  # responsibilities fill the strip at every place, however far off
    no_exception(lab)


def test_a_late_answer_does_not_take_the_film_back(lab):
    opened(lab, "?step=5")
    five = lab.evaluate(SENT)
    opened(lab, "?step=1")
    one = lab.evaluate(SENT)
    opened(lab)
    assert lab.evaluate(LATE, [one, five]) == [2, 5]


def test_numbers_beside_the_axes_are_for_people(lab):
    opened(lab)

    def told(expression: str) -> object:
        script = f"({ADDRESS}).replace('film.js', 'canvas.js')"
        return lab.evaluate(
            f"async () => {{ const m = await import({script}); return {expression}; }}"
        )

    def ticks(low: float, high: float) -> object:
        return told(f"m.ticks({low!r}, {high!r}, 5).marks.map(each => each.text)")

    assert ticks(-1, 1) == ["−1.0", "−0.5", "0", "0.5", "1.0"]
    assert ticks(0, 4e8) == ["0", "1×10⁸", "2×10⁸", "3×10⁸", "4×10⁸"]
    # Far from zero, what all have in common stands in the axis' name.
    assert ticks(1e10, 1e10 + 4) == ["0", "1", "2", "3", "4"]
    assert told("m.ticks(1e10, 1e10 + 4, 5).base") == 1e10
    words = ["0.012", "120,000", "2×10⁹", "3×10⁻⁹"]
    assert told("[0.01234, 123456, 2e9, 3e-9].map(v => m.short(v))") == words
