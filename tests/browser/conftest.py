"""Fixtures of the browser tests: a running app, a Chromium, and pages that are watched.

A watched page fails its test on any script error, console error, or request to anyone but the app.
All pages are of one browser context, so that Chromium loads and compiles the app's scripts once;
each is a session of its own. Tests that need neither a new session nor an app just loaded share
one page, `lab`, and go from address to address in it as Back and Forward do.
"""

import os
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from tests.browser.driving import COUNT_RUNS, goto
from tools import chromium
from tools.serving import Server, serve

NewPage = Callable[..., Page]

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}

expect.set_options(timeout=20_000)  # milliseconds: a machine may be busy with more than these tests

# On a deep link Streamlit's frontend asks under the page's own path too where its server is, and
# the browser reports that the answer there is no.
PROBE = re.compile(r"https?://[^/]+/\w+/_stcore/(health|host-config)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test in this folder and run them last: Playwright keeps an event loop running."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("browser")
    items.sort(key=lambda item: here in item.path.parents)


# Scripts may catch what the policy refuses (plotly does, and draws nothing): no console tells then.
TELL_REFUSALS = """document.addEventListener("securitypolicyviolation", event => console.error(
  `refused by the security policy: ${event.effectiveDirective} ${event.blockedURI}`));"""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, object]:
    """Add the app's log to the report of a failed test, which leaves no page to the next one."""
    report = yield
    if report.failed:
        item.session.stash[FAILED] = True
        for server in item.session.stash.get(SERVERS, []):
            if server.log_file.exists():
                report.sections.append((f"log of {server.url}", server.log()[-5000:]))
    return report


SERVERS = pytest.StashKey[list[Server]]()
FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> list[Server]:
    """All apps started so far: the ones a page may talk to."""
    return request.session.stash.setdefault(SERVERS, [])


@pytest.fixture(scope="session")
def server(servers: list[Server]) -> Iterator[Server]:
    """Run the app once for all tests."""
    with serve() as running:
        servers.append(running)
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start a Chromium once for all tests; without one, skip, or fail in continuous integration."""
    executable = chromium.find()
    if executable is None:
        verdict = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        verdict("NO CHROMIUM: `python -m tools.chromium` finds or installs one")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=executable, args=list(chromium.LAUNCH_ARGS)
        )
        yield running
        running.close()


@pytest.fixture(scope="session")
def context(browser: Browser, server: Server) -> BrowserContext:
    """All pages' context, unless one needs another kind of device."""
    return browser.new_context(viewport=DESK, base_url=server.url)


@pytest.fixture(scope="session")
def touch_context(browser: Browser, server: Server) -> BrowserContext:
    """The context of a phone."""
    return browser.new_context(viewport=PHONE, has_touch=True, base_url=server.url)


@pytest.fixture(scope="session")
def complaints() -> list[str]:
    """What the watched pages have had to complain of since the last test."""
    return []


@pytest.fixture(scope="session")
def watched() -> list[Page]:
    """The page that tests share, if it is open."""
    return []


@pytest.fixture(autouse=True)
def no_complaints(watched: list[Page], complaints: list[str]) -> Iterator[None]:
    """Fail the test if a page complains; set up first, this looks last."""
    yield
    for page in watched:  # what a page has to say is heard while it is talked to
        page.evaluate("0")
    found = "\n".join(complaints)
    complaints.clear()
    assert not found, found


@pytest.fixture
def new_page(
    context: BrowserContext, servers: list[Server], complaints: list[str]
) -> Iterator[NewPage]:
    """Return a function that opens a watched page: `new_page(viewport=…, color_scheme=…)`."""
    with ExitStack() as stack:

        def open_page(
            within: BrowserContext = context,
            viewport: object = None,
            is_watched: bool = True,
            **media: object,
        ) -> Page:
            page = within.new_page()
            stack.callback(page.close)
            if is_watched:
                watch(page, servers, complaints)
            if viewport:
                page.set_viewport_size(viewport)
            if media:
                page.emulate_media(**media)
            return page

        yield open_page


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """Open a watched page of 1280 × 800."""
    return new_page()


@pytest.fixture(scope="session")
def kept_page(
    context: BrowserContext, servers: list[Server], complaints: list[str], watched: list[Page]
) -> Callable[[bool], Page]:
    """Return a function that gives the page that tests share, a new one after a failure."""

    def kept(anew: bool) -> Page:
        if anew and watched:
            watched.pop().close()
        if not watched:
            page = context.new_page()
            watch(page, servers, complaints)
            watched.append(page)
            goto(page, "/clusters")
        return watched[0]

    return kept


@pytest.fixture
def lab(request: pytest.FixtureRequest, kept_page: Callable[[bool], Page]) -> Iterator[Page]:
    """The page that tests share, of 1280 × 800, somewhere in the app: `visit` an address in it."""
    page = kept_page(request.session.stash.get(FAILED, False))
    request.session.stash[FAILED] = False
    page.bring_to_front()
    yield page
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESK)


def watch(page: Page, servers: list[Server], complaints: list[str]) -> None:
    """Write down every script error, console error and request to a stranger."""

    def check_address(url: str) -> None:
        address = urlsplit(url)
        known = {urlsplit(server.url).netloc for server in servers}
        if address.scheme not in ("data", "blob") and address.netloc not in known:
            complaints.append(f"request to a third party: {url}")

    def check_message(message: ConsoleMessage) -> None:
        source = message.location["url"]
        if message.type == "error" and not ("404" in message.text and PROBE.fullmatch(source)):
            complaints.append(f"console error: {message.text} ({source})")

    page.add_init_script(TELL_REFUSALS)
    page.add_init_script(COUNT_RUNS)
    page.on("pageerror", lambda error: complaints.append(f"script error: {error} {error.stack}"))
    page.on("console", check_message)
    page.on("request", lambda request: check_address(request.url))
    page.on("websocket", lambda socket: check_address(socket.url))
