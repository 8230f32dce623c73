"""D14: every way in which shops write CSV files is read or refused with its line, in flat memory."""

import csv
import io
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.csv_rows import MAX_FIELD, CsvRows, Row
from chalicelib.domain.csv_text import Dialect, sniff


def chunks(content: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


def read(content: bytes, size: int = 1 << 20) -> list[Row]:
    dialect = sniff(content[: 1 << 20])
    return list(CsvRows(chunks(content[dialect.start :], size), dialect, dialect.start, dialect.start_line))


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        pytest.param(b"a,b\n1,2\n", [(1, ["a", "b"]), (2, ["1", "2"])], id="plain"),
        pytest.param(b"a,b\n1,2", [(1, ["a", "b"]), (2, ["1", "2"])], id="no last line end"),
        pytest.param(b"\xef\xbb\xbfa,b\n1,2\n", [(1, ["a", "b"]), (2, ["1", "2"])], id="byte order mark"),
        pytest.param(b"a;b\n1,5;2\n", [(1, ["a", "b"]), (2, ["1,5", "2"])], id="semicolon"),
        pytest.param(b"a\tb\n1\t2\n", [(1, ["a", "b"]), (2, ["1", "2"])], id="tab"),
        pytest.param(b"sep=;\r\na;b,c\r\n1;2\r\n", [(2, ["a", "b,c"]), (3, ["1", "2"])], id="Excel's sep line"),
        pytest.param(
            b"a,b\r\n1,2\r3,4\n5,6", [(1, ["a", "b"]), (2, ["1", "2"]), (3, ["3", "4"]), (4, ["5", "6"])], id="mixed"
        ),
        pytest.param(b"a,b\n\n,\n1,2\n", [(1, ["a", "b"]), (4, ["1", "2"])], id="blank lines"),
        pytest.param(
            b'a,b\n"x\r\ny","q""q"\n1,2\n', [(1, ["a", "b"]), (2, ["x\r\ny", 'q"q']), (4, ["1", "2"])], id="quotes"
        ),
        pytest.param(b'a,b\n6" nail,2\n', [(1, ["a", "b"]), (2, ['6" nail', "2"])], id="quote inside a cell"),
        pytest.param(
            b"name,b\nJos\xe9,2\nJos\xc3\xa9,3\n",
            [(1, ["name", "b"]), (2, ["José", "2"]), (3, ["José", "3"])],
            id="Latin-1 and UTF-8 mixed",
        ),
        pytest.param(
            b"name,b\n\x80 5,\x81\n",
            [(1, ["name", "b"]), (2, ["\x80 5", "\x81"])],
            id="Latin-1 where Windows-1252 has no letter",
        ),
        pytest.param(b"name,b\n\x80 5,2\n", [(1, ["name", "b"]), (2, ["€ 5", "2"])], id="Windows-1252"),
        pytest.param("a,b\né,2\n".encode("utf-16"), [(1, ["a", "b"]), (2, ["é", "2"])], id="UTF-16 with mark"),
        pytest.param("a,b\né,2\n".encode("utf-16-be"), [(1, ["a", "b"]), (2, ["é", "2"])], id="UTF-16 without mark"),
        pytest.param("sep=;\na;b\n".encode("utf-16-le"), [(2, ["a", "b"])], id="UTF-16 with a sep line"),
        pytest.param(b"", [], id="empty"),
        pytest.param(b"\n\n", [], id="only line ends"),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 1 << 20])
def test_a_file_is_read_whatever_its_encoding_delimiter_and_line_ends(content, rows, size):
    assert [(row.line, row.cells) for row in read(content, size)] == rows


def test_ten_thousand_columns_are_read():
    header = ",".join(f"column{n}" for n in range(10_000))

    first, second = read(f"{header}\n{',' * 9_999}x\n".encode())

    assert len(first.cells) == len(second.cells) == 10_000


@pytest.mark.parametrize(
    "long",
    [
        pytest.param(b"x" * 3_000_000, id="one line, no quotes"),
        pytest.param(b'"' + b"x" * 3_000_000 + b'"', id="one line in quotes"),
        pytest.param(b'"' + b'x,""y""\n' * 300_000 + b'"', id="many lines in quotes"),
        pytest.param(b"x" * (MAX_FIELD + 1), id="one character over the cell's limit"),
        pytest.param(b'"' + b"x" * MAX_FIELD + b'y"', id="one character over, in quotes"),
        pytest.param(b",".join([b"x" * 100_000] * 11), id="a row over the limit of many cells within theirs"),
    ],
)
@pytest.mark.parametrize("size", [4096, 1 << 20])
def test_what_is_too_long_is_refused_with_its_line_and_the_next_row_is_kept(long, size):
    first, second, refused, last = read(b"a,b\n1,2\n3," + long + b",4\n5,6\n", size)

    assert (first.cells, second.cells, last.cells) == (["a", "b"], ["1", "2"], ["5", "6"])
    assert (refused.line, refused.cells) == (3, [])
    assert "longer than 1,048,576 bytes a row or 131,072 characters a cell" in refused.problem
    assert last.line == 4 + long.count(b"\n")


@pytest.mark.parametrize("tail", [b"4,5\n", b"4,5\n" * 500_000])
def test_a_quote_that_is_never_closed_refuses_what_it_swallows(tail):
    *good, refused = read(b'a,b\n1,2\n3,"' + tail)

    assert [row.cells for row in good] == [["a", "b"], ["1", "2"]]
    assert refused.line == 3
    assert "close" in refused.problem


def test_a_field_of_50_megabytes_is_refused_in_flat_memory():
    def content() -> Iterator[bytes]:
        yield b'a,b\n1,"'
        for _ in range(50):
            yield b"x" * (1 << 20)
        yield b'"\n2,3\n'

    tracemalloc.start()
    rows = list(CsvRows(content(), Dialect("utf-8", ","), 0, 0))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [row.line for row in rows] == [1, 2, 3]
    assert rows[2].cells == ["2", "3"]
    assert peak < 8 << 20


cells = st.text(st.sampled_from('ab",;\t\n\r é€😀'), max_size=6)
tables = st.lists(st.lists(cells, min_size=2, max_size=4).filter(any), min_size=1, max_size=8)


@given(
    table=tables,
    delimiter=st.sampled_from(",;\t"),
    encoding=st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]),
    size=st.integers(1, 40),
    stop=st.integers(0, 8),
)
def test_reading_goes_on_from_the_end_of_any_row(table, delimiter, encoding, size, stop):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(table)
    content, dialect = text.getvalue().encode(encoding), Dialect(encoding, delimiter)
    whole = [(row.line, row.cells) for row in CsvRows(chunks(content, size), dialect, 0, 0)]

    before, reader = [], CsvRows(chunks(content, size), dialect, 0, 0)
    for row in reader:
        before.append((row.line, row.cells))
        if len(before) > stop:
            break
    rest = CsvRows(chunks(content[reader.offset :], size), dialect, reader.offset, reader.line)

    assert [cells for _, cells in whole] == table
    assert before + [(row.line, row.cells) for row in rest] == whole
