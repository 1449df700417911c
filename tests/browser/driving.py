"""How a test drives the app: open a page, wait until it is at rest, look for errors."""

import time

from playwright.sync_api import Page, expect

# True when the app is connected, no script runs, and nothing on the page waits to be drawn, neither
# by Streamlit nor by our own components.
AT_REST = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  return app !== null
    && app.dataset.testConnectionState === "CONNECTED"
    && app.dataset.testScriptState === "notRunning"
    && document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]') === null
    && document.querySelector('.gmm-chart:not([data-drawn]), .gmm-wipe:not([data-drawn])') === null;
}"""


def settle(page: Page, seconds: float = 30, stable: float = 0.15) -> None:
    """Wait until the app has been at rest for `stable` seconds without a break.

    Wait for the visible effect of an action first: right after a click the app is still at rest.
    """
    deadline = time.monotonic() + seconds
    rested_since = None
    while True:
        now = time.monotonic()
        if not page.evaluate(AT_REST):
            rested_since = None
        elif rested_since is None:
            rested_since = now
        elif now - rested_since >= stable:
            return
        if now > deadline:
            raise TimeoutError(f"{page.url} did not come to rest within {seconds} s")
        page.wait_for_timeout(30)


def goto(page: Page, url: str, seconds: float = 30) -> None:
    """Open `url` (a path counts from the app's address) and wait until the page is at rest."""
    page.goto(url)
    page.wait_for_selector('[data-testid="stMain"] [data-testid="stElementContainer"]')
    settle(page, seconds)


def no_exception(page: Page) -> None:
    """Fail if the page shows an exception."""
    expect(page.get_by_test_id("stException")).to_have_count(0)
