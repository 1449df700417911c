"""Every page opens by its address on a fresh server, sound on a desk and on a phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.driving import goto, no_exception
from tools.serving import page_paths

PHONE = {"width": 390, "height": 844}
HEADERS = (
    "content-security-policy",
    "permissions-policy",
    "referrer-policy",
    "x-content-type-options",
    "x-frame-options",
)

every_page = pytest.mark.parametrize("path", page_paths().values(), ids=page_paths().keys())


@every_page
def test_opens_by_deep_link_on_a_fresh_server(path, new_page, fresh_server):
    page = new_page(base_url=fresh_server().url)
    goto(page, path)
    no_exception(page)
    expect(page.get_by_role("heading", level=1).first).to_be_visible()


@every_page
def test_fits_a_phone(path, new_page):
    page = new_page(viewport=PHONE)
    goto(page, path)
    no_exception(page)
    overflow = page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0, f"{overflow} px stick out"


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/no-such-file.js"])
def test_responses_carry_security_headers(path, page):
    response = page.request.get(path)
    missing = [name for name in HEADERS if name not in response.headers]
    assert not missing
