"""The points of a script: drawn by the same calls as ours, written out, or read from a file."""

import inspect
import re
from dataclasses import dataclass
from math import floor, log10
from textwrap import dedent
from typing import Any

import numpy as np

from gmmlab.data.points.datasets import (
    Blobs,
    Circles,
    Dataset,
    Geyser,
    Moons,
    Stretched,
    Unequal,
    Uniform,
)
from gmmlab.data.points.own_table import OwnTable
from gmmlab.guide.code.script import Step, call, quoted, step

NUMPY = "import numpy as np"
PANDAS = "import pandas as pd"
POINTS_FILE = "gmm-lab-points.csv"
_FEW = 60  # points that are written out rather than read from a file
_DIGITS = 7


@dataclass(frozen=True, eq=False)
class Given:
    """What a page shows: its `data` settings, the points X (n, d) and names of the columns.

    `file` is the visitor's own table, if pandas reads it as we do; `names` are its columns.
    `groups` (n,) are those that the points are known to come from, if these are several.
    """

    data: Any
    X: np.ndarray
    columns: tuple[str, ...]
    file: str | None = None
    names: tuple[str, ...] = ()
    groups: np.ndarray | None = None

    @staticmethod
    def of(data: Any, dataset: Dataset, file: str | None = None) -> "Given":
        """The points of the plane that a page shows."""
        names = (data.x, data.y) if isinstance(data, OwnTable) else ()
        groups = dataset.y if dataset.y is not None and len(np.unique(dataset.y)) > 1 else None
        return Given(data, dataset.X, dataset.columns, file, names, groups)

    @property
    def has_groups(self) -> bool:
        """Whether it is known from which of several groups each point comes."""
        return self.groups is not None

    @property
    def equal_units(self) -> bool:
        """Whether a picture has equal units on both axes, as the pages' have."""
        spans = np.ptp(self.X[:, :2], axis=0)
        return bool(spans.max() < 8 * spans.min())

    @property
    def ridge(self) -> str | None:
        """scikit-learn's `reg_covar` as code where its default is not near our relative floor."""
        variance = float(self.X.var(axis=0).mean())
        return None if 0.1 < variance < 10 or variance == 0 else "1e-6 * X.var(axis=0).mean()"


def points(given: Given, *, groups: bool = True) -> Step:
    """The step that makes X (n, d), and y (n,) where there are true groups and they are wanted."""
    match given.data:
        case Blobs() | Stretched() | Moons() | Circles():
            return _from_scikit_learn(given.data, groups and given.has_groups)
        case Unequal() | Geyser():
            return _drawn(given.data, groups and given.has_groups)
        case Uniform(n_samples=n, seed=seed):
            code = f"X = np.random.default_rng({seed}).uniform(-1, 1, size=({n}, 2))"
            return step("The data: a square filled evenly.", code, NUMPY)
    if given.file is not None:
        return _from_own_file(given, given.file)
    if len(given.X) <= _FEW or not isinstance(given.data, OwnTable):
        return step("The data.", f"X = {array(given.X)}", NUMPY)
    d = given.X.shape[1]
    return step(
        f"The data: the page's “Points as CSV”. Put {POINTS_FILE} beside this script.",
        f"X = pd.read_csv({quoted(POINTS_FILE)}).iloc[:, :{d}].to_numpy()",
        PANDAS,
    )


def array(X: np.ndarray) -> str:
    """Numbers (n, d) as code, with so many digits that no picture and no fit shows the rest."""
    places = []
    for column in X.T:
        span = float(np.ptp(column)) or float(np.abs(column).max()) or 1.0
        places.append(_DIGITS - floor(log10(span)))
    rows = [
        "[" + ", ".join(repr(round(v, p)) for v, p in zip(row, places, strict=True)) + "]"
        for row in X.tolist()
    ]
    if len(rows) <= 2:
        return f"np.array([{', '.join(rows)}])"
    per_line = max(1, 88 // (max(map(len, rows)) + 2))
    lines = [", ".join(rows[i : i + per_line]) for i in range(0, len(rows), per_line)]
    return "np.array(\n    [\n" + "".join(f"        {line},\n" for line in lines) + "    ]\n)"


def labels_of_axes(given: Given) -> tuple[str, str]:
    """The names of both axes as string literals in which matplotlib sees no mathematics."""
    across, up = (quoted(name.replace("$", r"\$")) for name in given.columns[:2])
    return across, up


def _from_scikit_learn(data: Any, groups: bool) -> Step:
    right = "y" if groups else "_"
    options: dict[str, Any]
    match data:
        case Moons():
            name, options = "make_moons", {"noise": data.noise}
        case Circles():
            name, options = "make_circles", {"noise": data.noise, "factor": data.factor}
        case _:
            name = "make_blobs"
            options = {"centers": data.centers, "cluster_std": data.cluster_std}
    code = f"X, {right} = " + call(name, data.n_samples, **options, random_state=data.seed)
    imports = [f"from sklearn.datasets import {name}"]
    if isinstance(data, Blobs):
        code += "\nX = X[:, ::-1]"
    elif isinstance(data, Stretched):
        code += f"\nX = X[:, ::-1] @ np.random.RandomState({data.stretch_seed}).randn(2, 2)"
        imports.append(NUMPY)
    return step(f"The data. {data.lesson}", code, *imports)


def _drawn(data: Any, groups: bool) -> Step:
    """The lines by which we draw the set ourselves, with its parameters filled in."""
    source = dedent("\n".join(inspect.getsource(type(data).draw).splitlines()[1:]))
    source = source.replace("self.n_samples", str(data.n_samples))
    source = source.replace("self.seed", str(data.seed)).replace(".astype(np.intp)", "")
    body, _, result = source.rstrip().rpartition("return ")
    code = body + "X = " + result.removesuffix(", y")
    code = re.sub(r"^y = \((.*)\)$", r"y = (\1).astype(int)", code, flags=re.MULTILINE)
    if not groups:
        code = re.sub(r"^y = ", "group = ", code, flags=re.MULTILINE).replace("[y]", "[group]")
    return step(f"The data. {data.lesson}", code, NUMPY)


def _from_own_file(given: Given, file: str) -> Step:
    names = ", ".join(map(quoted, given.names))
    code = f"""
    table = pd.read_csv({quoted(file)})[[{names}]]
    X = table.apply(pd.to_numeric, errors="coerce").dropna().to_numpy(dtype=float)
    """
    words = "The data: put your file beside this script."
    if getattr(given.data, "standardize", False):
        code = dedent(code).strip() + "\nX = (X - X.mean(axis=0)) / X.std(axis=0)"
        words += " Its columns are standardised."
    return step(words, code, PANDAS)
