"""The desk of this server: one for all its visitors, with processes that answer."""

from collections.abc import Callable, Hashable
from functools import cache
from threading import Thread
from time import sleep
from typing import Any

from streamlit.runtime import exists as runtime_exists
from streamlit.runtime import get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from gmmlab.compute.cluster import address
from gmmlab.compute.desk import Desk, NoAnswer
from gmmlab.compute.pool import Pool, processes_exist
from gmmlab.compute.questions import Answers, Question
from gmmlab.compute.remote import ClusterPool
from gmmlab.compute.worker import Limits as TaskLimits
from gmmlab.ui.shell.limits import limits

_MISSING = object()
_FOR_A_CALLBACK = 120.0  # seconds that a download may take, its time in the queue included
_ROUND = 1.0  # seconds between two looks at which visitors are still there

_WORKERS_IMPORT: list[str] = []


@cache
def desk() -> Desk:
    """The desk of this server."""
    most = limits()
    task = TaskLimits(most.cpu_seconds, int(most.memory_mb * (1 << 20)))
    size = round(most.processes) or None
    pool: Pool | None = None
    if processes_exist():
        cluster = address()
        if cluster is None:
            pool = Pool(size, _WORKERS_IMPORT, task)
        else:
            pool = ClusterPool(cluster, size, _WORKERS_IMPORT, task)
    # The answers of all visitors, and those about strokes that are still being drawn.
    found = Desk(pool, Answers(2_000, int(most.answers_mb * 1e6)), Answers(12, 20 << 20))
    Thread(target=_look_who_is_here, args=(found,), daemon=True, name="gmmlab-presence").start()
    return found


def open_desk(*workers_import: str) -> None:
    """Have the processes that answer made ready now; they import these modules before any work."""
    _WORKERS_IMPORT[:] = workers_import
    if (pool := desk().pool) is not None:
        pool.warm()


def visitor() -> str | None:
    """The session that this is run for, if it is run for one."""
    context = get_script_run_ctx()
    return context.session_id if context else None


def answer(function: Callable[..., Any], *arguments: Any) -> Any:
    """`function(*arguments)` for callbacks and downloads, which draw nothing.

    Raises NoAnswer, in one sentence, and whatever the function raises.
    """
    question = Question(function, arguments)
    found = desk().known(question, _MISSING)
    if found is _MISSING and desk().pool is None:
        found = desk().here(question)
    if found is _MISSING:
        series = desk().begin([question], visitor())
        series.wait(_FOR_A_CALLBACK)
        series.leave()  # what took too long is given up
        found = desk().known(question, _MISSING)
    if found is _MISSING:
        raise NoAnswer("This took too long and was given up. Try again in a moment.")
    return found


def _look_who_is_here(watched: Desk) -> None:
    """Once a second, end what is worked on for visitors who closed their page."""
    while True:
        sleep(_ROUND)
        if runtime_exists():
            watched.leave_all(_is_here)


def _is_here(visitor: Hashable) -> bool:
    return visitor is None or get_instance().is_active_session(str(visitor))
