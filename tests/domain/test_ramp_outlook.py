"""A campaign spread over the days of a ramp."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.ramp import Ramp, RampDay, opened
from chalicelib.domain.ramp_outlook import within_ramp

LONDON = ZoneInfo("Europe/London")
RAMP = Ramp(start=10, until=100)
DAY = timedelta(days=1)
MONDAY = date(2026, 11, 23)
NOON = int(datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()) // 60
FRESH = opened(RAMP, None, MONDAY, 0, 0, 0)
EIGHT_ON_TUESDAY = NOON + 20 * 60


@pytest.mark.parametrize(
    ("due", "state", "lateness", "leaves", "lost"),
    [
        ({NOON: 10}, FRESH, DAY, {NOON: 10}, 0),
        ({NOON: 12}, FRESH, DAY, {NOON: 10, EIGHT_ON_TUESDAY: 2}, 0),
        ({NOON: 30}, FRESH, DAY, {NOON: 10, EIGHT_ON_TUESDAY: 15}, 5),
        ({NOON: 30}, FRESH, DAY / 2, {NOON: 10}, 20),
        ({NOON: 8, NOON + 30: 8}, FRESH, DAY / 2, {NOON: 8, NOON + 30: 2}, 6),
        ({NOON: 9}, RampDay(day=MONDAY, start=10, allowance=10, taken=7), DAY, {NOON: 3, EIGHT_ON_TUESDAY: 6}, 0),
        ({NOON: 5000}, RampDay(day=MONDAY, start=10, allowance=100, taken=0), DAY, {NOON: 5000}, 0),
        ({NOON + 3 * 1440: 30}, FRESH, DAY / 2, {NOON + 3 * 1440: 10}, 20),  # days without mail change nothing
    ],
)
def test_mails_leave_on_the_first_day_with_a_place(due, state, lateness, leaves, lost):
    assert within_ramp(due, RAMP, state, LONDON, lateness) == (leaves, lost)


@given(
    due=st.dictionaries(st.integers(0, 3 * 1440).map(lambda minute: NOON + minute), st.integers(1, 60), max_size=5),
    days=st.integers(0, 20),
)
def test_nobody_is_counted_twice_or_lost_and_no_day_sends_more_than_it_may(due, days):
    leaves, lost = within_ramp(due, RAMP, FRESH, LONDON, days * DAY)

    assert leaves.total() + lost == sum(due.values())
    assert min(leaves, default=NOON) >= min(due, default=NOON)
    if not days:
        first = {minute for minute in leaves if minute < NOON + 12 * 60}
        assert sum(leaves[minute] for minute in first) <= 10
