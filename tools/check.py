"""Run the project's checks, all of them even if one fails, and print a summary.

`python -m tools.check` runs every stage; `python -m tools.check lint types` runs those two. One
follows the other: the unit tests take all cores, and the browser's are about an app that has them.
"""

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass

from tools import chromium
from tools.serving import ROOT

# Each file in one process: its tests share answers and fixtures.
_BY_FILE = ("--dist", "loadfile", "--no-loadscope-reorder")
# On a busy machine a click may come between two drawings: a browser's test that fails has two more
# tries, and the summary says so.
_TRIED_AGAIN = ("--reruns", "2")
_EVERY_CHANGE = ("-m", "not exhaustive")
STAGES = {
    "lint": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "."),
    "types": ("mypy",),
    "unit": (
        "pytest",
        "tests",
        "--ignore=tests/browser",
        *_EVERY_CHANGE,
        *("-n", "auto", "--maxprocesses", "4"),
        *_BY_FILE,
    ),
    "browser": ("pytest", "tests/browser", "-n", "2", *_BY_FILE, *_TRIED_AGAIN),
}
NO_CHROMIUM = """\
***********************************************************************************************
  THE BROWSER TESTS DID NOT RUN: no Chromium was found, and none could be installed.
  Install Chromium or Chrome, or set CHROMIUM=/path/to/it, and run `make browser`.
***********************************************************************************************"""

ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Outcome:
    """How one stage went: its verdict, the tool's own closing line, and seconds."""

    stage: str
    verdict: str
    closing: str
    seconds: float


def run(stage: str) -> Outcome:
    """Run one stage, passing its output on as it comes."""
    print(f"\n━━ {stage}: {' '.join(STAGES[stage])}", flush=True)
    start = time.monotonic()
    code, closing = _echo(STAGES[stage])
    # Without a Chromium the browser tests skip themselves, which pytest calls a success.
    all_skipped = re.match(r"\d+ skipped in", closing)
    verdict = "failed" if code else "skipped" if all_skipped else "passed"
    return Outcome(stage, verdict, closing, time.monotonic() - start)


def main() -> int:
    """Run the stages named on the command line (all if none) and return the exit code."""
    stages = sys.argv[1:] or list(STAGES)
    if unknown := [stage for stage in stages if stage not in STAGES]:
        print(f"Unknown stage {unknown[0]!r}: choose from {', '.join(STAGES)}.", file=sys.stderr)
        return 2
    no_chromium = "browser" in stages and chromium.find_or_install() is None
    outcomes = [run(stage) for stage in stages]

    print(f"\n━━ summary\n{'stage':<9} {'result':<8} {'seconds':>7}")
    for outcome in outcomes:
        print(f"{outcome.stage:<9} {outcome.verdict:<8} {outcome.seconds:>7.1f}  {outcome.closing}")
    failed = [outcome.stage for outcome in outcomes if outcome.verdict == "failed"]
    print(f"\nFailed: {', '.join(failed)}." if failed else "\nAll that ran passed.")
    if no_chromium:
        print(f"\n{NO_CHROMIUM}")
    return 1 if failed else 0


def _echo(module: tuple[str, ...]) -> tuple[int, str]:
    """Run `python -m module…`, passing its output on, and return the exit code and last line."""
    environment = os.environ | {"FORCE_COLOR": "1"} if sys.stdout.isatty() else os.environ
    process = subprocess.Popen(
        [sys.executable, "-m", *module],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None
    tail = b""
    # Raw reads, not lines, so that a test run's dots appear one by one.
    while chunk := os.read(process.stdout.fileno(), 65536):
        sys.stdout.buffer.write(chunk)
        sys.stdout.flush()
        tail = (tail + chunk)[-2000:]
    lines = ANSI.sub("", tail.decode(errors="replace")).split("\n")
    last = next((line for line in reversed(lines) if line.strip()), "")
    return process.wait(), last.strip("= ")


if __name__ == "__main__":
    sys.exit(main())
