"""The wheel: built, installed where nothing of the repository is, its command and pages tried."""

import ast
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from collections.abc import Sequence
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import pytest

import gmmlab
from gmmlab.__main__ import main, streamlit_options
from gmmlab.compute.cluster import ADDRESS
from gmmlab.ui.shell import place
from tests import code_of_a_user
from tools.serving import ROOT, free_port, page_paths, started

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
APPS_OWN = ("streamlit", "plotly", "pandas", "PIL")
IMPORTED_AS = {"scikit-learn": "sklearn", "pillow": "PIL"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], ROOT)
    [file] = folder.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with the wheel, which finds its libraries on this machine."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    places = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", "venv", vars=places))
    (packages / "machine.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    programs = Path(sysconfig.get_path("scripts", "venv", vars=places))
    python = programs / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python]
    run([*pip, "install", "--quiet", "--no-index", "--no-deps", wheel], folder)
    return programs


def run(command: Sequence[object], folder: Path) -> str:
    """What a program prints; its complaints, if it fails."""
    done = subprocess.run(
        [str(each) for each in command], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def names(requirements: Sequence[str]) -> set[str]:
    return {re.match(r"[\w-]+", each)[0] for each in requirements}


def test_what_pip_and_make_install_is_the_same():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    app = [*PROJECT["dependencies"], *EXTRAS["plot"], *EXTRAS["app"]]
    assert {line for line in lines if line[0] != "#"} == set(app) - {"gmmlab[plot]"}


def test_what_a_cluster_needs_is_the_same():
    lines = (ROOT / "requirements-cluster.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line[0] != "#"] == ["-r requirements.txt", *EXTRAS["cluster"]]


def imported(*folders: str) -> set[str]:
    """The libraries that the modules in these folders import."""
    files = [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]
    assert files
    roots = set()
    for node in (node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8")))):
        if isinstance(node, ast.Import):
            roots |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            roots.add(node.module.split(".")[0])
    return roots - sys.stdlib_module_names - {"gmmlab"}


def declared(requirements: Sequence[str]) -> set[str]:
    return {IMPORTED_AS.get(name, name) for name in names(requirements)}


def test_the_engine_imports_what_it_declares():
    own = declared(PROJECT["dependencies"])
    # Dask is imported by whoever has something of its own.
    assert imported("gmmlab/engine", "gmmlab/compute") - own == declared(EXTRAS["cluster"]) | {
        "distributed"
    }
    assert not own & set(APPS_OWN)


def test_the_app_imports_what_its_extra_declares():
    own = declared([*PROJECT["dependencies"], *EXTRAS["plot"], *EXTRAS["app"]])
    # Starlette is Streamlit's; photos in HEIC open where pillow-heif happens to be.
    others = {"starlette", "pillow_heif", "distributed", *declared(EXTRAS["cluster"])}
    assert imported("gmmlab", "pages") - own <= others


def test_the_wheel_holds_all_that_the_app_opens(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    own = {path for path in (ROOT / "gmmlab").rglob("*") if path.is_file()}
    expected = {str(p.relative_to(ROOT)) for p in own if "__pycache__" not in p.parts}
    expected |= {f"gmmlab/app/pages/{name}.py" for name in page_paths()}
    expected |= {"gmmlab/app/app.py", "gmmlab/app/.streamlit/config.toml"}
    assert {name for name in held if ".dist-info/" not in name} == expected
    assert "gmmlab/py.typed" in held


def test_the_engine_runs_without_the_apps_libraries(installed, tmp_path):
    hidden = f"import sys; sys.modules.update(dict.fromkeys({APPS_OWN}));"
    fitted = "import numpy as np, gmmlab; X = np.arange(12.0).reshape(6, 2);"
    shown = "print(gmmlab.__file__, gmmlab.GaussianMixture(1).fit(X).means_.tolist())"
    file, means = run([installed / "python", "-c", hidden + fitted + shown], tmp_path).split(" ", 1)
    assert Path(file).is_relative_to(installed.parent)
    assert means.strip() == "[[5.0, 6.0]]"


def test_without_its_libraries_the_command_says_what_to_install(monkeypatch, capsys):
    for name in APPS_OWN[:2]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(SystemExit) as stopped:
        main([])
    assert stopped.value.code == 1
    assert capsys.readouterr().err == (
        "The app needs streamlit, plotly, which the engine alone does not: "
        'pip install "gmmlab[app]"\n'
    )


def test_the_command_opens_the_app(installed, tmp_path):
    port = free_port()
    # Settings of another app in the folder where it is called from: they are not this app's.
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "config.toml").write_text('[server]\naddress = "192.0.2.1"\n')
    command = [str(installed / "gmmlab"), "--no-browser", "--port", str(port)]
    with started(command, port, tmp_path) as server:
        with urlopen(f"{server.url}/clusters", timeout=30) as page:
            assert b"<title>" in page.read()
        # The repository's own settings: under other names this server is not to be had.
        assert connection(port, "127.0.0.1") == 101
        assert connection(port, "elsewhere.example") == 403
        assert str(port) in server.log()


def connection(port: int, name: str) -> int:
    """The status with which the server answers a page that has opened it under this name."""
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    key = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as asked:
        asked.request("GET", "/_stcore/stream", headers={"Host": name, **upgrade, **key})
        with asked.getresponse() as found:
            return found.status


def test_the_front_page_of_the_wheel_opens(installed, tmp_path):
    # It links to all pages, which Streamlit refuses for files that are not there.
    assert run([installed / "python", "-c", _OPENED], tmp_path) == "GMM Lab\n"


_OPENED = """
from pathlib import Path
from streamlit.testing.v1 import AppTest
import gmmlab

site = Path(gmmlab.__file__).parent / "ui" / "site.py"
app = AppTest.from_file(str(site), default_timeout=100).run()
assert not app.exception, app.exception
print(app.title[0].value)
"""


def test_python_runs_the_command_too(installed, tmp_path):
    said = run([installed / "python", "-m", "gmmlab", "--version"], tmp_path)
    assert said == f"gmmlab {gmmlab.__version__}\n"


def test_in_the_repository_the_apps_files_lie_on_top():
    assert place.FOLDER == ROOT


def test_an_address_is_also_a_name_of_the_server():
    options = streamlit_options(8600, "192.168.1.5", no_browser=True)
    pairs = list(zip(options[::2], options[1::2], strict=True))
    assert ("--server.address", "192.168.1.5") in pairs
    assert ("--server.allowedHosts", "192.168.1.5") in pairs
    assert ("--browser.serverAddress", "192.168.1.5") in pairs
    assert ("--server.headless", "true") in pairs
    assert streamlit_options(8600, None, no_browser=False) == ["--server.port", "8600"]


@pytest.mark.parametrize("port", ["0", "65536", "-1", "8501.0", "eight", "²"])
def test_what_is_no_port_is_refused_in_a_sentence(port, capsys):
    with pytest.raises(SystemExit) as stopped:
        main([f"--port={port}"])
    assert stopped.value.code == 2
    assert f"{port!r} is no port: a whole number from 1 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["here", "tcp://", "tcp://host", "http://host:80", "tcp://h:x"])
def test_what_is_no_scheduler_is_refused_in_a_sentence(address, capsys):
    with pytest.raises(SystemExit) as stopped:
        main([f"--scheduler={address}"])
    assert stopped.value.code == 2
    assert f"{address!r} is no scheduler's address: tcp://host:8786, say" in capsys.readouterr().err


def test_the_scheduler_is_named_to_the_server(monkeypatch):
    monkeypatch.setenv(ADDRESS, "")
    seen = []
    monkeypatch.setattr("gmmlab.ui.command.run", lambda _: seen.append(os.environ[ADDRESS]))
    main(["--scheduler", "tcp://127.0.0.1:8786"])
    assert seen == ["tcp://127.0.0.1:8786"]


def test_code_of_a_user_runs(tmp_path):
    X = np.array([[0.0, 1.0], [0.1, 0.9], [5.0, 5.0], [5.1, 5.2]])
    assert sorted(code_of_a_user.groups(X, 2).tolist()) == [0, 0, 1, 1]
    assert set(code_of_a_user.seen(X)) == {"aic", "bic"}
    means = code_of_a_user.kept(X, tmp_path / "model.json")
    np.testing.assert_allclose(np.sort(means[:, 0]), [0.05, 5.05], rtol=1e-6)
