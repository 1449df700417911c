"""A queue in which visitors take turns: nobody waits for more than one item of each other."""

from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmmlab.compute.desk import Desk
from gmmlab.compute.pool import Pool
from gmmlab.compute.questions import Answers, Question
from gmmlab.compute.turns import Turns
from gmmlab.compute.worker import Limits
from tests.compute import tasks
from tests.compute.watching import PATIENCE, began, waited_for

VISITORS = st.integers(0, 5)


@given(st.lists(st.one_of(VISITORS, st.none()), max_size=60))
def test_who_waits_is_overtaken_once_at_most_by_each_other(events):
    """A visitor's number brings one item, None is a worker that takes one and is done with it."""
    turns, waiting, overtaken, in_order = Turns(), {}, {}, {}

    def work():
        visitor, number = turns.take()
        turns.forget((visitor, number))
        assert number == in_order[visitor].pop(0)  # one's own items keep their order
        waiting[visitor] -= 1
        overtaken.pop(visitor, None)  # the wait for the next one begins
        for other, by in overtaken.items():
            if waiting.get(other):
                by.append(visitor)
                assert by.count(visitor) == 1
        if waiting[visitor]:
            overtaken[visitor] = []

    for number, visitor in enumerate(events):
        if visitor is not None:
            turns.put((visitor, number), visitor)
            in_order.setdefault(visitor, []).append(number)
            waiting[visitor] = waiting.get(visitor, 0) + 1
            overtaken.setdefault(visitor, [])
        elif any(waiting.values()):
            work()
    while any(waiting.values()):
        work()
    assert not turns._owners
    assert not turns._lanes


def test_many_items_of_one_and_one_at_a_time_of_another_alternate():
    turns, served = Turns(), []
    for n in range(10):
        turns.put(("many", n), "many")
    turns.put(("few", 0), "few")
    for n in range(8):
        item = turns.take()
        served.append(item[0])
        if item[0] == "few":  # asks again as soon as it is answered
            turns.put(("few", n + 1), "few")
        turns.forget(item)
    assert served == ["many", "few"] * 4


def test_an_item_of_two_comes_with_the_first_of_their_turns_and_once():
    turns = Turns()
    for item in "abc":
        turns.put(item, "long")
    turns.share("c", "short")
    assert [turns.take() for _ in range(3)] == ["a", "c", "b"]
    turns.share("b", "third")  # is worked on already
    turns.forget("b")
    turns.share("b", "third")  # and now it is done
    assert turns.n_before("third") == 0
    turns.put("d", "third")
    assert turns.take() == "d"


def test_what_is_dropped_keeps_nobody_waiting():
    turns = Turns()
    turns.put("a", "one")
    turns.share("a", "two")
    turns.put("b", "two")
    turns.drop("a", "one")
    assert turns.n_before("two") == 0
    turns.forget("a")
    assert turns.take() == "b"


def test_how_many_others_are_before_one():
    turns = Turns()
    for visitor in "abcd":
        for n in range(3):
            turns.put(visitor + str(n), visitor)
    assert [turns.n_before(visitor) for visitor in "abcd"] == [0, 1, 2, 3]
    taken = turns.take()
    assert taken == "a0"
    assert [turns.n_before(visitor) for visitor in "abcd"] == [0, 1, 2, 3]  # a is worked for
    turns.forget(taken)
    assert [turns.n_before(visitor) for visitor in "abcd"] == [3, 0, 1, 2]
    assert turns.n_before("stranger") == 0


def test_takers_wait_for_items():
    turns, found = Turns(), []
    takers = [Thread(target=lambda: found.append(turns.take())) for _ in range(3)]
    for taker in takers:
        taker.start()
    for n in range(3):
        turns.put(n, "one")
    for taker in takers:
        taker.join(PATIENCE)
    assert sorted(found) == [0, 1, 2]


@pytest.fixture(scope="module")
def one_worker():
    made = Pool(1, ["tests.compute.tasks"], Limits(seconds=60.0))
    yield made
    made.close()


def test_a_visitor_with_little_to_do_is_not_kept_by_one_with_much(one_worker, tmp_path):
    desk = Desk(one_worker, Answers(100, 1 << 20), Answers(3, 1 << 20))
    begun = tmp_path / "begun"
    much = desk.begin([Question(tasks.marked, (str(begun), 0.3))], "much")
    began(begun)
    # Two series of one visitor stand in line before the other comes.
    further = [desk.begin([Question(tasks.busy, (0.3 + n / 1000,))], "much") for n in range(5)]
    little = desk.begin([Question(tasks.doubled, (1, 4))], "little")
    assert little.n_before == 1
    assert much.n_before == 0
    assert little.wait(PATIENCE)
    assert sum(series.running for series in further) >= 4
    for series in further:
        series.leave()
    waited_for(lambda: not one_worker.turns._owners)


def test_the_time_left_begins_with_the_work(one_worker, tmp_path):
    desk = Desk(one_worker, Answers(100, 1 << 20), Answers(3, 1 << 20))
    running = desk.begin([Question(tasks.marked, (str(tmp_path / "pid"), 30.0))], "one")
    began(tmp_path / "pid")
    waiting = desk.begin([Question(tasks.declared, (5.0,))], "other")
    assert waiting.n_before == 1
    assert waiting.seconds_left == 5.0
    running.leave()
    waited_for(lambda: waiting.n_before == 0)
    waited_for(lambda: waiting.seconds_left < 5.0)
    waiting.leave()
