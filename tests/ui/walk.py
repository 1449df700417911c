"""A random walk over the settings of every page: `python -m tests.ui.walk 2000 [SEED]`.

Each step is a link to random allowed values of every setting. A step must give a page without an
exception and without NaN in what is shown; steps that a page answers by a sentence are fine.
"""

import math
import random
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from streamlit.testing.v1 import AppTest

from gmmlab.settings import Choice, Decades, Flag, Integer, Real, Spec, build, specs, to_query
from gmmlab.studies.clusters.page import ClustersSettings
from gmmlab.studies.density.page import DensitySettings
from gmmlab.studies.digits.page import DigitsSettings
from gmmlab.studies.recolour.page import RecolorSettings
from gmmlab.studies.selection.page import HowManySettings
from tests.ui.driving import figures
from tools.serving import ROOT

PAGES: Mapping[str, type[Any]] = {
    "clusters": ClustersSettings,
    "density": DensitySettings,
    "how_many": HowManySettings,
    "recolour": RecolorSettings,
    "digits": DigitsSettings,
}
# Large values are the business of limits, and would make a walk of hours.
MOST = {"n_samples": 600, "n_new": 60, "n_components": 12, "high": 6, "low": 4, "n_colors": 24}
MOST |= {"n_init": 2, "averaged": 2, "other_components": 12, "data_n_samples": 600}


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
    faults = []
    for _ in range(steps):
        query = to_query(random_settings(PAGES[page], chance))
        app = AppTest.from_file(str(ROOT / "gmmlab" / "ui" / "site.py"), default_timeout=120).run()
        for name, value in query.items():
            app.query_params[name] = value
        app.switch_page(f"../../pages/{page}.py").run()
        faults += [f"/{page}?{query}: {fault}" for fault in _faults(page, app)]
    return faults


def _faults(page: str, app: AppTest) -> Iterator[str]:
    for problem in app.exception:
        yield problem.message
    shown = [each.value for kind in (app.metric, app.markdown, app.caption) for each in kind]
    yield from (text for text in shown if "nan" in str(text).split())
    if page != "recolour" and not app.exception:
        figures(app)  # plotly checks each


def _random_value(name: str, spec: Spec, chance: random.Random) -> Any:
    match spec:
        case Choice():
            # What is a visitor's own is not there on a walk; the page then says so.
            return chance.choice(list(spec.options))
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
    found = [fault for page in PAGES for fault in walked(page, count, start)]
    print("\n".join(found) or f"{count} settings of each of {len(PAGES)} pages: no fault.")
    sys.exit(bool(found))
