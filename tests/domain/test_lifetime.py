"""LTV = S x C x P x T; F12: without receipts or a known cost it is None, never NaN."""

from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.customers import Statistics
from chalicelib.domain.lifetime import Lifetime, lifetime
from chalicelib.domain.months import Months


def sums(**values: int) -> Lifetime:
    return Lifetime(
        **({"customers": 1, "receipts": 4, "spent": 1000, "costed": 500, "cost": 300, "months": 8} | values)
    )


def test_the_factors_and_their_product():
    one = sums()

    assert (one.mean_receipt, one.purchases_a_month, one.profit_share, one.active_months) == (250, 0.5, 0.4, 8.0)
    assert one.value == 400  # 250 x 0.5 x 0.4 x 8
    assert (one.gross_profit, one.known_share) == (200, 0.5)


@pytest.mark.parametrize(
    ("values", "value", "share"),
    [
        pytest.param({"costed": 0, "cost": 0}, None, None, id="no cost is known"),
        pytest.param({"costed": 0, "cost": 20}, None, None, id="only gifts have a cost"),
        pytest.param({"cost": 0}, 1000, 1.0, id="goods that cost nothing"),
        pytest.param({"cost": 600}, -200, -0.2, id="sold below cost"),
        pytest.param({"spent": 0, "costed": 0, "cost": 0}, None, None, id="only gifts"),
        pytest.param({"customers": 3}, 133, 0.4, id="of three customers, on average"),
    ],
)
def test_what_is_not_known_is_none(values, value, share):
    """F12."""
    assert (sums(**values).value, sums(**values).profit_share) == (value, share)


def test_nobody_has_no_numbers():
    """F12."""
    nobody = lifetime(Statistics())

    assert nobody == Lifetime()
    assert (nobody.value, nobody.mean_receipt, nobody.purchases_a_month) == (None, None, None)
    assert (nobody.profit_share, nobody.active_months, nobody.gross_profit, nobody.known_share) == (None,) * 4


def test_of_one_customer_months_are_those_from_the_first_order_to_the_last():
    stats = Statistics(
        orders=3, receipts=2, spent=900, costed=900, cost=100, months=Months(last=10, span=4, spent=(1, None, None, 2))
    )

    assert lifetime(stats) == Lifetime(customers=1, receipts=2, spent=900, costed=900, cost=100, months=4)


def test_orders_in_other_currencies_alone_give_no_receipt():
    """F12."""
    stats = Statistics(orders=2, months=Months(last=10, span=1, spent=(0,)), other_currencies={"EUR": 500})

    assert lifetime(stats).value is None


@given(
    customers=st.integers(1, 50),
    receipts=st.integers(1, 500),
    spent=st.integers(1, 10**8),
    share=st.floats(0.01, 1),
    margin=st.floats(-1, 1),
    months=st.integers(1, 500),
)
def test_the_product_of_the_exact_factors_is_the_value(customers, receipts, spent, share, margin, months):
    costed = max(1, int(spent * share))
    one = Lifetime(
        customers=customers,
        receipts=receipts,
        spent=spent,
        costed=costed,
        cost=int(costed * (1 - margin)),
        months=months,
    )

    factors = (spent / receipts, receipts / months, (costed - one.cost) / costed, months / customers)
    assert one.value == pytest.approx(prod(factors), abs=0.51)
