"""Clients that do what browsers do, and what they should not: uploads cut off, or of no length."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from functools import cache
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import psutil

from tests.compute.watching import waited_for
from tools.serving import free_port

MB = 1_000_000
_FORM = "gmmlab-of-tests"


def connection(url):
    where = urlsplit(url)
    return http.client.HTTPConnection(where.hostname, where.port, timeout=60)


def get(url, path="/", cookie=""):
    """Status, headers, and cookies by name."""
    with closed(connection(url)) as asked:
        asked.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = asked.getresponse()
        answer.read()
        cookies = SimpleCookie()
        for value in answer.headers.get_all("Set-Cookie") or []:
            cookies.load(value)
        return answer.status, answer.headers, {name: c.value for name, c in cookies.items()}


def is_healthy(url):
    with suppress(OSError, http.client.HTTPException):
        return get(url, "/_stcore/health")[0] == 200
    return False


def form(data, name="file.png"):
    """A file as browsers send it."""
    head = f'--{_FORM}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return head.encode() + data + f"\r\n--{_FORM}--\r\n".encode()


@cache
def token_of(url):
    """What a server gives its pages, to know their uploads by."""
    return get(url, "/_stcore/health")[2]["_streamlit_xsrf"]


def _headers(url, cookie=""):
    token = token_of(url)
    return {
        "Cookie": "; ".join(filter(None, (f"_streamlit_xsrf={token}", cookie))),
        "X-Xsrftoken": token,
        "Content-Type": f"multipart/form-data; boundary={_FORM}",
    }


def upload(url, session_id, data, cookie="", file_id="file", name="file.png", chunked=False):
    """The status that a server gives to an upload, told its length or not."""
    body, path = form(data, name), f"/_stcore/upload_file/{session_id}/{file_id}"
    pieces = (body[start : start + MB] for start in range(0, len(body), MB))
    with closed(connection(url)) as asked:
        # Who refuses may do so before all has been sent.
        with suppress(BrokenPipeError, ConnectionResetError):
            asked.request(
                "PUT",
                path,
                body=pieces if chunked else body,
                headers=_headers(url, cookie),
                encode_chunked=chunked,
            )
        return asked.getresponse().status


def upload_half(url, session_id, data):
    """Announce a file, send half of it, and be gone."""
    where, body = urlsplit(url), form(data)
    lines = [f"PUT /_stcore/upload_file/{session_id}/half HTTP/1.1", f"Host: {where.netloc}"]
    lines += [f"{name}: {value}" for name, value in _headers(url).items()]
    lines += [f"Content-Length: {len(body)}", "", ""]
    with socket.create_connection((where.hostname, where.port)) as sent:
        sent.sendall("\r\n".join(lines).encode() + body[: len(body) // 2])


@contextmanager
def closed(asked):
    try:
        yield asked
    finally:
        asked.close()


class App:
    """A server of the app that can be killed, and started again at the same address."""

    def __init__(self, **environment):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = environment
        self.process = None

    def start(self, before=None):
        command = ["streamlit", "run", "app.py", "--server.port", str(self.port)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command, "--server.headless", "true"],
            env=os.environ | self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # a file might not be written to
            preexec_fn=before,
        )
        waited_for(lambda: is_healthy(self.url) or self.process.poll() is not None)
        assert self.process.poll() is None

    def family(self):
        """The server's process and all that it started."""
        found = psutil.Process(self.process.pid)
        return [found, *found.children(recursive=True)]

    def workers(self):
        """The processes that answer, with the seconds of CPU that each has used."""
        return {
            worker: times.user + times.system
            for nursery in psutil.Process(self.process.pid).children()
            for worker in nursery.children()
            if (times := cpu_times(worker)) is not None
        }

    def busy(self):
        """Those that are at work just now."""
        before = self.workers()
        time.sleep(0.3)
        return [each for each, cpu in self.workers().items() if cpu > before.get(each, 0.0) + 0.05]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            finally:
                self.process.kill()
                self.process.wait()


def cpu_times(process):
    with suppress(psutil.NoSuchProcess):
        return process.cpu_times()
    return None


def is_gone(process):
    with suppress(psutil.NoSuchProcess):
        return process.status() == psutil.STATUS_ZOMBIE
    return True
