"""Is this commit fit to be released? `make release-check` goes on to the end and prints a summary.

Nothing is published: the wheel and the source archive are left in `dist/`.
"""

import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import gmmlab
from tools.serving import ROOT

BUILD = ("hatchling", "build")
DIST = ROOT / "dist"


def versions() -> str | None:
    """The version stands on top of the changelog with its day, and in the citation."""
    version = gmmlab.__version__
    first = re.search(r"^## (.+)$", _text("CHANGELOG.md"), re.MULTILINE)
    if first is None or not re.fullmatch(
        rf"{re.escape(version)} \(\d{{4}}-\d\d-\d\d\)", first.group(1)
    ):
        return f"CHANGELOG.md must begin with “## {version} (year-month-day)”"
    if f"\nversion: {version}\n" not in _text("CITATION.cff"):
        return f"CITATION.cff is not of version {version}"
    return None


def clean() -> str | None:
    """All that is here is committed."""
    status = subprocess.run(
        ["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return f"not committed: {status.stdout.split()[1]}" if status.stdout else None


def archives() -> str | None:
    """A source archive and a wheel, and the wheel that is made from the archive is the same."""
    for old in DIST.glob("gmmlab-*"):
        old.unlink()
    if problem := _module(*BUILD):
        return problem
    [wheel], [source] = DIST.glob("*.whl"), DIST.glob("*.tar.gz")
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(source) as archive:
            archive.extractall(folder, filter="data")
        [unpacked] = Path(folder).iterdir()
        if problem := _module(*BUILD, "-t", "wheel", folder=unpacked):
            return problem
        [again] = (unpacked / "dist").glob("*.whl")
        if _contents(again) != _contents(wheel):
            return "the source archive lacks files of the wheel"
    return None


STEPS: dict[str, Callable[[], str | None]] = {
    "versions": versions,
    "clean": clean,
    "archives": archives,
    "docs": lambda: _module("mkdocs", "build", "--strict"),
    "tests": lambda: _module("tools.check"),
    "benchmarks": lambda: _module("benchmarks"),
    "pictures": lambda: _module("tools.screenshots"),
}


def main() -> int:
    """Run the steps named on the command line (all if none) and return the exit code."""
    steps = sys.argv[1:] or list(STEPS)
    if unknown := [step for step in steps if step not in STEPS]:
        print(f"Unknown step {unknown[0]!r}: choose from {', '.join(STEPS)}.", file=sys.stderr)
        return 2
    problems = {}
    for step in steps:
        print(f"\n━━ {step}: {STEPS[step].__doc__ or ''}", flush=True)
        problems[step] = STEPS[step]()
    print("\n━━ release-check")
    for step, problem in problems.items():
        print(f"{step:<11} {problem or 'good'}")
    print(
        "\nBy eye: the pictures in screenshots/, and the README's numbers beside the benchmarks'."
    )
    return 1 if any(problems.values()) else 0


def _module(*words: str, folder: Path = ROOT) -> str | None:
    code = subprocess.run([sys.executable, "-m", *words], cwd=folder).returncode
    return f"{' '.join(words)} ended with {code}" if code else None


def _contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
