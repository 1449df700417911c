"""Recolour, as a visitor's hands meet it: wipe, slider, palette, looks, files, on a phone too."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.driving import goto, no_exception, settle, visit
from tests.browser.test_clusters import address


@pytest.fixture
def page(lab: Page) -> Page:
    """The page that tests share; each names a setting, so that none is left from another."""
    return lab


def painted(page: Page) -> None:
    expect(page.locator(".gmm-wipe[data-drawn]")).to_have_count(1)
    settle(page)


def share(page: Page) -> int:
    """How much of the original is shown, in percent."""
    return int(page.get_by_role("slider", name=re.compile("^Wipe")).get_attribute("aria-valuenow"))


def test_the_wipe_moves_by_hand_and_by_keys_and_zooms(page):
    visit(page, "/recolour?n_colors=16")
    painted(page)
    # Not one picture without a text for those who do not see it, be it that it needs none.
    assert page.locator("img:not([alt])").count() == 0
    line = page.get_by_role("slider", name=re.compile("^Wipe"))
    assert share(page) == 50
    line.focus()
    page.keyboard.press("Shift+ArrowRight")
    assert share(page) == 60
    box = page.locator(".gmm-frame").bounding_box()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    assert abs(share(page) - 20) <= 1
    page.get_by_role("button", name="Zoom in").click()
    expect(page.locator(".gmm-zoom output")).to_have_text("1.6×")
    # Another number of colours leaves line and zoom where they are.
    page.get_by_role("slider", name="Colours K").press("ArrowRight")
    address(page, "n_colors=17")
    expect(page.locator(".gmm-colors button")).to_have_count(17)
    expect(page.locator(".gmm-zoom output")).to_have_text("1.6×")
    assert abs(share(page) - 20) <= 1


def test_the_picture_follows_the_slider_while_it_is_dragged(page):
    visit(page, "/recolour?n_colors=2&picture=flower")
    painted(page)
    name = page.locator(".gmm-name.gmm-right")
    expect(name).to_have_text("k-means, 2 colours")
    box = page.locator(".gmm-logslider input").bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 9, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, y, steps=4)
    # The button is still down, and the picture is there.
    expect(name).to_have_text(re.compile(r"k-means, (2[0-9]|1[6-9]) colours"))
    assert "n_colors=2&" in page.url + "&"
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"n_colors=(2[0-9]|1[6-9])"))
    number = int(page.get_by_role("spinbutton", name="Colours K").input_value())
    expect(name).to_have_text(f"k-means, {number} colours")
    settle(page)
    no_exception(page)


def test_a_colour_is_chosen_by_keys_and_changed_and_the_picture_follows(page):
    visit(page, "/recolour?n_colors=4")
    painted(page)
    swatches = page.locator(".gmm-colors button")
    stops = swatches.evaluate_all("all => all.filter(each => each.tabIndex === 0).length")
    assert stops == 1
    swatches.first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(swatches.nth(1)).to_have_attribute("aria-pressed", "true")
    page.locator(".gmm-change input").evaluate(
        "input => { input.value = '#ff0000'; input.dispatchEvent(new Event('input')); }"
    )
    expect(page).to_have_url(re.compile("edits=kc-[0-9a-f]{6}-ff0000"))
    expect(page.locator(".gmm-acts output")).to_contain_text("#ff0000")
    page.get_by_role("button", name="undo").click()
    expect(page).not_to_have_url(re.compile("edits="))
    page.get_by_role("button", name="merge").click()
    swatches.first.click()
    expect(swatches).to_have_count(3)
    settle(page)
    no_exception(page)


def test_a_look_is_one_click_and_keeps_the_photo(page):
    visit(page, "/recolour?n_colors=5&picture=flower")
    painted(page)
    expect(page.locator(".gmm-gallery img[src]")).to_have_count(9)
    page.get_by_role("button", name="Newsprint").click()
    expect(page).to_have_url(re.compile("dither=dots"))
    expect(page).to_have_url(re.compile("picture=flower"))
    expect(page.get_by_role("button", name="Newsprint")).to_have_attribute("aria-pressed", "true")
    settle(page)
    no_exception(page)


def test_a_finger_that_scrolls_leaves_the_line_alone(new_page, touch_context):
    page = new_page(within=touch_context)
    goto(page, "/recolour?n_colors=4")
    painted(page)
    hand = page.context.new_cdp_session(page)

    def top() -> float:
        return page.locator(".gmm-frame").bounding_box()["y"]

    def touch(kind: str, points: list[dict[str, float]]) -> None:
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def swipe(dx: float, dy: float) -> None:
        box = page.locator(".gmm-frame").bounding_box()
        x, y = box["x"] + 0.7 * box["width"], box["y"] + 0.6 * box["height"]
        for kind, part in (("Start", 0), ("Move", 0.1), ("Move", 0.3), ("Move", 0.6), ("Move", 1)):
            touch("touch" + kind, [{"x": x + part * dx, "y": y + part * dy}])
        touch("touchEnd", [])

    before = top()
    swipe(0, -100)
    page.wait_for_function(
        "y => document.querySelector('.gmm-frame').getBoundingClientRect().y < y", arg=before - 20
    )
    assert share(page) == 50
    swipe(-80, 5)
    assert 40 < share(page) < 50


def picture(kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(file, kind, **options)
    return file.getvalue()


def test_photos_are_uploaded_and_files_taken_away(page):
    visit(page, "/recolour?n_colors=4")
    files = page.get_by_test_id("stFileUploader").locator("input[type=file]").first
    for name, data in (("bad.png", b"hello"), ("cut.jpg", picture("JPEG")[:200])):
        files.set_input_files({"name": name, "mimeType": "image/png", "buffer": data})
        expect(page.get_by_text("The picture shown is the one before.")).to_be_visible()
        settle(page)
    files.set_input_files(
        {"name": "grey.webp", "mimeType": "image/webp", "buffer": picture("WEBP", lossless=True)}
    )
    expect(page).to_have_url(re.compile("picture=own"))
    settle(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download PNG", exact=True).click()
    assert waiting.value.suggested_filename == "grey k-means 4 colours.png"
    found = Image.open(waiting.value.path())
    assert found.size == (256, 256)
    assert found.mode == "P"
    assert len(found.convert("RGB").getcolors()) == 4
