"""How a PUT of a product is read and merged."""

from datetime import UTC, datetime

import pytest

from chalicelib.domain.product_fields import product_from_fields
from chalicelib.domain.products import Product
from chalicelib.domain.shop import Shop
from chalicelib.errors import InvalidInput

SHOP = Shop(name="K", sender="a@example.com", postal_address="1 Dock Street", links_url="https://l.example.com")
BEANS = Product(sku="CB-1", name="House Blend", category="Coffee beans", price=850, attributes={"grind": "whole"})


def changed(fields, current=BEANS):
    return product_from_fields(current, "CB-1", fields, SHOP)


def test_every_field_is_read():
    fields = {
        "name": "House Blend",
        "category": "Coffee beans",
        "brand": "Crane",
        "price": {"amount": 850, "currency": "GBP"},
        "cost": 390,
        "compare_at_price": 900,
        "stock": 12,
        "image_url": "https://images.example.com/CB-1.svg",
        "url": "https://shop.example.com/p?sku=CB-1&x=é#top",
        "launched_at": "2026-07-01T09:00:00",  # local: summer time
        "attributes": {"grind": "whole"},
        "currency": "GBP",
    }

    assert changed(fields, None) == Product(
        sku="CB-1",
        name="House Blend",
        category="Coffee beans",
        brand="Crane",
        price=850,
        cost=390,
        compare_at_price=900,
        stock=12,
        image_url="https://images.example.com/CB-1.svg",
        url="https://shop.example.com/p?sku=CB-1&x=é#top",
        launched_at=datetime(2026, 7, 1, 8, tzinfo=UTC),
        attributes={"grind": "whole"},
    )


def test_named_fields_change_null_clears_and_the_rest_stays():
    after = changed({"price": None, "stock": 0, "attributes": {"roast": 3}})

    assert (after.name, after.price, after.stock) == ("House Blend", None, 0)
    assert after.attributes == {"grind": "whole", "roast": 3}


def test_a_new_product_needs_a_name():
    with pytest.raises(InvalidInput) as refused:
        changed({"category": "Tea"}, None)

    assert [(detail.where, detail.message) for detail in refused.value.details] == [("name", "is needed")]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", None, "is needed"),
        ("name", "", "1 to 200"),
        ("colour", "red", "is no field of a product; there are attributes, brand"),
        ("price", 8.5, "give whole minor units"),
        ("price", -1, "must be 0 or more, got -1"),
        ("price", {"amount": 1, "currency": "EUR"}, "is in EUR; the shop's currency is GBP"),
        ("currency", "EUR", "'EUR' is not the shop's currency, GBP"),
        ("stock", -1, "a whole number from 0"),
        ("stock", True, "a whole number from 0"),
        ("launched_at", "soon", "is no time"),
        ("url", "javascript:alert(1)", "must be an absolute address"),
        ("url", "//evil.example.com", "must be an absolute address"),
        ("url", "/p/1", "must be an absolute address"),
        ("url", "https://user:pass@shop.example.com/", "must be an absolute address"),
        ("url", "https://shop.example.com/a b", "must be an absolute address"),
        ("url", 'https://shop.example.com/"onclick=', "must be an absolute address"),
        ("url", "https://[::1", "must be an absolute address"),
        ("url", "https://", "must be an absolute address"),
        ("url", 7, "must be an absolute address"),
        ("image_url", "data:image/png;base64,AAAA", "must be an absolute address"),
    ],
)
def test_a_wrong_field_is_named_with_the_reason(field, value, reason):
    """D9, E4."""
    with pytest.raises(InvalidInput) as refused:
        changed({field: value})

    [detail] = refused.value.details
    assert detail.where == field
    assert reason in detail.message
