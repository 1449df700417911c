"""A desk whose questions a real cluster answers: two workers, each a process of Dask's."""

import os
import signal
import socket
from contextlib import closing

import pytest

from gmmlab.compute import remote
from gmmlab.compute.cluster import client_of
from gmmlab.compute.desk import Desk, NoAnswer
from gmmlab.compute.questions import Answers, Question
from gmmlab.compute.remote import ClusterPool
from gmmlab.compute.worker import Limits
from tests.compute import tasks
from tests.compute.watching import PATIENCE, began, ends_at_once, parent, waited_for
from tools.cluster import running


@pytest.fixture(scope="module")
def cluster():
    with running(2) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def pool(cluster):
    with closing(pool_of(cluster.scheduler_address)) as made:
        yield made


def pool_of(scheduler, **limits):
    made = ClusterPool(scheduler, 1, ["tests.compute.tasks"], Limits(**{"seconds": 20.0} | limits))
    made.look()
    return made


def desk_of(pool):
    return Desk(pool, Answers(100, 1 << 20), Answers(3, 1 << 20))


@pytest.fixture
def desk(pool):
    return desk_of(pool)


def answered(desk, questions):
    assert desk.begin(questions, "visitor").wait(PATIENCE)
    return [desk.known(question) for question in questions]


def test_the_cluster_answers_on_all_its_cores(desk, cluster, tmp_path):
    assert desk.pool.size == 2
    both = [desk.pool.submit(tasks.beside_another, str(tmp_path)) for _ in "12"]
    pids = {each.future.result(PATIENCE) for each in both}
    assert len(pids) == 2
    parents = {parent(parent(pid)) for pid in pids}  # a process, its nursery, Dask's worker
    assert parents == set(client_of(cluster.scheduler_address).run(os.getpid).values())


def test_many_questions_are_answered_in_order(desk):
    questions = [Question(tasks.doubled, (n,)) for n in range(12)]
    assert answered(desk, questions) == [2 * n for n in range(12)]


def test_who_leaves_frees_the_core(desk, tmp_path):
    series = desk.begin([Question(tasks.marked, (str(tmp_path / "pid"),))], "visitor")
    pid = began(tmp_path / "pid")
    with ends_at_once(pid):
        series.leave()
    assert answered(desk, [Question(tasks.doubled, (3,))]) == [6]


def test_what_was_cancelled_before_it_began_never_begins(desk, tmp_path):
    busy = [desk.pool.submit(tasks.marked, str(tmp_path / str(n))) for n in range(3)]
    waited_for(lambda: len(os.listdir(tmp_path)) == 2)
    for task in reversed(busy):
        task.cancel()
    assert answered(desk, [Question(tasks.doubled, (4,))]) == [8]
    assert len(os.listdir(tmp_path)) == 2


def test_limits_hold_on_the_cluster(cluster):
    with closing(pool_of(cluster.scheduler_address, seconds=1.0, n_bytes=200 << 20)) as small:
        desk = desk_of(small)
        with pytest.raises(NoAnswer, match=r"^This took more than the 1 seconds of computing"):
            answered(desk, [Question(tasks.busy, (60.0,))])
        with pytest.raises(NoAnswer, match=r"^This needs more memory than one question may take"):
            answered(desk, [Question(tasks.greedy, (400 << 20,))])


def test_what_a_study_refuses_is_told_in_its_words(desk):
    with pytest.raises(ValueError, match=r"^too few$"):
        answered(desk, [Question(tasks.refusing, ("too few",))])
    with pytest.raises(RuntimeError, match=r"^Unruly: both$"):
        answered(desk, [Question(tasks.unruly, ())])


def test_a_lost_worker_costs_time_and_no_answer(desk, cluster, tmp_path):
    series = desk.begin([Question(tasks.marked, (str(tmp_path / "pid"), 1.0))], "visitor")
    pid = began(tmp_path / "pid")
    (tmp_path / "pid").unlink()
    os.kill(parent(parent(pid)), signal.SIGKILL)
    assert began(tmp_path / "pid") != pid
    assert series.wait(PATIENCE)
    assert desk.known(Question(tasks.marked, (str(tmp_path / "pid"), 1.0)))
    client_of(cluster.scheduler_address).wait_for_workers(2)


@pytest.fixture
def said(monkeypatch):
    found = []
    monkeypatch.setattr(remote._LOG, "warning", found.append)
    return found


def test_without_a_scheduler_this_machine_answers(said, monkeypatch):
    monkeypatch.setattr("gmmlab.compute.cluster._PATIENCE", 0.3)
    with closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))
        scheduler = f"tcp://127.0.0.1:{unused.getsockname()[1]}"
        with closing(pool_of(scheduler)) as away:
            away.look()
            assert answered(desk_of(away), [Question(tasks.doubled, (5,))]) == [10]
    pool_of("tcp://127.0.0.1:x").close()
    assert said == [
        f"No scheduler of Dask answers at {where}. Until it answers, this machine does the work."
        for where in (scheduler, "tcp://127.0.0.1:x")
    ]


def test_a_cluster_that_goes_is_replaced_and_one_that_comes_is_used(said, tmp_path, monkeypatch):
    monkeypatch.setattr("gmmlab.compute.cluster._PATIENCE", 0.5)
    with running(1) as first:
        scheduler = first.scheduler_address
        away = pool_of(scheduler)
        desk = desk_of(away)
        series = desk.begin([Question(tasks.marked, (str(tmp_path / "pid"), 0.5))], "visitor")
        pid = began(tmp_path / "pid")
        assert parent(parent(pid)) != os.getpid()
        (tmp_path / "pid").unlink()
    with closing(away):
        own = began(tmp_path / "pid")  # begun anew, here
        assert parent(parent(own)) == os.getpid()
        assert series.wait(PATIENCE)
        away.look()
        port = int(scheduler.rpartition(":")[2])
        with running(1, scheduler_port=port) as second:
            assert second.scheduler_address == scheduler
            away.look()
            [(_, pid)] = answered(desk, [Question(tasks.whereabouts, (6,))])
            assert parent(parent(pid)) != os.getpid()
    assert said[0] == f"The cluster at {scheduler} answers, with 1 cores."
    assert said[-1] == said[0]
    assert any("was lost" in words or "answers at" in words for words in said[1:-1])
