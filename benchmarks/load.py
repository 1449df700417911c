"""`python -m benchmarks.load`: sixty sessions and two browsers on one server, in waves.

A wave is a class that comes, works and leaves. After each the server is weighed at rest: its memory
may not grow from wave to wave. Some visitors bring a table whose columns bear their seat's number,
and nobody may be sent another's. The exit status says whether all limits were kept. It needs
requirements-bench.txt and a Chromium, and says how busy the machine was.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random
from threading import Event, Thread

from playwright.sync_api import Error, sync_playwright

from benchmarks.browser import PICTURE, PRESSED, opened
from benchmarks.classroom import (
    CLICKING,
    FITTING,
    PAINTING,
    SWEEPING,
    Lesson,
    Role,
    Settings,
    hold,
)
from benchmarks.processes import served
from benchmarks.server import CLICK, GROWTH, HEALTH, MEMORY, quantile, three
from gmmlab.guide.tour import SLIDES
from tests.browser.driving import goto
from tools import chromium

_REST = 5.0  # seconds after a wave, until the server is weighed
_BROWSING = "clicking, a browser"


def _em(chance: Random, seed: int) -> Settings:
    return {"seed": seed} if chance.random() < 0.5 else {"n_components": chance.randint(2, 6)}


def _turn(chance: Random, seed: int) -> Settings:
    del seed
    n = chance.randrange(len(SLIDES))
    return {"to": (SLIDES[n].page, f"slide={n + 1}")}


ROLES = (
    replace(CLICKING, visitors=20),
    replace(CLICKING, name="clicking, own table", visitors=5, query="data=table", table=True),
    replace(FITTING, visitors=15),
    replace(SWEEPING, visitors=8),
    replace(PAINTING, visitors=6),
    Role("stepping, EM", 3, "em", "", 3, _em),
    Role("the tour", 3, "clusters", "slide=1", 5, _turn),
)


class Browsers:
    """Two real browsers' pages that click on Clusters until they are told to stop."""

    def __init__(self, url: str) -> None:
        self.waits: list[float] = []
        self.lost: list[str] = []
        self._over = Event()
        self._thread = Thread(target=self._work, args=(url,))

    def __enter__(self) -> "Browsers":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _work(self, url: str) -> None:
        executable = chromium.find_or_install()
        if executable is None:
            self.lost.append("a browser: there is no Chromium")
            return
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=executable, args=list(chromium.LAUNCH_ARGS)
                )
                pages = [opened(browser) for _ in range(2)]
                for page in pages:
                    goto(page, f"{url}/clusters", 120)
                    page.evaluate(PRESSED)
                step = 0
                while not self._over.wait(1.0):
                    page, up = pages[step % 2], step // 2 % 2 == 0
                    slider = page.get_by_role("slider", name="Components K")
                    slider.press("ArrowRight" if up else "ArrowLeft")
                    self.waits.append(page.evaluate(PICTURE, [5 if up else 4, 2]) / 1000)
                    step += 1
                browser.close()
        except Error as problem:
            self.lost.append(f"a browser: {str(problem).splitlines()[0]}")


def load(seconds: float, n_waves: int) -> bool:
    """Hold the waves on one server, and print how they fared; whether all limits were kept."""
    # What a closed page holds is given back at once, so that what stays is what is kept for good.
    os.environ["STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL"] = "0"
    lessons: list[Lesson] = []
    rests: list[float] = []
    with served() as (url, tree):
        cpu = tree.cpu()
        with Browsers(url) as browsers:
            for _ in range(n_waves):
                lessons.append(hold(url, tree, seconds / n_waves, ROLES))
                time.sleep(_REST)
                rests.append(tree.memory())
        cpu = tree.cpu() - cpu
        kept = _report(lessons, browsers, rests)
    seats = sum(role.visitors for role in ROLES)
    print(
        f"a session took {1000 * cpu / seconds / (seats + 2):.0f} ms of CPU a second; "
        f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    return kept


def _report(lessons: Sequence[Lesson], browsers: Browsers, rests: Sequence[float]) -> bool:
    print(f"\n{len(lessons)} waves of sixty sessions, two browsers all the time\n")
    print(f"{'':<22}{'visitors':>9}{'visits':>8}{'p50':>10}{'p95':>10}{'p99':>10}")
    for role in (None, *ROLES):
        name, n = (role.name, role.visitors) if role else ("arriving", 60)
        waits = [wait for lesson in lessons for wait in lesson.waits.get(name, [])]
        print(f"{name:<22}{n:>9}{len(waits):>8}{three(waits)}")
    print(f"{_BROWSING:<22}{2:>9}{len(browsers.waits):>8}{three(browsers.waits)}\n")
    lost = [why for lesson in lessons for why in lesson.lost] + browsers.lost
    leaks = [leak for lesson in lessons for leak in lesson.leaks]
    saw = sum(len(lesson.own_marks) for lesson in lessons)
    brought = len(lessons) * sum(role.visitors for role in ROLES if role.table)
    clicks = [wait for lesson in lessons for wait in lesson.waits.get(CLICKING.name, [])]
    p95 = quantile(clicks, 0.95)
    p99 = quantile([wait for lesson in lessons for wait in lesson.health], 0.99)
    peak = max((size for lesson in lessons for _, size in lesson.memory), default=float("nan"))
    rises = [100 * (after / before - 1) for before, after in pairwise(rests)]
    print(f"sessions lost        {len(lost):>9}      (none)")
    print(f"click, p95           {p95:>9.2f} s    (at most {CLICK} s)")
    print(f"health, p99          {p99:>9.3f} s    (at most {HEALTH} s)")
    print(f"memory, peak         {peak / 1e9:>9.2f} GB   (at most {MEMORY / 1e9} GB)")
    print(f"memory after waves   {', '.join(f'{size / 1e6:.0f}' for size in rests)} MB")
    print(f"its rise, the last   {rises[-1]:>9.1f} %    (at most {GROWTH:.0f} %)")
    print(f"others' columns seen {len(leaks):>9}      (none; {saw} of {brought} saw their own)")
    for reason in sorted(set(lost) | set(leaks))[:8]:
        print(f"    {reason}")
    sys.stdout.flush()
    return (
        not lost
        and not leaks
        and saw == brought
        and p95 <= CLICK
        and p99 <= HEALTH
        and peak <= MEMORY
        and rises[-1] <= GROWTH
    )


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="how long in all")
    parser.add_argument("--waves", type=int, default=4)
    options = parser.parse_args()
    if options.waves < 2:
        parser.error("memory is compared from wave to wave: two at least")
    return 0 if load(60 * options.minutes, options.waves) else 1


if __name__ == "__main__":
    sys.exit(main())
