"""Fixtures of the browser tests: a running app, a Chromium, and pages that are watched.

A watched page fails its test on any script error, console error, or request to anyone but the app.
"""

import os
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tools import chromium
from tools.serving import Server, serve

NewPage = Callable[..., Page]

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
    """Add the app's log to the report of a failed test."""
    report = yield
    if report.failed:
        for server in item.session.stash.get(SERVERS, []):
            if server.log_file.exists():
                report.sections.append((f"log of {server.url}", server.log()[-5000:]))
    return report


SERVERS = pytest.StashKey[list[Server]]()


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


@pytest.fixture
def fresh_server(servers: list[Server]) -> Iterator[Callable[[], Server]]:
    """Return a function that starts an app nobody has visited yet."""
    with ExitStack() as stack:

        def start() -> Server:
            running = stack.enter_context(serve())
            servers.append(running)
            return running

        yield start


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


@pytest.fixture
def new_page(browser: Browser, server: Server, servers: list[Server]) -> Iterator[NewPage]:
    """Return a function that opens a watched page: `new_page(viewport=…, color_scheme=…)`."""
    complaints: list[str] = []
    with ExitStack() as stack:

        def open_page(**options: object) -> Page:
            options = {"viewport": {"width": 1280, "height": 800}, "base_url": server.url} | options
            context = browser.new_context(**options)
            stack.callback(context.close)
            page = context.new_page()
            watch(page, servers, complaints)
            return page

        yield open_page
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """Open a watched page of 1280 × 800."""
    return new_page()


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
    page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
    page.on("console", check_message)
    page.on("request", lambda request: check_address(request.url))
    page.on("websocket", lambda socket: check_address(socket.url))
