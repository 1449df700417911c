"""A pool of processes: shared work, cancelled at once, within limits, and gone with its owner."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import CancelledError
from contextlib import closing

import pytest

from gmmlab.compute.pool import Limits, Pool, WorkerDied
from tests.compute import tasks


@pytest.fixture(scope="module")
def pool():
    made = Pool(size=2, preload=["tests.compute.tasks"])
    yield made
    made.close()


def waited_for(what, seconds=30.0):
    until = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < until
        time.sleep(0.01)
    return found


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def began(path):
    return waited_for(lambda: path.exists() and path.read_text() and int(path.read_text()))


def test_work_is_shared_between_processes(pool):
    found = dict(pool.as_done(tasks.whereabouts, range(40)))
    assert sorted(found) == list(range(40))
    assert len(set(found.values())) == 2
    assert os.getpid() not in found.values()


def test_workers_stay_for_the_next_task_and_are_polite(pool):
    first = {pid for _, pid in pool.as_done(tasks.whereabouts, range(10))}
    assert {pid for _, pid in pool.as_done(tasks.whereabouts, range(10))} == first
    assert all(os.getpriority(os.PRIO_PROCESS, pid) > 0 for pid in first)


def test_a_cancelled_task_frees_its_core_at_once(pool, tmp_path):
    task = pool.submit(tasks.marked, str(tmp_path / "pid"))
    pid = began(tmp_path / "pid")
    start = time.monotonic()
    task.cancel()
    with pytest.raises(CancelledError):
        task.future.result(timeout=5)
    waited_for(lambda: not is_alive(pid))
    assert time.monotonic() - start < 1
    assert pool.submit(tasks.doubled, 4).future.result(timeout=10) == 8


def test_a_task_in_the_queue_is_cancelled_too(pool, tmp_path):
    running = [pool.submit(tasks.marked, str(tmp_path / str(i))) for i in range(2)]
    queued = pool.submit(tasks.marked, str(tmp_path / "queued"))
    queued.cancel()
    for task in running:
        task.cancel()
    assert pool.submit(tasks.doubled, 1).future.result(timeout=10) == 2
    assert not (tmp_path / "queued").exists()


def test_a_loop_that_is_left_ends_its_tasks(pool, tmp_path):
    paths = [str(tmp_path / str(i)) for i in range(4)]

    def watch():
        if sum(path.exists() for path in tmp_path.iterdir()) >= 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(pool.as_done(tasks.marked, paths, watch))
    pids = [int(path.read_text()) for path in tmp_path.iterdir() if path.read_text()]
    waited_for(lambda: not any(map(is_alive, pids)))
    with closing(pool.as_done(tasks.whereabouts, range(100))) as results:
        next(results)


def test_a_dead_worker_gives_one_sentence_and_the_next_task_works(pool):
    with pytest.raises(WorkerDied, match=r"^This took more than the 60 seconds .* was broken off"):
        pool.submit(tasks.fatal).future.result(timeout=10)
    assert pool.submit(tasks.doubled, 3).future.result(timeout=10) == 6


def test_a_dead_nursery_is_made_anew(pool):
    pool.submit(tasks.doubled, 1).future.result()
    pool._nursery.kill()
    pool._nursery.wait()
    results = [pool.submit(tasks.doubled, i).future for i in range(4)]
    assert [each.result(timeout=20) for each in results] == [0, 2, 4, 6]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere workers end with their task")
def test_a_task_whose_nursery_is_killed_under_it_is_done_by_another_worker(pool, tmp_path):
    assert pool.submit(tasks.unlucky, str(tmp_path / "tried")).future.result(timeout=15) == "done"


def test_errors_come_back_as_they_are_or_in_words(pool):
    with pytest.raises(ValueError, match="too few points"):
        pool.submit(tasks.refusing, "too few points").future.result()
    with pytest.raises(RuntimeError, match="Unruly: both"):
        pool.submit(tasks.unruly).future.result()
    with pytest.raises(Exception, match="pickle"):
        pool.submit(lambda: 1).future.result()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts data against the limit")
def test_a_task_has_limits():
    with closing(Pool(1, ["tests.compute.tasks"], Limits(1.0, 200 << 20))) as small:
        with pytest.raises(MemoryError):
            small.submit(tasks.greedy, 400 << 20).future.result(timeout=20)
        start = time.monotonic()
        with pytest.raises(WorkerDied):
            small.submit(tasks.busy, 60.0).future.result(timeout=30)
        assert time.monotonic() - start < 20
        assert small.submit(tasks.doubled, 2).future.result(timeout=10) == 4


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere workers end with their task")
def test_no_process_outlives_its_owner(tmp_path):
    script = textwrap.dedent(
        f"""
        from gmmlab.compute.pool import Pool
        from tests.compute import tasks
        pool = Pool(1, ["tests.compute.tasks"])
        task = pool.submit(tasks.marked, {str(tmp_path / "pid")!r}, 60.0)
        task.future.result()
        """
    )
    with subprocess.Popen([sys.executable, "-c", script]) as owner:
        try:
            pid = began(tmp_path / "pid")
            assert is_alive(pid)
        finally:
            owner.send_signal(signal.SIGKILL)
    waited_for(lambda: not is_alive(pid))
