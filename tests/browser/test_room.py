"""A room in two browsers: the lecturer's wall, and a phone whose taps are counted there."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.driving import goto, no_exception, settle, visit
from tests.browser.test_tour import OVERFLOWS, PROJECTOR

# Where the lowest thing of the page ends, in pixels, and how high the window is.
BOTTOM = """() => [Math.max(...[...document.querySelectorAll(
    '[data-testid="stMain"] :is(p, button, .gmm-plot)')]
  .filter(each => each.offsetParent)
  .map(each => each.getBoundingClientRect().bottom)), innerHeight]"""
MARKS = """() => document.querySelector('.st-key-room-live .js-plotly-plot').data
  .filter(trace => trace.marker?.color === '#e0004d').flatMap(trace => [...trace.x])"""


def fits(page: Page) -> None:
    """All of it is on the first screen."""
    assert page.evaluate(OVERFLOWS) == []
    bottom, height = page.evaluate(BOTTOM)
    assert bottom <= height


def test_a_tap_on_a_phone_is_counted_on_the_wall(lab, new_page, touch_context):
    wall, phone = lab, new_page(within=touch_context, viewport=PHONE)
    wall.set_viewport_size(PROJECTOR)
    visit(wall, "/clusters?data=stretched&data_n_samples=200&n_components=4")
    wall.get_by_role("button", name="Ask the class").click()
    expect(wall.get_by_role("heading", name="Ask the class")).to_be_visible()
    code = re.search(r"code=(\w+)", wall.url)[1]
    goto(phone, f"/room?code={code}")
    expect(phone.get_by_role("heading", name="You are in")).to_be_visible()
    wall.get_by_role("button", name="Which K?").click()
    four = phone.get_by_role("button", name="4", exact=True)
    four.tap()
    expect(phone.get_by_text("You said K = 4")).to_be_visible()
    expect(wall.get_by_text("1 answer", exact=True)).to_be_visible()
    phone.get_by_role("button", name="5", exact=True).tap()
    expect(phone.get_by_text("You said K = 5")).to_be_visible()
    expect(wall.get_by_text("1 answer", exact=True)).to_be_visible()
    wall.get_by_role("button", name="Reveal").click()
    expect(wall.get_by_text("BIC chooses K = 4")).to_be_visible()
    expect(four).to_be_disabled()
    settle(wall)
    fits(wall)
    fits(phone)
    wall.get_by_role("button", name="Where next?").click()
    picture = phone.locator(".gmm-plot .nsewdrag")
    picture.wait_for()
    settle(phone)
    picture.tap(position={"x": 60, "y": 60})
    expect(phone.get_by_text("Your red dot is sent")).to_be_visible()
    wall.wait_for_function(f"() => ({MARKS})().length === 1")
    settle(wall)
    fits(wall)
    fits(phone)
    no_exception(wall)
    wall.get_by_role("button", name="Close the room").click()
    expect(phone.get_by_text("There is no such room")).to_be_visible()
    no_exception(phone)
