"""Two servers behind nginx, as `make serve WORKERS=2` starts them by their own script."""

import asyncio
import os
import re
import signal
import subprocess
import sys

import psutil
import pytest

from benchmarks.visitors import visitor
from tests.faults.clients import MB, get, is_gone, is_healthy, upload, waited_for
from tests.ui.test_served import HEADERS
from tools import nginx
from tools.serving import ROOT, free_port

SEAT = re.compile(r"gmmlab_seat=[0-9a-f]{32}; Path=/; HttpOnly; SameSite=Lax")


@pytest.fixture(scope="module")
def command():
    """The path of nginx, which CI installs; elsewhere a word says that this was not tested."""
    if (found := nginx.find()) is not None:
        return found
    if os.environ.get("CI") == "true" and (found := nginx.find_or_install()) is not None:
        return found
    verdict = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
    return verdict(f"NOTHING BEHIND NGINX WAS TESTED: {nginx.HOW_TO}")


class Served:
    def __init__(self, process, port):
        self.process, self.url = process, f"http://127.0.0.1:{port}"

    def servers(self):
        """The servers' processes by their ports."""
        children = psutil.Process(self.process.pid).children()
        lines = {child: child.cmdline() for child in children}
        return {
            int(line[line.index("--server.port") + 1]): child
            for child, line in lines.items()
            if "--server.port" in line
        }


@pytest.fixture(scope="module")
def served(command):
    port = free_port()
    words = [sys.executable, "-m", "tools.behind_nginx", "--workers", "2", "--port", str(port)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        told = next(line for line in process.stdout if line.startswith("2 servers"))
        assert told.rstrip().endswith(f"at http://127.0.0.1:{port}")
        assert process.poll() is None
        yield Served(process, port)
        process.terminate()


def servers_of(served, session_id):
    """The ports of the servers that know a session."""
    return {
        port
        for port in served.servers()
        if upload(f"http://127.0.0.1:{port}", session_id, b"x") == 204
    }


def seat(served):
    return f"gmmlab_seat={get(served.url)[2]['gmmlab_seat']}"


def test_the_headers_come_once_and_the_seat_is_given_once(served):
    status, headers, _ = get(served.url)
    assert status == 200
    assert all(len(headers.get_all(name)) == 1 for name in HEADERS)
    assert SEAT.fullmatch(headers["Set-Cookie"])
    assert headers["Server"] == "nginx"  # and no version
    assert "Set-Cookie" not in get(served.url, cookie=seat(served))[1]


@pytest.mark.parametrize("wrong", ["../../etc/passwd", "x" * 32, "A" * 5000, '";\x20evil="'])
def test_a_wrong_seat_is_replaced(served, wrong):
    status, headers, _ = get(served.url, cookie=f"gmmlab_seat={wrong}")
    assert status == 200
    assert SEAT.fullmatch(headers["Set-Cookie"])


def test_all_of_one_browser_goes_to_one_server_and_both_servers_have_visitors(served):
    async def browser():
        """Whether a browser's uploads find its session; and on which servers that is."""
        cookie = seat(served)
        async with visitor(served.url, "clusters", cookie) as person:
            await person.arrive("n_components=3")
            assert person.shown()["n_components"]
            assert upload(served.url, person.session_id, b"a file", cookie) == 204
            return servers_of(served, person.session_id)

    async def together():
        return await asyncio.gather(*(browser() for _ in range(12)))

    found = asyncio.run(together())
    assert all(len(ports) == 1 for ports in found)
    assert set().union(*found) == served.servers().keys()  # by chance not: once in 2,000 runs


def test_files_over_the_limit_are_refused_with_and_without_a_length(served):
    async def one():
        cookie = seat(served)
        async with visitor(served.url, "recolour", cookie) as person:
            await person.arrive()
            mine = person.session_id, bytes(30 * MB)
            assert upload(served.url, *mine, cookie) == 413
            assert upload(served.url, *mine, cookie, chunked=True) == 413
            assert upload(served.url, person.session_id, bytes(25 * MB), cookie) == 204

    asyncio.run(one())


def test_a_server_that_is_killed_is_started_anew_and_its_visitors_go_elsewhere(served):
    async def moved(cookie, session_id=""):
        async with visitor(served.url, "clusters", cookie, session_id) as person:
            visit = await person.arrive("n_components=5&seed=7")
            assert not visit.errors
            where = None if session_id else servers_of(served, person.session_id)
            return person.session_id, person.shown(), where

    cookie = seat(served)
    session_id, before, [port] = asyncio.run(moved(cookie))
    killed = served.servers()[port]
    killed.kill()
    waited_for(lambda: is_gone(killed))
    other, after, _ = asyncio.run(moved(cookie, session_id))
    assert other != session_id
    assert after == before
    waited_for(lambda: is_healthy(f"http://127.0.0.1:{port}"))
    assert served.servers()[port].pid != killed.pid


def test_ctrl_c_ends_all_and_leaves_nothing_behind(served):
    family = psutil.Process(served.process.pid).children(recursive=True)
    assert len(family) >= 6  # nginx has a worker at least, each server a nursery
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(60) == 0
    waited_for(lambda: all(map(is_gone, family)))
    assert not is_healthy(served.url)


def test_the_documented_configuration_is_right_with_tls(command, tmp_path):
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    words += ["-nodes", "-subj", "/CN=lab.test", "-out", chain, "-keyout", key]
    subprocess.run(words, check=True, capture_output=True)
    text = nginx.configuration(
        tmp_path,
        "127.0.0.1:8443",
        [8601, 8602, 8603],
        ["lab.test"],
        nginx.Certificate(chain, key),
    )
    assert "listen 127.0.0.1:8443 ssl" in text
    assert "Strict-Transport-Security" in text
    assert text.count("server 127.0.0.1:86") == 3
    assert "EXAMPLE" not in re.sub(r"(?m)#.*$", "", text)
    file = tmp_path / "nginx.conf"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [command, "-t", "-e", "stderr", "-p", tmp_path, "-c", file], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
