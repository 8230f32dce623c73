"""The days of a campaign that repeats, also in short months, after an outage and at their end."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.campaigns import campaign_from_fields
from chalicelib.domain.repeats import Repeat, begins, begun, days, following, is_over
from chalicelib.domain.shop import Shop
from chalicelib.errors import InvalidInput

ZONE = Shop(name="K", sender="k@example.com", postal_address="1", links_url="https://l.example.com").zone
FIRST = date(2026, 11, 22)  # a Sunday
EARLY = date(2026, 1, 1)


def read(repeat, **more):
    fields = {"segments": ["a"], "template": "t", "local_time": "09:00", "repeat": repeat, **more}
    return campaign_from_fields("spring", fields, ZONE).repeat


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"every": "day"}, ["11-22", "11-23", "11-24"]),
        ({"every": "week"}, ["11-22", "11-29", "12-06"]),
        ({"every": "week", "weekday": "tuesday"}, ["11-24", "12-01", "12-08"]),
        ({"every": "month"}, ["11-22", "12-22", "01-22"]),
        ({"every": "month", "day": 31}, ["11-30", "12-31", "01-31", "02-28", "03-31"]),
        ({"every": "week", "until": "2026-12-05"}, ["11-22", "11-29"]),
    ],
)
def test_its_days(fields, expected):
    found = islice(days(read(fields), FIRST, EARLY), len(expected))

    assert [day.isoformat()[5:] for day in found] == expected


def test_an_end_is_the_last_day_that_may_be_one():
    repeat = read({"every": "day", "until": "2026-11-24"})

    assert [day.day for day in days(repeat, FIRST, EARLY)] == [22, 23, 24]
    assert following(repeat, FIRST, datetime(2026, 11, 24, 12, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("now", "begun_days", "next_day"),
    [
        (datetime(2026, 11, 21, 9, 59, tzinfo=UTC), [], 22),
        (datetime(2026, 11, 21, 10, 0, tzinfo=UTC), [22], 23),  # it is the 22nd on Kiritimati
        (datetime(2026, 11, 23, 12, tzinfo=UTC), [22, 23, 24], 25),
    ],
)
def test_a_day_begins_where_it_begins_first(now, begun_days, next_day):
    repeat = Repeat(every="day")

    assert [day.day for day in begun(repeat, FIRST, now)] == begun_days
    assert following(repeat, FIRST, now) == date(2026, 11, next_day)


@given(st.integers(0, 10_000))
def test_what_has_begun_and_what_follows_leave_no_day_out(minutes):
    now = begins(FIRST) + timedelta(minutes=minutes)
    repeat = Repeat(every="day")

    assert following(repeat, FIRST, now) == begun(repeat, FIRST, now)[-1] + timedelta(days=1)
    assert begins(begun(repeat, FIRST, now)[-1]) <= now < begins(following(repeat, FIRST, now) or FIRST)


def test_a_day_is_over_when_it_is_too_late_in_the_last_zone():
    late = timedelta(hours=24)
    last = datetime(2026, 11, 23, 21, tzinfo=UTC)  # 09:00 on the 22nd at UTC-12, and a day

    assert not is_over(FIRST, time(9), late, last)
    assert is_over(FIRST, time(9), late, last + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("repeat", "more", "where"),
    [
        ({}, {}, "repeat.every"),
        ({"every": "hour"}, {}, "repeat.every"),
        ({"every": "day", "weekday": "monday"}, {}, "repeat.weekday"),
        ({"every": "week", "weekday": "Mon"}, {}, "repeat.weekday"),
        ({"every": "week", "day": 5}, {}, "repeat.day"),
        ({"every": "month", "day": 32}, {}, "repeat.day"),
        ({"every": "day", "until": "31/12/2026"}, {}, "repeat.until"),
        ({"every": "day", "until": "2026-12-01"}, {"send_at": "2026-12-02T09:00:00Z"}, "repeat.until"),
        ({"every": "day"}, {"local_time": None}, "repeat"),
        ({"every": "day"}, {"stages": [{"share": 10}]}, "repeat"),
        ({"every": "day"}, {"follow_up": {"campaign": "early", "who": "clicked"}}, "repeat"),
    ],
)
def test_what_cannot_repeat_is_refused(repeat, more, where):
    with pytest.raises(InvalidInput) as refused:
        read(repeat, **more)

    assert where in {one.where for one in refused.value.details}
