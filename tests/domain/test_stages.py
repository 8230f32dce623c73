"""F12: the ladder, with too little data told as such and never divided by zero."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.customers import Statistics
from chalicelib.domain.stages import days_since_last_order, gap_variation, has_rhythm, overdue, stage

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def stats(orders, mean=None, variance=None, days_ago=5.0):
    last = NOW - timedelta(days=days_ago) if orders else None
    return Statistics(orders=orders, last_order_at=last, mean_gap_days=mean, gap_variance=variance)


@pytest.mark.parametrize(
    ("given_", "name"),
    [
        (stats(0), "prospect"),
        (stats(1), "buyer"),
        (stats(2, 30.0), "client"),
        (stats(3, 30.0, 4.0), "client"),  # alike, but two gaps make no rhythm
        (stats(4, 30.0, 4.0), "regular"),
        (stats(4, 30.0, 900.0), "regular"),  # variation 1: as chance would have it
        (stats(4, 30.0, 901.0), "client"),  # more scattered than chance
        (stats(4, 30.0, 4.0, days_ago=60.0), "regular"),  # twice the gap
        (stats(4, 30.0, 4.0, days_ago=60.1), "client"),
        (stats(4, 0.0, 0.0), "client"),  # all at one time: nothing to divide by
        (stats(9, None, None), "client"),
        (stats(4, 30.0, 4.0, days_ago=-3.0), "regular"),  # an order dated ahead of the clock
    ],
)
def test_each_customer_stands_on_one_stage(given_, name):
    """F12."""
    assert stage(given_, NOW) == name


@pytest.mark.parametrize(
    ("given_", "share", "name"),
    [
        (stats(4, 30.0, 4.0), 90, "loyal"),
        (stats(4, 30.0, 4.0), 89.9, "regular"),
        (stats(4, 30.0, 4.0), 0, "regular"),
        (stats(4, 30.0, 4.0, days_ago=61.0), 100, "client"),  # who is gone is not loyal any more
        (stats(3, 30.0, 4.0), 100, "client"),
        (stats(1), 100, "buyer"),
        (stats(0), 100, "prospect"),
    ],
)
def test_a_regular_who_says_so_is_loyal(given_, share, name):
    """M2, M26."""
    assert stage(given_, NOW, share) == name


def test_too_little_data_is_none_never_a_number():
    """F12."""
    one = stats(1)

    assert gap_variation(one) is None
    assert overdue(one, NOW) is None
    assert overdue(stats(4, 0.0, 0.0), NOW) is None
    assert days_since_last_order(stats(0), NOW) is None
    assert not has_rhythm(one)


def test_the_silence_is_measured_in_whole_days_and_in_gaps():
    given_ = stats(4, 20.0, 100.0, days_ago=30.9)

    assert days_since_last_order(given_, NOW) == 30
    assert overdue(given_, NOW) == pytest.approx(1.545)
    assert gap_variation(given_) == 0.5
    assert days_since_last_order(stats(1, days_ago=-2.0), NOW) == 0


days = st.none() | st.floats(0, 4000, allow_nan=False)


@given(st.integers(0, 50), days, days, st.floats(-10, 5000))
def test_every_statistics_has_a_stage(orders, mean, variance, days_ago):
    assert stage(stats(orders, mean, variance, days_ago), NOW) in {"prospect", "buyer", "client", "regular"}
