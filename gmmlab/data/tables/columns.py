"""From rows of cells to columns of numbers: headers, gaps, and what a column's commas mean."""

import math
import operator
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from gmmlab.data.tables.plain import all_numbers
from gmmlab.data.tables.rows import (
    EMPTY,
    GROUPED,
    MAX_COLUMNS,
    TOO_MANY_COLUMNS,
    TableRejected,
    number_in,
    read_rows,
)

MAX_NAME = 60
MIN_NUMBERS = 2
NUMERIC_SHARE = 0.9
_CHUNK_ROWS = 5_000
_YEAR = re.compile(r"(?:1[6-9]|20|21)[0-9]{2}")
_GAPS = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-"})


class Column:
    """A column while it is read: its numbers so far, and what was seen among its cells."""

    def __init__(self, name: str, named: bool, separator: str) -> None:
        self.name = name
        self.n_numbers = 0
        self.n_texts = 0
        self.infinite_line: int | None = None
        self.marks: set[str] = set()
        # How many cells are such as 950, as 12,500, as 1,250,000, and as 12,5.
        self.n_plain = self.n_grouped = self.n_thousands = self.n_fractions = 0
        self._named = named
        self._separator = separator
        self._parts: list[NDArray[np.float64]] = []
        self._grouped: list[NDArray[np.bool_]] = []

    def take(self, numbers: NDArray[np.float64]) -> None:
        """Take the numbers of all rows, of which none is a gap and none has a comma."""
        self.n_numbers = len(numbers)
        self._parts, self._grouped = [numbers], [np.zeros(len(numbers), dtype=bool)]

    def extend(self, lines: Sequence[int], cells: Sequence[str]) -> None:
        """Append the cells of some rows, given with the lines these rows start on."""
        part = self._plain_numbers(cells)
        if part is None:
            part = self._mixed_numbers(cells)
        infinite = np.flatnonzero(np.isinf(part))
        if self.infinite_line is None and len(infinite):
            self.infinite_line = lines[infinite[0]]
        self._parts.append(part)

    def _plain_numbers(self, cells: Sequence[str]) -> NDArray[np.float64] | None:
        """Return the numbers of cells that all hold one, or None where that needs a closer look."""
        together = "\n".join(cells)
        # Over these characters, ``float`` accepts what the patterns do, only much faster.
        if together.strip("0123456789.+-eE \n" + ("" if self._separator == "," else ",")):
            return None
        try:
            part = np.array([float(cell) for cell in together.replace(",", ".").split("\n")])
        except ValueError:
            return None
        if len(part) != len(cells):
            return None
        self.n_numbers += len(cells)
        self.marks.update(mark for mark in ".," if mark in together)
        self._note_commas(dict.fromkeys(cells, 1) if "," in together else {}, cells)
        return part

    def _note_commas(self, seen: Mapping[str, int], cells: Sequence[str]) -> None:
        """Count what distinct cells, each seen so many times, say of this column's commas."""
        single = set()
        for cell, count in seen.items():
            stripped = cell.strip()
            if "," not in stripped:
                self.n_plain += count if stripped.lstrip("+-").isdigit() else 0
            elif GROUPED.fullmatch(stripped) is None:
                self.n_fractions += count
            elif stripped.count(",") > 1:
                self.n_thousands += count
            else:
                self.n_grouped += count
                single.add(cell)
        self._grouped.append(np.array([cell in single for cell in cells], dtype=bool))

    @property
    def parts_thousands(self) -> bool:
        """Whether commas part thousands, in a file in which they may be decimal marks.

        There `12,500` is twelve and a half, or twelve thousand five hundred. It is the latter if no
        comma of the column stands anywhere but before three digits, and others of its numbers are
        whole without one, as 950: decimals are written with the same number of places.
        """
        return not self.n_fractions and bool(self.n_thousands or (self.n_grouped and self.n_plain))

    def _mixed_numbers(self, cells: Sequence[str]) -> NDArray[np.float64]:
        """Return the numbers of any cells, NaN for gaps and text."""
        # Every distinct cell is parsed once: short cells repeat, and long ones are few.
        numbers: dict[str, float] = {}
        counted = {}
        for cell, count in Counter(cells).items():
            stripped = cell.strip()
            number = numbers[cell] = number_in(stripped, self._separator)
            if not math.isnan(number):
                self.n_numbers += count
                self.marks.update(mark for mark in ".," if mark in stripped)
                counted[cell] = count
            elif stripped.casefold() not in _GAPS:
                self.n_texts += count
        self._note_commas(counted, cells)
        return np.array([numbers[cell] for cell in cells])

    @property
    def is_mostly_numbers(self) -> bool:
        """Whether nearly all cells that are not gaps are numbers."""
        return self.n_numbers >= NUMERIC_SHARE * (self.n_numbers + self.n_texts) > 0

    @property
    def is_numeric(self) -> bool:
        """Whether the column belongs in the table."""
        return self.is_mostly_numbers and self.n_numbers >= MIN_NUMBERS

    @property
    def is_padding(self) -> bool:
        """Whether only trailing separators made this column."""
        return not self._named and self.n_numbers + self.n_texts == 0

    def values(self) -> NDArray[np.float64]:
        """Return the numbers of all rows, shape ``(n_rows,)``, NaN where there is none."""
        numbers = np.concatenate(self._parts)
        if self._separator != "," and self.parts_thousands:
            grouped = np.concatenate(self._grouped)
            numbers[grouped] = np.rint(1000 * numbers[grouped])
        return numbers

    def grouped(self) -> NDArray[np.bool_] | None:
        """Which numbers may be read in two ways, as 12,500, shape ``(n_rows,)``; None if none."""
        if self._separator == "," or not self.n_grouped or self.n_fractions or self.n_thousands:
            return None
        return np.concatenate(self._grouped)


def read_columns(text: str, separator: str) -> tuple[list[Column], int]:
    """Read all rows into columns and count the data rows, refusing what is not a table."""
    rows = read_rows(text, separator)
    head = next(rows, None)
    if head is None:
        raise TableRejected(EMPTY)
    second = next(rows, None)
    if second is not None:
        rows = chain([second], rows)
    columns, has_header = _open_columns(head[1], second[1] if second else [], separator)
    if (numbers := all_numbers(text, separator, len(columns), has_header)) is not None:
        for column, values in zip(columns, numbers.T, strict=True):
            column.take(values)
        return columns, len(numbers)
    data_rows = _even_rows(head, rows if has_header else chain([head], rows))
    n_rows = 0
    while chunk := list(islice(data_rows, _CHUNK_ROWS)):
        n_rows += len(chunk)
        lines = [line for line, _ in chunk]
        for column, cells in zip(
            columns, zip(*(row for _, row in chunk), strict=True), strict=True
        ):
            column.extend(lines, cells)
    if n_rows == 0:
        raise TableRejected("The file has only a header; add two or more rows of numbers below it.")
    return columns, n_rows


def _open_columns(first: list[str], second: list[str], separator: str) -> tuple[list[Column], bool]:
    """Start a column for each cell of the first row, and tell whether that row is a header."""
    if len(first) > MAX_COLUMNS:
        raise TableRejected(TOO_MANY_COLUMNS)
    cells = [cell.strip() for cell in first]
    is_number = [not math.isnan(number_in(cell, separator)) for cell in cells]
    is_gap = [cell.casefold() in _GAPS for cell in cells]
    has_header = not any(is_number) or not all(map(operator.or_, is_number, is_gap))
    has_header |= _are_years(first) and not _are_years(second)
    headings = [readable(cell) if has_header else "" for cell in cells]
    names = _unique_names(headings)
    return [
        Column(name, bool(heading), separator)
        for name, heading in zip(names, headings, strict=True)
    ], has_header


def _are_years(cells: list[str]) -> bool:
    """Whether these are different years, as tables of figures by year have in their first row."""
    years = [int(cell) for cell in map(str.strip, cells) if _YEAR.fullmatch(cell)]
    return len(years) == len(cells) > 1 and len(set(years)) == len(years)


def _even_rows(
    head: tuple[int, list[str]], rows: Iterable[tuple[int, list[str]]]
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows at the width of the first one, refusing any that really differs from it."""
    head_line, width = head[0], len(head[1])
    least = _filled_width(head[1])
    for line, row in rows:
        if len(row) != width:
            if len(row) < least or _filled_width(row) > width:
                raise TableRejected(
                    f"Line {line} has a different number of cells than line {head_line}"
                    f" ({len(row):,} instead of {width:,}); give every row the same number."
                )
            row = (row + [""] * width)[:width]
        yield line, row


def _filled_width(row: list[str]) -> int:
    """Count the cells up to the last one that is not empty."""
    return max((place for place, cell in enumerate(row, start=1) if cell.strip()), default=0)


def readable(name: str) -> str:
    """Return a name without control characters, on one line, cut to ``MAX_NAME`` characters."""
    visible = "".join(mark for mark in name if mark.isprintable() or mark.isspace())
    return " ".join(visible.split())[:MAX_NAME].rstrip()


def _unique_names(headings: list[str]) -> list[str]:
    """Name every column, numbering the nameless and the repeated ones."""
    names: list[str] = []
    for place, heading in enumerate(headings, start=1):
        name = plain = heading or f"column {place}"
        repeat = 1
        while name in names:
            repeat += 1
            suffix = f" ({repeat})"
            name = plain[: MAX_NAME - len(suffix)] + suffix
        names.append(name)
    return names


def refuse_misreadable(columns: list[Column]) -> None:
    """Refuse infinite numbers, and columns whose commas may be decimal marks or may not."""
    for column in columns:
        if not column.is_mostly_numbers:
            continue
        if column.infinite_line is not None:
            raise TableRejected(
                f"Column “{column.name}” has an infinite or far too large number on line"
                f" {column.infinite_line}; correct it or leave the cell empty."
            )
        if column.n_thousands and column.n_fractions:
            raise TableRejected(
                f"Column “{column.name}” writes some thousands and some decimals with a comma; use "
                "it for one of them, or for none."
            )
        if len(column.marks) > 1 and not column.parts_thousands:
            raise TableRejected(
                f"Column “{column.name}” writes some decimals with a comma and some with a point;"
                " use one of them throughout."
            )


def numeric_columns(columns: list[Column]) -> list[Column]:
    """Return the numeric columns, refusing a file that has fewer than two."""
    if len(columns) == 1:
        raise TableRejected(
            "The file has a single column; give at least two columns of numbers, separated by"
            " commas, semicolons or tabs."
        )
    numeric = [column for column in columns if column.is_numeric]
    if len(numeric) >= 2:
        return numeric
    most_numbers = max(column.n_numbers for column in columns)
    if most_numbers == 0:
        raise TableRejected(
            "The file has no numbers; give at least two columns of numbers such as 1.5."
        )
    if most_numbers < MIN_NUMBERS:
        raise TableRejected("Fewer than two rows have numbers; add more rows to the file.")
    if numeric:
        raise TableRejected(
            f"Only column “{numeric[0].name}” consists of numbers; at least two such columns are"
            " needed."
        )
    raise TableRejected(
        "No column consists of plain numbers such as 1.5; remove units and other text from at"
        " least two columns."
    )
