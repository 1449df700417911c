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
# Two hundred starts on two thousand points, most of which take hundreds of iterations.
ATLAS = "/em?part=atlas&n_starts=200&data=moons&data_n_samples=2000&n_components=12&seed={seed}"
IDLE = 0.2  # seconds of CPU in a second
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


def workers(server) -> dict[int, float]:
    """The server's worker processes, and the seconds of CPU that each has used."""
    known = processes()
    port = str(urlsplit(server.url).port)
    root = next(pid for pid, (_, line, _) in known.items() if f"server.port {port}" in line)
    nursery = [pid for pid, (parent, _, _) in known.items() if parent == root]
    return {pid: cpu for pid, (parent, _, cpu) in known.items() if parent in nursery}


def at_work(page: Page, server, seed: int, heavy: str = HEAVY) -> set[int]:
    """Open a page with much to do, and give the workers that are busy with it."""
    page.goto(heavy.format(seed=seed))
    expect(page.get_by_role("button", name="Cancel")).to_be_visible(timeout=30_000)
    until = time.monotonic() + 30
    while True:
        before = workers(server)
        time.sleep(0.5)
        after = workers(server)
        if busy := {pid for pid, cpu in after.items() if cpu > before.get(pid, 0.0)}:
            return busy
        assert time.monotonic() < until


def gone_within(server, busy: set[int], seconds: float) -> None:
    """Work in progress can only be ended by ending its worker."""
    until = time.monotonic() + seconds
    while busy & workers(server).keys():
        assert time.monotonic() < until
        time.sleep(0.05)


def stays_idle(page: Page, server) -> None:
    """The page comes to rest, and a second later nothing has begun anew."""
    settle(page)
    page.wait_for_timeout(1000)
    before = workers(server)
    page.wait_for_timeout(1000)
    after = workers(server)
    assert sum(after.values()) - sum(before.get(pid, 0.0) for pid in after) < IDLE


def test_work_ends_after_cancel_and_does_not_begin_anew(new_page, server):
    page = new_page()
    busy = at_work(page, server, 1)
    page.get_by_role("button", name="Cancel").click()
    gone_within(server, busy, 5)
    stays_idle(page, server)


def test_an_atlas_ends_after_cancel_and_shows_what_it_has(new_page, server):
    page = new_page()
    busy = at_work(page, server, 1, ATLAS)
    page.get_by_role("button", name="Cancel").click()
    gone_within(server, busy, 5)
    stays_idle(page, server)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_work_ends_when_the_page_is_left_or_closed(new_page, server):
    page = new_page()
    busy = at_work(page, server, 2)
    page.get_by_role("link", name="Home").first.click()
    gone_within(server, busy, 5)
    other = new_page()
    busy = at_work(other, server, 3)
    other.close()
    gone_within(server, busy, 5)
