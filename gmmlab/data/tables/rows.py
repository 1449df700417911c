"""From a file's bytes to rows of cells: encodings, separators, and what is not a table at all."""

import codecs
import csv
import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

MAX_BYTES = 25 * 1024**2
MAX_ROWS = 2_000_000
MAX_COLUMNS = 200
MAX_CELL = 10_000

_SNIFFED_CHARACTERS = 65_536
_SNIFFED_ROWS = 50
# The longest row whose cells could all be allowed, with room for separators and quotation marks.
_MAX_ROW = MAX_COLUMNS * (MAX_CELL + 3)

_INFINITY = re.compile(r"[+-]?inf(?:inity)?", re.IGNORECASE)
# No two parts can match the same digits, so that matching stays linear on hostile cells.
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
# 1,234 and 12,345,678: a comma before each three digits, which may be marks of thousands.
GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+")
_NUMBER_EITHER_MARK = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?")
# Excel begins a file with the separator it used; the numbers show it anyway.
_EXCEL_HINT = re.compile(r"\Asep=.\r?\n")
_CONTROL_BYTE = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

EMPTY = "The file is empty; upload a CSV file with at least two rows."
TOO_MANY_COLUMNS = (
    f"The file has more than {MAX_COLUMNS} columns; keep only those you want to model."
)
_SIGNATURES = {
    b"PK\x03\x04": "an Excel workbook or a ZIP archive",
    b"PK\x05\x06": "an empty ZIP archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF-": "a PDF document",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"\x1f\x8b": "a gzip archive",
}


class TableRejected(ValueError):
    """A file or a choice of columns that cannot be used, explained in one sentence."""


def decode(data: bytes) -> str:
    """Return the file's text: UTF-8, UTF-16 or, failing these, Windows-1252."""
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            raise TableRejected(f"This is {kind}, not a text table; save it as CSV and try again.")
    data = data.removeprefix(codecs.BOM_UTF8)
    encoding = _utf16_encoding(data) or "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8" or _CONTROL_BYTE.search(data):
            raise TableRejected(
                "The file is not readable text; save it as CSV in UTF-8 and try again."
            ) from None
        text = data.decode("cp1252", errors="replace")
    if "\0" in text:
        raise TableRejected("This is a binary file, not text; save the table as CSV and try again.")
    text = _EXCEL_HINT.sub("", text)
    if not text or text.isspace():
        raise TableRejected(EMPTY)
    if max(text.count("\n"), text.count("\r")) > MAX_ROWS:
        raise TableRejected(f"The file has more than {MAX_ROWS:,} lines; upload a part of it.")
    return text


def _utf16_encoding(data: bytes) -> str | None:
    """Name the UTF-16 encoding of the bytes, judged by the BOM or by where the NULs are."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Digits and separators are ASCII, so one byte of most pairs is NUL, always on the same side.
    first, second = data[::2].count(0), data[1::2].count(0)
    if first == 0 and second > len(data) // 4:
        return "utf-16-le"
    if second == 0 and first > len(data) // 4:
        return "utf-16-be"
    return None


@dataclass
class _Progress:
    """How far into the text, and into its present row, the CSV reader has come."""

    row_characters: int = 0
    at_end: bool = False


def _lines(text: str, separator: str, progress: _Progress) -> Iterator[str]:
    """Yield the lines with their ends, refusing a row before millions of cells come out of it."""
    for line in io.StringIO(text, newline=""):
        progress.row_characters += len(line)
        if progress.row_characters > _MAX_ROW:
            if '"' not in line and line.count(separator) >= MAX_COLUMNS:
                raise TableRejected(TOO_MANY_COLUMNS)
            raise csv.Error("row too long")
        yield line
    progress.at_end = True


def read_rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the first line number and the cells of every row that is not blank."""
    progress = _Progress()
    lines = _lines(text, separator, progress)
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=separator != "\t")
    first_line = 1
    try:
        for row in reader:
            # The reader asks for a line beyond the last one only inside quotation marks.
            if progress.at_end:
                raise TableRejected(
                    f"A quotation mark in the row of line {first_line} is never closed; close it."
                )
            if progress.row_characters > MAX_CELL and max(map(len, row), default=0) > MAX_CELL:
                raise csv.Error("cell too long")
            if len(row) > 1 or (row and row[0].strip()):
                yield first_line, row
            first_line = reader.line_num + 1
            progress.row_characters = 0
    except csv.Error:
        # The reader's other complaint, a stray line end, cannot arise: lines are split at each.
        raise TableRejected(
            f"The row of line {first_line} is too long or has a cell of more than {MAX_CELL:,}"
            " characters; shorten it, or look for an unclosed quotation mark."
        ) from None


def detect_separator(text: str) -> str:
    """Return the separator that finds most numbers at the start of the file."""
    sample = text[:_SNIFFED_CHARACTERS]
    # `1,5;2,5` has two numbers with either reading; naming the comma last decides for `;`.
    return max("\t;,", key=lambda separator: _evidence(sample, separator))


def _evidence(sample: str, separator: str) -> tuple[int, int]:
    """Count the numbers, and the rows, that the separator makes out of several cells."""
    numbers = rows = 0
    try:
        for _, row in islice(read_rows(sample, separator), _SNIFFED_ROWS):
            if len(row) > 1:
                # Tabs stay on: a cell with one is no evidence for another separator.
                numbers += sum(
                    not math.isnan(number_in(cell.strip(" "), separator)) for cell in row
                )
                rows += 1
    except TableRejected:
        # The sample may end inside a cell; a real fault shows again when the file is read.
        return numbers, rows
    return numbers, rows


def number_in(cell: str, separator: str) -> float:
    """Return the number a stripped cell holds, perhaps infinite, or NaN for a gap or text."""
    cell = cell.replace("\u2212", "-")  # the minus sign of typesetters
    if len(cell) > 2 and cell[0] == "(" and cell[-1] == ")" and cell[1].isdigit():
        cell = "-" + cell[1:-1]  # a loss, as accountants write it
    pattern = _NUMBER if separator == "," else _NUMBER_EITHER_MARK
    if pattern.fullmatch(cell):
        return float(cell.replace(",", "."))
    if GROUPED.fullmatch(cell):  # several groups, or one in a quoted cell of a comma's file
        return float(cell.replace(",", ""))
    if _INFINITY.fullmatch(cell):
        return math.inf
    return math.nan
