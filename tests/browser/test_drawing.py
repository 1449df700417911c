"""Drawing on the Clusters page: by mouse, touch and keys; undo, links, files, other pages."""

import math
import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from gmmlab.data.points.drawing import MOST_IN_A_LINK, decoded
from tests.browser.driving import goto, no_exception, settle, visit
from tests.browser.test_clusters import charts, choose, upload


def pad(page: Page, place: int = 0) -> tuple[float, float]:
    """Return the middle of a drawing pad, once it stays where it is."""
    found = page.locator(".gmm-pad").nth(place)
    found.scroll_into_view_if_needed()
    before, box = None, found.bounding_box()
    while box != before:
        page.wait_for_timeout(200)
        before, box = box, found.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def count(page: Page, n: int) -> None:
    """Wait until the pad has `n` points and both models have been fitted to them."""
    word = "1 point" if n == 1 else f"{n} points"
    # While a page changes, a part that it moves is there twice for a moment.
    expect(page.locator(".gmm-toolbar output").first).to_have_text(word)
    if n:
        expect(page.locator(f'.gmm-plot[aria-label*=" on {n} points"]').first).to_be_visible()
    settle(page)
    no_exception(page)


def drawing_of(page: Page) -> np.ndarray:
    code = page.evaluate("new URLSearchParams(location.search).get('data_code')")
    return decoded(code)[0]


@pytest.fixture
def sheet(page: Page) -> Page:
    goto(page, "/clusters?data=drawing&n_components=2")
    expect(page.locator(".gmm-pad")).to_have_count(2)
    settle(page, stable=0.5)  # a click counts from where the pad has come to rest
    return page


def click(page: Page, dx: float, dy: float, place: int = 0) -> None:
    x, y = pad(page, place)
    page.mouse.click(x + dx, y + dy)


def test_clicks_add_points_and_the_models_follow(sheet):
    for n, (dx, dy) in enumerate([(-80, 0), (-60, 20), (80, 0), (60, -20)], start=1):
        click(sheet, dx, dy, place=n % 2)
        count(sheet, n)
    X = drawing_of(sheet)
    assert X.shape == (4, 2)
    assert X[0, 0] < -1
    assert X[2, 0] > 1
    assert abs(X[0, 1]) < 0.1


def test_a_smile_is_one_stroke_and_one_step_back(sheet):
    x, y = pad(sheet)
    sheet.mouse.move(x - 100, y)
    sheet.mouse.down()
    for i in range(41):
        angle = math.pi * (1 - i / 40)
        sheet.mouse.move(x + 100 * math.cos(angle), y + 80 * math.sin(angle))
        sheet.wait_for_timeout(10)
    # The models chase the stroke while it is drawn, and the address waits for its end.
    expect(sheet.locator('.gmm-plot[aria-label*="Gaussian mixture"]')).to_be_visible()
    assert len(sheet.url.partition("data_code=")[2]) < 30
    sheet.mouse.up()
    sheet.wait_for_function("location.search.length > 100")
    settle(sheet)
    n = len(drawing_of(sheet))
    assert 15 < n < 40
    count(sheet, n)
    sheet.get_by_role("button", name="Undo").click()
    count(sheet, 0)
    assert len(drawing_of(sheet)) == 0


def test_spray_move_erase_and_clear(sheet):
    sheet.get_by_role("button", name="Spray").click()
    x, y = pad(sheet)
    sheet.mouse.move(x, y)
    sheet.mouse.down()
    expect(sheet.locator(".gmm-toolbar output")).to_have_text(re.compile(r"^([6-9]|\d\d) points"))
    sheet.mouse.up()
    sheet.wait_for_function("() => new URLSearchParams(location.search).get('data_code')")
    sheet.wait_for_timeout(300)
    settle(sheet)
    assert len(drawing_of(sheet)) >= 6
    sheet.get_by_role("button", name="Clear").click()
    count(sheet, 0)
    sheet.get_by_role("button", name="Pen", exact=True).click()
    click(sheet, 0, 0)
    count(sheet, 1)
    sheet.get_by_role("button", name="Move", exact=True).click()
    sheet.mouse.move(x + 2, y + 2)
    sheet.mouse.down()
    sheet.mouse.move(x + 82, y - 50, steps=5)
    sheet.mouse.up()
    sheet.wait_for_function("() => !document.querySelector('.gmm-chart').gmmlab.stroke")
    sheet.wait_for_timeout(300)
    settle(sheet)
    moved = drawing_of(sheet)
    assert len(moved) == 1
    assert moved[0, 0] > 1
    assert moved[0, 1] > 1
    sheet.get_by_role("button", name="Erase").click()
    click(sheet, 80, -52)
    count(sheet, 0)
    sheet.get_by_role("button", name="Undo").click()
    count(sheet, 1)


def test_drawing_by_keys(sheet):
    sheet.locator(".gmm-pad").first.focus()
    for key in ("Enter", "Shift+ArrowLeft", "Enter", "ArrowUp", "ArrowUp", "ArrowUp", "Enter"):
        sheet.keyboard.press(key)
    count(sheet, 3)
    X = drawing_of(sheet)
    assert X[1, 0] < X[0, 0]
    assert X[2, 1] > X[1, 1]
    sheet.keyboard.press("Delete")
    count(sheet, 2)
    sheet.keyboard.press("u")
    count(sheet, 3)


def test_drawing_by_touch(new_page, touch_context):
    page = new_page(within=touch_context)
    goto(page, "/clusters?data=drawing&n_components=1")
    x, y = pad(page)
    page.touchscreen.tap(x - 40, y)
    count(page, 1)
    page.touchscreen.tap(x + 40, y)
    count(page, 2)


def test_a_link_carries_a_drawing_and_back_takes_it_back(sheet, new_page):
    for n, dx in enumerate((-60, 0, 60), start=1):
        click(sheet, dx, 0)
        count(sheet, n)
    other = new_page()
    goto(other, sheet.url)
    count(other, 3)
    np.testing.assert_array_equal(drawing_of(other), drawing_of(sheet))
    sheet.go_back()
    count(sheet, 2)
    sheet.get_by_role("link", name="Home").click()
    expect(sheet.get_by_role("heading", name="GMM Lab")).to_be_visible()
    settle(sheet)
    sheet.get_by_test_id("stPageLink").first.get_by_role("link").click()
    count(sheet, 2)


def test_a_data_set_becomes_a_drawing_that_is_too_long_for_a_link(page, new_page):
    goto(page, "/clusters")
    page.get_by_role("button", name="Draw on these").click()
    count(page, 400)
    click(page, 0, 0)
    count(page, 401)
    assert len(page.url) < 200
    other = new_page()
    goto(other, page.url)
    expect(other.get_by_text(f"a drawing of more than {MOST_IN_A_LINK} points")).to_be_visible()
    count(other, 0)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as CSV").click()
    saved = waiting.value.path().read_bytes()
    upload(other, "drawing.csv", saved)
    count(other, 401)
    upload(other, "broken.csv", b"\x89PNG")
    expect(other.get_by_text("Nothing was changed.")).to_be_visible()
    count(other, 401)


def test_another_data_set_and_back_finds_the_drawing(sheet):
    click(sheet, 0, 0)
    count(sheet, 1)
    choose(sheet, "Data set", "Moons")
    expect(sheet).to_have_url(re.compile("data=moons"))
    charts(sheet, 2)
    expect(sheet.locator(".gmm-pad")).to_have_count(0)
    choose(sheet, "Data set", "Your drawing")
    count(sheet, 1)


# Messages of the server come late, in order, as over a slow connection.
SLOW = """const listen = WebSocket.prototype.addEventListener;
const late = told => event => setTimeout(() => told(event), 250);
WebSocket.prototype.addEventListener = function (kind, told, ...rest) {
  listen.call(this, kind, kind === "message" ? late(told.bind(this)) : told, ...rest);
};
Object.defineProperty(WebSocket.prototype, "onmessage", {
  set(told) { listen.call(this, "message", late(told.bind(this))); },
});"""


def test_points_set_one_by_one_over_a_slow_connection_are_all_kept(page):
    page.add_init_script(SLOW)
    goto(page, "/clusters?data=drawing&n_components=2")
    expect(page.locator(".gmm-pad")).to_have_count(2)
    settle(page, stable=0.5)
    x, y = pad(page)
    for n in range(1, 6):
        page.mouse.click(x + 20 * n, y + 9 * (n % 3))
        # Answered, and told that the stroke is over; the new address is still on its way.
        page.locator(f'.gmm-plot[aria-label*=" on {n} point"]').first.wait_for()
    count(page, 5)
    for _ in range(50):  # the address is the last to come
        if len(drawing_of(page)) == 5:
            return
        page.wait_for_timeout(100)
    assert len(drawing_of(page)) == 5


def test_a_drawing_on_density_answers_hover_and_click(lab):
    code = "-10_10_-10_10~" + "".join(f"{a}A{b}A" for a in "bdfhj" for b in "behk")
    visit(lab, f"/density?data=drawing&data_code={code}&n_components=2&other_components=1")
    expect(lab.locator(".gmm-chart[data-drawn]")).to_have_count(2)
    settle(lab)
    bar = lab.get_by_role("toolbar", name="Drawing tools").first
    expect(bar.get_by_role("button", name="Centres")).to_be_hidden()  # there are none to drag
    bar.get_by_role("button", name="Look").click()
    box = lab.locator(".gmm-pad").first.bounding_box()
    lab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(lab.locator(".hoverlayer").first).to_contain_text("log p")
    lab.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(lab).to_have_url(re.compile("score="))
    settle(lab)
    expect(lab.get_by_text("Percentile").first).to_be_visible()
    assert f"data_code={code}" in lab.url.replace("%7E", "~")  # nothing was drawn
    bar.get_by_role("button", name="Pen").click()
