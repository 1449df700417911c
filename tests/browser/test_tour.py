"""The tour by keyboard, its speaker's window, and a presentation as a projector shows it."""

from playwright.sync_api import Page, expect

from gmmlab.guide.tour import SLIDES
from tests.browser.driving import goto, no_exception, settle, visit

PROJECTOR = {"width": 1920, "height": 1080}
# What is wider than the window, or than the place that it has and hides.
OVERFLOWS = """() => [...document.querySelectorAll('[data-testid="stMain"] p, h3, button p')]
  .filter(each => each.offsetParent && each.getBoundingClientRect().right > innerWidth + 1)
  .map(each => each.textContent)"""
SMALLEST = """() => Math.min(...[...document.querySelectorAll(
    '.main-svg text, [data-testid="stCaptionContainer"] p, .st-key-stage label p')]
  .filter(each => each.textContent.trim() && each.getClientRects().length)
  .map(each => parseFloat(getComputedStyle(each).fontSize)))"""
PLOT = """() => document.querySelector('.js-plotly-plot')._fullLayout.yaxis._length / innerHeight"""


def on_slide(page: Page, number: int) -> None:
    expect(page.get_by_text(f"{number} of {len(SLIDES)}", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name=SLIDES[number - 1].title)).to_be_visible()
    settle(page, seconds=60)
    no_exception(page)
    drawn = page.locator(".gmm-chart[data-drawn], .gmm-film[data-drawn], .gmm-wipe[data-drawn]")
    images = page.locator(".gmm-chart, .gmm-film, .gmm-wipe, [data-testid=stImage] img")
    assert drawn.count() or images.count()
    assert page.evaluate(OVERFLOWS) == []


def test_the_whole_tour_by_keyboard_and_the_speakers_notes_follow(new_page):
    page, notes = new_page(), new_page()
    goto(notes, "/notes")
    goto(page, "/tour")
    page.get_by_role("button", name="Start the tour").click()
    for number in range(1, len(SLIDES) + 1):
        on_slide(page, number)
        if number in (2, 7):
            expect(notes.get_by_text(SLIDES[number - 1].notes)).to_be_visible()
        page.keyboard.press("PageDown")
    page.keyboard.press("PageUp")
    on_slide(page, len(SLIDES) - 1)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    page.wait_for_function("() => !new URLSearchParams(location.search).has('slide')")


def test_a_presentation_is_a_large_picture_in_large_type(lab):
    lab.set_viewport_size(PROJECTOR)
    visit(lab, "/clusters?show=gmm")
    lab.keyboard.press("p")
    expect(lab.get_by_test_id("stSidebar")).to_be_hidden()
    settle(lab)
    assert lab.evaluate(PLOT) >= 0.75
    assert lab.evaluate(SMALLEST) >= 24
    visit(lab, "/clusters?show=gmm&present=1&keep=n_components")
    expect(lab.get_by_role("slider", name="Components K")).to_be_visible()
    lab.keyboard.press("Escape")
    expect(lab.get_by_test_id("stSidebar")).to_be_visible()
    no_exception(lab)
