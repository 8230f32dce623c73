"""B1, B2, B3, B8: days that mean none, leap days, and clocks that change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.dates import (
    instant_text,
    is_outdated,
    local_instant,
    month_day,
    month_days_on,
    occurrence,
    parse_day,
    parse_instant,
    require_zone,
)
from chalicelib.errors import InvalidInput

TODAY = date(2026, 3, 1)
LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1984-02-29", date(1984, 2, 29)),
        (" 1984-06-01 ", date(1984, 6, 1)),
        ("1900-01-02", date(1900, 1, 2)),
        ("1970-01-02", date(1970, 1, 2)),
        ("2026-03-01", TODAY),
    ],
)
def test_a_day_of_the_past_is_read(text, day):
    assert parse_day(text, latest=TODAY) == day


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("1900-01-01", "1900-01-01 stands for 'unknown'"),
        ("1970-01-01", "1970-01-01 stands for 'unknown'"),
        ("0001-01-01", "0001-01-01 stands for 'unknown'"),
        ("1899-12-31", "stands for 'unknown'"),
        ("0000-00-00", "no day of the calendar"),
        ("2023-02-29", "no day of the calendar"),
        ("2026-13-01", "no day of the calendar"),
        ("2026-03-02", "lies in the future"),
        ("9999-12-31", "lies in the future"),
        ("0", "no day; write YYYY-MM-DD"),
        (0, "no day; write YYYY-MM-DD"),
        (None, "no day; write YYYY-MM-DD"),
        ("01/02/1984", "no day; write YYYY-MM-DD"),
        ("1984-6-1", "no day; write YYYY-MM-DD"),
        ("19840601", "no day; write YYYY-MM-DD"),
        ("1984-W22-5", "no day; write YYYY-MM-DD"),
        ("in spring", "no day; write YYYY-MM-DD"),
        ("1984-06-01T00:00:00", "no day; write YYYY-MM-DD"),
    ],
)
def test_a_date_that_means_none_is_refused_with_the_reason(value, reason):
    """B3."""
    with pytest.raises(InvalidInput, match=reason):
        parse_day(value, latest=TODAY)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-01T12:00:00Z", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01t12:00:00z", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01 12:00:00.250+05:30", datetime(2026, 3, 1, 6, 30, 0, 250000, tzinfo=UTC)),
        ("2026-03-01T12:00+00:00", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2010-12-01 08:26:00", datetime(2010, 12, 1, 8, 26, tzinfo=UTC)),
        ("2011-07-01 08:26", datetime(2011, 7, 1, 7, 26, tzinfo=UTC)),  # summer time
    ],
)
def test_an_instant_is_read_with_its_offset_or_in_the_zone(text, instant):
    assert parse_instant(text, LONDON) == instant
    assert parse_instant(text, LONDON).tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-29T01:30:00", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # skipped in London: reads 02:30 BST
        ("2026-10-25T01:30:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # twice: the first
    ],
)
def test_a_local_time_in_the_gap_or_the_fold_is_read_by_the_policy(text, instant):
    """B8."""
    assert parse_instant(text, LONDON) == instant


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("2026-03-01T12:00:00", "has no offset; add Z"),
        ("2026-03-01", "is no time"),
        ("yesterday", "is no time"),
        (1767225600, "is no time"),
        ("2026-02-30T12:00:00Z", "no time of the calendar"),
        ("2026-03-01T25:00:00Z", "no time of the calendar"),
        ("0001-01-01T00:00:00+14:00", "outside of the years 1900 to 2999"),
        ("9999-12-31T23:59:59-12:00", "outside of the years 1900 to 2999"),
        ("2026-W09-7T12:00:00Z", "is no time"),
    ],
)
def test_what_is_no_instant_is_refused_with_the_reason(value, reason):
    with pytest.raises(InvalidInput, match=reason):
        parse_instant(value)


@given(st.datetimes(datetime(1901, 1, 1), datetime(2900, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_an_instant_reads_back_as_it_was_written(instant):
    assert parse_instant(instant_text(instant)) == instant


def test_an_instant_is_written_in_utc_with_a_z():
    assert instant_text(datetime(2026, 7, 1, 12, tzinfo=LONDON)) == "2026-07-01T11:00:00Z"


def test_29_february_falls_on_the_28th_in_common_years():
    """B2."""
    leap_day = date(1984, 2, 29)

    assert month_day(leap_day) == "02-29"
    assert occurrence(leap_day, 2028) == date(2028, 2, 29)
    assert occurrence(leap_day, 2026) == date(2026, 2, 28)
    assert month_days_on(date(2026, 2, 28)) == ("02-28", "02-29")
    assert month_days_on(date(2028, 2, 28)) == ("02-28",)
    assert month_days_on(date(2028, 2, 29)) == ("02-29",)
    assert month_days_on(date(2100, 2, 28)) == ("02-28", "02-29")  # a century that is no leap year


@given(st.dates(date(1900, 1, 1), date(2020, 12, 31)), st.integers(2021, 2120))
def test_every_yearly_date_has_exactly_one_day_a_year(day, year):
    """B2, B4."""
    days = [date(year, 1, 1) + timedelta(n) for n in range(366)]
    celebrated = [one for one in days if one.year == year and month_day(day) in month_days_on(one)]

    assert celebrated == [occurrence(day, year)]


@pytest.mark.parametrize(
    ("day", "at", "zone", "instant"),
    [
        (date(2026, 3, 1), time(9), "Pacific/Kiritimati", datetime(2026, 2, 28, 19, tzinfo=UTC)),
        (date(2026, 3, 1), time(9), "Pacific/Pago_Pago", datetime(2026, 3, 1, 20, tzinfo=UTC)),
        (date(2026, 3, 1), time(9), "Asia/Kathmandu", datetime(2026, 3, 1, 3, 15, tzinfo=UTC)),
        (date(2026, 7, 1), time(9), "Europe/London", datetime(2026, 7, 1, 8, tzinfo=UTC)),
        (date(2026, 3, 8), time(2, 30), "America/New_York", datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),  # gap: 03:30 EDT
        (date(2026, 10, 25), time(2, 30), "Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # fold: first
        (date(2026, 11, 1), time(1, 30), "America/New_York", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),  # fold: first
        (date(2026, 9, 6), time(0), "America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC)),  # midnight is skipped
        (date(2011, 12, 30), time(9), "Pacific/Apia", datetime(2011, 12, 30, 19, tzinfo=UTC)),  # a day that was not
    ],
)
def test_a_local_time_is_met_on_the_local_day(day, at, zone, instant):
    """B1, B8."""
    assert local_instant(day, at, zone) == instant
    assert local_instant(day, at, ZoneInfo(zone)) == instant


@pytest.mark.parametrize("name", ["Europe/Nowhere", "Europe", "../etc/passwd", "/etc/localtime", "", "BST+1\x00"])
def test_an_unknown_zone_is_refused(name):
    with pytest.raises(InvalidInput, match="is no time zone; use an IANA name such as Europe/London"):
        require_zone(name)


@pytest.mark.parametrize(
    ("as_of", "known", "expected"),
    [(1, 2, True), (2, 2, False), (3, 2, False), (None, 2, False), (1, None, False), (None, None, False)],
)
def test_only_what_is_dated_before_what_is_known_is_outdated(as_of, known, expected):
    first = as_of and datetime(2026, 1, as_of, tzinfo=UTC)
    second = known and datetime(2026, 1, known, tzinfo=UTC)

    assert is_outdated(first, second) is expected
