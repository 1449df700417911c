"""Find a Chromium that runs, or install one.

`python -m tools.chromium` prints its path; `--find` only looks and installs nothing.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LAUNCH_ARGS = (
    "--no-sandbox",  # root in a container has no user namespaces
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def candidates() -> Iterator[str]:
    """Yield paths that may be a Chromium, the most wanted first."""
    if named := os.environ.get("CHROMIUM"):
        yield named
    for name in NAMES:
        if path := shutil.which(name):
            yield path
    if path := _playwright_path():
        yield path


def find() -> str | None:
    """Return the path of the first Chromium that runs, or None."""
    return next((path for path in candidates() if _runs(path)), None)


def find_or_install() -> str | None:
    """Return the path of a Chromium, installed if there was none, or None if none can be had."""
    if path := find():
        return path
    apt = shutil.which("apt-get") if os.name == "posix" and os.geteuid() == 0 else None
    if apt:
        packages = ("chromium", "fonts-dejavu-core")
        attempt(apt, "update") and attempt(
            apt, "install", "-y", "--no-install-recommends", *packages
        )
        if path := find():
            return path
    attempt(sys.executable, "-m", "playwright", "install", "chromium")
    return find()


def _playwright_path() -> str | None:
    """Return where Playwright keeps its own Chromium, installed or not."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _runs(path: str) -> bool:
    """Tell whether `path` is a browser that starts: some distributions put a stub in its place."""
    try:
        command = [path, "--version"]
        return subprocess.run(command, capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def attempt(*command: str) -> bool:
    """Run an installer with its output on stderr, and tell whether it succeeded."""
    print("$", *command, file=sys.stderr, flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=sys.stderr, env=environment, timeout=900
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)
        return False
    return done.returncode == 0


def main() -> int:
    """Print the path of a Chromium."""
    path = find() if "--find" in sys.argv[1:] else find_or_install()
    print(
        path or "No Chromium was found, and none could be installed.",
        file=None if path else sys.stderr,
    )
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
