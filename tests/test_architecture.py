"""Imports point down only, frameworks stay in their rooms, and files stay short."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Who may import whom, inside the project. A package may always import itself.
LAYERS = {
    "gmmlab.settings": set(),
    "gmmlab.engine": {"gmmlab.settings"},
    "gmmlab.data": {"gmmlab.settings"},
    "gmmlab": {"gmmlab.engine", "gmmlab.settings"},  # gmmlab/__init__.py re-exports the engine
    "gmmlab.studies": {"gmmlab", "gmmlab.settings", "gmmlab.engine", "gmmlab.data"},
    "gmmlab.scenes": {"gmmlab.settings", "gmmlab.data", "gmmlab.studies"},
    "gmmlab.export": {"gmmlab.settings", "gmmlab.data", "gmmlab.studies", "gmmlab.scenes"},
    "gmmlab.figures": {
        "gmmlab",
        "gmmlab.settings",
        "gmmlab.engine",
        "gmmlab.data",
        "gmmlab.studies",
    },
}
LAYERS["gmmlab.ui"] = {*LAYERS}
LAYERS["pages"] = {*LAYERS}
LAYERS["app"] = {"gmmlab.ui"}

# The only layers that may import these libraries. Nobody else's are restricted.
ROOMS = {
    "streamlit": {"gmmlab.ui", "pages", "app"},
    "starlette": {"gmmlab.ui", "app"},
    "plotly": {"gmmlab.figures"},
}
NOT_IN_PAGES = {"numpy", "scipy", "sklearn", "PIL", "plotly"}

MAX_LINES = 300
MAX_PAGE_LINES = 90


def module_name(path: Path) -> str:
    """Return the dotted name of the module in `path`, which is relative to the root."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def layer_of(module: str) -> str | None:
    """Return the layer that a module belongs to, or None if it is not the project's."""
    parts = module.split(".")
    if parts[0] != "gmmlab":
        return parts[0] if parts[0] in LAYERS else None
    return ".".join(parts[:2])


def imports_of(module: str, source: str, *, is_package: bool = False) -> set[str]:
    """Return all that a module imports, anywhere in it, as absolute dotted names."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                steps_up = node.level - is_package
                package = module.split(".")[: len(module.split(".")) - steps_up]
                base = ".".join([*package, base] if base else package)
            # In `from gmmlab import x`, x may be a module or a name that gmmlab re-exports.
            found |= {
                f"{base}.{name.name}" if _is_module(base, name) else base for name in node.names
            }
    return found


def _is_module(base: str, name: ast.alias) -> bool:
    return base == "gmmlab" and f"gmmlab.{name.name}" in LAYERS


def violations(module: str, source: str, *, is_package: bool = False) -> list[str]:
    """Return what is wrong with a module's imports, one sentence for each wrong."""
    layer = layer_of(module)
    if layer not in LAYERS:
        return [f"{module} belongs to no layer: add {layer} to LAYERS"]
    wrongs = []
    for name in sorted(imports_of(module, source, is_package=is_package)):
        target, library = layer_of(name), name.split(".")[0]
        if target and target != layer and target not in LAYERS[layer]:
            wrongs.append(f"{module} imports {name}, but {layer} may not import {target}")
        if layer not in ROOMS.get(library, {layer}):
            wrongs.append(f"{module} imports {library}, which only {ROOMS[library]} may")
        if layer == "pages" and library in NOT_IN_PAGES:
            wrongs.append(f"{module} imports {library}: pages have no maths and no plotting")
    return wrongs


def project_files() -> list[Path]:
    """Return the project's own modules, relative to the root."""
    files = [*ROOT.glob("gmmlab/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "app.py"]
    return sorted(path.relative_to(ROOT) for path in files)


def sources(*tops: str) -> list:
    """Return a test parameter for each file in the given top folders."""
    return [pytest.param(path, id=str(path)) for path in project_files() if path.parts[0] in tops]


@pytest.mark.parametrize("path", sources("gmmlab", "pages", "app.py"))
def test_imports_point_down(path):
    source = (ROOT / path).read_text(encoding="utf-8")
    assert not violations(module_name(path), source, is_package=path.name == "__init__.py")


@pytest.mark.parametrize("path", sources("gmmlab", "pages", "app.py"))
def test_has_a_docstring(path):
    assert ast.get_docstring(ast.parse((ROOT / path).read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", sources("gmmlab", "pages", "app.py"))
def test_is_short(path):
    lines = len((ROOT / path).read_text(encoding="utf-8").splitlines())
    assert lines <= (MAX_PAGE_LINES if path.parts[0] == "pages" else MAX_LINES)


def test_modules_of_ui_do_not_hide_the_standard_library():
    # Streamlit puts the folder of its main script, gmmlab/ui/site.py, first on the module path.
    names = {path.stem for path in (ROOT / "gmmlab" / "ui").glob("*.py")} - {"__init__", "site"}
    assert not names & sys.stdlib_module_names


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("gmmlab.engine.em", "import streamlit as st"),
        ("gmmlab.engine.em", "from gmmlab.data.tables import read"),
        ("gmmlab.engine.em", "from gmmlab import data"),
        ("gmmlab.engine.em", "from ..studies import clusters"),
        ("gmmlab.engine.em", "def late():\n    import gmmlab.ui.site"),
        ("gmmlab.data.tables", "from gmmlab.engine import em"),
        ("gmmlab.data.tables", "from gmmlab import GaussianMixture"),
        ("gmmlab.settings", "from gmmlab.engine.mixture import Mixture"),
        ("gmmlab.studies.clusters", "from gmmlab.figures import clusters"),
        ("gmmlab.studies.clusters", "import plotly.graph_objects as go"),
        ("gmmlab.figures.clusters", "from gmmlab.scenes import SCENES"),
        ("gmmlab.figures.clusters", "from streamlit import cache_data"),
        ("gmmlab.ui.chart", "import plotly"),
        ("pages.clusters", "import numpy as np"),
        ("pages.clusters", "from sklearn.mixture import GaussianMixture"),
        ("app", "from gmmlab.engine import em"),
        ("gmmlab.utils", ""),
    ],
)
def test_checker_catches(module, source):
    assert violations(module, source)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        (
            "gmmlab.engine.em",
            "import numpy as np\nfrom . import mixture\nfrom .mixture import Mixture",
        ),
        ("gmmlab.studies.clusters", "from gmmlab import GaussianMixture, settings"),
        (
            "gmmlab.figures.clusters",
            "import plotly.graph_objects as go\nfrom ..studies import clusters",
        ),
        ("gmmlab.ui.site", "import streamlit as st\nfrom gmmlab.scenes import SCENES"),
        ("pages.clusters", "import streamlit as st\nfrom gmmlab.ui import chart"),
    ],
)
def test_checker_lets_through(module, source):
    assert not violations(module, source)


def test_checker_resolves_relative_imports_of_packages():
    source = "from .mixture import Mixture\nfrom ..data import tables"
    found = imports_of("gmmlab.engine", source, is_package=True)
    assert found == {"gmmlab.engine.mixture", "gmmlab.data"}
