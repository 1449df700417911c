"""The Clusters page as a visitor meets it: controls, scenes, files, links, Back."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from gmmlab.guide.scenes import CLUSTER_SCENES
from gmmlab.settings import to_query
from tests.browser.driving import goto, no_exception, settle


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
    """Pick an option of a select box with the keyboard."""
    box = page.get_by_role("combobox", name=re.compile(f"{label}$|{label}[.]|{label}"))
    box.first.click()
    page.get_by_role("option", name=option, exact=True).click()


def upload(page: Page, name: str, data: bytes) -> None:
    file = {"name": name, "mimeType": "text/csv", "buffer": data}
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(file)


@pytest.fixture
def clusters(page: Page) -> Page:
    goto(page, "/clusters")
    charts(page, 2)
    return page


def test_every_scene_is_one_click(clusters):
    for number, scene in enumerate(CLUSTER_SCENES, start=1):
        clusters.get_by_role("button", name=f"{number} {scene.title}", exact=True).click()
        address(clusters, *(f"{name}={value}" for name, value in to_query(scene.settings).items()))
        expect(clusters.get_by_text(scene.look).first).to_be_visible()
        charts(clusters, {"both": 2, "types": 4}.get(scene.settings.view.show, 1))


@pytest.mark.parametrize(
    ("label", "key", "parameter"),
    [
        ("Components K", "ArrowRight", "n_components=5"),
        ("Restarts", "ArrowRight", "n_init=2"),
        ("Centres", "ArrowLeft", "data_centers=3"),
        ("Spread", "ArrowRight", "data_cluster_std=0.65"),
    ],
)
def test_sliders_work_from_the_keyboard(clusters, label, key, parameter):
    clusters.get_by_role("slider", name=label).press(key)
    address(clusters, parameter)
    charts(clusters, 2)


@pytest.mark.parametrize(
    ("label", "value", "parameter"),
    [
        ("Points", "60", "data_n_samples=60"),
        ("Data seed", "7", "data_seed=7"),
        ("Seed", "8", "seed=8"),
    ],
)
def test_fields_take_numbers(clusters, label, value, parameter):
    field = clusters.get_by_role("spinbutton", name=label, exact=True)
    field.fill(value)
    field.press("Enter")
    address(clusters, parameter)
    charts(clusters, 2)


@pytest.mark.parametrize(
    ("label", "option", "parameter", "n_charts"),
    [
        ("Data set", "Moons", "data=moons", 2),
        ("Covariance", "tied", "covariance_type=tied", 2),
        ("Start", "random points", "init=random_from_data", 2),
        ("Tolerance", "0.001", "tolerance=1e-3", 2),
        ("Show", "GMM", "show=gmm", 1),
        ("Show", "four types", "show=types", 4),
        ("Colour", "blended", "color=blend", 2),
        ("Point size", "by certainty", "size=certainty", 2),
    ],
)
def test_boxes_offer_choices(clusters, label, option, parameter, n_charts):
    choose(clusters, label, option)
    address(clusters, parameter)
    charts(clusters, n_charts)


@pytest.mark.parametrize(
    ("label", "parameter"),
    [("Discs, ellipses", "shapes=0"), ("Regions", "regions=1"), ("Marker shapes", "markers=1")],
)
def test_ticks_change_the_view(clusters, label, parameter):
    clusters.get_by_text(label, exact=True).click()
    address(clusters, parameter)
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
    address(clusters, "data=moons", "n_components=5")
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


def test_a_garbled_link_says_what_it_did(page):
    goto(page, "/clusters?n_components=999&data=moons&seed=%3Cscript%3Ealert(1)%3C/script%3E")
    expect(page.get_by_test_id("stAlert")).to_have_count(2)
    expect(page.get_by_text("Components K is 4 instead")).to_be_visible()
    address(page, "data=moons")
    charts(page, 2)


def test_tables_good_and_broken(clusters):
    choose(clusters, "Data set", "Your table")
    address(clusters, "data=table")
    expect(clusters.get_by_text("Upload a CSV file")).to_be_visible()
    upload(clusters, "good.csv", table(60))
    expect(
        clusters.get_by_text("59 points from 60 rows of good.csv; 1 row with gaps left out")
    ).to_be_visible()
    charts(clusters, 2)
    choose(clusters, "Across", "depth")
    expect(clusters).to_have_url(re.compile("data_x=depth"))
    settle(clusters)
    good = clusters.url
    for name, data in (
        ("text.csv", b"a,b\nu,v\n"),
        ("photo.csv", b"\x89PNG\r\n\x1a\n" + b"\0" * 99),
    ):
        upload(clusters, name, data)
        expect(clusters.get_by_test_id("stAlert").last).to_be_visible()
        settle(clusters)
        charts(clusters, 2)
        assert clusters.url == good
    upload(clusters, "again.csv", table(70))
    expect(clusters.get_by_test_id("stAlert")).to_have_count(0)
    charts(clusters, 2)


def test_a_link_to_somebody_elses_table_says_so(new_page, clusters):
    choose(clusters, "Data set", "Your table")
    clusters.get_by_role("button", name="Try it with iris flowers").click()
    expect(clusters).to_have_url(re.compile("data_digest="))
    charts(clusters, 2)
    other = new_page()
    goto(other, clusters.url)
    expect(other.get_by_text("is not in this session")).to_be_visible()


def test_the_posteriors_can_be_downloaded(clusters):
    with clusters.expect_download() as waiting:
        clusters.get_by_role("button", name="Download posteriors as CSV").click()
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
    for widget in ("Data set", "Components K", "Show", "Marker shapes", "Regions"):
        box = page.get_by_test_id("stSidebar").get_by_text(widget, exact=True).first.bounding_box()
        assert box["y"] + box["height"] <= 800, widget


def test_the_picture_is_on_a_phones_first_screen(new_page):
    page = new_page(viewport={"width": 390, "height": 844})
    goto(page, "/clusters")
    box = page.locator(".gmm-plot").first.bounding_box()
    assert box["y"] + box["height"] <= 844
    assert box["width"] <= 390


def test_pictures_have_words_for_those_who_cannot_see_them(clusters):
    for words in ("k-means with K = 4 on 400 points", "full Gaussian mixture with K = 4"):
        assert clusters.locator(f'[aria-label*="{words}"], [alt*="{words}"]').count() >= 1


@pytest.mark.parametrize("width", [390, 768, 1024, 1280, 1920])
def test_both_pictures_show_the_same_part_of_the_plane(new_page, width):
    page = new_page(viewport={"width": width, "height": 800})
    goto(page, "/clusters?data=unequal")
    charts(page, 2)
    ranges = page.evaluate(
        "() => [...document.querySelectorAll('.js-plotly-plot')].map("
        "plot => [...plot._fullLayout.xaxis.range, ...plot._fullLayout.yaxis.range])"
    )
    assert ranges[0] == pytest.approx(ranges[1], rel=1e-6)
