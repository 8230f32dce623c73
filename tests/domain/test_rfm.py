"""RFM: three scores from quintiles of the shop's own buyers; F12: no class without an order or a shop."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.customers import Customer, Statistics
from chalicelib.domain.rfm import Quintiles, quintiles, rfm
from chalicelib.domain.spread import Spread

START = datetime(2026, 1, 1, 23, 59, tzinfo=UTC)


def stats(orders: int, spent: int, day: int) -> Statistics:
    return Statistics(
        orders=orders, spent=spent, last_order_at=START + timedelta(days=day) if orders else None, receipts=orders
    )


def shop(*found: Statistics) -> Quintiles:
    spread = Spread()
    for one in found:
        spread.add(Customer(id="ann", stats=one))
    return quintiles(spread)


FIVE = [stats(n, n * 1000, n * 10) for n in range(1, 6)]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (stats(1, 1000, 10), "111"),
        (stats(3, 3000, 30), "333"),
        (stats(5, 5000, 50), "555"),
        (stats(1, 5000, 30), "315"),
        (stats(9, 100, 0), "151"),
        (stats(2, 2009, 20), "222"),  # 2,009 counts as 2,000
        (stats(2, 2010, 20), "223"),
        (stats(0, 0, 0), None),
    ],
)
def test_each_score_is_relative_to_the_shop(one, expected):
    assert rfm(one, shop(*FIVE)) == expected


def test_recency_goes_by_the_day_not_by_the_hour():
    early = Statistics(orders=1, receipts=1, spent=1000, last_order_at=datetime(2026, 1, 11, 0, 0, tzinfo=UTC))

    assert rfm(early, shop(*FIVE)) == "111"


def test_a_shop_without_buyers_has_no_classes():
    """F12."""
    assert rfm(FIVE[0], shop(stats(0, 0, 0))) is None
