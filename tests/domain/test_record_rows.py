"""How columns become fields: dots, lists, money, numbers, times; empty cells say nothing."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.record_rows import Reading, merge_fields, names_field, record_fields
from chalicelib.errors import Detail, InvalidInput

READING = Reading(currency="GBP", zone=ZoneInfo("Europe/London"))


@pytest.mark.parametrize(
    ("cells", "fields"),
    [
        ({"email": "a@example.com", "first_name": ""}, {"email": "a@example.com"}),
        ({"interests": "tea; ;pots;"}, {"interests": ["tea", "pots"]}),
        (
            {"consent.status": "granted", "consent.at": "2026-07-01 10:00", "consent.topics.news": "withdrawn"},
            {"consent": {"status": "granted", "at": "2026-07-01T09:00:00Z", "topics": {"news": "withdrawn"}}},
        ),
        ({"attributes.a.b": "x", "attributes.c": "y"}, {"attributes": {"a.b": "x", "c": "y"}}),
        ({"attributes.a": "42", "attributes.b": "-2.50"}, {"attributes": {"a": 42, "b": -2.5}}),
        ({"attributes.a": "007", "attributes.b": "+44"}, {"attributes": {"a": "007", "b": "+44"}}),
        ({"attributes.a": "true", "attributes.b": "True"}, {"attributes": {"a": True, "b": "True"}}),
        ({"attributes.a": "9" * 16}, {"attributes": {"a": "9" * 16}}),
        ({"price": "2.5", "stock": "0"}, {"price": 250, "stock": 0}),
        ({"launched_at": "2026-01-01T10:00:00+02:00"}, {"launched_at": "2026-01-01T08:00:00Z"}),
        ({}, {}),
    ],
)
def test_cells_become_fields(cells, fields):
    assert record_fields(cells, READING) == fields


@pytest.mark.parametrize(
    ("cells", "field", "message"),
    [
        ({"price": "2.555"}, "price", "'2.555' GBP is not a whole number of minor units; GBP has 2"),
        ({"stock": "1.0"}, "stock", "'1.0' is no whole number"),
        ({"launched_at": "soon"}, "launched_at", "'soon' is no time; write it as 2026-12-31T18:00:00+01:00"),
    ],
)
def test_a_wrong_cell_is_named(cells, field, message):
    with pytest.raises(InvalidInput) as refused:
        record_fields(cells, READING)

    assert refused.value.details == (Detail(field, message),)


def test_later_rows_win_field_by_field():
    first = {"name": "Ann", "consent": {"status": "granted", "topics": {"a": "granted"}}}

    later = merge_fields(first, {"name": "Anna", "consent": {"topics": {"b": "granted"}}, "attributes": {"x": 1}})

    assert later == {
        "name": "Anna",
        "consent": {"status": "granted", "topics": {"a": "granted", "b": "granted"}},
        "attributes": {"x": 1},
    }
    assert first == {"name": "Ann", "consent": {"status": "granted", "topics": {"a": "granted"}}}


@pytest.mark.parametrize(
    ("where", "field", "means"),
    [
        ("email", "email", True),
        ("consent.status", "consent.status", True),
        ("consent", "consent.status", True),
        ("consent.status", "consent", True),
        ("interests[2]", "interests", True),
        ("email", "first_name", False),
        ("consent.status", "consent.at", False),
    ],
)
def test_the_place_of_an_error_means_a_column(where, field, means):
    assert names_field(where, field) is means


@given(text=st.text(min_size=1))
def test_an_attribute_that_is_a_number_is_written_back_the_same_way(text):
    value = record_fields({"attributes.a": text}, READING)["attributes"]["a"]

    if isinstance(value, str):
        assert value == text
    elif isinstance(value, bool):
        assert text == str(value).lower()
    else:
        assert float(text) == value
