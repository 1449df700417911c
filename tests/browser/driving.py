"""How a test drives the app: open a page, wait until it is at rest, look for errors."""

from contextlib import suppress
from itertools import count

from playwright.sync_api import Error, Page, expect

# Counts the runs of the app's script, for those who must know that one has begun.
COUNT_RUNS = """addEventListener("DOMContentLoaded", () => {
  window.runsBegun = 0;
  new MutationObserver(changes => {
    window.runsBegun += changes.some(
      change => change.target.dataset.testScriptState === "running");
  }).observe(document.body, {
    subtree: true, attributes: true, attributeFilter: ["data-test-script-state"]});
});"""

# True when the app is connected, no script runs, and nothing on the page waits to be drawn, neither
# by Streamlit nor by our own components; and when all this was so for some milliseconds.
AT_REST = """([question, stable]) => {
  const app = document.querySelector('[data-testid="stApp"]');
  const rests = app !== null
    && app.dataset.testConnectionState === "CONNECTED"
    && app.dataset.testScriptState === "notRunning"
    && document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]') === null
    && document.querySelector(
      ["chart", "film", "wipe"].map(each => `.gmm-${each}:not([data-drawn])`).join()) === null;
  const now = performance.now();
  if (!rests) window.restsSince = null;
  else if (window.restsSince?.question !== question) window.restsSince = {question, now};
  return rests && now - window.restsSince.now >= stable;
}"""
_QUESTIONS = count()

GO = """url => {
  const runs = window.runsBegun;
  history.pushState({}, "", url);
  dispatchEvent(new PopStateEvent("popstate", {state: {}}));
  return runs;
}"""


def settle(page: Page, seconds: float = 30, stable: float = 0.1) -> None:
    """Wait until the app has been at rest for `stable` seconds without a break.

    Wait for the visible effect of an action first: right after a click the app is still at rest.
    """
    page.wait_for_function(
        AT_REST, arg=[next(_QUESTIONS), 1000 * stable], polling=20, timeout=1000 * seconds
    )


def goto(page: Page, url: str, seconds: float = 30) -> None:
    """Open `url` (a path counts from the app's address) and wait until the page is at rest.

    The app is loaded anew, and a new session begins.
    """
    page.goto(url)
    page.wait_for_selector(
        '[data-testid="stMain"] [data-testid="stElementContainer"]', state="attached"
    )
    settle(page, seconds)


def visit(page: Page, path: str) -> None:
    """Go to `path` in the same session, as Back and Forward do, and wait until the page rests.

    This takes a fifth of the time in which the app is loaded anew.
    """
    runs = page.evaluate(GO, path)
    with suppress(Error):  # the run may be over before the browser has noticed that it began
        page.wait_for_function("n => window.runsBegun > n", arg=runs, polling=20, timeout=2000)
    settle(page)


def no_exception(page: Page) -> None:
    """Fail if the page shows an exception."""
    expect(page.get_by_test_id("stException")).to_have_count(0)
