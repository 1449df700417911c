"""Scripts as files and notebooks: whole, tidy, and safe whatever a visitor's names are."""

import ast
import json
import random
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from gmmlab.data.points.datasets import Dataset, drawn
from gmmlab.data.points.own_table import OwnTable
from gmmlab.guide.code import clusters, density, recolour, selection
from gmmlab.guide.code.data import POINTS_FILE, Given
from gmmlab.guide.code.script import FLAVOURS, Script, call, quoted, step
from gmmlab.studies.clusters.page import ClustersSettings, ViewSettings
from gmmlab.studies.density.page import DensitySettings
from gmmlab.studies.mixtures.model import ModelSettings
from gmmlab.studies.recolour.page import RecolorSettings
from gmmlab.studies.selection.page import HowManySettings
from tests.guide.running import run
from tests.ui.walk import PAGES, random_settings

HOSTILE = [
    '"); import os; os.system("true") #', "'); raise SystemExit #", "\\", '"""', "'''", "a\\\"",
    "{X}", "%s", "$x$ $", "$\\frac{", "\u2028", "né", "𝕏", "#", "__import__('os')", "</script>",
]  # fmt: skip


def own(names, n=80):
    X = np.random.default_rng(0).normal(size=(n, 2))
    settings = OwnTable("d", names[0], names[1], standardize=False)
    return settings, Dataset(X, None, "table", names), X


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_is_a_text(text):
    assert ast.literal_eval(quoted(text)) == text


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_of_a_visitors_breaks_out_of_a_script(name, flavour, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data, dataset, X = own((name, name + "2"))
    file = "data.csv" if "/" in name else f"{name}.csv"
    pd.DataFrame(X, columns=dataset.columns).to_csv(tmp_path / file, index=False)
    given = Given.of(data, dataset, file)
    settings = ClustersSettings(data, ModelSettings(2), ViewSettings(show="gmm", shapes=False))
    names = run(clusters.script(settings, given, flavour), drawn=True)
    assert np.allclose(names["X"], X)
    for script in (
        density.script(DensitySettings(data), given, flavour),
        selection.script(HowManySettings(data), given, flavour),
        recolour.script(RecolorSettings(), file, None, flavour),
    ):
        compile(script.text, "script.py", "exec")
        json.loads(script.notebook)


@pytest.mark.parametrize("n", [20, 80])
def test_a_table_that_only_we_read_is_written_out_or_comes_as_a_file(n, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data, dataset, X = own(("a", "b"), n)
    script = clusters.script(
        ClustersSettings(data, ModelSettings(2)), Given.of(data, dataset), "scikit-learn"
    )
    if n == 80:
        assert f"Put {POINTS_FILE} beside this script" in script.text
        pd.DataFrame(X, columns=["a", "b"]).to_csv(POINTS_FILE, index=False)
    assert np.allclose(run(script)["X"], X, atol=1e-6)


def test_standardised_columns_are_standardised_in_the_script(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    raw = np.random.default_rng(1).normal(size=(70, 2)) * [1e4, 1e-3] + [5, 7]
    X = (raw - raw.mean(axis=0)) / raw.std(axis=0)
    pd.DataFrame(raw, columns=["a", "b"]).to_csv("t.csv", index=False)
    data = OwnTable("d", "a", "b")
    given = Given.of(data, Dataset(X, None, "table", ("a (standardised)", "b")), "t.csv")
    names = run(clusters.script(ClustersSettings(data), given, "gmmlab"))
    assert np.allclose(names["X"], X)


def a_notebook(script: Script) -> dict:
    return json.loads(script.notebook)


def some_scripts():
    chance = random.Random(7)
    for name, module in (("clusters", clusters), ("density", density), ("how_many", selection)):
        made = 0
        while made < 6:
            settings = random_settings(PAGES[name], chance)
            if not hasattr(settings.data, "draw") or (
                name == "how_many" and not settings.model.keys
            ):
                continue
            made += 1
            given = Given.of(settings.data, drawn(name, settings.data))
            for flavour in FLAVOURS:
                yield module.script(settings, given, flavour)
    for _ in range(4):
        settings = random_settings(PAGES["recolour"], chance)
        for flavour in FLAVOURS:
            yield recolour.script(settings, "china", None, flavour)


def test_scripts_have_no_dead_line(tmp_path):
    for place, script in enumerate(some_scripts()):
        (tmp_path / f"script_{place}.py").write_text(script.text, encoding="utf-8")
    rules = ["check", "--isolated", "--select", "F,E4,E7,E9,W,B", "--ignore", "B905"]
    command = [sys.executable, "-m", "ruff", *rules, str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


def test_a_notebook_is_the_script_in_cells():
    for script in some_scripts():
        book = a_notebook(script)
        assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
        assert book["metadata"]["kernelspec"]["name"] == "python3"
        ids = [cell["id"] for cell in book["cells"]]
        assert len(set(ids)) == len(ids)
        for cell in book["cells"]:
            wanted = {"id", "cell_type", "metadata", "source"}
            wanted |= {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
            assert set(cell) == wanted
        code = "\n".join(c["source"] for c in book["cells"] if c["cell_type"] == "code")
        text = ast.parse(script.text)
        assert ast.dump(ast.parse(code)) == ast.dump(ast.Module(text.body[1:], []))


def test_long_calls_take_several_lines():
    code = call("f", *range(40), name="x", none=None)
    assert max(map(len, code.splitlines())) < 20
    assert ast.dump(ast.parse(code)) == ast.dump(
        ast.parse(f"f({list(range(40))}, name='x')".replace("[", "").replace("]", ""))
    )
    assert step("", "\n    a = 1\n    b = 2\n").code == "a = 1\nb = 2"
