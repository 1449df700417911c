"""A class at work on one server: who does what how often, what they waited for, what it took.

All settings change by widgets. A visitor acts again when a period has passed since the last act, or
as soon as that is answered; after the class, answers that are due are waited for a little longer.
"""

import asyncio
import http.client
import math
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

from benchmarks.processes import Tree
from benchmarks.visitors import PATIENCE, SessionLost, Visitor, visitor
from tests.faults.clients import upload

_GRACE = 15.0  # seconds that are left to answers after the end
_ARRIVAL_EVERY = 0.1
_HEALTH_EVERY = 0.25
_HEALTH_PATIENCE = 10.0
_MOST_ACTS = 300  # of one visitor: so many seeds are its own

_MARK = re.compile(rb"mark(\d+)(?:across|up)")

Settings = dict[str, Any]


@dataclass(frozen=True)
class Role:
    """What some visitors do: on which page, opened how, and what they change every so often.

    `act` is told a seed that nobody else uses; "to" names another page and its query. With `table`
    the visitor first brings a table whose columns are called by their seat.
    """

    name: str
    visitors: int
    page: str
    query: str
    every: float
    act: Callable[[Random, int], Settings]
    table: bool = False


def _click(chance: Random, seed: int) -> Settings:
    del seed  # what is asked has mostly been asked before
    changes: Settings = {
        "n_components": chance.randint(2, 6),
        "show": chance.randrange(3),
        "color": chance.randrange(2),
        "shapes": chance.random() < 0.5,
    }
    name = chance.choice(list(changes))
    return {name: changes[name]}


def _other_data(name: str, low: float, high: float) -> Callable[[Random, int], Settings]:
    """Data that nobody else has: a width or a noise of one's own."""
    return lambda chance, seed: {name: low + (high - low) * (seed % 9973) / 9973}


def _paint(chance: Random, seed: int) -> Settings:
    del seed
    return {"n_colors": chance.randint(2, 64), "model": chance.randrange(2)}


CLICKING = Role("clicking, Clusters", 10, "clusters", "", 2, _click)
FITTING = Role(
    "fitting, Clusters",
    8,
    "clusters",
    "n_init=10&data_n_samples=1200",
    3,
    _other_data("data_cluster_std", 0.5, 1.5),
)
SWEEPING = Role(
    "sweeping, How many", 5, "how_many", "high=20&n_init=3", 3, _other_data("data_noise", 0.05, 0.2)
)
PAINTING = Role("painting, Recolour", 4, "recolour", "", 3, _paint)
LOOKING = Role(
    "looking, Density",
    3,
    "density",
    "",
    3,
    lambda chance, seed: (
        {"n_components": chance.randint(2, 40)} | _other_data("data_noise", 0.05, 0.2)(chance, seed)
    ),
)
ROLES = (CLICKING, FITTING, SWEEPING, PAINTING, LOOKING)


@dataclass
class Lesson:
    """What came of it: seconds of all visits by role, `done` in time, and what was measured."""

    waits: dict[str, list[float]] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)  # why
    unanswered: int = 0  # when the class had ended and a little time had passed
    health: list[float] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)  # seconds, bytes
    own_marks: set[int] = field(default_factory=set)  # seats that saw their own table's columns
    leaks: list[str] = field(default_factory=list)  # and those that saw another's

    @property
    def visits(self) -> int:
        """How many were answered before the class ended."""
        return sum(self.done.values())

    @property
    def growth(self) -> float | None:
        """Memory's slope after the first minute in percent a minute; None if too short to tell."""
        late = [(at, size) for at, size in self.memory if at >= 60]
        if len(late) < 30:
            return None
        mean_at = sum(at for at, _ in late) / len(late)
        mean = sum(size for _, size in late) / len(late)
        rise = sum((at - mean_at) * (size - mean) for at, size in late)
        return 100 * 60 * rise / sum((at - mean_at) ** 2 for at, _ in late) / mean


def hold(url: str, tree: Tree, seconds: float, roles: Sequence[Role] = ROLES) -> Lesson:
    """A class of all roles for so long, on a server whose pages have been opened once before."""
    asyncio.run(_open_all(url, roles))
    lesson, over = Lesson(), Event()
    watchers = [
        Thread(target=_watch_health, args=(url, lesson.health, over)),
        Thread(target=_watch_memory, args=(tree, lesson.memory, over)),
    ]
    for watcher in watchers:
        watcher.start()
    try:
        asyncio.run(_class(url, lesson, seconds, roles, over))
    finally:
        over.set()
        for watcher in watchers:
            watcher.join()
    return lesson


async def _open_all(url: str, roles: Sequence[Role]) -> None:
    for page in dict.fromkeys(role.page for role in roles):
        async with visitor(url, page) as first:
            await first.arrive()


async def _class(
    url: str, lesson: Lesson, seconds: float, roles: Sequence[Role], over: Event
) -> None:
    end = time.perf_counter() + seconds
    seats = [role for role in roles for _ in range(role.visitors)]
    # Shuffled, as people come in, and the same for all servers.
    order = Random(0).sample(range(len(seats)), len(seats))
    async with asyncio.TaskGroup() as group:
        for place, seat in enumerate(order):
            late = place * _ARRIVAL_EVERY
            group.create_task(_attend(url, seats[seat], seat, late, end, lesson))
        await asyncio.sleep(seconds)
        over.set()  # what is measured besides is about the class alone


async def _attend(url: str, role: Role, seat: int, late: float, end: float, lesson: Lesson) -> None:
    """Come in, act until the end; come again if the session is lost."""
    await asyncio.sleep(late)
    chance, acts = Random(seat), 0
    while time.perf_counter() < end:
        try:
            async with visitor(url, role.page) as person:
                person.watch = partial(_look_for_marks, lesson, seat)
                await _visit(lesson, "arriving", end, person, role, {"to": (role.page, role.query)})
                if role.table:
                    await _bring_table(url, person, seat)
                while time.perf_counter() < end:
                    begun = time.perf_counter()
                    seed = seat * _MOST_ACTS + acts % _MOST_ACTS
                    acts += 1
                    await _visit(lesson, role.name, end, person, role, role.act(chance, seed))
                    await asyncio.sleep(max(0.0, begun + role.every - time.perf_counter()))
        except (SessionLost, LookupError) as problem:  # gone, or a page without its widgets
            lesson.lost.append(f"{role.name}: {problem}")
            await asyncio.sleep(1)
        except TimeoutError:
            if time.perf_counter() < end:
                lesson.lost.append(f"{role.name}: no answer within {PATIENCE:.0f} s")
            else:
                lesson.unanswered += 1


async def _visit(
    lesson: Lesson, name: str, end: float, person: Visitor, role: Role, change: Settings
) -> None:
    """Act once, and note the wait; one without an answer counts as long as it lasted."""
    began = time.perf_counter()
    patience = min(PATIENCE, end + _GRACE - began)
    waits = lesson.waits.setdefault(name, [])
    try:
        if "to" in change:
            person.page, query = change["to"]
            visit = await person.arrive(query, patience)
        else:
            visit = await person.change(patience, **change)
    except TimeoutError:
        waits.append(time.perf_counter() - began)
        raise
    waits.append(visit.seconds)
    lesson.lost += [f"{role.name}: {error}" for error in visit.errors]
    if began + visit.seconds <= end:
        lesson.done[name] = lesson.done.get(name, 0) + 1


async def _bring_table(url: str, person: Visitor, seat: int) -> None:
    """Upload a small table; SessionLost if the server does not take it."""
    chance = Random(seat)
    rows = [f"{chance.gauss(0, 1)},{chance.gauss(n % 3, 1)}" for n in range(90)]
    data = "\n".join([f"mark{seat}across,mark{seat}up", *rows]).encode()
    file_id = f"table-{seat}"
    answer = await asyncio.to_thread(upload, url, person.session_id, data, "", file_id, "t.csv")
    if answer != 204:
        raise SessionLost(f"a table was refused: {answer}")
    visit = await person.bring("t.csv", len(data), file_id)
    if visit.errors:
        raise SessionLost(f"a table was not read: {visit.errors[0]}")


def _look_for_marks(lesson: Lesson, seat: int, frame: bytes) -> None:
    """Whose tables' columns are in what came."""
    for found in set(map(int, _MARK.findall(frame))):
        if found == seat:
            lesson.own_marks.add(seat)
        else:
            lesson.leaks.append(f"seat {seat} saw a column of seat {found}")


def _watch_health(url: str, waits: list[float], over: Event) -> None:
    """Ask for the server's health again and again."""
    host = urlsplit(url).netloc
    while not over.is_set():
        began = time.perf_counter()
        connection = http.client.HTTPConnection(host, timeout=_HEALTH_PATIENCE)
        try:
            connection.request("GET", "/_stcore/health")
            healthy = connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            healthy = False
        finally:
            connection.close()
        wait = time.perf_counter() - began
        wait = wait if healthy else _HEALTH_PATIENCE
        # Who asks only after an answer does not see those who came meanwhile wait.
        waits += [wait - n * _HEALTH_EVERY for n in range(math.ceil(wait / _HEALTH_EVERY))]
        over.wait(max(0.0, began + _HEALTH_EVERY - time.perf_counter()))


def _watch_memory(tree: Tree, sizes: list[tuple[float, float]], over: Event) -> None:
    """Weigh the server each second."""
    began = time.perf_counter()
    while not over.wait(1):
        sizes.append((time.perf_counter() - began, tree.memory()))
