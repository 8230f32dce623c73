"""D14: what is exported is never run by a spreadsheet, and comes back as it was by any reader of CSV."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.csv_cells import csv_lines, safe_cell


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+44 20", "'+44 20"),
        ("-2", "'-2"),
        (-2, "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("a=1", "a=1"),
        ("", ""),
        (None, ""),
        (0, "0"),
        ("'=1", "'=1"),
    ],
)
def test_a_cell_that_begins_like_a_formula_is_neutralised(value, cell):
    """D14."""
    assert safe_cell(value) == cell


def test_lines_end_and_quote_as_csv_wants_them():
    assert (
        csv_lines([("id", "name"), (1, 'Ann "the" =x, y'), (2, None)]) == 'id,name\r\n1,"Ann ""the"" =x, y"\r\n2,\r\n'
    )


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=2, max_size=3), max_size=5))
def test_every_reader_finds_the_cells_again(rows):
    """D14."""
    found = list(csv.reader(io.StringIO(csv_lines(rows), newline="")))

    assert found == [[safe_cell(value) for value in row] for row in rows]
    assert not [cell for row in found for cell in row if cell[:1] in {"=", "+", "-", "@"}]
