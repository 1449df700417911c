"""Density, How many components? and New digits, as a visitor's hands meet them."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import no_exception, settle, visit
from tests.browser.test_clusters import address, choose


@pytest.fixture
def page(lab: Page) -> Page:
    """The page that tests share; each names a setting, so that none is left from another."""
    return lab


def drawn(page: Page, n: int) -> None:
    """Wait until `n` charts are drawn."""
    expect(page.locator(".gmm-chart[data-drawn]")).to_have_count(n, timeout=20_000)
    settle(page)
    no_exception(page)


def centre(page: Page, selector: str, place: int = 0) -> tuple[float, float]:
    box = page.locator(selector).nth(place).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_click_on_a_density_scores_that_point(page):
    visit(page, "/density?lens=density")
    drawn(page, 2)
    x, y = centre(page, ".nsewdrag")
    page.mouse.move(x, y)
    expect(page.locator(".hovertext").first).to_contain_text("log p")
    page.mouse.click(x, y)
    expect(page).to_have_url(re.compile("score="))
    settle(page)
    expect(page.get_by_text("Percentile").first).to_be_visible()
    choose(page, "Lens", "surface (3-D)")
    expect(page).to_have_url(re.compile("lens=surface"))
    settle(page)
    no_exception(page)


def test_a_model_is_clicked_and_opened_in_clusters(page):
    visit(page, "/how_many?high=20")
    drawn(page, 4)
    page.wait_for_function("document.querySelectorAll('.js-plotly-plot .point').length > 30")
    # The tenth point of the second curve: BIC at K = 10.
    point = page.locator(".js-plotly-plot").first.locator(".scatterlayer .trace").nth(1)
    box = point.locator(".point").nth(9).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile("cell=10-full"))
    settle(page)
    page.get_by_role("button", name="Open in Clusters").click()
    expect(page.get_by_role("heading", name="Clusters")).to_be_visible()
    address(page, "data=moons", "n_components=10", "show=gmm")


def test_a_model_is_chosen_by_keys_at_one_stop(page):
    visit(page, "/how_many?high=6")
    drawn(page, 4)
    plot = page.locator(".gmm-plot").first
    plot.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowUp"):
        plot.press(key)
    expect(page.locator(".gmm-said").first).to_contain_text("K = 3, full, BIC")
    expect(page.locator(".hoverlayer")).to_contain_text(["K = 3"])
    plot.press("Enter")
    expect(page).to_have_url(re.compile("cell=3-full"))
    settle(page)
    visit(page, "/how_many?high=6&chart=map")
    drawn(page, 5)
    plot = page.locator(".gmm-plot").nth(1)
    plot.focus()
    plot.press("ArrowRight")
    plot.press("End")
    plot.press("Enter")
    expect(page).to_have_url(re.compile("cell=6-full"))


def test_surfaces_are_seen_from_one_side(page):
    visit(page, "/density?lens=surface")
    drawn(page, 2)
    eyes = """[...document.querySelectorAll('.js-plotly-plot')]
      .map(plot => plot.layout.scene.camera.eye.x)"""
    page.evaluate("""Plotly.relayout(document.querySelector('.js-plotly-plot'),
      {'scene.camera': {eye: {x: 0.4, y: -2, z: 0.5}}})""")
    page.wait_for_function(f"({eyes}).every(x => Math.abs(x - 0.4) < 1e-6)")


def test_a_sweep_is_cancelled_within_a_second_and_keeps_its_cells(page):
    link = "/how_many?data_n_samples=5000&high=40&folds=10&n_init=10&tied=1&diag=1"
    page.goto(link)
    page.get_by_role("button", name="Cancel").click(timeout=30_000)
    began = time.monotonic()
    expect(page.get_by_text(re.compile("Cancelled: .* of 120 models"))).to_be_visible()
    assert time.monotonic() - began < 3  # a second, on a machine that is busy with tests
    settle(page)
    no_exception(page)
    expect(page.get_by_role("button", name="Continue")).to_be_visible()


def test_a_new_digit_is_clicked_and_shown_beside_its_nearest(page):
    visit(page, "/digits?step=generate")
    drawn(page, 3)
    x, y = centre(page, ".gmm-plot")
    page.mouse.click(x - 12, y - 12)
    nearest = page.get_by_text("and its nearest: image")
    expect(nearest).to_be_visible()
    settle(page)
    # The new image's number is a field: another is chosen by a key, and another draw has none.
    field = page.get_by_role("spinbutton", name="New image")
    number = int(field.input_value())
    field.press("ArrowUp")
    field.press("Enter")
    expect(field).to_have_value(str(number + 1))
    seed = page.get_by_role("spinbutton", name="Draw seed")
    seed.press("ArrowUp")
    seed.press("Enter")
    expect(nearest).to_have_count(0)
    settle(page)
    no_exception(page)
