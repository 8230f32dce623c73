"""When the next order is expected, and how late it is; F12: below two orders nothing is expected."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.customers import Statistics
from chalicelib.domain.rhythm import expected_next_order_at, lapsing_score

LAST = datetime(2026, 3, 1, 12, tzinfo=UTC)


def stats(gap: float | None) -> Statistics:
    return Statistics(orders=3, last_order_at=LAST, mean_gap_days=gap)


def test_the_next_order_is_expected_one_usual_gap_after_the_last():
    assert expected_next_order_at(stats(10.5)) == LAST + timedelta(days=10, hours=12)


@pytest.mark.parametrize(
    ("days", "score"), [(-3, 0.0), (0, 0.0), (10, 0.0), (12, 10.0), (20, 50.0), (25, 75.0), (30, 100.0), (99, 100.0)]
)
def test_the_score_counts_usual_gaps(days, score):
    assert lapsing_score(stats(10.0), LAST + timedelta(days=days)) == score


@pytest.mark.parametrize("none", [Statistics(), stats(None), stats(0.0)])
def test_without_a_gap_nothing_is_expected(none):
    """F12."""
    assert expected_next_order_at(none) is None
    assert lapsing_score(none, LAST) is None


@given(st.floats(0.000001, 4000), st.integers(-10, 9000), st.integers(0, 1000))
def test_the_score_never_falls_while_nobody_orders(gap, days, later):
    before = lapsing_score(stats(gap), LAST + timedelta(days=days))
    after = lapsing_score(stats(gap), LAST + timedelta(days=days + later))

    assert before is not None
    assert after is not None
    assert 0 <= before <= after <= 100
