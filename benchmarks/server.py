"""`python -m benchmarks.server`: what a click costs the server, and how a class fares on it.

`click` measures one visitor on an idle server, `class` thirty at once; without a word, both.
`--against REVISION` gives the class a server of that revision too, and compares. Settings change by
widgets, not by links. The exit status says whether all limits were kept. It needs
requirements-bench.txt, and runs on this machine alone.
"""

import argparse
import asyncio
import math
import signal
import statistics
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.classroom import ROLES, Lesson, hold
from benchmarks.processes import Tree, checked_out, served
from benchmarks.visitors import visitor

VISITS = 20
CLICK, HEALTH, MEMORY, GROWTH, AGAINST = 0.5, 0.5, 1.5e9, 5.0, 2.5


@dataclass(frozen=True)
class Row:
    """Visits of one page, of which the first few warm it up, and the CPU time allowed to one."""

    name: str
    page: str
    limit: float  # milliseconds
    changes: Sequence[dict[str, Any]]
    in_more: bool = False  # whether what changes is in the box "More"


# Whole rounds of K, so that each question has been asked before the visits that count.
CLICKS = (
    Row(
        "Clusters, K = 2, 3, 4, 400 points, all asked before",
        "clusters",
        35,
        [{"n_components": (2, 3, 4, 3)[n % 4]} for n in range(8 + VISITS)],
    ),
    Row(
        "Density, another K and seed each time",
        "density",
        90,
        [{"n_components": 2 + 7 * n % 39, "seed": 1 + n} for n in range(3 + VISITS)],
        in_more=True,
    ),
    Row(
        "Recolour, another K each time, both models in turn",
        "recolour",
        400,
        [{"n_colors": 5 + 2 * n, "model": n % 2} for n in range(2 + VISITS)],
    ),
)


def clicks() -> bool:
    """Print what a visit takes on an idle server; whether all limits are kept."""
    with served() as (url, tree):
        print(f"\nOne visitor, {VISITS} visits, medians; CPU time of all the server's processes\n")
        print(f"{'':<54}{'CPU':>9}{'mean':>9}{'wall':>9}{'runs':>6}{'bytes':>9}", flush=True)
        kept = [asyncio.run(_click(row, url, tree)) for row in CLICKS]
        before = tree.cpu()
        time.sleep(2)
        print(f"\nThe server at rest takes {500 * (tree.cpu() - before):.0f} ms of CPU a second.")
    return all(kept)


async def _click(row: Row, url: str, tree: Tree) -> bool:
    """Print one row: the wait from the visitor's request to the end of the last run."""
    visits, cpu = [], []
    async with visitor(url, row.page) as person:
        await person.arrive()
        if row.in_more:
            await person.look_again()
        for change in row.changes:
            before = tree.cpu()
            visits.append(await person.change(**change))
            cpu.append(1000 * (tree.cpu() - before))
    visits, cpu = visits[-VISITS:], cpu[-VISITS:]
    median, errors = statistics.median(cpu), [error for each in visits for error in each.errors]
    wall = 1000 * statistics.median(each.seconds for each in visits)
    runs = statistics.median(each.runs for each in visits)
    size = statistics.median(each.n_bytes for each in visits)
    print(
        f"{row.name:<54}{median:>6.0f} ms{statistics.mean(cpu):>6.0f} ms{wall:>6.0f} ms"
        f"{runs:>6.0f}{size / 1e3:>6.0f} kB   (CPU at most {row.limit:.0f} ms)",
        flush=True,
    )
    for error in sorted(set(errors)):
        print(f"    error on the page: {error}")
    return median <= row.limit and not errors


def classes(seconds: float, against: str | None, rounds: int) -> bool:
    """Hold the class, `rounds` times on each server in alternating order; whether limits hold."""
    kept, ours, theirs = True, 0, 0
    with ExitStack() as stack:
        rival = stack.enter_context(checked_out(against)) if against else None
        for n in range(rounds):
            for is_rival in (False, True) if n % 2 == 0 else (True, False):
                if is_rival and rival is None:
                    continue
                lesson = _lesson(seconds, rival if is_rival else None)
                title = f"the app at {against}" if is_rival else "this app"
                as_wanted = _report(lesson, f"{title}, {seconds:.0f} s")
                if is_rival:
                    theirs += lesson.visits
                else:
                    kept &= as_wanted
                    ours += lesson.visits
    if rival is not None:
        ratio = ours / theirs if theirs else math.inf
        print(f"\n{ours} visits, {theirs} at {against}: {ratio:.2f} (at least {AGAINST})")
        kept &= ratio >= AGAINST
    return kept


def _lesson(seconds: float, root: Path | None) -> Lesson:
    with served(root) if root else served() as (url, tree):
        return hold(url, tree, seconds)


def _report(lesson: Lesson, title: str) -> bool:
    """Print how a class fared; whether its limits are kept."""
    print(f"\nA class of {sum(role.visitors for role in ROLES)} on {title}\n")
    print(f"{'':<22}{'visitors':>9}{'visits':>8}{'p50':>10}{'p95':>10}{'p99':>10}")
    of_role = {role.name: role.visitors for role in ROLES}
    for name in ["arriving", *of_role]:
        waits = lesson.waits.get(name, [])
        n = of_role.get(name, sum(of_role.values()))
        print(f"{name:<22}{n:>9}{lesson.done.get(name, 0):>8}{three(waits)}")
    print(f"{'all':<22}{sum(of_role.values()):>9}{lesson.visits:>8}\n")
    p95 = quantile(lesson.waits.get(ROLES[0].name, []), 0.95)
    median, p99 = quantile(lesson.health, 0.5), quantile(lesson.health, 0.99)
    peak = max((size for _, size in lesson.memory), default=math.nan)
    growth = lesson.growth
    print(f"sessions lost        {len(lesson.lost):>9}      (none)")
    print(f"click, p95           {p95:>9.2f} s    (at most {CLICK} s)")
    print(f"health, p50          {median:>9.3f} s")
    print(f"health, p99          {p99:>9.3f} s    (at most {HEALTH} s)")
    print(f"memory, peak         {peak / 1e9:>9.2f} GB   (at most {MEMORY / 1e9} GB)")
    grown = "too short to tell" if growth is None else f"{growth:>9.1f} %/min"
    print(f"memory, after 1 min  {grown} (at most {GROWTH:.0f} %/min)")
    if lesson.unanswered:
        print(f"{lesson.unanswered} visits had no answer when the class had ended.")
    for reason in sorted(set(lesson.lost))[:8]:
        print(f"    lost: {lesson.lost.count(reason)} × {reason}")
    sys.stdout.flush()
    limits = (not lesson.lost, p95 <= CLICK, p99 <= HEALTH, peak <= MEMORY)
    return all(limits) and (growth is None or growth <= GROWTH)


def three(waits: Sequence[float]) -> str:
    if not waits:
        return 3 * f"{'–':>10}"
    return "".join(f"{quantile(waits, q):>8.2f} s" for q in (0.5, 0.95, 0.99))


def quantile(values: Sequence[float], q: float) -> float:
    """The smallest value that a share `q` of all do not exceed."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(q * len(values)) - 1)]


def main() -> int:
    """Do what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.server", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="click|class", help="all, if none is named")
    parser.add_argument("--seconds", type=float, default=120, help="how long a class lasts")
    parser.add_argument("--against", metavar="REVISION", help="a git revision to compare with")
    parser.add_argument("--rounds", type=int, default=1, help="classes on each server")
    options = parser.parse_args()
    parts = options.parts or ["click", "class"]
    if unknown := set(parts) - {"click", "class"}:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    # Ended from outside, it still ends its servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    kept = clicks() if "click" in parts else True
    if "class" in parts:
        kept &= classes(options.seconds, options.against, options.rounds)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
