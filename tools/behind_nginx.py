"""Several servers of the app behind one address: `python -m tools.behind_nginx --workers 4`.

nginx gives each browser a server and keeps it there by a cookie. A server that ends is started
anew. Ctrl+C ends all, SIGTERM too.
"""

import argparse
import ctypes
import http.client
import os
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from tools import nginx
from tools.serving import ROOT, free_port

_TO_START = 120.0  # seconds, on a machine with much else to do
_TO_END = 10.0
_PR_SET_PDEATHSIG = 1


class Farm:
    """Servers of the app, each on a port of this machine, and nginx before them."""

    def __init__(self, n: int, hosts: Sequence[str] = ()) -> None:
        self.ports = [free_port() for _ in range(n)]
        self._hosts = hosts
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        each = str(max(1, (cores or 1) // n))
        self._environment = {"GMMLAB_PROCESSES": each} | os.environ
        self._nginx: subprocess.Popen[bytes] | None = None
        self._servers: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, command: str, folder: Path, configuration: str, url: str) -> None:
        """Start all, and return when all answer; RuntimeError if one does not."""
        for port in self.ports:
            self._servers[port] = self._server(port)
        self._wait_for(lambda: all(_is_healthy(f"http://127.0.0.1:{port}") for port in self.ports))
        file = folder / "nginx.conf"
        file.write_text(configuration, encoding="utf-8")
        words = [command, "-e", "stderr", "-p", str(folder), "-c", str(file), "-g", "daemon off;"]
        self._nginx = _started(words, self._environment)
        self._wait_for(lambda: _is_healthy(url))

    def look_after(self) -> None:
        """Start servers that have ended anew; RuntimeError if nginx has."""
        if self._nginx is None or self._nginx.poll() is not None:
            raise RuntimeError("nginx has ended, or did not start: see above.")
        for port, server in self._servers.items():
            if server.poll() is not None:
                print(f"The server on port {port} has ended, and is started anew.", flush=True)
                self._servers[port] = self._server(port)

    def end(self) -> None:
        """End nginx first, that nobody comes any more, then the servers; who stays is killed."""
        if self._nginx is not None:
            _end([self._nginx], signal.SIGQUIT)
        _end(list(self._servers.values()), signal.SIGTERM)

    def _wait_for(self, what: Callable[[], bool]) -> None:
        until = time.monotonic() + _TO_START
        while not what():
            ended = [
                p for p in (self._nginx, *self._servers.values()) if p and p.poll() is not None
            ]
            if ended or time.monotonic() > until:
                raise RuntimeError("A server did not start: see above.")
            time.sleep(0.1)

    def _server(self, port: int) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
        words += ["--server.headless", "true", "--server.address", "127.0.0.1"]
        for host in self._hosts:
            words += ["--server.allowedHosts", host]
        return _started(words, self._environment)


@contextmanager
def farm(
    n: int,
    port: int,
    address: str = "127.0.0.1",
    hosts: Sequence[str] = (),
    certificate: nginx.Certificate | None = None,
) -> Iterator[Farm]:
    """`n` servers behind `address`:`port`, until the end; RuntimeError, one sentence, if not."""
    command = nginx.find_or_install()
    if command is None:
        raise RuntimeError(nginx.HOW_TO)
    with tempfile.TemporaryDirectory(prefix="gmmlab-") as place:
        folder = Path(place)
        folder.chmod(0o755)  # nginx started by root works as another user
        found = Farm(n, hosts)
        text = nginx.configuration(
            folder, f"{address}:{port}", found.ports, hosts or ("_",), certificate
        )
        try:
            scheme = "http" if certificate is None else "https"
            here = "127.0.0.1" if address == "0.0.0.0" else address
            found.start(command, folder, text, f"{scheme}://{here}:{port}")
            yield found
        finally:
            found.end()


def _started(command: Sequence[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """A child in a session of its own, so that Ctrl+C is ours alone; it ends when we are killed."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_end_with_parent,
    )


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _end(processes: Sequence[subprocess.Popen[bytes]], how: signal.Signals) -> None:
    for process in processes:
        process.send_signal(how)
    until = time.monotonic() + _TO_END
    for process in processes:
        try:
            process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _is_healthy(url: str) -> bool:
    unverified = ssl._create_unverified_context()  # it is this machine that is asked
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5, context=unverified):
            return True
    except (OSError, http.client.HTTPException):
        return False


def main() -> int:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m tools.behind_nginx", description=__doc__)
    parser.add_argument("--workers", type=int, default=2, help="how many servers")
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--address", default="127.0.0.1", help="0.0.0.0 for all of this machine's")
    parser.add_argument(
        "--host", action="append", default=[], help="a name that visitors may use; may be repeated"
    )
    parser.add_argument("--certificate", type=Path, help="PEM file, for https; with --key")
    parser.add_argument("--key", type=Path)
    options = parser.parse_args()
    if options.workers < 1 or (options.certificate is None) != (options.key is None):
        parser.error("--workers is at least 1, and --certificate comes with --key")
    certificate = options.certificate and nginx.Certificate(
        options.certificate.resolve(), options.key.resolve()
    )
    over = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    try:
        with farm(
            options.workers, options.port, options.address, options.host, certificate
        ) as running:
            scheme = "http" if certificate is None else "https"
            place = options.host[0] if options.host else options.address
            ports = ", ".join(map(str, running.ports))
            print(f"{options.workers} servers (ports {ports}) at {scheme}://{place}:{options.port}")
            print("Ctrl+C ends them.", flush=True)
            while not over.wait(0.5):
                running.look_after()
    except RuntimeError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
