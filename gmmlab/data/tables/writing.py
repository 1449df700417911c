"""Tables as columns by name, and as files that spreadsheets open."""

import csv
import io
from typing import Any

import numpy as np

_LIVE = ("=", "+", "-", "@", "\t", "\r")  # what begins a formula in one spreadsheet or another
Columns = dict[str, Any]  # names and arrays (n,)


def named(*columns: tuple[str, Any]) -> Columns:
    """Columns by name; a name that is taken, by a visitor's own column say, gets a number."""
    table: Columns = {}
    for name, values in columns:
        repeat, free = 1, name
        while free in table:
            repeat += 1
            free = f"{name} ({repeat})"
        table[free] = values
    return table


def as_csv(columns: Columns) -> bytes:
    """The columns as a comma-separated file in UTF-8; numbers read back exactly.

    A name, or a text, that a spreadsheet would take for a formula begins with an apostrophe there.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(map(_inert, columns))
    # tolist gives Python's floats, whose text is the shortest that reads back as the same number.
    for row in zip(*(np.asarray(c).tolist() for c in columns.values()), strict=True):
        # NaN: there is none.
        writer.writerow("" if value != value else _inert(value) for value in row)
    return file.getvalue().encode()


def _inert(value: Any) -> Any:
    """A text that no spreadsheet computes; numbers as they are, negative ones too."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_LIVE) else value
