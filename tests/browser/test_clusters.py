"""The Clusters page as a visitor meets it: controls, scenes, files, links, Back."""

import re
from contextlib import suppress

import numpy as np
import pytest
from playwright.sync_api import Page, TimeoutError, expect

from gmmlab.guide.scenes import CLUSTER_SCENES
from gmmlab.settings import to_query
from tests.browser.conftest import DESK, PHONE
from tests.browser.driving import goto, no_exception, settle, visit


def table(n: int) -> bytes:
    """A file of `n` flowers, the second of which has a gap."""
    rng = np.random.default_rng(n)
    rows = [f"{a:.3f},{b:.3f},{c:.3f},rose" for a, b, c in rng.normal(size=(n, 3))]
    rows[1] = "1.0,,3.0,rose"
    return "\n".join(["width,height,depth,kind", *rows]).encode()


def address(page: Page, *parameters: str) -> None:
    """Wait until the address has just these parameters, and the page has come to rest."""
    page.wait_for_function(
        "wanted => [...new URLSearchParams(location.search)].map(pair => pair.join('=')).sort()"
        ".join('&') === wanted",
        arg="&".join(sorted(parameters)),
    )
    settle(page)
    no_exception(page)


def charts(page: Page, n: int) -> None:
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    expect(page.locator(".gmm-chart[data-drawn]")).to_have_count(n)


def choose(page: Page, label: str, option: str) -> None:
    """Pick an option of a select box, opening the list again if an answer's arrival shut it."""
    box = page.get_by_role("combobox", name=re.compile(f"{label}$|{label}[.]|{label}")).first
    wanted = page.get_by_role("option", name=option, exact=True)
    for _ in range(5):
        box.click()
        with suppress(TimeoutError):
            return wanted.click(timeout=3000)
    raise AssertionError(f"{label} never offered {option}")


def upload(page: Page, name: str, data: bytes) -> None:
    file = {"name": name, "mimeType": "text/csv", "buffer": data}
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(file)


@pytest.fixture
def clusters(lab: Page) -> Page:
    """The page Clusters as it is by default."""
    visit(lab, "/clusters?n_components=4")
    address(lab)
    charts(lab, 2)
    return lab


def test_every_scene_is_one_click(clusters):
    for number, scene in enumerate(CLUSTER_SCENES, start=1):
        clusters.get_by_role("button", name=f"{number} {scene.title}", exact=True).click()
        address(clusters, *(f"{name}={value}" for name, value in to_query(scene.settings).items()))
        look = scene.look.replace("{left}", "left").replace("{right}", "right")
        expect(clusters.get_by_text(look).first).to_be_visible()
        charts(clusters, {"both": 2, "types": 4}.get(scene.settings.view.show, 1))


def test_each_kind_of_control_works_by_hand(clusters):
    """What all of them do to page and address, `tests/ui/test_clusters_page.py` knows."""
    clusters.get_by_role("slider", name="Spread").press("ArrowRight")
    address(clusters, "data_cluster_std=0.65")
    clusters.get_by_text("More", exact=True).click()
    field = clusters.get_by_role("spinbutton", name="Points", exact=True)
    field.fill("60")
    field.press("Enter")
    address(clusters, "data_cluster_std=0.65", "data_n_samples=60")
    choose(clusters, "Start", "random points")
    address(clusters, "data_cluster_std=0.65", "data_n_samples=60", "init=random_from_data")
    clusters.get_by_text("Regions", exact=True).click()
    address(
        clusters, "data_cluster_std=0.65", "data_n_samples=60", "init=random_from_data", "regions=1"
    )
    charts(clusters, 2)


def test_a_permalink_survives_a_reload(page):
    link = "/clusters?data=moons&data_noise=0.1&n_components=16&covariance_type=diag&regions=1"
    goto(page, link)
    for _ in range(2):
        address(page, *link.split("?")[1].split("&"))
        expect(page.get_by_role("slider", name="Components K")).to_have_value("16")
        expect(page.get_by_role("slider", name="Noise")).to_have_value("0.1")
        page.reload()


def test_back_and_forward_walk_through_the_pictures(clusters):
    slider = clusters.get_by_role("slider", name="Components K")
    slider.press("ArrowRight")
    address(clusters, "n_components=5")
    choose(clusters, "Data set", "Moons")
    address(clusters, "data=moons", "n_components=2")
    clusters.go_back()
    address(clusters, "n_components=5")
    expect(clusters.get_by_role("slider", name="Spread")).to_be_visible()
    clusters.go_back()
    address(clusters)
    expect(slider).to_have_value("4")
    clusters.go_forward()
    address(clusters, "n_components=5")
    expect(slider).to_have_value("5")


def test_back_from_another_page_and_the_way_there_by_its_card(clusters):
    clusters.get_by_role("slider", name="Components K").press("ArrowRight")
    address(clusters, "n_components=5")
    clusters.get_by_role("link", name="Home").click()
    expect(clusters.get_by_role("heading", name="GMM Lab")).to_be_visible()
    settle(clusters)
    clusters.go_back()
    address(clusters, "n_components=5")
    clusters.get_by_role("link", name="Home").click()
    expect(clusters.get_by_role("heading", name="GMM Lab")).to_be_visible()
    settle(clusters)
    clusters.get_by_test_id("stPageLink").first.get_by_role("link").click()
    address(clusters, "n_components=5")
    charts(clusters, 2)


def test_quick_hands_get_the_last_picture_they_asked_for(clusters):
    slider = clusters.get_by_role("slider", name="Components K")
    for _ in range(8):
        slider.press("ArrowRight")
    address(clusters, "n_components=12")
    expect(clusters.get_by_text("All 12 components are in use").first).to_be_visible()


def test_a_garbled_link_says_what_it_did(lab):
    visit(lab, "/clusters?n_components=999&data=moons&seed=%3Cscript%3Ealert(1)%3C/script%3E")
    expect(lab.get_by_test_id("stAlert")).to_have_count(2)
    expect(lab.get_by_text("Components K is 4 instead")).to_be_visible()
    address(lab, "data=moons")
    charts(lab, 2)


def test_tables_good_and_broken(page):
    goto(page, "/clusters")
    charts(page, 2)
    choose(page, "Data set", "Your table")
    address(page, "data=table")
    expect(page.get_by_text("Upload a CSV file")).to_be_visible()
    upload(page, "good.csv", table(60))
    expect(
        page.get_by_text("59 points from 60 rows of good.csv; 1 row with gaps left out")
    ).to_be_visible()
    charts(page, 2)
    choose(page, "Across", "depth")
    expect(page).to_have_url(re.compile("data_x=depth"))
    settle(page)
    good = page.url
    for name, data in (
        ("text.csv", b"a,b\nu,v\n"),
        ("photo.csv", b"\x89PNG\r\n\x1a\n" + b"\0" * 99),
    ):
        upload(page, name, data)
        expect(page.get_by_test_id("stAlert").last).to_be_visible()
        settle(page)
        charts(page, 2)
        assert page.url == good
    upload(page, "again.csv", table(70))
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    charts(page, 2)


def test_a_link_to_somebody_elses_table_says_so(new_page, clusters):
    choose(clusters, "Data set", "Your table")
    clusters.get_by_role("button", name="Try it with iris flowers").click()
    expect(clusters).to_have_url(re.compile("data_digest="))
    charts(clusters, 2)
    other = new_page()
    goto(other, clusters.url)
    expect(other.get_by_text("is not in this session")).to_be_visible()


def test_the_responsibilities_can_be_downloaded(clusters):
    with clusters.expect_download() as waiting:
        clusters.get_by_role("button", name="Download responsibilities as CSV").click()
    lines = waiting.value.path().read_text().splitlines()
    assert lines[0] == "point,k-means cluster,p(1),p(2),p(3),p(4),x,y"
    assert len(lines) == 401


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picture_and_every_control_are_on_the_first_screen(new_page, scheme):
    page = new_page(color_scheme=scheme)
    goto(page, "/clusters?data=stretched")
    charts(page, 2)
    for chart in page.locator(".gmm-plot").all():
        assert chart.bounding_box()["y"] + chart.bounding_box()["height"] <= 800
    for widget in ("Data set", "Components K", "Show", "Colour", "More"):
        box = page.get_by_test_id("stSidebar").get_by_text(widget, exact=True).first.bounding_box()
        assert box["y"] + box["height"] <= 800, widget


def test_the_picture_is_on_a_phones_first_screen(new_page):
    page = new_page(viewport=PHONE)
    goto(page, "/clusters")
    box = page.locator(".gmm-plot").first.bounding_box()
    assert box["y"] + box["height"] <= 844
    assert box["width"] <= 390


def test_pictures_have_words_for_those_who_cannot_see_them(clusters):
    for words in ("k-means with K = 4 on 400 points", "full Gaussian mixture with K = 4"):
        assert clusters.locator(f'[aria-label*="{words}"], [alt*="{words}"]').count() >= 1


def test_both_pictures_show_the_same_part_of_the_plane(new_page):
    page = new_page(viewport=PHONE)
    goto(page, "/clusters?data=unequal")
    for width in (390, 768, 1024, 1280, 1920):
        visit(page, "/")
        page.set_viewport_size({"width": width, "height": DESK["height"]})
        visit(page, "/clusters?data=unequal")
        charts(page, 2)
        ranges = page.evaluate(
            "() => [...document.querySelectorAll('.js-plotly-plot')].map("
            "plot => [...plot._fullLayout.xaxis.range, ...plot._fullLayout.yaxis.range])"
        )
        assert ranges[0] == pytest.approx(ranges[1], rel=1e-6), width
