"""A desk: the same question is computed once, whoever asks; what nobody waits for ends."""

import os
import time

import pytest

from gmmlab.compute.desk import Desk, NoAnswer
from gmmlab.compute.pool import Pool
from gmmlab.compute.questions import Answers, Question
from gmmlab.compute.worker import Limits
from tests.compute import tasks
from tests.compute.watching import PATIENCE, began, ends_at_once, is_alive, waited_for


@pytest.fixture(scope="module")
def pool():
    made = Pool(2, ["tests.compute.tasks"], Limits(seconds=20.0))
    yield made
    made.close()


@pytest.fixture
def desk(pool):
    return Desk(pool, Answers(100, 1 << 20), Answers(3, 1 << 20))


def marked(path, seconds=30.0):
    return Question(tasks.marked, (str(path), seconds))


def test_answers_of_a_series_are_kept(desk):
    questions = [Question(tasks.doubled, (n,)) for n in range(20)]
    series = desk.begin(questions, "visitor")
    assert series.wait(PATIENCE)
    assert [desk.known(each) for each in questions] == [2 * n for n in range(20)]
    assert series.n_done == 20


def test_two_visitors_ask_the_same_and_it_is_computed_once(desk, tmp_path):
    question = marked(tmp_path / "pid", 0.5)
    both = [desk.begin([question], visitor) for visitor in ("one", "other")]
    pid = began(tmp_path / "pid")
    (tmp_path / "pid").unlink()
    assert all(series.wait(PATIENCE) for series in both)
    assert not (tmp_path / "pid").exists()
    assert desk.known(question) is not None
    assert pid != os.getpid()


def test_work_goes_on_until_the_last_visitor_leaves(desk, tmp_path):
    question = marked(tmp_path / "pid")
    one, other = (desk.begin([question], visitor) for visitor in ("one", "other"))
    pid = began(tmp_path / "pid")
    one.leave()
    time.sleep(0.2)
    assert is_alive(pid)
    with ends_at_once(pid):
        other.leave()
    assert not one.running
    assert desk.known(question) is None


def test_who_is_gone_waits_for_nothing(desk, tmp_path):
    gone = desk.begin([marked(tmp_path / str(n)) for n in range(6)], "gone")
    pid = began(tmp_path / "0")
    desk.leave_all(lambda visitor: visitor != "gone")
    waited_for(lambda: not is_alive(pid))
    assert not gone.running
    time.sleep(0.2)
    assert not (tmp_path / "5").exists()


def test_what_begins_later_never_begins_if_the_visitor_leaves(desk, tmp_path):
    series = desk.begin([marked(tmp_path / "pid")], "visitor", after=0.2)
    series.leave()
    time.sleep(0.4)
    assert not (tmp_path / "pid").exists()


def test_a_question_asked_in_vain_is_asked_again_only_when_told(desk):
    question = Question(tasks.fatal, ())
    desk.begin([question], "visitor").wait(PATIENCE)
    for _ in range(2):
        with pytest.raises(NoAnswer, match="broken off"):
            desk.known(question)
    desk.retry(question)
    assert desk.known(question, "unknown") == "unknown"
    fine = Question(tasks.doubled, (1,))
    desk.begin([fine], "visitor").wait(PATIENCE)
    assert desk.known(fine) == 2


def test_too_much_memory_is_one_sentence(pool):
    desk = Desk(pool, Answers(10, 1000), Answers(1, 10))
    question = Question(tasks.greedy, (8 << 30,))
    desk.begin([question], "visitor").wait(PATIENCE)
    with pytest.raises(NoAnswer, match="more memory than one question may take"):
        desk.known(question)


def test_a_study_that_refuses_says_so_every_time_and_other_errors_once(desk):
    refused, broken = Question(tasks.refusing, ("no points",)), Question(tasks.unruly, ())
    desk.begin([refused, broken], "visitor").wait(PATIENCE)
    for _ in range(2):
        with pytest.raises(ValueError, match="no points"):
            desk.known(refused)
    with pytest.raises(RuntimeError, match="Unruly"):
        desk.known(broken)
    assert desk.known(broken, "unknown") == "unknown"


def test_passing_answers_push_out_no_others(desk):
    kept = Question(tasks.doubled, (1,))
    desk.here(kept)
    for n in range(500):
        desk.here(Question(tasks.doubled, (n, 7)), in_passing=True)
    assert desk.known(kept) == 2
    assert desk.known(Question(tasks.doubled, (499, 7))) == 1005
    assert desk.known(Question(tasks.doubled, (0, 7))) is None


def test_quick_is_what_a_study_says_to_be_quick(desk):
    assert desk.is_quick([Question(tasks.doubled, (1,))])
    assert Desk(None, Answers(1, 1), Answers(1, 1)).is_quick([Question(tasks.busy, (9.0,))])


def test_one_who_asks_again_right_after_leaving_is_answered(desk):
    # The task that was cancelled ends later than the new one begins, and must not end it too.
    for n in range(30):
        question = Question(tasks.doubled, (n, 1_000))
        desk.begin([question], "visitor").leave()
        assert desk.begin([question], "visitor").wait(PATIENCE)
        assert desk.known(question) == 2 * n + 1_000
