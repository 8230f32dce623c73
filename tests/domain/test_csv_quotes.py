"""Whether a row is inside quotes does not depend on where its pieces are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.csv_quotes import Quotes


def is_open(*parts: str, delimiter: str = ",") -> bool:
    quotes = Quotes(delimiter)
    for part in parts:
        quotes.follow(part.encode())
    return quotes.open


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("", False),
        ("a,b", False),
        ('"', True),
        ('"a', True),
        ('"a"', False),
        ('"a""', True),
        ('"a"",b', True),
        ('"a""",b', False),
        ('a,"b', True),
        ('a,"b"', False),
        ('6" nail', False),
        ('a,6",b', False),
        ('"a"b"', False),
        ('"a","b', True),
        ('"a\nb,"', False),
        ('"a\nb', True),
    ],
)
def test_a_row_is_inside_quotes_as_the_csv_module_reads_it(text, inside):
    assert is_open(text) is inside
    assert is_open(*text) is inside
    assert is_open(text.replace(",", ";"), delimiter=";") is inside


@given(text=st.text(st.sampled_from('a",\n'), max_size=20), data=st.data())
def test_where_the_pieces_are_cut_does_not_matter(text, data):
    cut = data.draw(st.integers(0, len(text)))

    assert is_open(text[:cut], text[cut:]) is is_open(text)
