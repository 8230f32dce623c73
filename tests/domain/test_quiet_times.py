"""Quiet hours and holidays in the recipient's zone, also where the clock changes within them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.quiet_times import (
    Holidays,
    QuietHours,
    holidays_from_fields,
    holidays_to_fields,
    next_opening,
    open_at,
    quiet_hours_from_fields,
    quiet_hours_to_fields,
)

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(begin=time(21), end=time(8))
NOON_REST = QuietHours(begin=time(12), end=time(14, 30))
NONE = Holidays()
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def berlin(text, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("quiet", "at", "end"),
    [
        (NIGHT, "2026-06-01T20:59:59", None),
        (NIGHT, "2026-06-01T21:00", "2026-06-02T08:00"),
        (NIGHT, "2026-06-02T00:00", "2026-06-02T08:00"),
        (NIGHT, "2026-06-02T07:59:59", "2026-06-02T08:00"),
        (NIGHT, "2026-06-02T08:00", None),
        (NOON_REST, "2026-06-01T11:59", None),
        (NOON_REST, "2026-06-01T12:00", "2026-06-01T14:30"),
        (NOON_REST, "2026-06-01T14:30", None),
    ],
)
def test_quiet_hours_hold_from_their_first_to_before_their_last_minute(quiet, at, end):
    assert quiet.end_at(berlin(at), BERLIN) == (berlin(end) if end else None)


def test_quiet_hours_that_end_in_the_gap_end_when_an_unchanged_clock_would_show_it():
    """B8: 02:30 does not exist on this day; it means 03:30."""
    quiet = QuietHours(begin=time(22), end=time(2, 30))

    assert quiet.end_at(berlin("2026-03-29T01:59"), BERLIN) == berlin("2026-03-29T03:30")
    assert quiet.end_at(berlin("2026-03-29T03:29"), BERLIN) == berlin("2026-03-29T03:30")
    assert quiet.end_at(berlin("2026-03-29T03:30"), BERLIN) is None


def test_quiet_hours_that_end_in_the_fold_end_once():
    """B8: 02:30 comes twice on this day; the first one counts, and the second pass is not quiet again."""
    quiet = QuietHours(begin=time(22), end=time(2, 30))

    assert quiet.end_at(berlin("2026-10-25T02:29"), BERLIN) == berlin("2026-10-25T02:30")
    assert quiet.end_at(berlin("2026-10-25T02:30"), BERLIN) is None
    assert quiet.end_at(berlin("2026-10-25T02:15", fold=1), BERLIN) is None


def test_quiet_hours_that_begin_in_the_fold_begin_once_and_do_not_pause():
    """B8."""
    quiet = QuietHours(begin=time(2, 30), end=time(6))

    assert quiet.end_at(berlin("2026-10-25T02:29"), BERLIN) is None
    assert quiet.end_at(berlin("2026-10-25T02:15", fold=1), BERLIN) == berlin("2026-10-25T06:00")


MINUTES = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia"])


@given(begin=MINUTES, end=MINUTES, zone=ZONES.map(ZoneInfo), minutes=st.integers(0, 366 * 24 * 60))
def test_after_the_wait_nothing_is_quiet_and_the_wait_is_never_a_day_long(begin, end, zone, minutes):
    at = datetime(2026, 1, 1, tzinfo=UTC) + minutes * MINUTE
    if begin == end:
        return
    quiet = QuietHours(begin=begin, end=end)

    opened, why = open_at(quiet, NONE, at, zone)

    assert (opened == at) == (why == "")
    assert at <= opened <= at + 25 * HOUR
    # In the 24 hours of quiet that a shift of the clock makes of 23, the next night begins as one ends.
    assert open_at(quiet, NONE, opened, zone)[0] in (opened, quiet.end_at(opened, zone))


CHRISTMAS = Holidays(days=("12-25", "12-26", "2026-12-27"))


@pytest.mark.parametrize(
    ("quiet", "at", "opened", "why"),
    [
        (None, "2026-12-24T23:59", "2026-12-24T23:59", ""),
        (None, "2026-12-25T09:00", "2026-12-28T08:00", "holiday"),
        (None, "2027-12-25T09:00", "2027-12-27T08:00", "holiday"),
        (NIGHT, "2026-12-24T22:00", "2026-12-28T08:00", "holiday"),  # the night ends on a holiday
        (QuietHours(begin=time(20), end=time(10)), "2026-12-26T09:00", "2026-12-28T10:00", "holiday"),
        (NIGHT, "2026-12-23T22:00", "2026-12-24T08:00", "quiet_hours"),
    ],
)
def test_a_holiday_is_passed_over_to_the_morning_after_it(quiet, at, opened, why):
    assert open_at(quiet, CHRISTMAS, berlin(at), BERLIN) == (berlin(opened), why)


def test_a_holiday_is_one_by_the_day_of_the_recipient():
    at = datetime(2026, 12, 24, 12, tzinfo=UTC)  # already the 25th in Auckland

    assert open_at(None, CHRISTMAS, at, BERLIN) == (at, "")
    assert open_at(None, CHRISTMAS, at, ZoneInfo("Pacific/Auckland"))[1] == "holiday"


def test_a_day_begins_after_the_night_and_never_on_a_holiday():
    assert next_opening(None, NONE, berlin("2026-06-01T09:00"), BERLIN) == berlin("2026-06-02T08:00")
    assert next_opening(None, NONE, berlin("2026-06-01T07:00"), BERLIN) == berlin("2026-06-01T08:00")
    assert next_opening(NIGHT, CHRISTMAS, berlin("2026-12-24T09:00"), BERLIN) == berlin("2026-12-28T08:00")


def test_what_is_read_is_written_again():
    assert quiet_hours_to_fields(quiet_hours_from_fields({"from": "21:00", "to": "08:00"})) == {
        "from": "21:00",
        "to": "08:00",
    }
    holidays = {"days": ["02-29", "2026-12-25"], "over": "skip"}
    assert holidays_to_fields(holidays_from_fields(holidays)) == holidays
    assert holidays_from_fields({}) == Holidays()
    assert date(2028, 2, 29) in holidays_from_fields(holidays)


@pytest.mark.parametrize(
    ("read", "value", "message"),
    [
        (quiet_hours_from_fields, "21:00-08:00", "must be an object such as"),
        (quiet_hours_from_fields, {"from": "21:00"}, "must be an object such as"),
        (quiet_hours_from_fields, {"from": "21:00", "to": "24:00"}, "is no time of day"),
        (quiet_hours_from_fields, {"from": "21:00", "to": "21:00"}, "from and to must differ"),
        (holidays_from_fields, ["12-25"], "must be an object such as"),
        (holidays_from_fields, {"days": "12-25"}, "days must be a list"),
        (holidays_from_fields, {"days": ["25.12."]}, "days: '25.12.' is no day"),
        (holidays_from_fields, {"days": [1225]}, "is no day"),
        (holidays_from_fields, {"days": [], "over": "later"}, "over must be one of defer, skip"),
    ],
)
def test_what_is_wrong_is_named(read, value, message):
    with pytest.raises((ValueError, TypeError)) as caught:
        read(value)
    assert message in str(caught.value)
