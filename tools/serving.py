"""Run the app in a process of its own, for tests and pictures."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Server:
    """A running app: where it answers, and what it has printed."""

    url: str
    log_file: Path

    def log(self) -> str:
        """Return what the server has printed so far."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")


def page_paths() -> dict[str, str]:
    """Return the name of every page in `pages/` with the path that opens it."""
    names = sorted(path.stem for path in (ROOT / "pages").glob("*.py") if path.stem[0] != "_")
    return {name: "/" if name == "home" else f"/{name}" for name in names}


@contextmanager
def serve(seconds_to_start: float = 60, entry: str = "app.py") -> Iterator[Server]:
    """Start the app, or another entry, on a free port; wait until it is healthy, and stop it."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", entry, "--server.port", str(port)]
    command += ["--server.headless", "true", "--server.fileWatcherType", "none"]
    with started(command, port, ROOT, seconds_to_start) as server:
        yield server


@contextmanager
def started(
    command: Sequence[str], port: int, folder: Path, seconds_to_start: float = 60
) -> Iterator[Server]:
    """Run a command that serves the app on `port`; wait until it is healthy, and stop it."""
    with tempfile.TemporaryDirectory() as place:
        server = Server(f"http://127.0.0.1:{port}", Path(place) / "server.log")
        with server.log_file.open("wb") as log:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            _wait_until_healthy(server, process, seconds_to_start)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_healthy(server: Server, process: subprocess.Popen[bytes], seconds: float) -> None:
    """Return when the server answers, or raise RuntimeError with its log."""
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"The app did not start:\n{server.log()}")


def free_port() -> int:
    """Return a port of this machine that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
