"""A random walk over the settings of every page: `python -m tests.ui.walk 2000 [SEED [PAGE …]]`.

Each step is a link to random allowed values of every setting, drawings, places and cells among
them; for images of a visitor's own, a set of an odd size is brought along. A step must give a page
without an exception, with a picture that is not empty or a sentence why there is none, and without
NaN in what is shown. One visitor makes some steps, so that what is carried from one to the next is
walked over as well.
"""

import math
import random
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from gmmlab.data.image_sets.image_set import write_image_set
from gmmlab.data.points.drawing import encoded
from gmmlab.guide import lesson
from gmmlab.settings import (
    Choice,
    Choices,
    Decades,
    Flag,
    Integer,
    Real,
    Spec,
    build,
    specs,
    to_query,
)
from gmmlab.studies.mixtures.centers import code_of
from gmmlab.studies.selection.page import TYPES
from tests.ui.driving import figures, films, sentences
from tests.ui.walk_photos import brought, picture_faults
from tools.serving import ROOT

PAGES: Mapping[str, type[Any]] = {
    page: settings for page, settings in lesson.PAGES.items() if page != "home"
}
POINTS = ("clusters", "em", "density", "how_many")  # pages about points in the plane
STEPS_OF_A_VISITOR = 10
# Large values are the business of limits, and would make a walk of hours.
MOST = {"n_samples": 600, "n_new": 60, "n_components": 12, "high": 6, "low": 4, "n_colors": 24}
MOST |= {"n_starts": 20, "n_init": 2, "averaged": 2, "other_components": 12, "data_n_samples": 600}
MOST |= {"first": 60, "last": 60}


def random_settings(cls: type[Any], chance: random.Random) -> Any:
    """Settings of a page with a random allowed value for everything that has a widget."""
    values: dict[str, Any] = {}
    while new := [(n, s) for n, s, _ in specs(build(cls, values)) if n not in values]:
        for name, spec in new:
            values[name] = _random_value(name, spec, chance)
    return build(cls, values)


def walked(page: str, steps: int, seed: int = 0) -> list[str]:
    """What went wrong on a walk of so many steps: the address and the fault of each."""
    chance = random.Random(f"{page} {seed}")
    faults, anew = [], True
    for step in range(steps):
        settings = random_settings(PAGES[page], chance)
        if anew or step % STEPS_OF_A_VISITOR == 0:
            site = str(ROOT / "gmmlab" / "ui" / "site.py")
            app = AppTest.from_file(site, default_timeout=120).run()
        if page == "recolour":
            settings = brought(settings, app, chance)
        query = to_query(settings)
        app.query_params.clear()
        for name, value in query.items():
            app.query_params[name] = value
        app.switch_page(f"../../pages/{page}.py").run()
        while page in POINTS and any(button.label == "Cancel" for button in app.button):
            app.run()
        # A test's visitor sends a file again in each run, as if by hand: the next is another one.
        if anew := bool(query.get("source") == "own" and app.file_uploader):
            size = chance.choice(SIZES)
            app.file_uploader[0].upload("set.npz", odd_images(*size)).run()
            query["image set"] = str(size)
        faults += [f"/{page}?{query}: {fault}" for fault in _faults(page, app)]
    return faults


# Number, height and width of images, values that pixels have, and classes (0: no labels).
SIZES = (
    (30, 1, 2, 256, 0), (30, 8, 8, 256, 30), (31, 32, 32, 256, 2), (47, 3, 17, 2, 5),
    (64, 1, 32, 256, 3), (90, 5, 5, 2, 0), (120, 2, 1, 3, 4), (150, 9, 4, 17, 100),
    (420, 6, 7, 256, 10), (500, 4, 4, 2, 2),
)  # fmt: skip


def odd_images(n: int, height: int, width: int, values: int, n_classes: int) -> bytes:
    """The file of a set of such images: each third is there twice, and a pixel is blank."""
    random_state = np.random.default_rng(n)
    images = random_state.integers(0, values, size=(n, height, width), dtype=np.uint8)
    images[2::3] = images[1::3][: len(images[2::3])]
    if height * width > 2:
        images[:, 0, 0] = 0
    classes = random_state.integers(-1, n_classes - 1, size=n) if n_classes else None
    return write_image_set(images, classes)


def _faults(page: str, app: AppTest) -> Iterator[str]:
    for problem in app.exception:
        yield problem.message
    shown = [each.value for kind in (app.metric, app.markdown, app.caption) for each in kind]
    yield from (text for text in shown if "nan" in str(text).split())
    if page == "recolour":
        yield from picture_faults(app)
    if page == "recolour" or app.exception:
        return
    pictures = figures(app)  # plotly checks each
    if not pictures and not films(app) and not sentences(app):
        yield "neither a picture nor a sentence"
    yield from ("an empty picture" for figure in pictures if _is_empty(figure))


def _is_empty(figure: Mapping[str, Any]) -> bool:
    """Whether nothing is drawn, though no words stand in its place."""
    drawn = (trace.get(axis) for trace in figure["data"] for axis in ("x", "y", "z"))
    numbers = (np.asarray(each, dtype=object).ravel() for each in drawn if each is not None)
    known = any(isinstance(v, str) or (v is not None and v == v) for each in numbers for v in each)
    return not known and not figure["layout"].get("annotations")


def _random_text(name: str, chance: random.Random) -> str | None:
    """A text that means something, for the settings whose texts a page writes itself."""
    if name == "data_code":
        X = np.random.default_rng(chance.randrange(10**6)).normal(size=(chance.randint(1, 60), 2))
        X *= 10.0 ** np.array([chance.randint(-6, 6), chance.choice([0, 0, 1])])
        odd = chance.random()
        if odd < 0.1:
            X[:] = X[0]  # one place
        elif odd < 0.2:
            X[:, 1] = X[:, 0]  # one line
        return encoded(X)
    if name == "score":
        return f"{chance.uniform(-9, 9):.4g}, {chance.uniform(-9, 9):.4g}"
    if name == "cell":
        return f"{chance.randint(1, 8)}-{chance.choice(TYPES)}"
    if name == "only":
        return chance.choice(["", "0", "7", "-1"])
    if name == "centers":
        places = [
            [chance.uniform(-9, 9), chance.uniform(-9, 9)] for _ in range(chance.randint(1, 9))
        ]
        return code_of(np.array(places))
    return None


def _random_value(name: str, spec: Spec, chance: random.Random) -> Any:
    if chance.random() < 0.7 and (text := _random_text(name, chance)) is not None:
        return spec.parse(text)
    match spec:
        case Choice():
            # What is a visitor's own is not there on a walk; the page then says so.
            return chance.choice(list(spec.options))
        case Choices():
            return [each for each in spec.options if chance.random() < 0.6]
        case Flag():
            return chance.random() < 0.5
        case Integer():
            return chance.randint(spec.low, min(spec.high, MOST.get(name, spec.high)))
        case Decades():
            return chance.choice(spec.marks)
        case Real():
            steps = math.floor((spec.high - spec.low) / spec.step + 1e-9)
            return round(min(spec.low + spec.step * chance.randint(0, steps), spec.high), 9)
    return spec.default


if __name__ == "__main__":
    count, start = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    pages = sys.argv[3:] or list(PAGES)
    found = [fault for page in pages for fault in walked(page, count, start)]
    print("\n".join(found) or f"{count} settings of each of {', '.join(pages)}: no fault.")
    sys.exit(bool(found))
