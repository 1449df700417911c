"""The pages under fingers, on a phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from tests.browser.conftest import watch
from tests.browser.driving import goto, no_exception, settle
from tools.serving import Server

SCROLLED = "document.querySelector('[data-testid=\"stMain\"]').scrollTop"
SPANS = """[...document.querySelectorAll('.js-plotly-plot')].map(
  ({ _fullLayout: { xaxis } }) => xaxis.range[1] - xaxis.range[0])"""


@pytest.fixture(scope="module")
def phone(
    touch_context: BrowserContext, servers: list[Server], complaints: list[str]
) -> Iterator[Page]:
    """The page Clusters on a phone with a touch screen."""
    page = touch_context.new_page()
    watch(page, servers, complaints)
    goto(page, "/clusters")
    yield page
    page.close()


@pytest.fixture(scope="module")
def fingers(phone: Page) -> CDPSession:
    return phone.context.new_cdp_session(phone)


def touch(fingers: CDPSession, kind: str, *places: tuple[float, float]) -> None:
    points = [{"x": x, "y": y, "id": k} for k, (x, y) in enumerate(places)]
    fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def place(page: Page) -> tuple[float, float]:
    """Somewhere in the first picture where there is no centre to take hold of."""
    box = page.locator(".gmm-plot").first.bounding_box()
    return box["x"] + 0.5 * box["width"], box["y"] + 0.7 * box["height"]


def test_a_finger_over_a_picture_scrolls_the_page_and_changes_no_picture(phone, fingers):
    before = phone.evaluate(SPANS)
    x, y = place(phone)
    touch(fingers, "touchStart", (x, y))
    for step in range(1, 9):
        touch(fingers, "touchMove", (x, y - 20 * step))
        phone.wait_for_timeout(16)  # as often as a screen tells where a finger is
    touch(fingers, "touchEnd")
    phone.wait_for_function(f"{SCROLLED} > 100")
    assert phone.evaluate(SPANS) == before
    phone.evaluate(f"{SCROLLED} = 0")


def test_two_fingers_zoom_both_pictures(phone, fingers):
    before = phone.evaluate(SPANS)
    x, y = place(phone)
    touch(fingers, "touchStart", (x - 20, y), (x + 20, y))
    for far in (30, 40, 50):
        touch(fingers, "touchMove", (x - far, y), (x + far, y))
    touch(fingers, "touchEnd")
    phone.wait_for_function(f"old => {SPANS}.every((span, k) => span < 0.6 * old[k])", arg=before)
    phone.get_by_role("button", name="Whole picture").first.tap()
    phone.wait_for_function(f"old => Math.abs({SPANS}[0] - old[0]) < 1e-6", arg=before)
    assert phone.evaluate("visualViewport.scale") == 1


def test_k_is_under_the_picture_and_captions_say_where_pictures_are(phone):
    k = phone.get_by_test_id("stMain").get_by_role("slider", name="Components K")
    picture = phone.locator(".gmm-plot").last.bounding_box()
    assert k.bounding_box()["y"] > picture["y"] + picture["height"]
    k.press("ArrowRight")
    expect(phone).to_have_url(re.compile("n_components=5"))
    settle(phone)
    no_exception(phone)
    expect(phone.get_by_text("above, what k-means sees; below, what the mixture")).to_be_visible()
    expect(phone.get_by_text("left, what k-means sees; right")).to_be_hidden()


def test_the_menu_closes_after_a_choice(phone):
    phone.get_by_test_id("stExpandSidebarButton").tap()
    phone.get_by_test_id("stSidebarNavLink").get_by_text("Density").tap()
    expect(phone.get_by_role("heading", name="Density", level=1)).to_be_visible()
    expect(phone.get_by_test_id("stSidebarNavLink").first).not_to_be_in_viewport()
    settle(phone)
    no_exception(phone)
