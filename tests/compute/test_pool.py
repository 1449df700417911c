"""A pool of processes: shared work, cancelled at once, within limits, and gone with its owner."""

import os
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import CancelledError
from contextlib import closing

import pytest

from gmmlab.compute.pool import Pool
from gmmlab.compute.worker import Limits, WorkerDied
from tests.compute import tasks
from tests.compute.watching import PATIENCE, began, ends_at_once, is_alive, waited_for


@pytest.fixture(scope="module")
def pool():
    made = Pool(size=2, preload=["tests.compute.tasks"])
    yield made
    made.close()


def test_work_is_shared_between_processes(pool, tmp_path):
    both = set(pool.as_done(tasks.beside_another, [str(tmp_path)] * 2))
    assert len(both) == 2
    found = dict(pool.as_done(tasks.whereabouts, range(40)))
    assert sorted(found) == list(range(40))
    assert os.getpid() not in both | set(found.values())


def test_workers_stay_for_the_next_task_and_are_polite(pool, tmp_path):
    both = set(pool.as_done(tasks.beside_another, [str(tmp_path)] * 2))
    assert {pid for _, pid in pool.as_done(tasks.whereabouts, range(10))} <= both
    assert all(os.getpriority(os.PRIO_PROCESS, pid) > 0 for pid in both)


def test_a_cancelled_task_frees_its_core_at_once(pool, tmp_path):
    task = pool.submit(tasks.marked, str(tmp_path / "pid"))
    pid = began(tmp_path / "pid")
    with ends_at_once(pid):
        task.cancel()
        with pytest.raises(CancelledError):
            task.future.result(timeout=PATIENCE)
    assert pool.submit(tasks.doubled, 4).future.result(timeout=PATIENCE) == 8


def test_a_task_in_the_queue_is_cancelled_too(pool, tmp_path):
    running = [pool.submit(tasks.marked, str(tmp_path / str(i))) for i in range(2)]
    queued = pool.submit(tasks.marked, str(tmp_path / "queued"))
    queued.cancel()
    for task in running:
        task.cancel()
    assert pool.submit(tasks.doubled, 1).future.result(timeout=PATIENCE) == 2
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
        pool.submit(tasks.fatal).future.result(timeout=PATIENCE)
    assert pool.submit(tasks.doubled, 3).future.result(timeout=PATIENCE) == 6


def test_a_dead_nursery_is_made_anew(pool):
    pool.submit(tasks.doubled, 1).future.result()
    pool._nursery.kill()
    pool._nursery.wait()
    results = [pool.submit(tasks.doubled, i).future for i in range(4)]
    assert [each.result(timeout=PATIENCE) for each in results] == [0, 2, 4, 6]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere workers end with their task")
def test_a_task_whose_nursery_is_killed_under_it_is_done_by_another_worker(pool, tmp_path):
    task = pool.submit(tasks.unlucky, str(tmp_path / "tried"))
    assert task.future.result(timeout=PATIENCE) == "done"


def test_errors_come_back_as_they_are_or_in_words(pool):
    with pytest.raises(ValueError, match="too few points"):
        pool.submit(tasks.refusing, "too few points").future.result()
    with pytest.raises(RuntimeError, match="Unruly: both"):
        pool.submit(tasks.unruly).future.result()
    with pytest.raises(Exception, match="pickle"):
        pool.submit(lambda: 1).future.result()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts data against the limit")
def test_a_task_has_limits(tmp_path):
    with closing(Pool(1, ["tests.compute.tasks"], Limits(1.0, 200 << 20))) as small:
        with pytest.raises(MemoryError):
            small.submit(tasks.greedy, 400 << 20).future.result(timeout=PATIENCE)
        with pytest.raises(WorkerDied):  # which it would not if it ran to its end
            small.submit(tasks.marked, str(tmp_path / "pid"), 5.0).future.result(timeout=PATIENCE)
        pid = began(tmp_path / "pid")
        waited_for(lambda: not is_alive(pid))
        assert small.submit(tasks.doubled, 2).future.result(timeout=PATIENCE) == 4


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
