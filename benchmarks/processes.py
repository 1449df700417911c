"""A server of a revision of the app, and what it takes with all processes that it has started."""

import importlib.util
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

_ROOT = Path(__file__).resolve().parent.parent
_CPU_CLOCK = 2  # Linux: the lowest bits of the id of a process's CPU clock, CPUCLOCK_SCHED


class Tree:
    """The process that serves `url`, a child of this one, and all that descend from it."""

    def __init__(self, url: str) -> None:
        port = str(urlsplit(url).port)
        self._root = next(p for p in psutil.Process().children() if port in p.cmdline())
        self._met: set[psutil.Process] = set()

    def processes(self) -> list[psutil.Process]:
        """Those that run now."""
        try:
            found = [self._root, *self._root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []
        self._met |= set(found)
        return found

    def cpu(self) -> float:
        """Seconds of CPU time so far, those of ended processes included."""
        return sum(_asked(process, _cpu) for process in self.processes())

    def memory(self) -> float:
        """Bytes in memory now; what processes share counts once, where the system tells."""
        return sum(_asked(process, _memory) for process in self.processes())

    def end(self) -> None:
        """End what was left behind by a server that has ended."""
        for process in self._met:
            if process.is_running():
                _asked(process, psutil.Process.kill)


@contextmanager
def served(root: Path = _ROOT) -> Iterator[tuple[str, Tree]]:
    """Serve the app in the folder `root` as its own tools do: its address and its processes."""
    tree: Tree | None = None
    try:
        with _serving(root).serve() as server:
            tree = Tree(server.url)
            try:
                yield server.url, tree
            finally:
                tree.processes()
    finally:
        if tree is not None:
            tree.end()


@contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """A folder with the files of a git revision, for a while."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "revision"
        _git("worktree", "add", "--quiet", "--detach", str(place), revision)
        try:
            yield place
        finally:
            _git("worktree", "remove", "--force", str(place))


def _git(*words: str) -> None:
    subprocess.run(["git", *words], cwd=_ROOT, check=True)


def _serving(root: Path) -> Any:
    """The module `tools.serving` of the app in `root`: each revision knows how it is started."""
    name = f"serving of {root}"
    spec = importlib.util.spec_from_file_location(name, root / "tools" / "serving.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _asked(process: psutil.Process, question: Callable[[psutil.Process], float]) -> float:
    try:
        return question(process) or 0.0
    except psutil.NoSuchProcess:
        return 0.0


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    ended = float(times.children_user + times.children_system)
    try:
        # In nanoseconds; what psutil reads comes in hundredths of a second.
        return ended + time.clock_gettime((~process.pid << 3) | _CPU_CLOCK)
    except OSError:
        return ended + float(times.user + times.system)


def _memory(process: psutil.Process) -> float:
    try:
        for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return 1024.0 * int(line.split()[1])
    except OSError:
        pass
    return float(process.memory_info().rss)
