"""How much more a customer could buy (M31), with its reasons; F12: who never bought is not rated."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.customers import Customer, Statistics
from chalicelib.domain.opportunity import Opportunity, opportunity

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def buyer(orders: int, *categories: str, share: int | None = None, days_ago: int = 10) -> Customer:
    last = NOW - timedelta(days=days_ago) if orders else None
    return Customer(
        id="ann",
        attributes={} if share is None else {"share_of_wallet": share},
        stats=Statistics(orders=orders, last_order_at=last, categories=dict.fromkeys(categories, 1)),
    )


@pytest.mark.parametrize(
    ("customer", "level", "reasons"),
    [
        (buyer(4, *"abcdef"), "low", ("has bought from all 6 categories",)),
        (buyer(4, *"abc", share=90), "low", ("says that 90 % of such purchases are made here already",)),
        (buyer(1, "a", days_ago=366), "low", ("one order, and nothing for more than 365 days",)),
        (buyer(1, "a", days_ago=365), "high", ("has bought from 1 of 6 categories",)),
        (buyer(9, *"ab"), "high", ("has bought from 2 of 6 categories",)),
        (buyer(9, *"abc"), "medium", ("has bought from 3 of 6 categories",)),
        (buyer(9, *"abc", share=49), "high", ("says that only 49 % of such purchases are made here",)),
        (
            buyer(9, "a", share=0),
            "high",
            ("says that only 0 % of such purchases are made here", "has bought from 1 of 6 categories"),
        ),
        (buyer(9, *"abc", share=50), "medium", ("has bought from 3 of 6 categories",)),
        (buyer(1), "high", ("has ordered once",)),
        (buyer(2), "high", ("has ordered 2 times",)),
        (buyer(3), "medium", ("has ordered 3 times",)),
    ],
)
def test_each_buyer_is_rated_with_reasons(customer, level, reasons):
    assert opportunity(customer, 6, NOW) == Opportunity(level=level, reasons=reasons)


def test_who_never_bought_is_not_rated():
    """F12."""
    assert opportunity(buyer(0, share=10), 6, NOW) is None


@pytest.mark.parametrize("categories", [0, 1, 2])
def test_a_shop_with_two_categories_says_nothing_by_them(categories):
    assert opportunity(buyer(5, "a"), categories, NOW) == Opportunity(
        level="medium", reasons=(f"has bought from 1 of {categories} categories",)
    )
