"""The front page in a browser: a centre asks to be dragged, until one was touched."""

import re

from playwright.sync_api import expect

from tests.browser.driving import goto, no_exception, settle

# How far the first handle's middle is from the centre that it lies over, in pixels.
OFF = """() => {
  const plot = document.querySelector('.gmm-plot');
  const { left, top } = plot.getBoundingClientRect();
  const { options: { handles: [[x, y]] } } = plot.closest('.gmm-chart').gmmlab;
  const { xaxis, yaxis } = plot._fullLayout;
  const box = document.querySelector('[data-asks]').getBoundingClientRect();
  return Math.hypot(left + xaxis._offset + xaxis.d2p(x) - box.left - box.width / 2,
                    top + yaxis._offset + yaxis.d2p(y) - box.top - box.height / 2);
}"""


def test_a_centre_asks_to_be_dragged_until_one_is(new_page):
    page = new_page()
    goto(page, "/")
    asking = page.locator("[data-asks]")
    expect(asking).to_have_count(1)
    expect(asking).to_have_css("animation-name", "gmm-asks")
    assert page.evaluate(OFF) < 2
    page.emulate_media(reduced_motion="reduce")
    expect(asking).to_have_css("animation-name", "none")
    page.emulate_media(reduced_motion="no-preference")
    box = asking.bounding_box()
    page.mouse.move(box["x"] + 15, box["y"] + 15)
    page.mouse.down()
    page.mouse.move(box["x"] + 80, box["y"] + 60, steps=3)
    page.mouse.up()
    expect(page).to_have_url(re.compile("init=hand"))
    expect(asking).to_have_count(0)
    page.get_by_role("button", name="Circles").click()
    expect(page).to_have_url(re.compile("data=circles"))
    settle(page)
    expect(asking).to_have_count(0)
    no_exception(page)
    page.get_by_role("link", name="Clusters", exact=True).first.click()
    expect(page).to_have_url(re.compile("clusters.*data=circles"))
