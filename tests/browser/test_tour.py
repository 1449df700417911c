"""The tour by keyboard, its speaker's window, and a presentation as a projector shows it."""

from playwright.sync_api import Page, expect

from gmmlab.guide.tour import SLIDES
from tests.browser.driving import goto, no_exception, settle, visit

NO_WIDTH = "\u2060"  # keeps an address from becoming a link
HOSTILE = f"<b>One</b> *two* $x$ :red[a] https:{NO_WIDTH}//evil.example"
PROJECTOR = {"width": 1920, "height": 1080}
# What is wider than the window, or than the place that it has and hides.
OVERFLOWS = """() => [...document.querySelectorAll('[data-testid="stMain"] p, h3, button p')]
  .filter(each => each.offsetParent && each.getBoundingClientRect().right > innerWidth + 1)
  .map(each => each.textContent)"""
SMALLEST = """() => Math.min(...[...document.querySelectorAll(
    '.main-svg text, [data-testid="stCaptionContainer"] p, .st-key-stage label p')]
  .filter(each => each.textContent.trim() && each.getClientRects().length)
  .map(each => parseFloat(getComputedStyle(each).fontSize)))"""
INK = """() => [...document.querySelectorAll(
    '.main-svg .xtick text, [data-testid="stCaptionContainer"] p')]
  .map(each => { const style = getComputedStyle(each);
    return each.tagName === 'P' ? style.color : style.fill; })"""
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


def test_a_lesson_is_collected_told_played_by_keyboard_and_opened_again(lab):
    visit(lab, "/lesson")
    for number, path in enumerate(("/clusters?data=moons", "/density"), start=1):
        visit(lab, path)
        lab.get_by_role("button", name="Add this moment").click()
        expect(lab.get_by_role("link", name=f"Your lesson: {number} moment")).to_be_visible()
    lab.get_by_role("link", name="Your lesson: 2").click()
    title, listed = lab.get_by_role("textbox", name="Title"), lab.locator(".st-key-moments p")
    expect(listed).to_have_count(2)
    title.fill(HOSTILE.replace(NO_WIDTH, ""))
    lab.get_by_role("textbox", name="Note").fill("One <i>line</i>.\n" + "Another one. " * 20)
    lab.get_by_role("button", name="↓ Later").click()  # what was typed last counts all the same
    expect(listed.nth(1)).to_have_text(f"2 {HOSTILE}")
    settle(lab)
    lab.go_back()
    expect(listed.nth(0)).to_contain_text("1 ")
    expect(listed.nth(1)).not_to_have_text(f"2 {HOSTILE}")
    lab.go_forward()
    expect(listed.nth(1)).to_have_text(f"2 {HOSTILE}")
    settle(lab)
    lab.get_by_role("button", name="Play").click()
    expect(lab.get_by_text("1 of 2", exact=True)).to_be_visible()
    settle(lab)
    lab.keyboard.press("ArrowRight")
    expect(lab.get_by_role("heading", name=HOSTILE)).to_be_visible()
    expect(lab.get_by_text("One <i>line</i>.")).to_be_visible()
    settle(lab)
    assert lab.get_by_role("heading", name=HOSTILE).locator("[href^=http], b").count() == 0
    assert lab.evaluate(OVERFLOWS) == []
    goto(lab, lab.url)  # somebody else opens the same address
    expect(lab.get_by_text("2 of 2", exact=True)).to_be_visible()
    lab.keyboard.press("PageUp")
    expect(lab.get_by_text("1 of 2", exact=True)).to_be_visible()
    settle(lab)
    lab.keyboard.press("Escape")
    expect(lab.get_by_test_id("stSidebar")).to_be_visible()
    no_exception(lab)


def test_a_presentation_is_a_large_picture_in_large_type(lab):
    lab.set_viewport_size(PROJECTOR)
    visit(lab, "/clusters?show=gmm")
    lab.keyboard.press("p")
    expect(lab.get_by_test_id("stSidebar")).to_be_hidden()
    settle(lab)
    assert lab.evaluate(PLOT) >= 0.75
    assert lab.evaluate(SMALLEST) >= 24
    lab.emulate_media(color_scheme="dark")  # a projector wants black on white all the same
    expect(lab.get_by_test_id("stApp")).to_have_css("background-color", "rgb(255, 255, 255)")
    lab.wait_for_function(f"() => ({INK})().every(color => color === 'rgb(11, 13, 18)')")
    lab.emulate_media(color_scheme="light")
    visit(lab, "/clusters?show=gmm&present=1&keep=n_components")
    expect(lab.get_by_role("slider", name="Components K")).to_be_visible()
    lab.keyboard.press("Escape")
    expect(lab.get_by_test_id("stSidebar")).to_be_visible()
    no_exception(lab)
