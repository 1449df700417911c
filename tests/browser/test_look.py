"""How every page looks: the picture is the page, words can be read, every page is in sight."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.driving import goto, no_exception, settle, visit
from tools.serving import page_paths

# Pages that have no picture of their own.
OF_WORDS = {"glossary", "lesson", "notes", "room", "tour"}
HIDDEN = {"lesson", "notes", "room"}  # pages that the navigation does not show
WALL = {"width": 1920, "height": 1080}

# Of the page's first picture: where the plot itself begins, axes and legend apart, and its height.
FIRST_PICTURE = """() => {
  const element = document.querySelector('.gmm-plot, .gmm-frame, .film-pictures canvas');
  const box = element.getBoundingClientRect();
  const inner = element._fullLayout?._size ?? { t: 0, h: box.height };
  return [box.top + inner.t, inner.h];
}"""

# What is said of every caption: pixels of its text, and contrast with what is behind it.
CAPTIONS = """() => {
  const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 })
    .getContext('2d', { willReadFrequently: true });
  const painted = (...colors) => {
    for (const color of colors) {
      context.fillStyle = color;
      context.fillRect(0, 0, 1, 1);
    }
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = color => color.map(v => v / 255)
    .map(v => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = getComputedStyle(document.querySelector('.stApp')).backgroundColor;
  return [...document.querySelectorAll('[data-testid="stCaptionContainer"] p')].map(p => {
    const style = getComputedStyle(p);
    const opacity = Number(getComputedStyle(p.parentElement).opacity);
    const ink = painted(ground, style.color), paper = painted(ground);
    const seen = ink.map((v, i) => paper[i] + opacity * (v - paper[i]));
    const [low, high] = [light(seen), light(paper)].sort((a, b) => a - b);
    return [p.textContent, parseFloat(style.fontSize), (high + 0.05) / (low + 0.05)];
  });
}"""


def violations(page: Page) -> list[str]:
    """What axe finds against the guidelines that keeps somebody from using the page, or nearly."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{each['id']}: {node['html']} ({node['failureSummary']})"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("name", page_paths())
def test_the_picture_is_the_page_and_everybody_can_read_it(name: str, lab: Page):
    goto(lab, page_paths()[name])  # a session of its own: what other tests chose would come along
    pages = lab.get_by_test_id("stTopNavLink")
    expect(pages).to_have_count(len(page_paths().keys() - HIDDEN))
    for link in pages.all():
        expect(link).to_be_visible()
    for size, scheme in ((DESK, "light"), (WALL, "dark")):
        lab.emulate_media(color_scheme=scheme)
        lab.set_viewport_size(size)
        settle(lab, stable=0.3)
        no_exception(lab)
        if name not in OF_WORDS:
            lab.wait_for_selector(":is(.gmm-chart, .gmm-wipe, .gmm-film)[data-drawn]")
            top, height = lab.evaluate(FIRST_PICTURE)
            assert top < 200 * size["height"] / 800
            assert height >= 0.55 * size["height"]
        captions = lab.evaluate(CAPTIONS)
        assert captions or name in OF_WORDS
        for words, pixels, contrast in captions:
            assert pixels >= 15, words
            assert contrast >= 4.5, words
        assert violations(lab) == []
    lab.emulate_media(color_scheme="light")
    lab.set_viewport_size(PHONE)
    settle(lab, stable=0.3)
    assert violations(lab) == []


@pytest.mark.parametrize("path", ["/clusters?present=1&keep=n_components.show", "/em?slide=5"])
def test_everybody_can_read_a_stage_whatever_their_theme(path: str, lab: Page):
    visit(lab, path)
    lab.wait_for_selector(":is(.gmm-chart, .gmm-film)[data-drawn]")
    for scheme in ("light", "dark"):
        lab.emulate_media(color_scheme=scheme)
        settle(lab, stable=0.3)
        no_exception(lab)
        assert violations(lab) == []
        assert all(contrast >= 4.5 for _, _, contrast in lab.evaluate(CAPTIONS))


# Where the first picture is, frame by frame, in whole pixels: each new place once.
WATCH_THE_PICTURE = """() => {
  window.placesOfThePicture = new Set();
  const look = () => {
    const box = document.querySelector('.gmm-plot, .gmm-frame')?.getBoundingClientRect();
    window.placesOfThePicture.add(
      box ? [box.left, box.top, box.width, box.height].map(Math.round).join() : "gone");
    window.watching = requestAnimationFrame(look);
  };
  look();
}"""
PLACES = "() => { cancelAnimationFrame(window.watching); return [...window.placesOfThePicture]; }"


@pytest.mark.parametrize(
    ("page", "label"),
    [
        ("clusters", "Components K"),
        ("density", "Components K"),
        ("how_many", "K to"),
        ("recolour", "Colours"),
    ],
)
def test_nothing_jumps_while_another_model_is_fitted(page, label, lab):
    visit(lab, "/")
    visit(lab, f"/{page}")
    lab.wait_for_selector(":is(.gmm-chart, .gmm-wipe)[data-drawn]")
    settle(lab, stable=0.5)
    lab.evaluate(WATCH_THE_PICTURE)
    number = lab.get_by_role("slider", name=label).or_(lab.get_by_role("spinbutton", name=label))
    before = lab.url
    number.first.press("ArrowUp")
    number.first.press("Enter")
    lab.wait_for_function("before => location.href !== before", arg=before)
    settle(lab, stable=0.5)
    assert len(lab.evaluate(PLACES)) == 1
