"""Fixtures of the tests of pages without a browser: what is asked, and where it is answered."""

from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner

from gmmlab.compute.desk import Desk
from gmmlab.compute.questions import Answers, Question
from gmmlab.ui import server
from gmmlab.ui.shell import asking
from gmmlab.ui.shell import desk as desk_module
from gmmlab.ui.shell.desk import open_desk


@pytest.fixture(scope="session", autouse=True)
def workers():
    """Processes that answer, as the server has them."""
    open_desk(*server.workers_import())
    yield
    if (pool := desk_module.desk().pool) is not None:
        pool.close()


@pytest.fixture(scope="session", autouse=True)
def packages_are_searched_once():
    """Streamlit reads the metadata of all packages for each AppTest, most of its time."""
    with pytest.MonkeyPatch.context() as patch:
        found = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", found)
        yield


def forget():
    desk_module.desk().answers.clear()
    desk_module.desk().passing.clear()


@pytest.fixture(scope="module", autouse=True)
def known_from_test_to_test():
    """The tests of one file share what they were answered, as visitors do; another asks anew."""
    forget()


@pytest.fixture(autouse=True)
def visitors_leave():
    """After a test nobody waits any more: what its pages asked would keep the cores for long."""
    yield
    desk_module.desk().leave_all(lambda _: False)


@pytest.fixture
def at_once(monkeypatch):
    """A desk that answers everything in this process, before the page goes on."""
    desk = Desk(None, Answers(1000, 1 << 30), Answers(10, 1 << 20))
    for module in (asking, desk_module):
        monkeypatch.setattr(module, "desk", lambda: desk)
    return desk


@pytest.fixture
def computed(monkeypatch, at_once):
    """The names of the functions that are computed, as "clusters.study.regions", in order."""
    real, found = Question.answer, []

    def answer(question):
        function = question.function
        found.append(f"{function.__module__}.{function.__name__}".removeprefix("gmmlab.studies."))
        return real(question)

    monkeypatch.setattr(Question, "answer", answer)
    return found


@pytest.fixture
def by_hand(monkeypatch):
    """Pages that do not run themselves again, the test does; and nothing is known beforehand."""
    forget()
    monkeypatch.setattr(asking, "linger", lambda *_: None)
