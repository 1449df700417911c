"""`python -m benchmarks.browser`: how long a visitor waits for a picture, beside Streamlit's chart.

Times are from the key that moves a slider to the frame in which every chart shows the new K, or
from opening an address on a server nobody has visited to its first picture. The peer is the same
page with `st.plotly_chart`, to which the app falls back when its script does not load. Rounds of
both alternate, so that a busy machine is busy for both.
"""

import re
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.browser.driving import goto, settle
from tools import chromium
from tools.serving import serve

CHANGES = 12
OUR_SCRIPTS = re.compile(r".*/gmmlab/[0-9a-f]+/.*")
# Milliseconds until all of `n` charts are drawn for `K`, and the frame after that has begun.
PICTURE = """async ([K, n]) => {
  const drawn = () => {
    const plots = [...document.querySelectorAll('.js-plotly-plot')];
    return plots.length === n && plots.every(plot => plot.calcdata && plot._fullLayout
      && plot.querySelector('.main-svg') && plot.layout.meta.alt.includes(`K = ${K} `));
  };
  const deadline = performance.now() + 15000;
  while (!drawn()) {
    if (performance.now() > deadline) throw new Error("no picture within 15 s");
    await new Promise(requestAnimationFrame);
  }
  await new Promise(requestAnimationFrame);
  return performance.now() - (window.pressed ?? 0);
}"""
PRESSED = "addEventListener('keydown', () => { window.pressed = performance.now(); }, true)"


@dataclass(frozen=True)
class Row:
    """Two pages whose waits are compared: `ours` may take at most `limit` × `peer`."""

    name: str
    ours: Callable[[], list[float]]
    peer: Callable[[], list[float]]
    limit: float
    rounds: int = 2


def waits(browser: Browser, url: str, n_charts: int, *, fallback: bool = False) -> list[float]:
    """Milliseconds from each of CHANGES moves of the slider to its picture."""
    page = opened(browser, fallback)
    goto(page, url)
    page.evaluate(PICTURE, [4, n_charts])
    page.evaluate(PRESSED)
    slider, K, found = page.get_by_role("slider", name="Components K"), 4, []
    # Down and up between 4 and 2: the models of fewer components than groups settle quickly, so
    # this is about pictures. Two moves first, so that nothing is met for the first time.
    for move in range(-2, CHANGES):
        step = 1 if (move % 4 >= 2 and K < 4) or K == 2 else -1
        K += step
        slider.press("ArrowRight" if step > 0 else "ArrowLeft")
        wait = page.evaluate(PICTURE, [K, n_charts])
        if move >= 0:
            found.append(wait)
        settle(page)
        page.wait_for_timeout(450)
    page.context.close()
    return found


def first_wait(browser: Browser, entry: str, query: str) -> list[float]:
    """Milliseconds from opening a bare page on a new server to its picture."""
    with serve(entry=f"benchmarks/{entry}.py") as server:
        page = opened(browser)
        page.goto(server.url + query, wait_until="commit")
        wait = page.evaluate(PICTURE, [4, 1])
        page.context.close()
        return [wait]


def opened(browser: Browser, fallback: bool = False) -> Page:
    """A page of its own; with `fallback`, one that cannot load the lab's chart.

    Its visitor prefers no motion, so that the first frame of a picture is also its last.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    if fallback:
        page.route(OUR_SCRIPTS, _refuse)
    return page


def _refuse(route: Route) -> None:
    route.abort()


def report(rows: list[Row]) -> bool:
    """Print medians and ratios; whether all limits are kept."""
    print(f"{'':<58}{'ours':>8}{'peer':>9}{'ratio':>8}   limit", flush=True)
    kept = True
    for row in rows:
        ours: list[float] = []
        peer: list[float] = []
        for _ in range(row.rounds):
            ours += row.ours()
            peer += row.peer()
        a, b = statistics.median(ours), statistics.median(peer)
        kept &= a / b <= row.limit
        print(
            f"{row.name:<58}{a:>5.0f} ms{b:>6.0f} ms{a / b:>8.2f}   ≤ {row.limit:.2f}", flush=True
        )
    return kept


def main() -> int:
    """Run every row on servers of their own."""
    executable = chromium.find_or_install()
    if executable is None:
        print("This needs a Chromium: install one or set CHROMIUM=/path/to/it.", file=sys.stderr)
        return 1
    with (
        serve() as app,
        serve(entry="benchmarks/bare_app.py") as bare,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=executable, args=list(chromium.LAUNCH_ARGS)
        )

        def clusters(n: int, fallback: bool = False) -> list[float]:
            url = f"{app.url}/clusters?data_n_samples={n}"
            return waits(browser, url, 2, fallback=fallback)

        rows = [
            Row(
                "Clusters, 400 points, beside a bare chart",
                lambda: clusters(400),
                lambda: waits(browser, f"{bare.url}/?points=400", 1),
                1.3,
            ),
            Row(
                "Clusters, 400 points, beside st.plotly_chart",
                lambda: clusters(400),
                lambda: clusters(400, fallback=True),
                1.0,
            ),
            Row(
                "Clusters, 5,000 points, beside st.plotly_chart",
                lambda: clusters(5_000),
                lambda: clusters(5_000, fallback=True),
                1 / 2.5,
            ),
            Row(
                "one chart, 5,000 points, beside st.plotly_chart",
                lambda: waits(browser, f"{bare.url}/?points=5000", 1),
                lambda: waits(browser, f"{bare.url}/?points=5000&chart=streamlit", 1),
                1 / 2.5,
            ),
            Row(
                "one chart, 50,000 points, beside st.plotly_chart",
                lambda: waits(browser, f"{bare.url}/?points=50000", 1),
                lambda: waits(browser, f"{bare.url}/?points=50000&chart=streamlit", 1),
                1 / 2,
            ),
            Row(
                "first visit of a new server, beside st.plotly_chart",
                lambda: first_wait(browser, "bare_app", "/"),
                lambda: first_wait(browser, "peer_app", "/?chart=streamlit"),
                1.2,
                rounds=10,
            ),
        ]
        chosen = [row for row in rows if all(word in row.name for word in sys.argv[1:])]
        kept = report(chosen)
        browser.close()
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
