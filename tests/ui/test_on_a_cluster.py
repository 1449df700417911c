"""A page whose questions a real cluster answers, because the environment names its scheduler."""

import os

import pytest
from streamlit.testing.v1 import AppTest

from gmmlab.compute.cluster import ADDRESS, client_of
from gmmlab.compute.remote import ClusterPool
from gmmlab.ui.shell import asking
from gmmlab.ui.shell import desk as desk_module
from tests.compute.watching import parent
from tools.cluster import running


@pytest.fixture(scope="module")
def scheduler():
    with running(1) as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def desk(scheduler, monkeypatch):
    monkeypatch.setenv(ADDRESS, scheduler)
    found = desk_module.desk.__wrapped__()
    assert isinstance(found.pool, ClusterPool)
    found.pool.look()
    for module in (asking, desk_module):
        monkeypatch.setattr(module, "desk", lambda: found)
    yield found
    found.pool.close()


def a_page():
    import streamlit as st

    from gmmlab.ui.shell.asking import ask, begin_run, end_run, follow
    from tests.compute import tasks

    begin_run()
    st.session_state["one"] = ask(tasks.from_afar, 1)
    st.session_state["others"] = follow([(tasks.from_afar, n) for n in (2, 3)], "models fitted")
    end_run()


def test_what_a_page_asks_and_follows_is_answered_there(desk, scheduler):
    page = AppTest.from_function(a_page).run(timeout=100)
    while page.session_state["others"].running:
        page.run(timeout=100)
    assert not page.exception
    found = [page.session_state["one"], *page.session_state["others"].answers]
    assert [item for item, _ in found] == [1, 2, 3]
    [worker] = client_of(scheduler).run(os.getpid).values()
    assert {parent(parent(pid)) for _, pid in found} == {worker}
