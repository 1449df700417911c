"""The documentation's examples run, and what it names is there."""

import re
from importlib import import_module

import pytest

from tools.serving import ROOT

PAGES = sorted((ROOT / "docs").glob("*.md"))
EXAMPLES = {"index", "howto"}


@pytest.mark.parametrize("page", sorted(EXAMPLES))
def test_examples_run_from_the_top_of_their_page(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.+?)^```", text, re.MULTILINE | re.DOTALL)
    assert blocks
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, f"{page}.md", "exec"), names)


def test_no_example_is_left_out():
    assert {path.stem for path in PAGES if "```python" in path.read_text("utf-8")} == EXAMPLES


def test_the_reference_names_what_there_is():
    listed = re.findall(r"^::: (\S+)$", (ROOT / "docs/reference.md").read_text("utf-8"), re.M)
    assert len(listed) > 8
    for name in listed:
        module, _, own = name.rpartition(".")
        assert getattr(import_module(module), own).__doc__


def test_every_page_of_the_documentation_is_in_its_navigation():
    named = re.findall(r"^  - .+: (\w+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.M)
    assert sorted(named) == [path.name for path in PAGES]


def test_the_measured_tables_have_one_source():
    [section] = re.findall(r'--8<-- "README\.md:(\w+)"', (ROOT / "docs/why.md").read_text("utf-8"))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    start, end = (readme.index(f"--8<-- [{edge}:{section}]") for edge in ("start", "end"))
    assert "| ratio |" in readme[start:end]
