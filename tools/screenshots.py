"""Photograph every page of the running app into `screenshots/`.

`python -m tools.screenshots` takes them all, `--picture` only those of the README, into `docs/`.
"""

import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from tests.browser.driving import goto
from tools import chromium
from tools.serving import ROOT, page_paths, serve

DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
LOOKS: dict[str, tuple[ViewportSize, Literal["light", "dark"]]] = {
    "light": (DESK, "light"),
    "dark": (DESK, "dark"),
    "phone": (PHONE, "light"),
}

README = {
    "clusters": "/clusters?data=stretched&seed=42",
    "density": "/density",
    "recolour": "/recolour",
    "digits": "/digits?step=generate",
}


def photograph(browser: Browser, url: str, look: str, target: Path) -> None:
    """Save the first screen of `url`, as a visitor with that screen and system theme sees it."""
    viewport, scheme = LOOKS[look]
    context = browser.new_context(viewport=viewport, color_scheme=scheme)
    page = context.new_page()
    goto(page, url)
    target.parent.mkdir(exist_ok=True)
    page.screenshot(path=target)
    context.close()
    print(target.relative_to(ROOT), flush=True)


def main() -> int:
    """Take the pictures."""
    executable = chromium.find_or_install()
    if executable is None:
        print("Pictures need a Chromium: install one or set CHROMIUM=/path/to/it.", file=sys.stderr)
        return 1
    if "--picture" in sys.argv[1:]:
        wanted = [(path, "light", ROOT / "docs" / f"{name}.png") for name, path in README.items()]
    else:
        wanted = [
            (path, look, ROOT / "screenshots" / f"{name}-{look}.png")
            for name, path in page_paths().items()
            for look in LOOKS
        ]
    with serve() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=list(chromium.LAUNCH_ARGS)
        )
        for path, look, target in wanted:
            photograph(browser, server.url + path, look, target)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
