"""EM step by step: the atlas against a loop over scikit-learn, and what its page asks of a browser.

`python -m benchmarks.em` also measures the page in Chromium: until it is ready, and how quickly it
plays.
"""

import sys
import warnings
from statistics import median

import numpy as np
import sklearn.mixture
from playwright.sync_api import Browser, sync_playwright
from sklearn.exceptions import ConvergenceWarning

from benchmarks.pairs import in_turns
from gmmlab.data.points.datasets import load
from gmmlab.engine.restarts import restarts
from gmmlab.figures import em as figures
from gmmlab.studies.em import course
from gmmlab.studies.em.page import EmModel
from gmmlab.ui.chart.packing import packed
from tests.browser.driving import goto
from tools import chromium
from tools.serving import serve

STARTS, LEAST = 50, 8.0
MOST_BYTES = 1_500_000
MOST_READY = 1.0  # seconds
LEAST_STEPS = {400: 30.0, 2_000: 10.0}  # a second
# How many half-steps a second are drawn when one follows the other without a pause.
PLAYED = """() => new Promise(done => {
  const player = document.querySelector('.gmm-film').gmmlab;
  const began = performance.now();
  let frame = 0;
  const go = () => {
    player.seek(frame++ % player.film.n);
    if (frame < 60) requestAnimationFrame(go);
    else done(60000 / (performance.now() - began));
  };
  requestAnimationFrame(go);
})"""
DRAWN_AT = "() => document.querySelector('.gmm-film').gmmlab.drawnAt"
SHOWN = "() => document.querySelector('.gmm-film')?.dataset.drawn === 'yes'"


def report() -> bool:
    """Print the atlas beside scikit-learn's loop; whether it is as many times as fast as asked."""
    X, tol = load("blobs").X, 1e-4

    def ours() -> list[float]:
        found = restarts(X, 6, "full", init="random_from_data", seeds=range(STARTS), tol=tol)
        return [end.objective for end in found]

    def peer() -> list[float]:
        options = {"init_params": "random_from_data", "n_init": 1, "tol": tol, "max_iter": 500}
        return [
            sklearn.mixture.GaussianMixture(6, random_state=seed, **options).fit(X).score(X)
            for seed in range(STARTS)
        ]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = in_turns(ours, peer, 3)
    same = np.mean(np.abs(np.array(found.our_result) - found.peer_result) < 10 * tol)
    run = course.course(load("blobs"), EmModel(n_components=6, init="random"))
    size = len(packed(figures.course_film(run, -3.0, beside=True).content()))
    good = found.ratio >= LEAST and size <= MOST_BYTES
    print(
        f"\nEM step by step: {STARTS} starts on 400 points, K = 6: scikit-learn's loop "
        f"{found.peer:.2f} s ÷ {found.ours:.2f} s = {found.ratio:.1f}× (asked: {LEAST:.0f}×); "
        f"{same:.0%} of the starts end at the same likelihood. A film of {run.n_half_steps} "
        f"half-steps, K = 6: {size / 1000:.0f} kB (asked: {MOST_BYTES / 1e6} MB)",
        flush=True,
    )
    return bool(good)


def in_the_browser() -> bool:
    """Print how long the page takes to be ready when warm, and how fast it plays."""
    good = True
    with serve() as server, sync_playwright() as playwright:
        options = {"args": ["--no-sandbox", "--disable-dev-shm-usage"]}
        browser: Browser = playwright.chromium.launch(
            executable_path=str(chromium.find_or_install()), **options
        )
        page = browser.new_page(base_url=server.url, viewport={"width": 1280, "height": 800})
        for n, least in LEAST_STEPS.items():
            waits = []
            for seed in range(4):
                goto(page, f"/em?data=blobs&data_n_samples={n}&n_components=6&seed={seed}")
                page.wait_for_function(SHOWN)
                # A new seed is a new run; the browser's clock begins with the page.
                waits.append(page.evaluate(DRAWN_AT) / 1000)
            pace = median(page.evaluate(PLAYED) for _ in range(3))
            ready = median(waits[1:])
            good = good and pace >= least and (n > 400 or ready <= MOST_READY)
            print(
                f"{n:,} points: drawn {ready:.2f} s after the page was opened, "
                f"{pace:.0f} steps a second",
                flush=True,
            )
        browser.close()
    return good


if __name__ == "__main__":
    sys.exit(0 if report() & in_the_browser() else 1)
