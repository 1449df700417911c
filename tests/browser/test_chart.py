"""The chart that stays: zoom, theme, centres to drag, keys, saving, frames, and falling back."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import goto, no_exception, settle, visit
from tests.browser.test_clusters import address, charts, choose
from tools.serving import Server, serve

RANGES = """() => [...document.querySelectorAll('.js-plotly-plot')].map(
  plot => [...plot._fullLayout.xaxis.range, ...plot._fullLayout.yaxis.range])"""


@pytest.fixture
def clusters(lab: Page) -> Page:
    """The page Clusters as it is by default, its charts just made."""
    visit(lab, "/")
    visit(lab, "/clusters?n_components=4")
    address(lab)
    charts(lab, 2)
    return lab


def zoomed(page: Page) -> list[list[float]]:
    """Zoom the first picture in twice with the keyboard, and return what both show then."""
    before = page.evaluate(RANGES)[0]
    page.locator(".gmm-plot").first.focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.wait_for_function(
        f"before => ({RANGES})().every(r => r[1] - r[0] < 0.7 * (before[1] - before[0]))",
        arg=before,
    )
    return page.evaluate(RANGES)


def test_zoom_survives_another_k_and_both_pictures_share_it(clusters):
    clusters.evaluate("document.querySelectorAll('.js-plotly-plot').forEach(p => p.mine = true)")
    shown = zoomed(clusters)
    assert shown[0] == pytest.approx(shown[1], rel=1e-6)
    clusters.get_by_role("slider", name="Components K").press("ArrowRight")
    address(clusters, "n_components=5")
    for found in clusters.evaluate(RANGES):
        assert found == pytest.approx(shown[0], rel=1e-6)
    kept = "[...document.querySelectorAll('.js-plotly-plot')].map(p => p.mine)"
    assert clusters.evaluate(kept) == [True, True]


def test_another_data_set_shows_itself_whole(clusters):
    shown = zoomed(clusters)
    choose(clusters, "Data set", "Moons")
    address(clusters, "data=moons", "n_components=2")
    clusters.wait_for_function(f"old => ({RANGES})()[0][0] !== old", arg=shown[0][0])
    for left, right, low, high in clusters.evaluate(RANGES):
        assert left < -1.1
        assert right > 2.1
        assert low < -0.5
        assert high > 1


def test_zero_returns_to_the_whole_picture(clusters):
    before = clusters.evaluate(RANGES)[0]
    zoomed(clusters)
    clusters.keyboard.press("0")
    clusters.wait_for_function(
        f"before => Math.abs(({RANGES})()[0][0] - before[0]) < 1e-6", arg=before
    )


def test_the_theme_is_followed_live(clusters):
    def ink() -> str:
        return clusters.evaluate("document.querySelector('.js-plotly-plot')._fullLayout.font.color")

    assert ink() == "#1a1d23"
    clusters.emulate_media(color_scheme="dark")
    clusters.wait_for_function(
        "() => document.querySelector('.js-plotly-plot')._fullLayout.font.color === '#e6e8eb'"
    )
    no_exception(clusters)


def centre(page: Page, k: int):
    return page.get_by_role("button", name=re.compile(f"^Centre {k}:")).first


def test_a_dragged_centre_is_where_both_models_start(clusters, new_page):
    box = centre(clusters, 1).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    clusters.mouse.move(x, y)
    clusters.mouse.down()
    clusters.mouse.move(x + 60, y + 60, steps=4)
    clusters.mouse.up()
    expect(clusters).to_have_url(re.compile(r"init=hand"))
    settle(clusters)
    no_exception(clusters)
    link = clusters.url
    assert len(re.findall(r"%2C|,", link)) == 4
    page = new_page()
    goto(page, link)
    charts(page, 2)
    assert page.url == link


def test_a_centre_can_be_moved_by_keys(clusters):
    centre(clusters, 2).focus()
    for key in ("ArrowLeft", "Shift+ArrowUp", "Enter"):
        clusters.keyboard.press(key)
    expect(clusters).to_have_url(re.compile(r"init=hand"))
    settle(clusters)
    charts(clusters, 2)


def test_nothing_offers_to_upload_a_chart(clusters):
    titles = clusters.evaluate(
        "[...document.querySelectorAll('.gmm-tools button')].map(b => b.title)"
    )
    assert "Download as SVG" in titles
    expect(clusters.locator(".modebar-btn")).to_have_count(0)
    assert not any("share" in title.lower() or "cloud" in title.lower() for title in titles)


def test_the_buttons_above_a_picture_are_one_stop_and_zoom(clusters):
    bar = clusters.get_by_role("toolbar", name="Look closer, save").first
    whole, closer = (bar.get_by_role("button", name=name) for name in ("Whole picture", "Zoom in"))
    assert bar.evaluate("bar => [...bar.children].filter(b => b.tabIndex === 0).length") == 1
    before = clusters.evaluate(RANGES)[0]
    whole.focus()
    clusters.keyboard.press("ArrowRight")
    expect(closer).to_be_focused()
    clusters.keyboard.press("Enter")
    clusters.wait_for_function(f"old => ({RANGES})()[0][0] > old[0] + 0.1", arg=before)
    whole.click()
    clusters.wait_for_function(f"old => Math.abs(({RANGES})()[0][0] - old[0]) < 1e-6", arg=before)


def test_shapes_glide_unless_a_visitor_prefers_rest(clusters, new_page):
    count = """async key => {
      let most = 0;
      const look = () => {
        most = Math.max(most, document.getAnimations().filter(a => a.effect.target
          .closest?.('.scatterlayer')).length);
      };
      // An answer may take its time: look until it is there, and for a while after.
      for (let end = Infinity; performance.now() < end;) {
        if (end === Infinity && location.search.includes(key)) end = performance.now() + 1500;
        look();
        await new Promise(requestAnimationFrame);
      }
      return most;
    }"""
    still = new_page(reduced_motion="reduce")
    goto(still, "/clusters")
    charts(still, 2)
    for page, moving in ((clusters, True), (still, False)):
        page.get_by_role("slider", name="Components K").press("ArrowRight")
        assert (page.evaluate(count, "n_components=5") > 0) is moving
        address(page, "n_components=5")


@pytest.mark.parametrize("kind", ["PNG", "SVG"])
def test_pictures_can_be_saved(clusters, kind):
    with clusters.expect_download() as waiting:
        clusters.get_by_role("button", name=f"Download as {kind}").first.click()
    download = waiting.value
    assert download.suggested_filename == f"gmm-lab.{kind.lower()}"
    data = download.path().read_bytes()
    assert data.startswith(b"\x89PNG" if kind == "PNG" else b"<svg")
    assert len(data) > 10_000


def test_pictures_grow_with_the_window(clusters):
    before = clusters.locator(".gmm-plot").first.bounding_box()
    clusters.set_viewport_size({"width": 1920, "height": 1080})
    clusters.wait_for_function(
        "high => document.querySelector('.js-plotly-plot')._fullLayout.height > high + 150",
        arg=before["height"],
    )


def test_without_its_script_the_page_says_so_and_shows_plain_charts(new_page):
    # Not a watched page: a refused request is what this is about.
    plain = new_page(is_watched=False)
    plain.route("**/gmmlab/*/plotly.js", lambda route: route.abort())
    goto(plain, "/clusters")
    expect(plain.get_by_test_id("stPlotlyChart")).to_have_count(2)
    expect(plain.get_by_text("script of the lab's own chart did not load").first).to_be_visible()
    plain.get_by_role("slider", name="Components K").press("ArrowRight")
    address(plain, "n_components=5")
    expect(plain.get_by_test_id("stPlotlyChart")).to_have_count(2)


@pytest.fixture
def frames(new_page, servers: list[Server]) -> Iterator[Page]:
    """Open a page whose chart has frames."""
    with serve(entry="tests/browser/frames_app.py") as server:
        servers.append(server)
        page = new_page()
        goto(page, server.url)
        yield page


def test_frames_play_pause_and_seek(frames):
    where = "() => document.querySelector('.js-plotly-plot').data[0].x[0]"
    slider = frames.get_by_role("slider", name="Frame")
    expect(slider).to_be_visible()
    slider.press("ArrowRight")
    frames.wait_for_function(f"({where})() === 1")
    frames.get_by_role("button", name="Play").click()
    frames.wait_for_function(f"({where})() === 4")
    expect(frames.get_by_role("button", name="Play")).to_be_visible()
    frames.evaluate("document.querySelector('.gmm-chart').gmmlab.seek(2)")
    frames.wait_for_function(f"({where})() === 2")
    frames.evaluate("document.querySelector('.gmm-chart').gmmlab.play()")
    frames.evaluate("document.querySelector('.gmm-chart').gmmlab.pause()")
    # Another setting of the page leaves the frame where it is.
    note = frames.get_by_role("textbox", name="Note")
    note.fill("hello")
    note.press("Enter")
    settle(frames)
    assert frames.evaluate(where) == 2
