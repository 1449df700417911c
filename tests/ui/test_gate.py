"""What is refused at the door, and the limits that say when."""

import asyncio
import re
from types import SimpleNamespace

import pytest
from starlette.responses import PlainTextResponse

from gmmlab.ui.shell.gate import Gate
from gmmlab.ui.shell.limits import Limits, limits_in
from tools.serving import ROOT

MB = 1_000_000


async def fine(scope, receive, send):
    await PlainTextResponse("fine")(scope, receive, send)


def gate(held=None, app=fine, **limits):
    return Gate(app, lambda: held or {}, lambda: None, Limits(**limits))


def scope_of(path, method="GET", size=None):
    headers = [] if size is None else [(b"content-length", str(size).encode())]
    return {"type": "http", "method": method, "path": path, "headers": headers}


async def sent_by(app, scope):
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b""}

    await app(scope, receive, send)
    return sent


def status(app, path, method="GET", size=None):
    return asyncio.run(sent_by(app, scope_of(path, method, size)))[0]["status"]


def put(app, session, size=None, base=""):
    return status(app, f"{base}/_stcore/upload_file/{session}/some-id", "PUT", size)


def test_nobody_is_told_the_servers_metrics():
    for path in ("/_stcore/metrics", "/_stcore/metrics/", "/lab/_stcore/metrics"):
        assert status(gate(), path) == 404
    assert status(gate(), "/_stcore/health") == 200


def test_a_session_holds_a_few_files_and_no_more():
    app = gate({"full": [1] * 12, "other": [1] * 11})
    assert put(app, "full", 1) == 429
    assert put(app, "full", 1, base="/lab") == 429
    assert put(app, "other", 1) == 200
    assert put(app, "new", 1) == 200
    assert status(app, "/_stcore/upload_file/full/some-id", "DELETE") == 200


def test_a_sessions_files_have_a_size_in_all():
    app = gate({"one": [20 * MB] * 4})
    assert put(app, "one", 20 * MB) == 200
    assert put(app, "one", 21 * MB) == 413
    assert put(app, "one") == 413  # a file that does not say its size may be as large as any
    assert put(app, "other") == 200


def test_all_files_together_have_a_size():
    app = gate({f"session {n}": [24 * MB] * 2 for n in range(10)})
    assert put(app, "new", 20 * MB) == 200
    assert put(app, "new", 21 * MB) == 503


def test_files_on_their_way_count():
    at_work = asyncio.Event()

    async def slow(scope, receive, send):
        await at_work.wait()
        await fine(scope, receive, send)

    async def together():
        app = gate(app=slow, session_files=3)
        scopes = [scope_of("/_stcore/upload_file/one/x", "PUT", 5) for _ in range(20)]
        uploads = [asyncio.create_task(sent_by(app, scope)) for scope in scopes]
        await asyncio.sleep(0)
        at_work.set()
        found = [sent[0]["status"] for sent in await asyncio.gather(*uploads)]
        assert not app._coming
        return found

    assert asyncio.run(together()) == [200] * 3 + [429] * 17


def test_sessions_have_a_number_and_each_that_ends_makes_room(monkeypatch):
    gone, given_back = asyncio.Event(), []

    async def stays(scope, receive, send):
        await send({"type": "websocket.accept"})
        await gone.wait()

    async def visits():
        app = Gate(stays, dict, lambda: given_back.append(1), Limits(sessions=2))
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(loop, "call_later", lambda seconds, call: call(), raising=False)
        first = [asyncio.create_task(sent_by(app, {"type": "websocket"})) for _ in range(3)]
        await asyncio.sleep(0)
        gone.set()
        kinds = [sent[0]["type"] for sent in await asyncio.gather(*first)]
        again = await sent_by(app, {"type": "websocket"})
        return [*kinds, again[0]["type"]]

    expected = ["websocket.accept"] * 2 + ["websocket.close", "websocket.accept"]
    assert asyncio.run(visits()) == expected
    assert len(given_back) == 3


def test_limits_come_from_the_environment():
    assert limits_in({}) == Limits()
    assert limits_in({"GMMLAB_CPU_SECONDS": "7.5", "GMMLAB_PROCESSES": "0"}).cpu_seconds == 7.5
    assert limits_in({"GMMLAB_SESSIONS": " "}) == Limits()


@pytest.mark.parametrize("text", ["much", "-1", "nan", "inf", "0"])
def test_a_limit_that_is_none_is_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match=rf"GMMLAB_MEMORY_MB is to be .*'{text}'"):
        limits_in({"GMMLAB_MEMORY_MB": text})


def test_the_one_documented_place_has_every_limit_with_its_default():
    text = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    told = text[: text.index("[server]")]
    for name, default in Limits()._asdict().items():
        line = re.search(rf"#   GMMLAB_{name.upper()}\b.*", told)
        assert line, name
        assert re.search(rf"\({default:g}[):]", line[0]), line[0]
    assert len(re.findall("GMMLAB_(?!SCHEDULER)", told)) == len(Limits._fields)
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    table = dict(re.findall(r"^\| `GMMLAB_(\w+)` \|.*\| (\S+) \|$", page, re.MULTILINE))
    assert table == {name.upper(): f"{value:g}" for name, value in Limits()._asdict().items()}


def test_what_a_session_left_is_given_back(monkeypatch):
    """With Streamlit's own storage, and a clock of ours."""
    from streamlit.runtime.memory_session_storage import MemorySessionStorage

    from gmmlab.ui.shell import gate as module

    storage, ended = MemorySessionStorage(ttl_seconds=0), []
    session = SimpleNamespace(id="left", shutdown=lambda: ended.append("left"))
    storage.save(SimpleNamespace(session=session))
    runtime = SimpleNamespace(_session_mgr=SimpleNamespace(_session_storage=storage))
    monkeypatch.setattr(module, "get_instance", lambda: runtime)
    module.give_back_what_was_left()
    assert ended == ["left"]
