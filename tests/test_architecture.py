"""Every line in its room: who may import whom, where libraries live, how long files get."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

SUBJECTS = ("clusters", "density", "selection", "recolour", "digits", "em")

# What each room may import of the project. A room may always import itself, and what lies in it; to
# name a room is to name all that lies in it.
MAY_IMPORT: dict[str, set[str]] = {
    "gmmlab": {"gmmlab.engine", "gmmlab.displays"},  # what gmmlab/__init__.py re-exports
    "gmmlab.settings": set(),
    "gmmlab.numbers": set(),
    "gmmlab.compute": set(),
    "gmmlab.engine": {"gmmlab.compute"},
    "gmmlab.data": {"gmmlab.settings", "gmmlab.compute"},
    "gmmlab.studies.mixtures": {
        "gmmlab.settings", "gmmlab.numbers", "gmmlab.compute", "gmmlab.engine", "gmmlab.data",
    },
    "gmmlab.guide": {"gmmlab.settings", "gmmlab.data", "gmmlab.studies"},
    "gmmlab.guide.code": {
        "gmmlab.settings", "gmmlab.data", "gmmlab.studies", "gmmlab.figures.palette",
    },
    "gmmlab.figures.palette": set(),
    "gmmlab.figures.figure": set(),
    "gmmlab.figures.film": {"gmmlab.figures.figure"},
    "gmmlab.figures.plane": {
        "gmmlab.engine", "gmmlab.studies.mixtures",
        "gmmlab.figures.palette", "gmmlab.figures.figure",
    },
    "gmmlab.ui.shell": {"gmmlab.settings", "gmmlab.guide", "gmmlab.compute"},
}  # fmt: skip
MAY_IMPORT["gmmlab.figures.layers"] = {
    *MAY_IMPORT["gmmlab.figures.plane"],
    "gmmlab.figures.plane",
}
MAY_IMPORT["gmmlab.figures.curves"] = {"gmmlab.figures.palette", "gmmlab.figures.figure"}
for _subject in SUBJECTS:
    _study, _below = f"gmmlab.studies.{_subject}", MAY_IMPORT["gmmlab.studies.mixtures"]
    MAY_IMPORT[_study] = {*_below, "gmmlab.studies.mixtures"}
    MAY_IMPORT[f"gmmlab.figures.{_subject}"] = {
        *MAY_IMPORT["gmmlab.figures.layers"],
        "gmmlab.figures.layers",
        "gmmlab.figures.curves",
        "gmmlab.figures.film",
        "gmmlab.settings",
        "gmmlab.numbers",
        "gmmlab.data",
        _study,
    }
MAY_IMPORT["gmmlab.figures.scale"] = {"gmmlab.figures.figure"}
MAY_IMPORT["gmmlab.figures.digits"].add("gmmlab.figures.scale")
MAY_IMPORT["gmmlab.figures.judge"] = {*MAY_IMPORT["gmmlab.figures.digits"], "gmmlab.figures.digits"}
MAY_IMPORT["gmmlab.figures.history"] = MAY_IMPORT["gmmlab.figures.curves"] | {
    "gmmlab.figures.curves"
}
MAY_IMPORT["gmmlab.displays"] = {
    "gmmlab.engine", "gmmlab.figures", "gmmlab.studies.selection", "gmmlab.studies.mixtures",
}  # fmt: skip
MAY_IMPORT["gmmlab.figures.atlas"] = MAY_IMPORT["gmmlab.figures.em"]
MAY_IMPORT["gmmlab.figures.room"] = MAY_IMPORT["gmmlab.figures.em"]
MAY_IMPORT["gmmlab.guide.room"] = set()  # whoever keeps rooms, and whatever is asked in them
MAY_IMPORT["gmmlab.guide.pooled"] = {
    *MAY_IMPORT["gmmlab.guide"], "gmmlab.numbers", "gmmlab.guide",
}  # fmt: skip
MAY_IMPORT["gmmlab.figures.thumbnails"] = {"gmmlab.data", "gmmlab.figures.palette"}
MAY_IMPORT["gmmlab.figures.merging"] = MAY_IMPORT["gmmlab.figures.selection"]
_SERVED = {*MAY_IMPORT["gmmlab.ui.shell"], "gmmlab.engine", "gmmlab.data", "gmmlab.studies"}
_SERVED |= {"gmmlab.figures", "gmmlab.ui.shell", "gmmlab.numbers"}
MAY_IMPORT["gmmlab.ui.chart"] = _SERVED
MAY_IMPORT["gmmlab.ui.inputs"] = {*_SERVED, "gmmlab.ui.chart"}
MAY_IMPORT["gmmlab.ui.parts"] = {*_SERVED, "gmmlab.ui.chart", "gmmlab.ui.inputs"}
MAY_IMPORT["gmmlab.ui.site"] = {"gmmlab.ui"}
MAY_IMPORT["gmmlab.ui.server"] = {"gmmlab.ui", "gmmlab.compute", "gmmlab"}
MAY_IMPORT["gmmlab.ui.command"] = {"gmmlab.ui"}
MAY_IMPORT["gmmlab.__main__"] = {"gmmlab.ui", "gmmlab.compute", "gmmlab"}  # for its version
MAY_IMPORT["pages"] = {"gmmlab.guide", "gmmlab.studies", "gmmlab.figures", "gmmlab.ui"}
MAY_IMPORT["app"] = {"gmmlab.ui", "gmmlab.compute"}

# The only rooms that may import these libraries. Nobody else's are restricted.
LIBRARIES = {
    "streamlit": {"gmmlab.ui", "pages", "app"},
    "starlette": {"gmmlab.ui", "app"},
    "plotly": {"gmmlab.figures", "gmmlab.displays"},
    "concurrent": {"gmmlab.compute"},  # nobody else makes pools
    "multiprocessing": {"gmmlab.compute"},
    "distributed": {"gmmlab.compute", "gmmlab.engine.blocks"},
    "dask": {"gmmlab.compute.cluster", "gmmlab.engine.blocks", "gmmlab.engine.lazy"},
}
NOT_IN_PAGES = {"numpy", "scipy", "sklearn", "PIL", "plotly"}

MAX_LINES = 300
MAX_PAGE_LINES = 90


def module_name(path: Path) -> str:
    """Return the dotted name of the module in `path`, which is relative to the root."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def lies_in(module: str, room: str) -> bool:
    """Whether a module is that room, or somewhere in it."""
    return module == room or module.startswith(room + ".")


def room_of(module: str) -> str | None:
    """Return the smallest room of the table that a module lies in, None if there is none."""
    rooms = [room for room in MAY_IMPORT if lies_in(module, room)]
    found = max(rooms, key=len, default=None)
    return found if found != "gmmlab" or module == "gmmlab" else None


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
            # In `from gmmlab import x`, x may be a room or a name that gmmlab re-exports.
            found |= {
                f"{base}.{name.name}" if _is_module(f"{base}.{name.name}") else base
                for name in node.names
            }
    return found


def _is_module(name: str) -> bool:
    path = ROOT / name.replace(".", "/")
    return name.startswith("gmmlab.") and (path.is_dir() or path.with_suffix(".py").is_file())


def violations(module: str, source: str, *, is_package: bool = False) -> list[str]:
    """Return what is wrong with a module's imports, one sentence for each wrong."""
    if is_package and not imports_of(module, source, is_package=True):
        return []
    room = room_of(module)
    if room is None:
        return [f"{module} lies in no room: add one to MAY_IMPORT"]
    wrongs = []
    for name in sorted(imports_of(module, source, is_package=is_package)):
        library = name.split(".")[0]
        ours = library == "gmmlab" or library in MAY_IMPORT
        if ours and not any(lies_in(name, each) for each in (room, *MAY_IMPORT[room])):
            wrongs.append(f"{module} imports {name}, which {room} may not")
        allowed = LIBRARIES.get(library, {module})
        if not any(lies_in(module, each) for each in allowed):
            wrongs.append(f"{module} imports {library}, which only {allowed} may")
        if room == "pages" and library in NOT_IN_PAGES:
            wrongs.append(f"{module} imports {library}: pages have no maths and no plotting")
    return wrongs


def project_files() -> dict[Path, str]:
    """Return the project's own modules, relative to the root, and their text."""
    files = [*ROOT.glob("gmmlab/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "app.py"]
    return {path.relative_to(ROOT): path.read_text(encoding="utf-8") for path in sorted(files)}


FILES = project_files()


def test_imports_point_down():
    wrongs = [
        wrong
        for path, source in FILES.items()
        for wrong in violations(module_name(path), source, is_package=path.name == "__init__.py")
    ]
    assert len(FILES) > 100
    assert not wrongs, "\n".join(wrongs)


def test_every_module_has_a_docstring():
    assert not [path for path, source in FILES.items() if not ast.get_docstring(ast.parse(source))]


def test_files_are_short():
    limits = {path: MAX_PAGE_LINES if path.parts[0] == "pages" else MAX_LINES for path in FILES}
    lengths = {path: len(source.splitlines()) for path, source in FILES.items()}
    assert not [(path, n) for path, n in lengths.items() if n > limits[path]]


def test_units_live_inside_fits():
    outside = {path: text for path, text in FILES.items() if path.parts[:2] != ("gmmlab", "engine")}
    assert len(outside) > 50
    assert not [path for path, text in outside.items() if ".framed" in text]


def test_every_subject_declares_its_page_in_the_same_place():
    for subject in SUBJECTS:
        assert Path("gmmlab", "studies", subject, "page.py") in FILES
        assert Path("gmmlab", "figures", f"{subject}.py") in FILES


def test_modules_of_ui_do_not_hide_the_standard_library():
    # Streamlit puts the folder of its main script, gmmlab/ui/site.py, first on the module path.
    folder = ROOT / "gmmlab" / "ui"
    names = {path.stem for path in folder.iterdir()} - {"__init__", "site", "__pycache__"}
    assert names >= {"shell", "chart", "inputs", "parts"}
    assert not names & sys.stdlib_module_names


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("gmmlab.engine.em", "import streamlit as st"),
        ("gmmlab.engine.em", "from gmmlab.data.tables.table import read_table"),
        ("gmmlab.engine.em", "from gmmlab import data"),
        ("gmmlab.engine.em", "from ..studies import clusters"),
        ("gmmlab.engine.em", "def late():\n    import gmmlab.ui.site"),
        ("gmmlab.compute.cores", "from gmmlab.engine import em"),
        ("gmmlab.data.tables.table", "from gmmlab.engine import em"),
        ("gmmlab.data.tables.table", "from gmmlab import GaussianMixture"),
        ("gmmlab.settings", "from gmmlab.engine.model.mixture import Mixture"),
        ("gmmlab.studies.clusters.study", "from gmmlab.figures import clusters"),
        ("gmmlab.studies.clusters.study", "from gmmlab.studies.selection import criteria"),
        ("gmmlab.studies.mixtures.projection", "from gmmlab.studies.clusters import study"),
        ("gmmlab.studies.clusters.study", "import plotly.graph_objects as go"),
        ("gmmlab.studies.new_subject.study", "import numpy as np"),
        ("gmmlab.figures.clusters", "from gmmlab.guide.scenes import CLUSTER_SCENES"),
        ("gmmlab.figures.clusters", "from gmmlab.studies.density import lenses"),
        ("gmmlab.figures.clusters", "from gmmlab.figures import density"),
        ("gmmlab.figures.clusters", "from streamlit import cache_data"),
        ("gmmlab.ui.chart.chart", "import plotly"),
        ("gmmlab.data.pictures.encoding", "from concurrent.futures import ThreadPoolExecutor"),
        ("gmmlab.ui.chart.chart", "from gmmlab.ui.inputs import drawing"),
        ("gmmlab.ui.shell.workbench", "from gmmlab.ui.inputs import own_table"),
        ("gmmlab.ui.shell.workbench", "from gmmlab.data.points import drawing"),
        ("pages.clusters", "import numpy as np"),
        ("pages.clusters", "from gmmlab.engine import em"),
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
        ("gmmlab.engine.em", "import numpy as np\nfrom . import model\nfrom .model import mixture"),
        ("gmmlab.engine.em", "from gmmlab.compute import cores"),
        ("gmmlab.studies.clusters.study", "from gmmlab.studies.mixtures import model"),
        ("gmmlab.figures.clusters", "import plotly\nfrom ..studies.clusters import study"),
        ("gmmlab.ui.site", "import streamlit as st\nfrom gmmlab.ui.shell import address"),
        ("pages.clusters", "import streamlit as st\nfrom gmmlab.ui.chart import chart"),
    ],
)
def test_checker_lets_through(module, source):
    assert not violations(module, source)


def test_checker_resolves_relative_imports_of_packages():
    source = "from .model import mixture\nfrom ..data import tables"
    found = imports_of("gmmlab.engine", source, is_package=True)
    assert found == {"gmmlab.engine.model.mixture", "gmmlab.data.tables"}


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a checkout")
def test_no_link_is_committed():
    # One to an environment, checked out elsewhere, would take the place of the environment there.
    listed = subprocess.run(
        ["git", "ls-files", "--stage"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert [line for line in listed.splitlines() if line.startswith("120000")] == []


def test_no_file_holds_a_conflict_that_was_not_settled():
    """A merge leaves such lines; no formatter or type checker reads every kind of file."""
    command = ["git", "grep", "-nE", "^(<{7}|>{7}) "]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout == ""
