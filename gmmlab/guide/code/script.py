"""A script in steps: as a file of Python, and as a notebook."""

import hashlib
import json
from dataclasses import dataclass
from textwrap import dedent, indent
from typing import Any, Literal

Flavour = Literal["scikit-learn", "gmmlab"]
FLAVOURS: tuple[Flavour, ...] = ("scikit-learn", "gmmlab")
_WIDTH = 88


@dataclass(frozen=True)
class Raw:
    """A piece of code that stands for itself where a value is expected."""

    code: str


@dataclass(frozen=True)
class Step:
    """A step of a script: what it does in words, its code, and the imports that the code needs."""

    words: str
    code: str
    imports: tuple[str, ...] = ()


@dataclass(frozen=True)
class Script:
    """A complete script: what it shows, what must be installed, and its steps."""

    title: str
    needs: str
    steps: tuple[Step, ...]

    @property
    def text(self) -> str:
        """The script as a file of Python."""
        head = f'"""{self.title}\n\n{self.needs}\n"""'
        text, defines = f"{head}\n\n{self.imports}", False
        for step in self.steps:
            before, defines = defines, step.code.startswith("def ")
            gap = "\n\n\n" if before or defines else "\n\n"
            text += f"{gap}{_comment(step.words)}{step.code}"
        return text + "\n"

    @property
    def imports(self) -> str:
        """All that the steps import, each once, in the order that linters ask for."""
        wanted = {line for step in self.steps for line in step.imports}
        names: dict[str, set[str]] = {}
        whole = {line for line in wanted if line.startswith("import ")}
        for line in wanted - whole:
            module, _, imported = line.removeprefix("from ").partition(" import ")
            names.setdefault(module, set()).update(imported.split(", "))
        together = {f"from {module} import {', '.join(sorted(n))}" for module, n in names.items()}
        ours = {line for line in together if line.startswith("from gmmlab")}
        others = sorted(whole) + sorted(together - ours)
        return "\n".join(others) + ("\n\n" + "\n".join(sorted(ours)) if ours else "")

    @property
    def notebook(self) -> str:
        """The script as a Jupyter notebook (nbformat 4.5), a cell for each step."""
        cells = [
            _cell("markdown", f"# {self.title}\n\n{self.needs}"),
            _cell("code", self.imports),
        ]
        for step in self.steps:
            cells += [_cell("markdown", step.words)] if step.words else []
            cells.append(_cell("code", step.code))
        for place, cell in enumerate(cells):
            digest = hashlib.blake2b(f"{place} {cell['source']}".encode(), digest_size=6)
            cell["id"] = digest.hexdigest()
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        about = {"kernelspec": kernel, "language_info": {"name": "python"}}
        book = {"cells": cells, "metadata": about, "nbformat": 4, "nbformat_minor": 5}
        return json.dumps(book, indent=1)


def step(words: str, code: str, *imports: str) -> Step:
    """A step whose code is written with the indentation of its surroundings."""
    return Step(words, dedent(code).strip("\n"), imports)


def call(function: str, *values: Any, then: str = "", **options: Any) -> str:
    """The code of a call; options of None are left out. A long call takes several lines."""
    spelled = [spell(value) for value in values]
    spelled += [f"{name}={spell(value)}" for name, value in options.items() if value is not None]
    line = f"{function}({', '.join(spelled)}){then}"
    if len(line) <= _WIDTH - 12:
        return line
    return f"{function}(\n" + "".join(f"    {each},\n" for each in spelled) + f"){then}"


def spell(value: Any) -> str:
    """A value as Python writes it: a text of anybody's stays a text, whatever is in it."""
    if isinstance(value, Raw):
        return value.code
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, float) and 0 < abs(value) < 1e-3:
        return f"{value:g}".replace("e-0", "e-")
    return repr(value)


def quoted(text: str) -> str:
    """A text as a string literal in double quotes where that is plain, else as `repr` has it."""
    spelled = repr(text)
    inner = spelled[1:-1]
    return f'"{inner}"' if spelled[0] == "'" and '"' not in inner and "\\" not in inner else spelled


def indented(code: str, spaces: int = 4) -> str:
    """Lines of code, each moved to the right, but for the first."""
    return indent(code, " " * spaces).strip()


def _comment(words: str) -> str:
    return "".join(f"# {line}\n" for line in words.splitlines())


def _cell(kind: str, source: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": source}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
