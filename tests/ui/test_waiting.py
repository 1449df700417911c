"""What a page says while a visitor's work waits for that of others."""

import pytest
from streamlit.testing.v1 import AppTest

from gmmlab.compute.desk import Desk
from gmmlab.compute.pool import Pool
from gmmlab.compute.questions import Answers, Question
from gmmlab.ui.shell import asking
from gmmlab.ui.shell import desk as desk_module
from tests.compute import tasks
from tests.compute.watching import began, waited_for


@pytest.fixture
def one_worker(monkeypatch):
    pool = Pool(1, ["tests.compute.tasks"])
    desk = Desk(pool, Answers(10, 1 << 20), Answers(10, 1 << 20))
    for module in (asking, desk_module):
        monkeypatch.setattr(module, "desk", lambda: desk)
    yield desk
    pool.close()


def a_page():
    from gmmlab.ui.shell.asking import begin_run, end_run, follow
    from tests.compute import tasks

    begin_run()
    follow([(tasks.declared, 31.0), (tasks.declared, 32.0)], "models fitted")
    end_run()


def test_who_waits_sees_how_many_are_before(one_worker, tmp_path):
    first = one_worker.begin([Question(tasks.marked, (str(tmp_path / "pid"),))], "first")
    began(tmp_path / "pid")
    others = [
        one_worker.begin([Question(tasks.declared, (20.0 + n,))], f"other {n}") for n in range(2)
    ]
    page = AppTest.from_function(a_page).run(timeout=60)
    assert said(page) == "0 of 2 models fitted: 3 others are before you"
    for each in others:
        each.leave()
    assert said(page.run(timeout=60)) == "0 of 2 models fitted: 1 other is before you"
    first.leave()
    [mine] = page.session_state["questions of this session"].series.values()
    waited_for(lambda: mine.n_before == 0)
    assert said(page.run(timeout=60)).endswith(" s left")


def said(page):
    assert not page.exception
    [bar] = page.get("progress")
    return bar.proto.text
