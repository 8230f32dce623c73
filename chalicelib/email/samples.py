"""What trial renders fill a template with: a customer with everything, and one about whom little is known."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from chalicelib.domain.colours import brand_colours
from chalicelib.email.html_rules import bad_address
from chalicelib.errors import InvalidInput

_LONG_AGO = datetime(2024, 5, 17, 9, 30, tzinfo=UTC)
_LATER = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
_PRODUCT = {
    "sku": "tea-001",
    "name": "First Flush Darjeeling",
    "category": "Tea",
    "brand": "Kettle & Crane",
    "price": 1250,
    "compare_at_price": 1500,
    "currency": "GBP",
    "stock": 12,
    "image_url": "https://images.example.com/products/tea-001.jpg",
    "url": "https://shop.example.com/tea/first-flush?size=100&unit=g",
    "launched_at": _LONG_AGO,
    "attributes": {},
}
_CUSTOMER = {
    "id": "c-1",
    "email": "ada@example.com",
    "first_name": "Ada",
    "last_name": "Lovelace",
    "locale": "en-GB",
    "time_zone": "Europe/London",
    "country": "GB",
    "region": "London",
    "home_store": "Dock Street",
    "birthday": date(1990, 2, 28),
    "joined_on": date(2022, 3, 1),
    "years": 4,
    "stage": "regular",
    "tier": "gold",
    "points": 320,
    "orders": 7,
    "interests": ["Tea"],
    "top_categories": ["Tea", "Coffee"],
    "segments": ["regulars"],
    "attributes": {},
    "stats": {
        "orders": 7,
        "spent": 18350,
        "first_order_at": _LONG_AGO,
        "last_order_at": _LONG_AGO,
        "mean_gap_days": 41.5,
        "top_categories": ["Tea", "Coffee"],
        "other_currencies": {},
    },
}
_STRANGER: dict[str, Any] = {
    **{name: None for name, value in _CUSTOMER.items() if not isinstance(value, dict | list)},
    **{name: [] for name, value in _CUSTOMER.items() if isinstance(value, list)},
    "id": "c-2",
    "locale": "en",
    "time_zone": "Europe/London",
    "stage": "prospect",
    "points": 0,
    "orders": 0,
    "attributes": {},
    "stats": {"orders": 0, "spent": 0, "top_categories": [], "other_currencies": {}},
}


def _link(url: str, number: int | None = None) -> str:
    if reason := bad_address(url, link=True):
        raise InvalidInput(reason)
    return f"https://links.example.com/c/{'x' * 120}" if url else url


def full_sample() -> Mapping[str, Any]:
    """Everything that a mail may know, of a customer, an offer with a voucher, and products."""
    return {
        "customer": _CUSTOMER,
        "shop": {
            "name": "Kettle & Crane",
            "from": "hello@shop.example.com",
            "reply_to": "hello@shop.example.com",
            "postal_address": "1 Dock Street, Bristol BS1 4XX, United Kingdom",
            "currency": "GBP",
            "time_zone": "Europe/London",
            "locale": "en",
            "links_url": "https://links.example.com",
            "brand": {**brand_colours("#1f5f4a"), "logo_url": "https://images.example.com/logo.png"},
        },
        "offer": {
            "name": "birthday",
            "words": "15% off, at most £20.00",
            "benefit": {
                "kind": "percent",
                "percent": 15,
                "ceiling": 2000,
                "amount": 500,
                "sku": "gift",
                "name": "A gift",
            },
        },
        "voucher": {"code": "7K4QX-M2PD-9WRT", "url": "https://links.example.com/r/x", "expires_at": _LATER},
        "confirmation": {"url": f"https://links.example.com/confirm/{'x' * 120}"},
        "products": [_PRODUCT] * 3,
        "made_at": datetime(2026, 12, 20, 8, tzinfo=UTC),
        "picks": lambda count, by="favourites": [_PRODUCT] * count,
        "link": _link,
        "survey": lambda question, answer=None: f"https://links.example.com/s/{'x' * 120}",
        "unsubscribe_url": f"https://links.example.com/u/{'x' * 120}",
        "preferences_url": f"https://links.example.com/p/{'x' * 120}",
        "view_url": f"https://links.example.com/v/{'x' * 120}",
        "postal_address": "1 Dock Street, Bristol BS1 4XX, United Kingdom",
        "locale": "en",
        "points": {"balance": 320},
        "tier": {"name": "gold"},
    }


def without_offer() -> Mapping[str, Any]:
    """A message that carries neither offer nor voucher, and asks nobody to confirm anything."""
    return {**full_sample(), "offer": None, "voucher": None, "confirmation": None}


def little_known() -> Mapping[str, Any]:
    """A customer without name, dates and orders; no products to show; a shop without a brand."""
    full = full_sample()
    shop = {**full["shop"], "brand": brand_colours(""), "reply_to": None}
    empty: dict[str, Any] = {"products": [], "picks": lambda count, by="favourites": [], "tier": {"name": None}}
    return {**full, **empty, "customer": _STRANGER, "shop": shop, "offer": None, "voucher": None}
