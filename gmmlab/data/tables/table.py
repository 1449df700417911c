"""Reading a visitor's file of numbers, whatever its bytes, into a table or a clear refusal.

Conventions, chosen so that a number is never silently misread:

* Cells are separated by comma, semicolon or tab; rows by LF, CRLF or CR.
* A number is plain decimal or scientific notation in ASCII digits (``-1.5``, ``.5``, ``1e-3``).
  Hex, ``1_000``, ``1 000``, ``50%`` and digits of other scripts are text; ``(5)`` and a
  typesetter's minus are negative.  The comma is a decimal mark in semicolon and tab separated files
  only, and there too it parts thousands if the whole column says so (``Column.parts_thousands``); a
  column may not mix both meanings, nor comma and point as decimal marks.
* Numbers are rounded to the nearest float64, so integers beyond 2**53 may lose their last digits.
* A column is numeric when it has at least ``MIN_NUMBERS`` numbers and at least ``NUMERIC_SHARE``
  of its cells that are not gaps are numbers; the other cells of such a column become gaps.
* The first row is a header unless it consists of numbers (and perhaps gaps) only, or of years that
  no row repeats.
* Empty cells at the end of a row count as trailing separators, not as a differing width.
"""

import hashlib
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmmlab.data.tables.columns import numeric_columns, read_columns, readable, refuse_misreadable
from gmmlab.data.tables.rows import MAX_BYTES, TableRejected, decode, detect_separator

__all__ = ["Table", "TableRejected", "read_table"]

MAX_SAMPLE = 20_000
_SAMPLE_SEED = 0


class Doubtful(NamedTuple):
    """The numbers of a column, by its place, that could be read in two ways, and how they were."""

    column: int
    which: NDArray[np.bool_]
    thousands: bool


@dataclass(frozen=True, eq=False)
class Table:
    """The numeric columns of a file.

    ``values`` has shape ``(n, len(columns))``, float64 and read-only; NaN marks a gap.  ``n_rows``
    counts the data rows of the file, of which ``values`` holds at most ``MAX_SAMPLE``.
    ``doubtful`` tells of numbers such as 12,500 in files in which a comma may be a decimal mark.
    """

    columns: tuple[str, ...]
    values: NDArray[np.float64]
    ignored: tuple[str, ...]
    n_rows: int
    digest: str
    doubtful: tuple[Doubtful, ...] = ()

    def read_as(self, commas: str) -> "Table":
        """The table with doubtful commas as marks of "thousands" or "decimals"; else as it is."""
        values = self.values.copy()
        for column, which, thousands in self.doubtful:
            cells = values[which, column]
            if commas == "thousands" and not thousands:
                values[which, column] = np.rint(1000 * cells)
            elif commas == "decimals" and thousands:
                values[which, column] = cells / 1000
        values.flags.writeable = False
        return replace(self, values=values)

    @property
    def sampled(self) -> bool:
        """Whether ``values`` holds a random part of the file's rows."""
        return len(self.values) < self.n_rows

    def points(self, *names: str) -> tuple[NDArray[np.float64], int]:
        """Return the rows complete in the named columns, and how many rows their gaps dropped.

        The array has shape ``(m, len(names))``.  Raises ``TableRejected`` for an unknown column,
        for no column at all, and when fewer than two complete rows are left.
        """
        if not names:
            raise TableRejected("Choose at least one column.")
        for name in names:
            if name not in self.columns:
                raise TableRejected(f"There is no numeric column “{readable(name)}” in this file.")
        chosen = self.values[:, [self.columns.index(name) for name in names]]
        complete = ~np.isnan(chosen).any(axis=1)
        if np.count_nonzero(complete) < 2:
            raise TableRejected(
                "Fewer than two rows have a number in every chosen column; choose other columns."
            )
        return chosen[complete], int(np.count_nonzero(~complete))


def read_table(data: bytes) -> Table:
    """Read the bytes of a CSV file into a table of its numeric columns.

    Raises ``TableRejected``, and nothing else, when the file cannot be used.
    """
    if len(data) > MAX_BYTES:
        raise TableRejected(
            f"The file is larger than {MAX_BYTES // 1024**2} MB; upload a smaller part of it."
        )
    text = decode(data)
    separator = detect_separator(text)
    columns, n_rows = read_columns(text, separator)
    refuse_misreadable(columns)
    numeric = numeric_columns(columns)
    rows = _sampled_rows(n_rows)
    values = np.column_stack([column.values()[rows] for column in numeric])
    values.flags.writeable = False
    return Table(
        columns=tuple(column.name for column in numeric),
        values=values,
        ignored=tuple(c.name for c in columns if not c.is_numeric and not c.is_padding),
        n_rows=n_rows,
        digest=hashlib.sha256(data).hexdigest()[:16],
        doubtful=tuple(
            Doubtful(place, which[rows], column.parts_thousands)
            for place, column in enumerate(numeric)
            if (which := column.grouped()) is not None
        ),
    )


def _sampled_rows(n_rows: int) -> NDArray[np.intp]:
    """Return the places of the rows to keep, in file order and the same at every reading."""
    if n_rows <= MAX_SAMPLE:
        return np.arange(n_rows)
    rng = np.random.default_rng(_SAMPLE_SEED)
    return np.sort(rng.choice(n_rows, size=MAX_SAMPLE, replace=False))
