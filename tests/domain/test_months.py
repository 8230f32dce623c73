"""Months are those of the shop's zone; what a customer spent in them is kept for three years."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.months import KEPT, Months, month_of, month_text, months_of

APRIL = 2026 * 12 + 3


@pytest.mark.parametrize(
    ("at", "zone", "text"),
    [
        (datetime(2026, 3, 31, 22, 59, tzinfo=UTC), "Europe/London", "2026-03"),
        (datetime(2026, 3, 31, 23, 0, tzinfo=UTC), "Europe/London", "2026-04"),
        (datetime(2026, 1, 1, 4, 59, tzinfo=UTC), "America/New_York", "2025-12"),
        (datetime(2025, 12, 31, 10, 0, tzinfo=UTC), "Pacific/Kiritimati", "2026-01"),
    ],
)
def test_a_month_begins_when_the_clocks_of_the_shop_say_so(at, zone, text):
    assert month_text(month_of(at, ZoneInfo(zone))) == text


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        pytest.param([], None, id="no order"),
        pytest.param([(APRIL, 5)], Months(last=APRIL, span=1, spent=(5,)), id="one"),
        pytest.param([(APRIL, 5), (APRIL, 6)], Months(last=APRIL, span=1, spent=(11,)), id="two of one month"),
        pytest.param([(APRIL, 5), (APRIL - 2, 0)], Months(last=APRIL, span=3, spent=(0, None, 5)), id="with a gap"),
    ],
)
def test_orders_are_summed_by_month(orders, expected):
    assert months_of(orders) == expected
    assert months_of(reversed(orders)) == expected


def test_what_is_long_ago_is_known_as_the_first_month_only():
    found = months_of([(APRIL - KEPT, 7), (APRIL, 5)])

    assert found is not None
    assert (found.first, found.span, len(found.spent)) == (APRIL - KEPT, KEPT + 1, KEPT)
    assert found.bought_in(APRIL - KEPT) is None
    assert [found.bought_in(APRIL + step) for step in (-1, 0, 1)] == [None, 5, None]


def test_an_order_of_a_span_is_found_also_where_it_cost_nothing():
    found = months_of([(APRIL, 5), (APRIL - 2, 0)])

    assert found is not None
    assert found.bought_within(APRIL - 5, APRIL - 2)
    assert not found.bought_within(APRIL - 1, APRIL - 1)
    assert not found.bought_within(APRIL + 1, APRIL + 9)
