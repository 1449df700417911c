"""Pictures as files: PNG and SVG, and a page that is whole without a network."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.driving import settle, visit


@pytest.fixture
def panel(lab: Page) -> Page:
    """The Clusters page with its panel open."""
    visit(lab, "/clusters?data=moons&data_n_samples=60&n_components=2")
    box = lab.get_by_test_id("stExpander").filter(has_text="Take it away")
    if not lab.get_by_text("Show me the Python").is_visible():
        box.locator("summary").click()
    expect(lab.locator(".gmm-saving div")).to_have_count(2)
    settle(lab)
    return lab


def saved(page: Page, label: str, folder: Path) -> Path:
    with page.expect_download() as coming:
        page.get_by_role("button", name=label).first.click()
    target = folder / coming.value.suggested_filename
    coming.value.save_as(target)
    return target


def test_each_kind_of_file_is_made_in_the_browser(panel: Page, browser: Browser, tmp_path: Path):
    assert saved(panel, "PNG of picture 1", tmp_path).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert saved(panel, "SVG of picture 2", tmp_path).read_text("utf-8").startswith("<svg")
    file = saved(panel, "HTML of picture 2", tmp_path)
    assert saved(panel, "Script (.py)", tmp_path).read_text("utf-8").startswith('"""GMM Lab')

    offline = browser.new_context(offline=True)
    page, asked, troubles = offline.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(file.as_uri())
    expect(page.locator("#picture .scatterlayer .trace")).not_to_have_count(0)
    expect(page.get_by_role("figure")).to_have_attribute("aria-label", file_words(panel))
    # It answers: a drag with the mouse moves the plane.
    before = page.evaluate("document.getElementById('picture').layout.xaxis.range[0]")
    page.mouse.move(600, 300)
    page.mouse.down()
    page.mouse.move(700, 320, steps=4)
    page.mouse.up()
    ranges = "document.getElementById('picture').layout.xaxis.range[0]"
    page.wait_for_function(f"before => {ranges} !== before", arg=before)
    assert asked == [file.as_uri()]
    assert not troubles
    offline.close()


def file_words(page: Page) -> str:
    """What the second picture is called in the file: its title, and itself in words."""
    return page.evaluate(
        """() => {
          const { title, alt } = document.querySelectorAll(".gmm-chart")[1].gmmlab.options;
          return title ? `${title}: ${alt}` : alt;
        }"""
    )
