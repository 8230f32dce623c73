"""Which orders a mail brought: a table of exact cases, and that nobody's order counts twice."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.attribution import Takings, Worth, followed, takings_of, worth_of
from chalicelib.domain.order_sums import Sums
from chalicelib.domain.orders import OrderHeader
from chalicelib.domain.returns import Remains
from chalicelib.domain.vouchers import Redemption

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def worth(name="o1", days=1.0, total=1_000, **more):
    return Worth(order_id=name, at=NOON + days * DAY, total=total, **more)


def used(order_id="o1", discount=100, currency="GBP"):
    return Redemption(
        id=f"r-{order_id}",
        code="CODE",
        offer="ten-off",
        order_id=order_id,
        order_total=2_000,
        discount=discount,
        currency=currency,
        at=NOON,
        fingerprint="",
    )


def brought(redemptions=(), worths=(), clicks=(), elsewhere=None):
    times = [NOON + days * DAY for days in clicks]
    other = {name: None if days is None else NOON + days * DAY for name, days in (elsewhere or {}).items()}
    return takings_of(redemptions, {one.order_id: one for one in worths}, times, other, "GBP")


NOTHING = Takings()


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, NOTHING),
        ({"worths": [worth()]}, NOTHING),
        ({"worths": [worth(days=5)], "clicks": [0]}, Takings(orders=1, revenue=1_000)),
        ({"worths": [worth(days=5.001)], "clicks": [0]}, NOTHING),
        ({"worths": [worth(days=-0.001)], "clicks": [0]}, NOTHING),
        ({"worths": [worth(days=6)], "clicks": [0, 2]}, Takings(orders=1, revenue=1_000)),
        ({"worths": [worth()], "clicks": [0], "elsewhere": {"o1": 0.5}}, NOTHING),  # another mail's was later
        ({"worths": [worth()], "clicks": [0.5], "elsewhere": {"o1": 0}}, Takings(orders=1, revenue=1_000)),
        ({"worths": [worth()], "clicks": [0], "elsewhere": {"o1": None}}, NOTHING),  # another mail's voucher
        (
            {"worths": [worth(costed=800, cost=300)], "redemptions": [used()]},
            Takings(redeemed=1, discount=100, orders=1, revenue=1_000, revenue_by_voucher=1_000, costed=800, cost=300),
        ),
        (
            {"redemptions": [used()]},  # the shop has not told of the order yet
            Takings(redeemed=1, discount=100, orders=1, revenue=2_000, revenue_by_voucher=2_000),
        ),
        ({"redemptions": [used(currency="EUR")]}, Takings(redeemed=1)),
        (
            {"worths": [worth(), worth("o2", total=500)], "clicks": [0], "redemptions": [used()]},
            Takings(redeemed=1, discount=100, orders=2, revenue=1_500, revenue_by_voucher=1_000),
        ),
    ],
)
def test_the_voucher_comes_first_then_the_last_click_within_five_days(told, expected):
    assert brought(**told) == expected


def test_profit_is_what_the_goods_earned_less_the_discount_and_unknown_without_a_cost():
    """F12."""
    assert Takings(revenue=1_000, costed=800, cost=300, discount=100).profit == 400
    assert Takings(revenue=1_000, discount=100).profit is None


def header(name, **more):
    fields = {"placed_at": NOON, "currency": "GBP", "total": 1_000, "costed": 600, "cost": 200, **more}
    return OrderHeader(order_id=name, customer_id="ann", **fields)


def test_only_orders_that_count_are_worth_something():
    headers = [header("a"), header("b", status="cancelled"), header("c", currency="EUR"), header("d"), header("e")]
    partly = Remains(sums=Sums(total=400, costed=100, cost=50), counts=True)
    left = {"d": partly, "e": Remains(sums=Sums(total=0), counts=False)}

    found = worth_of(headers, left, "GBP")

    assert {name: (one.total, one.costed, one.cost) for name, one in found.items()} == {
        "a": (1_000, 600, 200),
        "d": (400, 100, 50),
    }


hours = st.integers(-200, 200).map(lambda number: NOON + timedelta(hours=number))


@given(st.lists(hours, max_size=6), st.lists(hours, max_size=6), st.lists(hours, max_size=6))
def test_an_order_belongs_to_one_of_two_mails_at_most(ours, theirs, orders):
    worths = {str(place): Worth(order_id=str(place), at=at, total=1) for place, at in enumerate(orders)}

    def side(mine, others):
        elsewhere = {name: at for name, one in worths.items() if (at := followed(one, others)) is not None}
        return takings_of([], worths, mine, elsewhere, "GBP")

    one, other = side(ours, theirs), side(theirs, ours)

    assert one.orders + other.orders <= len(orders)
    clicked = {name for name, order in worths.items() if followed(order, ours) and not followed(order, theirs)}
    assert one.orders >= len(clicked)
