"""Reading an order, and spreading a discount over its lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.baskets import Basket, BasketLine, Grant, basket_from_fields, grant, spread
from chalicelib.domain.benefits import Benefit
from chalicelib.domain.offers import Conditions, Offer
from chalicelib.errors import MalformedRequest


def order(**changes):
    line = {"sku": "beans", "quantity": 2, "unit_price": 1_250}
    return {"order_id": "o-1", "currency": "GBP", "lines": [line], **changes}


def line(**changes):
    return {"sku": "beans", "quantity": 2, "unit_price": 1_250, **changes}


def basket(*totals, skus="abcdefgh"):
    lines = [BasketLine(sku=sku, quantity=1, unit_price=total) for sku, total in zip(skus, totals, strict=False)]
    return Basket(order_id="o-1", currency="GBP", lines=tuple(lines))


def test_an_order_is_read_with_its_total():
    read = basket_from_fields(order(currency="gbp"))

    assert read == Basket(
        order_id="o-1", currency="GBP", lines=(BasketLine(sku="beans", quantity=2, unit_price=1_250),)
    )
    assert read.total == 2_500


@pytest.mark.parametrize("price", [-1, 0, float("nan"), float("inf"), 10**38, 12.5, 12.0, "1250", True, None])
def test_an_amount_that_is_none_is_malformed(price):
    """E4: negative, zero, NaN, 39 digits."""
    with pytest.raises(MalformedRequest) as caught:
        basket_from_fields(order(lines=[line(unit_price=price)]))

    [detail] = caught.value.details
    assert detail.where == "order.lines[0].unit_price"
    assert detail.message == "must be a whole number from 1 to 1000000000000"
    assert caught.value.http_status == 400


@pytest.mark.parametrize("quantity", [-1, 0, float("nan"), 10**38, 1.5, "2", False, None])
def test_a_quantity_that_is_none_is_malformed(quantity):
    """E4."""
    with pytest.raises(MalformedRequest) as caught:
        basket_from_fields(order(lines=[line(), line(quantity=quantity)]))

    assert [detail.where for detail in caught.value.details] == ["order.lines[1].quantity"]


def test_every_wrong_place_of_an_order_is_named_at_once():
    with pytest.raises(MalformedRequest, match="malformed in 6 place") as caught:
        basket_from_fields({"currency": 7, "lines": [line(sku=" "), "beans"]})

    assert [detail.where for detail in caught.value.details] == [
        "order.order_id",
        "order.currency",
        "order.lines[0].sku",
        "order.lines[1].sku",
        "order.lines[1].quantity",
        "order.lines[1].unit_price",
    ]


@pytest.mark.parametrize("lines", [None, [], {}, "beans", [line()] * 1_001])
def test_an_order_needs_1_to_1000_lines(lines):
    with pytest.raises(MalformedRequest) as caught:
        basket_from_fields(order(lines=lines))

    assert [detail.where for detail in caught.value.details] == ["order.lines"]


@pytest.mark.parametrize("fields", [None, [], "order", 7])
def test_an_order_must_be_an_object(fields):
    with pytest.raises(MalformedRequest, match="must be an object"):
        basket_from_fields(fields)


@pytest.mark.parametrize(
    ("amount", "weights", "shares"),
    [
        (100, [100, 100, 100], [34, 33, 33]),
        (200, [100, 100, 100], [67, 67, 66]),
        (10, [1, 1, 1, 7], [1, 1, 1, 7]),
        (5, [10, 0, 10], [3, 0, 2]),
        (1, [1, 2, 3], [0, 0, 1]),
        (0, [5, 5], [0, 0]),
        (0, [0, 0], [0, 0]),
        (300, [1_000, 999], [150, 150]),
    ],
)
def test_a_discount_is_spread_by_largest_remainders(amount, weights, shares):
    assert spread(amount, weights) == shares


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=30), st.data())
def test_shares_add_up_exactly_and_none_is_above_its_line(weights, data):
    amount = data.draw(st.integers(0, sum(weights)))

    shares = spread(amount, weights)

    assert sum(shares) == amount
    assert all(0 <= share <= weight for share, weight in zip(shares, weights, strict=True))


def offer(benefit, **conditions):
    return Offer(name="spring", benefit=benefit, currency="GBP", conditions=Conditions(**conditions))


def shares(granted: Grant):
    return [line.discount for line in granted.lines]


def test_only_lines_of_the_named_categories_count():
    tea = offer(Benefit(kind="percent", percent=10), categories=("tea",))

    granted = grant(tea, basket(1_000, 2_000, 3_000), {"a": "tea", "b": "coffee", "c": "tea"})

    assert (granted.discount, granted.eligible, shares(granted)) == (400, 4_000, [100, 0, 300])


def test_a_product_that_nobody_knows_has_no_category():
    tea = offer(Benefit(kind="amount", amount=500), categories=("tea",))

    granted = grant(tea, basket(1_000, 2_000), {"b": None})

    assert (granted.discount, granted.eligible, shares(granted)) == (0, 0, [0, 0])


def test_an_amount_above_the_basket_is_clamped():
    """E4."""
    granted = grant(offer(Benefit(kind="amount", amount=5_000)), basket(300, 700), {})

    assert (granted.discount, shares(granted)) == (1_000, [300, 700])


def test_a_fingerprint_tells_every_difference_of_a_request():
    plain = basket_from_fields(order())
    others = [
        plain.fingerprint("CODE2", "c-1"),
        plain.fingerprint("CODE", "c-2"),
        plain.fingerprint("CODE", None),
        basket_from_fields(order(order_id="o-2")).fingerprint("CODE", "c-1"),
        basket_from_fields(order(currency="EUR")).fingerprint("CODE", "c-1"),
        basket_from_fields(order(lines=[line(quantity=1)])).fingerprint("CODE", "c-1"),
        basket_from_fields(order(lines=[line(), line()])).fingerprint("CODE", "c-1"),
    ]

    assert plain.fingerprint("CODE", "c-1") == basket_from_fields(order()).fingerprint("CODE", "c-1")
    assert len({plain.fingerprint("CODE", "c-1"), *others}) == 8
