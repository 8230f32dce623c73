"""What may be said of a refund, and what is refused."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.refunds import Refund, refund_from_fields
from chalicelib.errors import InvalidInput, MalformedRequest

AT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "units", "amount", "whole"),
    [
        ({}, {}, None, True),
        ({"amount": 250}, {}, 250, False),
        ({"lines": [{"sku": "tea", "quantity": 2}, {"sku": "tea", "quantity": 1}]}, {"tea": 3}, None, False),
    ],
)
def test_a_refund_is_of_the_whole_of_units_or_of_an_amount(told, units, amount, whole):
    refund = refund_from_fields({**told, "refund_id": "r"}, AT)

    assert refund == Refund(refund_id="r", at=AT, units=units, amount=amount)
    assert refund.whole is whole


def test_a_refund_without_an_id_is_named_by_what_it_refunds():
    first, again = (refund_from_fields({"amount": 250}, AT) for _ in range(2))

    assert first.refund_id == again.refund_id
    assert refund_from_fields({}, AT).refund_id != first.refund_id


@pytest.mark.parametrize(
    ("told", "error", "where"),
    [
        ({"amount": 0}, MalformedRequest, "amount"),
        ({"amount": -5}, MalformedRequest, "amount"),
        ({"amount": 1.5}, MalformedRequest, "amount"),
        ({"amount": 10**39}, MalformedRequest, "amount"),
        ({"lines": []}, MalformedRequest, "lines"),
        ({"lines": [{"sku": "tea"}]}, InvalidInput, "lines[0].quantity"),
        ({"lines": [{"sku": "tea", "quantity": 0}]}, InvalidInput, "lines[0].quantity"),
        ({"lines": [{"sku": "tea", "quantity": 1, "price": 3}]}, InvalidInput, "lines[0].price"),
        ({"lines": [{"sku": "tea", "quantity": 1}], "amount": 5}, InvalidInput, "amount"),
        ({"reason": "broken"}, InvalidInput, "reason"),
        ({"refund_id": "a\nb"}, InvalidInput, "refund_id"),
    ],
)
def test_what_is_wrong_is_named_at_its_place(told: dict[str, Any], error: type[Exception], where: str):
    """E4, F5."""
    with pytest.raises(error) as refused:
        refund_from_fields(told, AT)

    assert where in [detail.where for detail in refused.value.details]  # type: ignore[attr-defined]
