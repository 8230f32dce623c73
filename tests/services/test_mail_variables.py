"""What templates are promised is what mails hand over."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.colours import DEFAULT_COLOUR, brand_colours
from chalicelib.domain.customers import Customer
from chalicelib.domain.products import Product
from chalicelib.domain.shop import Shop
from chalicelib.domain.vouchers import Voucher
from chalicelib.email import known_variables as known
from chalicelib.services.mail_variables import (
    brand_variables,
    product_variables,
    shared_variables,
    voucher_variables,
    whole_years,
)

SHOP = Shop(
    name="Kettle & Crane",
    sender="hello@shop.example.com",
    postal_address="1 Dock Street, Bristol",
    links_url="https://links.shop.example.com",
)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def test_every_variable_that_a_template_may_name_is_handed_over():
    given = shared_variables(Customer(id="c-1"), SHOP, "en", date(2026, 11, 22), datetime(2026, 11, 22, 9, tzinfo=UTC))
    product = product_variables(Product(sku="CB-1", name="Blend"), SHOP)
    voucher = voucher_variables(Voucher(code="A" * 13, offer="o", issued_at=NEW_YEAR), "u", SHOP)

    assert set(given["customer"]) == set(known.CUSTOMER.known)
    assert set(given["customer"]["stats"]) == set(known.STATS.known)
    assert set(given["shop"]) == set(known.SHOP.known)
    assert set(product) == set(known.PRODUCT.known)
    assert set(voucher) == set(known.VOUCHER.known)
    assert set(given) == {"made_at", "customer", "shop", "postal_address", "locale", "tier", "points"}


@pytest.mark.parametrize(
    ("since", "day", "years"),
    [
        (date(2024, 11, 22), date(2026, 11, 22), 2),
        (date(2024, 11, 23), date(2026, 11, 22), 1),
        (date(2026, 1, 1), date(2026, 11, 22), None),
        (date(2024, 2, 29), date(2026, 2, 28), 2),
        (date(2024, 2, 29), date(2028, 2, 28), 3),
        (date(2024, 2, 29), date(2028, 2, 29), 4),
        (None, date(2026, 11, 22), None),
    ],
)
def test_years_are_whole_and_29_february_counts_on_the_28th_of_a_common_year(since, day, years):
    """B2."""
    assert whole_years(since, day) == years


def test_a_voucher_ends_on_the_shops_own_day():
    """E5."""
    last = datetime(2026, 12, 31, 22, 59, 59, 999999, UTC)
    voucher = Voucher(code="A" * 13, offer="o", issued_at=NEW_YEAR, expires_at=last)

    told = voucher_variables(voucher, "u", replace(SHOP, time_zone="Europe/Berlin"))["expires_at"]

    assert told == last
    assert told.date() == date(2026, 12, 31)
    assert told.tzinfo == ZoneInfo("Europe/Berlin")


def test_a_brand_is_handed_over_with_all_its_colours_and_a_font_without_quotes():
    brand = {"colour": "#FFD400", "font": "'Open Sans', serif", "logo_url": "https://shop.example.com/l.png"}
    given = brand_variables(brand)

    assert given["colour"] == "#ffd400"
    assert given["on_colour"] == "#000000"
    assert given["font"] == "Open Sans, serif"
    assert given["logo_url"] == "https://shop.example.com/l.png"
    assert set(given) == {*brand, "on_colour", "on_light", "on_dark", "tint", "shade"}


def test_a_shop_without_a_brand_has_our_colour_as_its_pages_have():
    assert brand_variables({}) == brand_colours(DEFAULT_COLOUR)
