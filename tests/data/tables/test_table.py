"""Reading visitors' files: exact numbers from good ones, one plain sentence for bad ones."""

import hashlib
import io
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gmmlab.data.tables import columns
from gmmlab.data.tables.columns import MAX_NAME
from gmmlab.data.tables.rows import MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS
from gmmlab.data.tables.table import MAX_SAMPLE, Table, TableRejected, read_table

NAN = float("nan")


def refusal(data: bytes) -> str:
    """Return the sentence with which the bytes are refused."""
    with pytest.raises(TableRejected) as caught:
        read_table(data)
    return str(caught.value)


def assert_one_sentence(sentence: str) -> None:
    assert sentence.endswith(".")
    assert ". " not in sentence
    assert len(sentence) < 200
    assert sentence.isprintable()


def assert_reads(data: bytes, expected: list[list[float]]) -> Table:
    table = read_table(data)
    np.testing.assert_array_equal(table.values, np.array(expected))
    return table


def zip_archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x,y\n1,2\n3,4\n", [[1, 2], [3, 4]]),
        ("x;y\n1;2\n3;4\n", [[1, 2], [3, 4]]),
        ("x\ty\n1\t2\n3\t4\n", [[1, 2], [3, 4]]),
        ("x;y\n1,5;2,5\n3,25;-4\n", [[1.5, 2.5], [3.25, -4]]),
        ("1,5;2,5\n3,5;4,5\n", [[1.5, 2.5], [3.5, 4.5]]),
        ("1,5;2,5;3,5\n4,5;5,5;6,5\n", [[1.5, 2.5, 3.5], [4.5, 5.5, 6.5]]),
        ("1,5\t2,5\n3,5\t,5\n", [[1.5, 2.5], [3.5, 0.5]]),
        ('"1,5\n";2,5\n"\n3,5";4,5\n', [[1.5, 2.5], [3.5, 4.5]]),
        ("1,5e1;2.5\n3,5;4.5\n", [[15, 2.5], [3.5, 4.5]]),
        ("1,2\r\n3,4\r\n", [[1, 2], [3, 4]]),
        ("1,2\r3,4\r", [[1, 2], [3, 4]]),
        ("1,2\n3,4", [[1, 2], [3, 4]]),
        ("\n\nx,y\n\n1,2\n   \n3,4\n\n", [[1, 2], [3, 4]]),
        ("x,y\n1,2,\n3,4,,\n", [[1, 2], [3, 4]]),
        ("x,y,\n1,2,\n3,4,\n", [[1, 2], [3, 4]]),
        ("x,y,\n1,2\n3,4\n", [[1, 2], [3, 4]]),
        (" x , y \n 1 ,  2\n3 , 4 \n", [[1, 2], [3, 4]]),
        ('"x", "y"\n"1" , "2"\n"3","4"\n', [[1, 2], [3, 4]]),
        ('note,x,y\n"a, b\n""c""",1,2\n"d\r\n\r\ne",3,4\n', [[1, 2], [3, 4]]),
        ("x,y\n1e3,-2.5E-3\n+.5,5.\n", [[1000, -0.0025], [0.5, 5]]),
        ("x,y\n007,-0\n1e-999,2\n", [[7, 0], [0, 2]]),
        ("x,y\n9007199254740993,1\n18446744073709551616,2\n", [[2.0**53, 1], [2.0**64, 2]]),
        ("x,y\n1,\n,4\n5,6\n7,8\n", [[1, NAN], [NAN, 4], [5, 6], [7, 8]]),
        ("x,y\n1,2\n,\n3,4\n", [[1, 2], [NAN, NAN], [3, 4]]),
        ("1,\n2,3\n4,5\n", [[1, NAN], [2, 3], [4, 5]]),
    ],
)
def test_reads_every_layout_of_a_table(text: str, expected: list[list[float]]) -> None:
    assert_reads(text.encode(), expected)


@pytest.mark.parametrize("gap", ["", " ", "NA", "n/a", "nan", "NaN", "NULL", "None", "?", "-"])
def test_missing_markers_are_gaps(gap: str) -> None:
    table = assert_reads(f"x,y\n1,2\n{gap},4\n5,6\n".encode(), [[1, 2], [NAN, 4], [5, 6]])
    points, dropped = table.points("x", "y")
    np.testing.assert_array_equal(points, [[1, 2], [5, 6]])
    assert dropped == 1


@pytest.mark.parametrize(
    "cell", ["1_000", "0x10", "50%", "1 000", "1,5", "1d5", "١٢", "²", "1e", "e5", ".", "--1", "$3"]
)
def test_what_is_not_a_plain_number_becomes_a_gap(cell: str) -> None:
    numbers = "".join(f"{i},{i}\n" for i in range(10))
    table = read_table(f'x,y\n"{cell}",7\n{numbers}'.encode())
    assert table.columns == ("x", "y")
    assert np.isnan(table.values[0, 0])
    assert np.isfinite(table.values[1:]).all()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"]
)
def test_reads_every_encoding(encoding: str) -> None:
    table = assert_reads("größe;höhe\n1,5;2\n3;4\n".encode(encoding), [[1.5, 2], [3, 4]])
    assert table.columns == ("größe", "höhe")


def test_reads_big_endian_utf16_with_bom() -> None:
    assert_reads("\ufeffx,y\n1,2\n3,4".encode("utf-16-be"), [[1, 2], [3, 4]])


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("1,2,3", ("column 1", "column 2", "column 3")),
        ("x,,z", ("x", "column 2", "z")),
        ("x,x,x", ("x", "x (2)", "x (3)")),
        ("x,x (2),x", ("x", "x (2)", "x (3)")),
        ("column 2,,z", ("column 2", "column 2 (2)", "z")),
        ('"a\n\tb",c\x07d,\u202ee', ("a b", "cd", "e")),
        (f"{'n' * 99},{'n' * 99},z", ("n" * MAX_NAME, "n" * (MAX_NAME - 4) + " (2)", "z")),
        ("2001,x,3", ("2001", "x", "3")),
    ],
)
def test_names_of_columns(header: str, columns: tuple[str, ...]) -> None:
    assert read_table(f"{header}\n1,2,3\n4,5,6\n".encode()).columns == columns


def test_a_column_is_numeric_from_nine_tenths_of_numbers() -> None:
    cells = ["1"] * 9 + ["text"]
    rows = "".join(f"{i},{cell},{cell if i else 'text'},\n" for i, cell in enumerate(cells))
    table = read_table(f"x,nine,eight,none\n{rows}".encode())
    assert table.columns == ("x", "nine")
    assert table.ignored == ("eight", "none")
    assert np.isnan(table.values[9, 1])


def test_table_tells_where_it_comes_from() -> None:
    data = b"name,x,y\na,1,2\nb,3,4\n"
    table = read_table(data)
    assert table.ignored == ("name",)
    assert table.n_rows == 2
    assert not table.sampled
    assert table.digest == hashlib.sha256(data).hexdigest()[:16]
    assert table.values.dtype == np.float64
    with pytest.raises(ValueError, match="read-only"):
        table.values[0, 0] = 1


def test_agrees_with_pandas_on_a_file_with_gaps() -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.normal(size=(12_345, 4)) * 10.0 ** rng.integers(-300, 300, 4))
    frame = frame.mask(rng.random(frame.shape) < 0.05)
    text = frame.to_csv(index=False, na_rep="NA", header=["a", "b", "c", "d"])
    expected = pd.read_csv(io.StringIO(text), dtype=str).astype(float)
    table = read_table(text.encode())
    np.testing.assert_array_equal(table.values, expected.to_numpy())
    points, dropped = table.points("d", "b")
    np.testing.assert_array_equal(points, expected[["d", "b"]].dropna().to_numpy())
    assert dropped == len(expected) - len(points)


def test_samples_long_files_in_file_order_and_repeatably() -> None:
    n = MAX_SAMPLE + 5_001
    data = "".join(f"{i},{-i}\n" for i in range(n)).encode()
    table = read_table(data)
    assert table.sampled
    assert table.n_rows == n
    assert table.values.shape == (MAX_SAMPLE, 2)
    assert (np.diff(table.values[:, 0]) > 0).all()
    np.testing.assert_array_equal(table.values[:, 0], -table.values[:, 1])
    assert abs(table.values[:, 0].mean() / (n / 2) - 1) < 0.01
    np.testing.assert_array_equal(read_table(data).values, table.values)


def test_exactly_the_sample_size_is_not_sampled() -> None:
    table = read_table(b"1,2\n" * MAX_SAMPLE)
    assert not table.sampled
    assert len(table.values) == MAX_SAMPLE


@pytest.mark.parametrize(
    ("names", "part"),
    [
        (("x", "wrong\n\x00name"), "“wrong name”"),
        (("note",), "“note”"),
        (("x", "z"), "Fewer than two rows"),
        ((), "at least one column"),
    ],
)
def test_points_refuses_in_one_sentence(names: tuple[str, ...], part: str) -> None:
    table = read_table(b"x,z,note\n1,,a\n2,,b\n,3,c\n4,5,d\n")
    with pytest.raises(TableRejected) as caught:
        table.points(*names)
    assert part in str(caught.value)
    assert_one_sentence(str(caught.value))


def test_excels_separator_hint_is_no_header():
    assert read_table(b"sep=;\r\na;b\r\n1;2\r\n3;4\r\n").columns == ("a", "b")


REFUSED = {
    "nothing": (b"", "empty"),
    "byte order mark only": (b"\xef\xbb\xbf", "empty"),
    "whitespace": (b" \r\n\t\n ", "empty"),
    "quoted nothing": (b'""\n""\n', "empty"),
    "header": (b"x,y\n", "only a header"),
    "one row": (b"x,y\n1,2\n", "Fewer than two rows"),
    "one row without header": (b"1,2", "Fewer than two rows"),
    "text": (b"x,y\na,b\nc,d\n", "no numbers"),
    "units everywhere": (b"x,y\n1,2\n3,4\n1 m,2 m\n3 m,4 m\n", "No column consists"),
    "single column": (b"x\n1\n2\n3\n", "single column"),
    "spaces as separator": (b"1 2\n3 4\n", "single column"),
    "one numeric column": (b"x,y\n1,a\n2,b\n", "“x”"),
    "NULs": (b"1,2\n3,\x004\n5,6\n", "binary"),
    "binary": (bytes(range(256)) * 9, "not readable text"),
    "odd UTF-16": ("1,2\n3,4".encode("utf-16") + b"\x00", "not readable text"),
    "UTF-32": ("x,y\n1,2\n3,4".encode("utf-32"), "binary"),
    "PNG": (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG image"),
    "ZIP": (zip_archive(), "save it as CSV"),
    "PDF": (b"%PDF-1.7\n1,2\n3,4\n", "PDF document"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as CSV"),
    "short row": (
        b"x,y,z\n1,2,3\n\n4,5\n6\n",
        "Line 4 has a different number of cells than line 1",
    ),
    "long row": (b"x,y\n1,2\n3,4,5\n", "(3 instead of 2)"),
    "row after a quoted line end": (b'x,y\n"1\n",2\n3,4,5\n', "Line 4"),
    "title line": (b"My data\nx,y\n1,2\n3,4\n", "(2 instead of 1)"),
    "infinity": (
        b"x,y\n1,2\n3,inf\n4,5\n",
        "“y” has an infinite or far too large number on line 3",
    ),
    "negative infinity": (b"x,y\n1,2\n\n-Infinity,3\n", "line 4"),
    "overflow": (b"1e999,2\n3,4\n", "“column 1” has an infinite or far too large number on line 1"),
    "overflow beside a gap": (b"x,y\n1,\n2,3\n4,1" + b"0" * 400, "line 4"),
    "late infinity": (b"1,2\n" * 30_000 + b"1,inf\n", "line 30001"),
    "both decimal marks": (b"x;y\n1,234;1\n12.5;2\n", "“x” writes some decimals with a comma"),
    "unclosed quote": (b'x,y\n1,2\n3,"4\n5,6\n', "line 3 is never closed"),
    "unclosed quote at the end": (b'x,y\n1,2\n3,"', "line 3 is never closed"),
    "many columns": (b"1," * MAX_COLUMNS + b"1\n", "more than 200 columns"),
    "ten thousand columns": (b",".join([b"x"] * 10_000) + b"\n1,2\n", "more than 200 columns"),
    "long cell": (b"x,y\n1,2\n3," + b"4" * (MAX_CELL + 1), "line 3"),
    "lines": (b"1,2\n" * (MAX_ROWS + 1), "more than 2,000,000 lines"),
    "hostile name": (b"\x07" + b"bad " * 50 + b",y\n1,2\ninf,4\n", "“bad bad"),
}


@pytest.mark.parametrize(("data", "part"), REFUSED.values(), ids=REFUSED.keys())
def test_refuses_in_one_specific_sentence(data: bytes, part: str) -> None:
    sentence = refusal(data)
    assert part in sentence
    assert_one_sentence(sentence)


HUGE = {
    "too large": (b"1,2\n" * (MAX_BYTES // 4 + 1), "larger than 25 MB"),
    "five megabyte cell": (b"x,y\n1,2\n3," + b"4" * 5_000_000, "more than 10,000 characters"),
    "one line": (b"1" * MAX_BYTES, "more than 10,000 characters"),
    "one line of cells": (b"12," * (MAX_BYTES // 3), "more than 200 columns"),
    "unclosed quote": (b'x,y\n1,"' + b"2,345678901234567\n" * 1_000_000, "line 2"),
    "quotes": (b'"' * MAX_BYTES, "unclosed quotation mark"),
    "row of quoted lines": (b"x,y\n" + b'"123456789012345\n",' * 1_300_000, "line 2"),
    "blank lines": (b"x,y\n" + b"\n" * (MAX_BYTES - 4), "lines"),
    "NULs": (b"\x00" * MAX_BYTES, "binary"),
    "long almost numbers": ((b"x," + b"1" * (MAX_CELL - 1) + b"x\n") * 2_600, "no numbers"),
    "late ragged row": (b"1.234567,1.234567,1.234567\n" * 500_000 + b"1\n", "Line 500001"),
}


@pytest.mark.parametrize(("data", "part"), HUGE.values(), ids=HUGE.keys())
def test_refuses_huge_files(data: bytes, part: str) -> None:
    sentence = refusal(data)
    assert part in sentence
    assert_one_sentence(sentence)


def test_the_largest_allowed_sizes_are_read() -> None:
    wide = ",".join(map(str, range(MAX_COLUMNS))) + "\n"
    assert read_table((wide * 2).encode()).values.shape == (2, MAX_COLUMNS)
    note = "a" * MAX_CELL
    assert read_table(f"note,x,y\n{note},1,2\n{note},3,4\n".encode()).ignored == ("note",)
    assert read_table(b"1.25,2\n" * MAX_ROWS).n_rows == MAX_ROWS


FINITE = st.floats(allow_nan=False, allow_infinity=False)
MATRICES = hnp.arrays(
    np.float64, hnp.array_shapes(min_dims=2, max_dims=2, min_side=2), elements=FINITE
)


@given(
    matrix=MATRICES,
    layout=st.sampled_from([(",", "."), (";", "."), ("\t", "."), (";", ","), ("\t", ",")]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    header=st.booleans(),
    quote=st.sampled_from(["", '"']),
)
def test_written_floats_read_back_exactly(
    matrix: np.ndarray,
    layout: tuple[str, str],
    encoding: str,
    line_end: str,
    header: bool,
    quote: str,
) -> None:
    separator, mark = layout
    rows = [[repr(float(x)).replace(".", mark) for x in row] for row in matrix]
    if header:
        rows.insert(0, [f"é{i}" for i in range(matrix.shape[1])])
    text = line_end.join(separator.join(f"{quote}{c}{quote}" for c in row) for row in rows)
    table = read_table(text.encode(encoding))
    np.testing.assert_array_equal(table.values, matrix)
    assert len(table.columns) == matrix.shape[1]


NEAR_NUMBERS = ["1", "2.5", "-3e2", "1,5", "inf", "-inf", "1e999", "nan", "-", "?", "x", "1_0", "٣"]
ODD_MARKS = ["", '"', '""', '"a\n"', '"1', "é", "\x07", "\u202e", "\ufeff", "\u2028", "😀", "\x00"]
HOSTILE_CELLS = st.sampled_from([*NEAR_NUMBERS, *ODD_MARKS])
HOSTILE_TEXT = st.lists(
    st.one_of(HOSTILE_CELLS, st.sampled_from([",", ";", "\t", "\n", "\r", "\r\n", " "])),
    max_size=60,
).map("".join)
HOSTILE_ROWS = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(HOSTILE_CELLS, min_size=width, max_size=width), max_size=8)
)
HOSTILE_TABLE = st.builds(
    lambda rows, separator: "\n".join(separator.join(row) for row in rows),
    HOSTILE_ROWS,
    st.sampled_from(",;\t"),
)
ENCODED = st.builds(
    str.encode,
    st.one_of(HOSTILE_TEXT, HOSTILE_TABLE, st.text(alphabet='19.,;e"\n\r\t -x')),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]),
)
SIGNED = st.builds(
    bytes.__add__,
    st.sampled_from([b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"PK", b"1,2\n3,4\n"]),
    st.binary(max_size=60),
)


@settings(max_examples=1_000)
@given(data=st.one_of(st.binary(), SIGNED, ENCODED))
@example(data=b"\xff\xfe\x00\xd8")
@example(data=b'"')
@example(data=b",")
@example(data=b"1,2\n3,4\n\xff")
def test_any_bytes_give_a_usable_table_or_one_sentence(data: bytes) -> None:
    try:
        table = read_table(data)
    except TableRejected as refused:
        assert_one_sentence(str(refused))
        return
    assert len(table.columns) == len(set(table.columns)) == table.values.shape[1] >= 2
    assert not np.isinf(table.values).any()
    assert (np.isfinite(table.values).sum(axis=0) >= 2).all()
    assert len(table.values) == table.n_rows >= 2
    assert all(0 < len(name) <= MAX_NAME and name.isprintable() for name in table.columns)


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_a_whole_column_says_what_its_commas_mean(separator: str) -> None:
    prices = ["12,500", "48,000", "103,250", "950"]
    rows = [f"{price}{separator}{i},5" for i, price in enumerate(prices)]
    table = read_table(("price" + separator + "share\n" + "\n".join(rows)).encode())
    np.testing.assert_array_equal(table.values[:, 0], [12500, 48000, 103250, 950])
    np.testing.assert_array_equal(table.values[:, 1], [0.5, 1.5, 2.5, 3.5])


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["12,345", "7,250", "0,125"], [12.345, 7.25, 0.125]),  # decimals of one length
        (["12,345", "7,25"], [12.345, 7.25]),
        (["1,250,000", "12,500", "950"], [1_250_000, 12_500, 950]),
        (["1,250,000", "12,500"], [1_250_000, 12_500]),
        (["12,345", "7,250"], [12.345, 7.25]),  # cannot be told: decimals, as documented
    ],
)
def test_commas_before_three_digits(cells: list[str], numbers: list[float]) -> None:
    text = "\n".join(f"{cell};{i}" for i, cell in enumerate(cells))
    np.testing.assert_allclose(read_table(text.encode()).values[:, 0], numbers, rtol=1e-15)


def test_commas_of_two_meanings_are_refused() -> None:
    with pytest.raises(TableRejected, match="some thousands and some decimals"):
        read_table(b"a;b\n1,250,000;1\n12,5;2\n3;4")


def test_numbers_of_accountants_and_typesetters_are_read() -> None:
    text = 'a,b\n"1,234",(5)\n"12,345",\u22125\n6,7\n8,(1.5)\n'
    values = read_table(text.encode()).values
    np.testing.assert_array_equal(values, [[1234, -5], [12345, -5], [6, 7], [8, -1.5]])


def test_years_are_a_header() -> None:
    table = read_table(b"2019,2020\n1.5,2\n3,4\n")
    assert table.columns == ("2019", "2020")
    assert len(table.values) == 2
    years = read_table(b"2019,2020\n2021,2022\n2023,2024\n")
    assert len(years.values) == 3


def test_plain_files_are_read_alike_by_both_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    texts = [
        "a,b\n" + "\n".join(f"{x!r},{y:.3e}" for x, y in rng.normal(size=(500, 2)).tolist()),
        "1;2\r\n3;-4.5\r\n+.5;6.\r\n",
        "x\ty\n1\t2\n\n3\t 4 \n",
        "1,2\n3,4,\n",
        "1,2\n3\n",
        "1,2\n,\n",
    ]

    def read(text: str) -> object:
        try:
            table = read_table(text.encode())
        except TableRejected as problem:
            return str(problem)
        return table.columns, table.values.tolist()

    fast = [read(text) for text in texts]
    monkeypatch.setattr(columns, "all_numbers", lambda *_: None)
    assert [read(text) for text in texts] == fast


def test_doubtful_commas_are_read_as_the_visitor_says() -> None:
    table = read_table(b"a;b\n12,500;1\n48,000;2\n950;3\n")
    assert [each.column for each in table.doubtful] == [0]
    np.testing.assert_array_equal(table.values[:, 0], [12_500, 48_000, 950])
    np.testing.assert_array_equal(table.read_as("decimals").values[:, 0], [12.5, 48, 950])
    np.testing.assert_array_equal(table.read_as("thousands").values, table.values)
    unsure = read_table(b"a;b\n12,500;1\n48,250;2\n")
    np.testing.assert_array_equal(unsure.values[:, 0], [12.5, 48.25])
    np.testing.assert_array_equal(unsure.read_as("thousands").values[:, 0], [12_500, 48_250])
    assert not read_table(b"a;b\n12,5;1\n48,000;2\n").doubtful
