"""Spans of time and times of day: what is read, what is refused, how a span is written."""

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.durations import clock_time, span, span_text


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("0m", timedelta()),
        ("30m", timedelta(minutes=30)),
        ("24h", timedelta(days=1)),
        ("90d", timedelta(days=90)),
        ("99999d", timedelta(days=99_999)),
    ],
)
def test_a_span_is_a_number_and_a_unit(text, meaning):
    assert span(text) == meaning


@pytest.mark.parametrize(
    "text", ["", "12", "h", "-1h", "1.5h", "24 h", "24H", "1w", "100000m", "24h\n", "٣h", None, 24]
)
def test_anything_else_is_no_span(text):
    with pytest.raises(ValueError, match="is no span of time: write minutes, hours or days as 30m, 24h or 90d"):
        span(text)


@pytest.mark.parametrize(
    ("text", "shortest"),
    [("0m", "0m"), ("59m", "59m"), ("60m", "1h"), ("1440m", "1d"), ("25h", "25h"), ("48h", "2d"), ("90m", "90m")],
)
def test_a_span_is_written_in_the_largest_unit_that_fits(text, shortest):
    assert span_text(span(text)) == shortest


@given(number=st.integers(0, 99_999), unit=st.sampled_from("mhd"))
def test_what_is_written_is_read_back(number, unit):
    value = span(f"{number}{unit}")

    assert span(span_text(value)) == value


@pytest.mark.parametrize(("text", "meaning"), [("00:00", time(0)), ("09:05", time(9, 5)), ("23:59", time(23, 59))])
def test_a_time_of_day_has_hours_and_minutes(text, meaning):
    assert clock_time(text) == meaning


@pytest.mark.parametrize("text", ["24:00", "9:00", "09:60", "09:00:00", "0٩:00", "09:00\n", "", None, 900])
def test_anything_else_is_no_time_of_day(text):
    with pytest.raises(ValueError, match="is no time of day: write HH:MM, 00:00 to 23:59"):
        clock_time(text)
