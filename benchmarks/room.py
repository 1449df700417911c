"""`python -m benchmarks.room`: a lecturer's room, and a class of phones that answer in it at once.

Phones speak Streamlit's protocol on a real server: they arrive by the code, tap, and look every two
seconds whether there is another question, as browsers do. The exit status says whether every answer
was counted, nobody was lost, and the limits were kept. It needs requirements-bench.txt.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import parse_qs

from streamlit.proto.WidgetStates_pb2 import WidgetState

from benchmarks.processes import Tree, served
from benchmarks.server import CLICK, _quantile
from benchmarks.visitors import PATIENCE, SessionLost, Visit, Visitor, _Widget, visitor

WALL = 3.0  # seconds until the wall has counted an answer
CPU = 10.0  # milliseconds of CPU of the server for one phone that waits, each second


@dataclass
class Guest(Visitor):
    """A visitor who presses buttons, reads, and comes again where the page asks for it."""

    texts: list[str] = field(default_factory=list)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)
    fragment: str = ""
    every: float = 0.0

    async def press(self, label: str) -> Visit:
        """Press the button of this label; LookupError if there is none."""
        if label not in self.buttons:
            raise LookupError(f"no button {label!r} among {sorted(self.buttons)}")
        name, fragment = self.buttons[label]
        self._widgets[name] = _Widget(WidgetState(id=name, trigger_value=True), (), fragment)
        visit = self._ask(fragment, PATIENCE)
        try:
            return await visit
        finally:
            self._widgets.pop(name, None)

    async def look(self) -> Visit:
        """What the page asks for every so often."""
        return await self._ask(self.fragment, PATIENCE)

    def reads(self, words: str) -> bool:
        """Whether the page has said these words since it was last run as a whole."""
        return any(words in each for each in self.texts)

    def _take(self, message: Any) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session" and not message.metadata.run.fragment_ids:
            self.texts.clear()
            self.buttons.clear()
        elif kind == "auto_rerun":
            self.fragment, self.every = message.auto_rerun.fragment_id, message.auto_rerun.interval
        super()._take(message)

    def _element(self, element: Any, fragment: str) -> None:
        kind = element.WhichOneof("type")
        content = getattr(element, kind)
        if kind in ("markdown", "heading", "alert"):
            self.texts.append(content.body)
        elif kind == "button":
            self.buttons[content.label] = content.id, fragment
        super()._element(element, fragment)


@dataclass
class Question:
    """One question of the lesson: the button that asks it, and what phones press."""

    ask: str
    answers: Sequence[str]


QUESTIONS = (
    Question("Which K?", [str(K) for K in range(2, 8)]),
    Question("k-means, the same K", ["A", "B"]),
    Question("One start each", ["Run one random start"]),
)


async def lesson(url: str, tree: Tree, n: int, seconds: float) -> bool:
    """Hold it, print what was measured, and tell whether all was as it should be."""
    kept, lost = True, 0
    async with AsyncExitStack() as stack:
        teacher = await stack.enter_async_context(visitor(url, "clusters", kind=Guest))
        await teacher.arrive()
        await teacher.press("Ask the class")
        code = parse_qs(teacher._query)["code"][0]
        phones: list[Guest] = []
        for _ in range(n):
            phones.append(await stack.enter_async_context(visitor(url, "room", kind=Guest)))
        before = tree.cpu()
        arrivals = await asyncio.gather(*(each.arrive(f"code={code}") for each in phones))
        print(f"{n} phones came in {_quantile([v.seconds for v in arrivals], 0.95):.2f} s (p95), "
              f"{1000 * (tree.cpu() - before) / n:.0f} ms of CPU and "
              f"{sum(v.n_bytes for v in arrivals) / n / 1e3:.0f} kB a phone")  # fmt: skip
        for question in QUESTIONS:
            await teacher.press(question.ask)
            told = await asyncio.gather(*(each.look() for each in phones))
            chance = Random(0)
            before, began = tree.cpu(), time.perf_counter()
            taps = [asyncio.create_task(p.press(chance.choice(question.answers))) for p in phones]
            wall = asyncio.create_task(_counted(teacher, n))
            visits = await asyncio.gather(*taps, return_exceptions=True)
            lost += sum(isinstance(each, BaseException) for each in visits)
            answered = [each for each in visits if isinstance(each, Visit)]
            last = began + max((each.seconds for each in answered), default=0.0)
            all_counted = await wall
            errors = [e for v in (*told, *answered) for e in v.errors]
            p95 = _quantile([v.seconds for v in answered], 0.95)
            late = all_counted - last if all_counted else float("nan")
            p50, cpu = _quantile([v.seconds for v in answered], 0.5), tree.cpu() - before
            print(f"{question.ask:<22} a tap {p50:.2f} s (p50) {p95:.2f} s (p95); "
                  f"{1000 * cpu / n:.0f} ms of CPU each; all {n} on the wall {late:.1f} s after "
                  "the last")  # fmt: skip
            for error in sorted(set(errors)):
                print(f"    error on the page: {error}")
            kept &= not errors and late <= WALL
            kept &= question.ask == "One start each" or p95 <= 2 * CLICK
        kept &= await _waiting(tree, teacher, phones, seconds)
        lost += sum(each._lost for each in (*phones, teacher))
        await teacher.press("Close the room")
        await asyncio.gather(*(each.look() for each in phones))
        gone = sum(each.reads("There is no such room") for each in phones)
        print(f"{gone} of {n} phones were told that the room is closed; sessions lost: {lost}")
    return kept and lost == 0 and gone == n


async def _counted(teacher: Guest, n: int) -> float | None:
    """When the wall said that all had answered; None if it did not."""
    end = time.perf_counter() + PATIENCE
    while time.perf_counter() < end:
        await teacher.look()
        if teacher.texts and teacher.reads(f"**{n} answers**"):
            return time.perf_counter()
        await asyncio.sleep(teacher.every)
    return None


async def _waiting(tree: Tree, teacher: Guest, phones: Sequence[Guest], seconds: float) -> bool:
    """What phones that wait, and the wall, cost the server each second."""

    async def waits(guest: Guest, end: float) -> list[float]:
        waits = []
        await asyncio.sleep(Random(id(guest)).random() * guest.every)
        while time.perf_counter() < end:
            began = time.perf_counter()
            waits.append((await guest.look()).seconds)
            await asyncio.sleep(max(0.0, began + guest.every - time.perf_counter()))
        return waits

    spent = []
    for guests in ([teacher], [teacher, *phones]):
        before = _server(tree)
        end = time.perf_counter() + seconds
        seen = await asyncio.gather(*(waits(each, end) for each in guests))
        spent.append((1000 * (_server(tree) - before), [len(each) for each in seen]))
    # By looks, not by seconds: a busy machine gets through fewer of them.
    (alone, (n_alone,)), (together, (n_wall, *n_phones)) = spent
    a_look = alone / n_alone
    a_phone = (together - a_look * n_wall) / sum(n_phones) / phones[0].every
    looks = [each for some in seen[1:] for each in some]
    print(f"waiting: the wall takes {a_look / teacher.every:.0f} ms of CPU a second, a phone "
          f"{a_phone:.1f} ms (at most {CPU:.0f}); a look {_quantile(looks, 0.5):.3f} s (p50) "
          f"{_quantile(looks, 0.95):.3f} s (p95)")  # fmt: skip
    return a_phone <= CPU


def _server(tree: Tree) -> float:
    """Seconds of CPU of the server alone: workers that end meanwhile would take theirs along."""
    times = tree.processes()[0].cpu_times()
    return float(times.user + times.system)


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.room", description=__doc__)
    parser.add_argument("--phones", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=10, help="how long they wait")
    options = parser.parse_args()
    with served() as (url, tree):
        try:
            kept = asyncio.run(lesson(url, tree, options.phones, options.seconds))
        except SessionLost as problem:
            print(f"lost: {problem}")
            kept = False
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
