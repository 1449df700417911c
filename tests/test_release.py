"""What a release needs is in step: versions, the changelog, and the checks before a commit."""

import re

import pytest

import gmmlab
from tools import check, release
from tools.serving import ROOT


@pytest.fixture
def written(monkeypatch):
    """The two files as they would be on the day of a release, to be spoiled."""
    version = gmmlab.__version__
    texts = {
        "CHANGELOG.md": f"# Changelog\n\n## {version} (2027-01-31)\n\n- All.\n\n## 0.0.1\n",
        "CITATION.cff": f"cff-version: 1.2.0\nversion: {version}\n",
    }
    monkeypatch.setattr(release, "_text", texts.__getitem__)
    return texts


def test_a_release_has_one_version(written):
    assert release.versions() is None


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("CHANGELOG.md", " (2027-01-31)", " (not released yet)"),
        ("CHANGELOG.md", gmmlab.__version__, "9.9.9"),
        ("CITATION.cff", gmmlab.__version__, "9.9.9"),
    ],
)
def test_another_version_is_no_release(written, file, old, new):
    written[file] = written[file].replace(old, new)
    assert file in (release.versions() or "")


def test_the_files_are_of_the_version_that_is_worked_on():
    version = re.escape(gmmlab.__version__)
    assert re.search(rf"^version: {version}$", release._text("CITATION.cff"), re.MULTILINE)
    assert re.search(r"^## (\S+) \(", release._text("CHANGELOG.md"), re.MULTILINE)[1] == (
        gmmlab.__version__
    )


def test_a_commit_is_checked_as_ci_checks_it_before_its_tests():
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    entries = re.findall(r"entry: \.venv/bin/python -m (.+)", text)
    stages = [command for command in check.STAGES.values() if command[0] != "pytest"]
    assert len(stages) == len(entries)
    for command, entry in zip(stages, entries, strict=True):
        said = [word for word in command if word not in (".", "--check")]
        assert entry.split()[: len(said)] == said


def test_an_unknown_step_is_refused(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["release", "publish"])
    assert release.main() == 2
    assert "Unknown step 'publish'" in capsys.readouterr().err


def test_every_problem_is_told_and_the_other_steps_still_run(monkeypatch, capsys):
    done = []
    steps = {"one": lambda: "it broke", "two": lambda: done.append("two")}
    monkeypatch.setattr(release, "STEPS", steps)
    monkeypatch.setattr("sys.argv", ["release"])
    assert release.main() == 1
    assert done == ["two"]
    said = capsys.readouterr().out
    assert re.search(r"one +it broke\ntwo +good", said)
