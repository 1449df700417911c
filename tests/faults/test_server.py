"""What visitors do to a server, and what befalls it: it goes on, and loses nobody's page.

By Streamlit's own protocol, on a real server; time is told by what processes have computed.
"""

import asyncio
import os
import resource
import signal
import sys
from contextlib import asynccontextmanager, suppress

import psutil
import pytest

from benchmarks.visitors import visitor
from tests.compute.watching import spent
from tests.faults.clients import MB, App, is_gone, is_healthy, upload, upload_half, waited_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are told by /proc")

# Forty models, each of a second or more.
HEAVY = "data_n_samples=9000&low=20&high=40&folds=10&n_init=10&seed={}"
LIGHT = "data_n_samples=300&low=2&high=4&n_init=1&seed={}"


@pytest.fixture(scope="module")
def app():
    # A closed page gives back at once what it held.
    made = App(STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL="0", GMMLAB_UPLOADS_MB="60")
    made.start()
    yield made
    made.end()


@asynccontextmanager
async def at_work(app, seed):
    """A visitor whose page has much to do, and the workers that are busy with it."""
    async with visitor(app.url, "how_many") as person:
        arriving = asyncio.create_task(person.arrive(HEAVY.format(seed), patience=300))
        busy = []
        while not busy:
            assert not arriving.done()
            await asyncio.sleep(0.1)
            busy = await asyncio.to_thread(app.busy)
        try:
            yield person, busy
        finally:
            arriving.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await arriving


async def gone_soon(busy):
    """Workers end before they have computed two seconds more."""
    before = {worker.pid: spent(worker.pid) for worker in busy}
    while not all(map(is_gone, busy)):
        assert all(spent(pid) - at < 2 for pid, at in before.items())
        await asyncio.sleep(0.05)


async def answers(app, seed):
    """Whether a visitor who comes now gets a page that is whole."""
    async with visitor(app.url, "how_many") as person:
        visit = await person.arrive(LIGHT.format(seed))
        assert not visit.errors
        assert not [words for words in person.said if "broken off" in words]


def test_what_was_begun_for_a_page_that_is_loaded_again_ends(app):
    async def refreshed():
        async with at_work(app, 1) as (person, busy):
            await person.socket.close()
            async with visitor(app.url, "home") as again:
                await again.arrive()
                await gone_soon(busy)

    asyncio.run(refreshed())


def test_a_worker_that_is_killed_is_one_sentence_and_the_page_goes_on(app):
    async def one():
        async with at_work(app, 2) as (person, busy):
            for worker in busy:
                with suppress(psutil.NoSuchProcess):
                    worker.kill()
            while not any("was broken off" in words for words in person.said):
                await asyncio.sleep(0.02)
        await answers(app, 3)

    asyncio.run(one())


def test_a_file_that_is_cut_in_half_is_none_and_the_next_comes_through(app):
    async def one():
        async with visitor(app.url, "recolour") as person:
            await person.arrive()
            for _ in range(15):  # more than a session may hold: none of them counts
                await asyncio.to_thread(upload_half, app.url, person.session_id, bytes(MB))
            for n in range(12):
                mine = person.session_id, bytes(1000), "", f"whole-{n}"
                # Those on their way count until the server has noticed that they will not come.
                while (answer := await asyncio.to_thread(upload, app.url, *mine)) == 429:
                    await asyncio.sleep(0.05)
                assert answer == 204
            assert upload(app.url, person.session_id, bytes(1000), file_id="one-more") == 429

    asyncio.run(asyncio.wait_for(one(), 300))


def test_a_file_over_the_limit_that_hides_its_length_is_refused(app):
    async def one():
        async with visitor(app.url, "recolour") as person:
            await person.arrive()
            mine = person.session_id, bytes(40 * MB)
            assert await asyncio.to_thread(upload, app.url, *mine, chunked=True) == 413
            assert await asyncio.to_thread(upload, app.url, *mine) == 413
            assert upload(app.url, person.session_id, bytes(25 * MB), chunked=True) == 204

    asyncio.run(one())


def test_two_hundred_files_of_one_session_leave_room_for_others_and_go_with_it(app):
    def all_of(session_id):
        return [upload(app.url, session_id, bytes(2 * MB), file_id=f"file-{n}") for n in range(200)]

    async def two():
        async with visitor(app.url, "recolour") as greedy, visitor(app.url, "recolour") as other:
            await asyncio.gather(greedy.arrive(), other.arrive())
            found = await asyncio.to_thread(all_of, greedy.session_id)
            assert found == [204] * 12 + [429] * 188
            assert upload(app.url, other.session_id, bytes(MB)) == 204
            # 60 MB are for all: 24 and 1 of them are taken, and now 45.
            assert upload(app.url, other.session_id, bytes(20 * MB), file_id="large") == 204
            assert upload(app.url, other.session_id, bytes(20 * MB), file_id="more") == 503
            await greedy.socket.close()
            while upload(app.url, other.session_id, bytes(20 * MB), file_id="more") != 204:
                await asyncio.sleep(0.1)

    asyncio.run(asyncio.wait_for(two(), 300))


def test_two_hundred_who_come_and_go_leave_nothing_behind(app):
    server = psutil.Process(app.process.pid)

    async def comes_and_goes(n):
        async with visitor(app.url, "home") as person:
            if n % 10 == 0:
                await person.arrive()
            elif n % 10 == 1:  # in the middle of its first run
                asking = asyncio.create_task(person.arrive())
                await asyncio.sleep(0.02)
                asking.cancel()

    async def all_of_them(n):
        for start in range(0, n, 20):
            await asyncio.gather(*(comes_and_goes(each) for each in range(start, start + 20)))

    asyncio.run(all_of_them(20))
    threads, files = server.num_threads(), server.num_fds()
    memory = server.memory_info().rss
    asyncio.run(all_of_them(200))
    waited_for(lambda: server.num_fds() <= files + 5)
    waited_for(lambda: server.num_threads() <= threads + 5)
    assert server.memory_info().rss - memory < 60 * MB
    assert is_healthy(app.url)


def test_a_server_that_is_killed_takes_its_workers_along_and_the_link_brings_the_page_back():
    app = App()
    app.start()
    try:
        asyncio.run(killed_and_started_poorly(app))
    finally:
        app.end()


async def killed_and_started_poorly(app):
    """Kill a server that is at work; start it again where there is little to have."""
    async with at_work(app, 4) as (person, busy):
        before, session_id = person.shown(), person.session_id
        family = app.family()
        await asyncio.to_thread(app.kill)
        waited_for(lambda: all(map(is_gone, family)))
    assert busy
    assert before["low"]
    await asyncio.to_thread(app.start, little_to_have)
    await answers(app, 5)
    async with visitor(app.url, "how_many", session_id=session_id) as again:
        arriving = asyncio.create_task(again.arrive(HEAVY.format(4), patience=300))
        while again.shown() != before:
            assert not arriving.done()
            await asyncio.sleep(0.05)
        assert not again._errors
        await asyncio.to_thread(waited_for, app.busy)
        assert len(app.workers()) == 1  # one core, one worker
        await files_come_through_without_a_folder(app, again.session_id)
        # Told to end while much is waiting.
        family = app.family()
        app.process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(app.process.wait, 60) in (0, -signal.SIGTERM)
        waited_for(lambda: all(map(is_gone, family)))
        arriving.cancel()


def little_to_have():
    """One core, and nowhere to write: no folder for temporary files, no shared memory."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


async def files_come_through_without_a_folder(app, session_id):
    """Where nothing can be written, and where a folder is full after a few kilobytes."""
    _, hard = resource.prlimit(app.process.pid, resource.RLIMIT_FSIZE)
    for n, room in enumerate((0, 4096)):
        resource.prlimit(app.process.pid, resource.RLIMIT_FSIZE, (room, hard))
        answer = await asyncio.to_thread(
            upload, app.url, session_id, bytes(5 * MB), file_id=f"file-{n}"
        )
        assert answer == 204
