"""Payloads in the shape of https://developer.woocommerce.com/docs/apis/rest-api/v3/orders/ and its neighbours."""

from datetime import UTC, datetime

import pytest

from chalicelib.domain.order_fields import order_from_fields
from chalicelib.domain.shop import shop_from_fields
from chalicelib.domain.woocommerce import woocommerce_delivery
from chalicelib.errors import InvalidInput
from tests.domain.shop_systems import woo_customer, woo_line, woo_order, woo_product
from tests.fakes import SHOP

shop = shop_from_fields(None, {**SHOP, "time_zone": "Europe/Berlin"})


def read(topic, body):
    return woocommerce_delivery(topic, body, shop, lambda address: f"guest-{address}")


def order_of(**changes):
    return order_from_fields(read("order.created", woo_order(**changes)).order.fields, "USD")


def test_an_order_is_taken_over_to_the_cent_in_its_own_currency_and_in_utc():
    delivery = read("order.created", woo_order())
    order = order_from_fields(delivery.order.fields, "USD")

    assert (order.order_id, order.currency, order.status, order.channel) == ("727", "EUR", "placed", "checkout")
    assert order.placed_at == datetime(2026, 11, 20, 19, 28, 2, tzinfo=UTC)
    assert [(line.sku, line.quantity, line.unit_price) for line in order.lines] == [("ASSAM-50", 2, 300)]
    assert (order.shipping, order.tax, order.discounts, order.voucher_code) == (1000, 135, (("ten", 100),), "ten")
    assert delivery.order.as_of == datetime(2026, 11, 20, 19, 28, 8, tzinfo=UTC)


def test_a_worth_that_does_not_divide_is_kept_to_the_cent():
    order = order_of(line_items=[woo_line(quantity=3, subtotal="10.00")])

    assert [(line.quantity, line.unit_price) for line in order.lines] == [(2, 333), (1, 334)]


def test_shelf_prices_with_tax_are_those_that_count():
    assert order_of(prices_include_tax=True).total == 645
    assert order_of(prices_include_tax=False).total == 600


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        *((name, "placed") for name in ("pending", "processing", "on-hold", "completed", "packed-by-hand")),
        *((name, "cancelled") for name in ("cancelled", "failed", "trash")),
        ("refunded", "returned"),
    ],
)
def test_every_state_has_its_meaning(status, expected):
    assert order_of(status=status).status == expected


@pytest.mark.parametrize("changes", [{"status": "checkout-draft"}, {"line_items": []}])
def test_a_draft_and_an_order_of_nothing_tell_nothing(changes):
    delivery = read("order.created", woo_order(**changes))

    assert (delivery.order, delivery.customers) == (None, ())


@pytest.mark.parametrize(
    ("changes", "sku"),
    [({"sku": ""}, "93"), ({"sku": "", "variation_id": 94}, "94"), ({"sku": None, "product_id": 0}, "315")],
)
def test_a_line_without_a_sku_is_known_by_the_next_best_number(changes, sku):
    assert order_of(line_items=[woo_line(**changes)]).lines[0].sku == sku


def test_times_without_gmt_are_in_the_shops_zone():
    order = woo_order()
    del order["date_created_gmt"]

    read_order = order_from_fields(read("order.updated", order).order.fields, "USD")
    assert read_order.placed_at == datetime(2026, 11, 20, 15, 28, 2, tzinfo=UTC)


def test_a_guest_is_known_by_the_address_of_the_bill():
    [told] = read("order.created", woo_order()).customers

    assert (told.id, told.hearsay) == ("guest-john.doe@example.com", False)
    assert told.fields == {
        "email": "john.doe@example.com",
        "first_name": "John",
        "last_name": "Doe",
        "country": "US",
        "region": "CA",
    }
    [nobody] = read("order.created", woo_order(billing={})).customers
    assert nobody.id == "guest-order-727"


def test_the_bill_of_an_account_is_only_hearsay():
    [told] = read("order.created", woo_order(customer_id=25)).customers

    assert (told.id, told.hearsay) == ("25", True)


def test_a_customer_is_read_from_the_account_and_the_place_from_the_bill():
    [told] = read("customer.updated", woo_customer()).customers

    assert (told.id, told.as_of) == ("25", datetime(2026, 3, 21, 19, 9, 30, tzinfo=UTC))
    assert told.fields == {
        "email": "john.doe@example.com",
        "first_name": "John",
        "last_name": "Doe",
        "country": "US",
        "region": "CA",
        "joined_on": "2026-03-21",
    }


def test_a_product_is_read_without_the_entities_of_html():
    [told] = read("product.updated", woo_product()).products

    assert told.id == "794"
    assert told.fields == {
        "name": "Salt & Pepper",
        "category": "Herbs & Spices",
        "price": 2199,
        "image_url": "https://shop.example.com/salt.jpg",
        "url": "https://shop.example.com/product/salt/",
        "launched_at": "2026-11-01T20:01:14Z",
        "compare_at_price": 2500,
        "stock": None,
    }


def test_without_a_sale_there_is_no_price_before_it_and_a_draft_tells_nothing():
    [told] = read("product.created", woo_product(price="25.00", sku="SALT", stock_quantity=-1)).products
    assert (told.id, told.fields["compare_at_price"], told.fields["stock"]) == ("SALT", None, 0)

    assert read("product.created", woo_product(status="draft")).products == ()


def test_a_deletion_names_the_order_alone():
    assert read("order.deleted", {"id": 727}).cancelled == "727"


@pytest.mark.parametrize("topic", ["coupon.created", "action.woocommerce_add_to_cart", ""])
def test_other_topics_are_not_kept(topic):
    assert read(topic, {"id": 1}) is None


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("order.created", {"id": 1}),
        ("order.created", woo_order(line_items=[woo_line(quantity="2")])),
        ("order.created", woo_order(line_items=[woo_line(quantity=-1)])),
        ("order.created", woo_order(line_items=[woo_line(subtotal="6,00")])),
        ("order.created", woo_order(date_created_gmt="soon")),
        ("order.deleted", {}),
        ("customer.updated", woo_customer(id=None)),
        ("product.updated", woo_product(name="")),
    ],
)
def test_what_cannot_be_kept_is_refused_and_named(topic, body):
    with pytest.raises(InvalidInput, match="."):
        read(topic, body)
