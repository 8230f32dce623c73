"""What an order's lines add up to; F12: what is not known stays apart from what costs nothing."""

from datetime import UTC, datetime

import pytest

from chalicelib.domain.order_sums import Sums, sums_of, without
from chalicelib.domain.orders import Order

GOODS = Order(
    order_id="1",
    customer_id="ann",
    placed_at=datetime(2026, 3, 1, tzinfo=UTC),
    currency="GBP",
    lines=(),
    categories={"tea": "Tea", "mate": "Tea", "pot": "Pots"},
    brands={"tea": "Assam & Co"},
    costs={"tea": 200, "gift": 50, "air": 0},
)


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        pytest.param([], Sums(total=0), id="nothing"),
        pytest.param(
            [("tea", 2, 500)],
            Sums(total=1000, categories={"Tea": 1000}, brands={"Assam & Co": 1000}, costed=1000, cost=400),
            id="everything known",
        ),
        pytest.param(
            [("tea", 1, 500), ("mate", 1, 300), ("pot", 1, 100), ("tea", -1, 500)],
            Sums(total=400, categories={"Tea": 300, "Pots": 100}, brands={"Assam & Co": 0}),
            id="what comes back takes its cost along",
        ),
        pytest.param(
            [("pot", 1, 100)], Sums(total=100, categories={"Pots": 100}), id="an unknown cost is no cost of 0"
        ),
        pytest.param([("air", 1, 100)], Sums(total=100, costed=100), id="a cost of 0 is a cost"),
        pytest.param([("gift", 2, 0)], Sums(total=0, cost=100), id="a gift costs the shop"),
    ],
)
def test_goods_are_summed_by_what_is_known_of_them(units, expected):
    assert sums_of(units, GOODS) == expected


SUMS = Sums(total=300, categories={"Tea": 200, "Pots": 100}, brands={"A": 100}, costed=200, cost=150)


@pytest.mark.parametrize(
    ("amount", "left"),
    [
        (0, SUMS),
        (100, Sums(total=200, categories={"Tea": 133, "Pots": 66}, brands={"A": 66}, costed=133, cost=150)),
        (300, Sums(total=0, cost=150)),
        (10**12, Sums(total=0, cost=150)),
    ],
)
def test_money_given_back_is_missing_everywhere_in_proportion_and_the_cost_stays(amount, left):
    assert without(SUMS, amount) == left
    assert without(Sums(total=0), amount) == Sums(total=0)
