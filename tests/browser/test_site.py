"""Every page opens by its address without a complaint, sound on a phone and on a desk."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.driving import goto, no_exception, settle
from tools.serving import page_paths


@pytest.mark.parametrize("path", page_paths().values(), ids=page_paths().keys())
def test_fits_a_phone_and_a_desk(path, new_page):
    page = new_page(viewport=PHONE)
    goto(page, path)
    no_exception(page)
    overflow = page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0, f"{overflow} px stick out"
    page.set_viewport_size(DESK)
    settle(page)
    no_exception(page)
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
