"""The digits page's sweep over K against the chapter's loop over scikit-learn, and its other waits.

Both give AIC and BIC of sixteen fits to all digits and, beside each, the held-out log-likelihood of
a second fit to two thirds of them.
"""

from typing import Any

import numpy as np
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture

from benchmarks.pairs import in_turns, seconds
from gmmlab.data.image_sets.digits import digit_images, split
from gmmlab.data.image_sets.image_set import ImageSet
from gmmlab.studies.digits.study import evaluate, fit_generator
from gmmlab.studies.digits.sweep import SWEEP, sweep

REQUIRED = 10
REPEATS = 2
SAME = 1e-6


def report() -> bool:
    """Print the ratio and the waits; whether the sweep is fast enough and its figures the same."""
    everything = digit_images()
    train, held_out = split(everything)

    def ours() -> list[tuple[float, float, float]]:
        cells = sweep(everything.images, train.images, held_out.images)
        return [(cell.aic, cell.bic, cell.held_out) for cell in cells]

    def peer() -> list[tuple[float, float, float]]:
        whole, part = (PCA(0.99, whiten=True, random_state=0) for _ in range(2))
        X, T = whole.fit_transform(_rows(everything)), part.fit_transform(_rows(train))
        unseen = part.transform(_rows(held_out))
        cells = []
        for K in SWEEP:
            found, tested = (GaussianMixture(K, random_state=0).fit(points) for points in (X, T))
            cells.append((found.aic(X), found.bic(X), tested.score(unseen)))
        return cells

    pair = in_turns(ours, peer, REPEATS)
    same = bool(np.allclose(pair.our_result, pair.peer_result, rtol=SAME, atol=0))
    print("\ndigits, K = 50, 60 … 200: AIC, BIC and held-out log-likelihood\n")
    print(f"theirs {pair.peer:.1f} s, ours {pair.ours:.2f} s: {pair.ratio:.1f}×", end="")
    print(f" (asked {REQUIRED}×), same figures: {'yes' if same else 'NO'}")
    fitting, made = seconds(lambda: fit_generator(train.images, train.labels))
    drawing, _ = seconds(lambda: made.sample(100, seed=1))
    judging, _ = seconds(lambda: evaluate(made, train.images, held_out.images))
    print(f"our generator: fit {fitting:.2f} s, 100 new digits {1000 * drawing:.0f} ms", end="")
    print(f", judged in {judging:.1f} s")
    return pair.ratio >= REQUIRED and same


def _rows(image_set: ImageSet) -> np.ndarray[Any, Any]:
    return image_set.images.reshape(len(image_set.images), -1).astype(float)
