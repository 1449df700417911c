"""Work ends with whoever wanted it: after Cancel, after a reload, and when the page is closed."""

import os
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import settle

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="CPU time is read from /proc")

# Forty models, each of a second or more.
HEAVY = "/how_many?data_n_samples=9000&low=20&high=40&folds=10&n_init=10&seed={seed}"
IDLE = 0.2  # share of a core
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def processes() -> dict[int, tuple[int, str, float]]:
    """Parent, command line and seconds of CPU of every process."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                stat = (folder / "stat").read_text().rpartition(")")[2].split()
                line = (folder / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
            found[int(folder.name)] = int(stat[1]), line, (int(stat[11]) + int(stat[12])) / _TICKS
    return found


def load_of_workers(server, seconds: float = 0.5) -> float:
    """How many cores the server's workers use."""

    def spent() -> float:
        known = processes()
        port = str(urlsplit(server.url).port)
        root = next(pid for pid, (_, line, _) in known.items() if f"server.port {port}" in line)
        nursery = [pid for pid, (parent, _, _) in known.items() if parent == root]
        return sum(cpu for _, (parent, _, cpu) in known.items() if parent in nursery)

    before = spent()
    time.sleep(seconds)
    return max(0.0, spent() - before) / seconds


def working(page: Page, server, seed: int) -> None:
    page.goto(HEAVY.format(seed=seed))
    expect(page.get_by_role("button", name="Cancel")).to_be_visible(timeout=20_000)
    until = time.monotonic() + 10
    while load_of_workers(server) < 0.5:
        assert time.monotonic() < until


def idle_within(server, seconds: float) -> None:
    until = time.monotonic() + seconds
    while (load := load_of_workers(server)) > IDLE:
        assert time.monotonic() < until, f"{load:.1f} cores are busy after {seconds} s"


def test_work_ends_after_cancel_and_does_not_begin_anew(new_page, server):
    page = new_page()
    working(page, server, 1)
    page.get_by_role("button", name="Cancel").click()
    idle_within(server, 3)
    settle(page)
    page.wait_for_timeout(1500)
    assert load_of_workers(server) < IDLE


def test_work_ends_when_the_page_is_left_or_closed(new_page, server):
    page = new_page()
    working(page, server, 2)
    page.get_by_role("link", name="Home").first.click()
    idle_within(server, 3)
    other = new_page()
    working(other, server, 3)
    other.close()
    idle_within(server, 4)
