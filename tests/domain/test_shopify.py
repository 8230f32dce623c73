"""Payloads in the shape of https://shopify.dev/docs/api/webhooks/latest."""

from datetime import UTC, datetime

import pytest

from chalicelib.domain.order_fields import order_from_fields
from chalicelib.domain.shopify import shopify_delivery
from chalicelib.errors import InvalidInput
from tests.domain.shop_systems import shopify_customer, shopify_line, shopify_order, shopify_product


def guest(address):
    return f"guest-{address}"


def read(topic, body):
    return shopify_delivery(topic, body, "GBP", guest)


def order_of(**changes):
    told = read("orders/create", shopify_order(**changes)).order
    return order_from_fields(told.fields, "USD")


def test_an_order_is_taken_over_to_the_penny_with_its_time_and_what_was_not_sold():
    delivery = read("orders/create", shopify_order())
    order = order_from_fields(delivery.order.fields, "USD")

    assert (order.order_id, order.customer_id, order.currency) == ("820982911946154508", "115310627314723954", "GBP")
    assert order.placed_at == datetime(2026, 11, 21, tzinfo=UTC)
    assert [(line.sku, line.quantity, line.unit_price) for line in order.lines] == [("ASSAM-250", 2, 1999)]
    assert (order.total, order.shipping, order.tax, order.discounts) == (3998, 350, 120, (("TEN", 400),))
    assert (order.status, order.channel, order.voucher_code) == ("placed", "web", "TEN")
    assert delivery.order.as_of == datetime(2026, 11, 21, 0, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "placed"),
        ({"financial_status": "pending"}, "placed"),
        ({"financial_status": "partially_refunded"}, "placed"),
        ({"financial_status": "voided"}, "cancelled"),
        ({"financial_status": "refunded"}, "returned"),
        ({"cancelled_at": "2026-11-21T00:00:00Z", "financial_status": "refunded"}, "cancelled"),
    ],
)
def test_two_fields_tell_the_state(changes, status):
    assert order_of(**changes).status == status


@pytest.mark.parametrize(
    ("changes", "sku"),
    [
        ({}, "ASSAM-250"),
        ({"sku": ""}, "808950810"),
        ({"sku": None, "variant_id": None}, "632910392"),
        ({"sku": None, "variant_id": None, "product_id": None}, "line-866550311766439020"),
    ],
)
def test_a_line_without_a_sku_is_known_by_the_next_best_number(changes, sku):
    assert order_of(line_items=[shopify_line(**changes)]).lines[0].sku == sku


def test_lines_that_an_edit_took_away_are_left_out_and_an_order_of_none_tells_only_its_customer():
    kept = shopify_line()
    assert len(order_of(line_items=[kept, shopify_line(quantity=0)]).lines) == 1

    delivery = read("orders/updated", shopify_order(line_items=[shopify_line(quantity=0)]))
    assert delivery.order is None
    assert [told.id for told in delivery.customers] == ["115310627314723954"]


def test_the_customer_comes_with_the_order():
    [told] = read("orders/create", shopify_order()).customers

    assert told.fields["email"] == "ada@example.com"
    assert told.fields["locale"] == "en-GB"
    assert told.as_of == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_a_customer_without_a_time_of_change_is_as_old_as_the_order():
    [told] = read("orders/create", shopify_order(customer=shopify_customer(updated_at=None))).customers

    assert told.as_of == datetime(2026, 11, 21, 0, 0, 5, tzinfo=UTC)


def test_a_guest_is_known_by_the_address_and_without_one_by_the_order():
    order = shopify_order(buyer_accepts_marketing=True, email="New@Example.com")
    del order["customer"]
    [told] = read("orders/create", order).customers
    assert told.id == "guest-new@example.com"
    assert told.fields["first_name"] == "Ada"
    assert told.fields["consent"] == {
        "status": "granted",
        "basis": "opt_in",
        "at": "2026-11-20T19:00:00-05:00",
        "source": "Shopify",
    }

    [nobody] = read("orders/create", {**order, "email": None, "contact_email": "no address"}).customers
    assert nobody.id == "guest-order-820982911946154508"
    assert "email" not in nobody.fields
    assert "consent" not in nobody.fields


def test_a_customer_has_the_names_the_place_and_the_day_of_joining():
    [told] = read("customers/update", shopify_customer()).customers

    consent = told.fields.pop("consent")
    assert told.fields == {
        "email": "ada@example.com",
        "first_name": "Ada",
        "last_name": "Crane",
        "country": "GB",
        "region": "Bristol",
        "joined_on": "2026-03-01",
    }
    assert consent == {"status": "granted", "basis": "double", "at": "2026-03-02T09:00:00Z", "source": "Shopify"}


@pytest.mark.parametrize(
    ("consent", "status"),
    [
        ({"state": "subscribed", "opt_in_level": None, "consent_updated_at": "2026-03-02T09:00:00Z"}, "granted"),
        ({"state": "pending", "opt_in_level": "single_opt_in", "consent_updated_at": None}, "pending"),
        ({"state": "unsubscribed", "consent_updated_at": "2026-03-02T09:00:00Z"}, "withdrawn"),
        ({"state": "redacted", "consent_updated_at": "2026-03-02T09:00:00Z"}, "withdrawn"),
        ({"state": "not_subscribed", "opt_in_level": None, "consent_updated_at": None}, None),
        ({"state": "invalid", "opt_in_level": None, "consent_updated_at": None}, None),
        (None, None),
    ],
)
def test_each_state_of_consent_has_its_meaning_and_never_said_is_nothing(consent, status):
    [told] = read("customers/update", shopify_customer(email_marketing_consent=consent)).customers

    assert told.fields.get("consent", {}).get("status") == status


@pytest.mark.parametrize(
    ("accepts", "at", "status"),
    [
        (True, "2026-04-01T00:00:00Z", "granted"),
        (False, "2026-04-01T00:00:00Z", "withdrawn"),
        (False, "2026-03-01T23:30:00-05:00", None),  # never said, since the account began
        (True, None, None),
    ],
)
def test_the_consent_of_old_versions_is_read(accepts, at, status):
    body = shopify_customer(accepts_marketing=accepts, accepts_marketing_updated_at=at)
    del body["email_marketing_consent"]
    [told] = read("customers/create", body).customers

    assert told.fields.get("consent", {}).get("status") == status


def test_a_consent_without_an_address_that_mail_reaches_is_left_out():
    [told] = read("customers/create", shopify_customer(email="not one")).customers

    assert "email" not in told.fields
    assert "consent" not in told.fields


DELETED: dict[str, object] = {
    "id": 706405506930370084,
    "phone": None,
    "addresses": [],
    "tax_exemptions": [],
    "email_marketing_consent": None,
    "admin_graphql_api_id": "gid://shopify/Customer/706405506930370084",
}
# https://shopify.dev/docs/apps/build/privacy-law-compliance
REDACTED = {
    "shop_id": 954889,
    "shop_domain": "shop.example.com",
    "customer": {"id": 191167, "email": "john@example.com", "phone": "555-625-1199"},
    "orders_to_redact": [299938, 280263],
}


def test_a_deletion_and_a_request_to_forget_name_the_customer():
    assert read("customers/delete", DELETED).erased == "706405506930370084"
    assert read("customers/redact", REDACTED).erased == "191167"


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("customers/delete", shopify_customer()),
        ("customers/delete", shopify_order()),
        ("customers/delete", {"id": 5}),
        ("customers/redact", shopify_customer()),
        ("customers/redact", DELETED),
        ("customers/redact", shopify_order()),
    ],
)
def test_news_of_somebody_who_is_there_erase_nobody_under_another_topic(topic, body):
    """F4: the topic is not signed."""
    with pytest.raises(InvalidInput):
        read(topic, body)


def test_each_variant_is_a_product():
    first, second = read("products/update", shopify_product()).products

    assert (first.id, second.id) == ("ASSAM-250", "757650484644203962")
    assert first.fields == {
        "name": "Assam, 250 g",
        "category": "Tea",
        "brand": "Kettle & Crane",
        "price": 1999,
        "image_url": "https://cdn.example.com/assam-250.png",
        "launched_at": "2026-11-01T09:00:00+00:00",
        "compare_at_price": 2499,
        "stock": 75,
    }
    assert (second.fields["name"], second.fields["stock"], second.fields["compare_at_price"]) == ("Assam", 0, None)
    assert second.fields["image_url"] == "https://cdn.example.com/assam.png"


@pytest.mark.parametrize("changes", [{"status": "draft"}, {"published_at": None}, {"status": "archived"}])
def test_a_product_that_is_not_for_sale_tells_nothing(changes):
    assert read("products/create", shopify_product(**changes)).products == ()


def test_a_picture_that_no_mail_can_show_is_left_out():
    told = read("products/create", shopify_product(images=[], image={"src": "javascript:x"})).products[0]

    assert "image_url" not in told.fields


REFUND = {
    "id": 890088186047892319,
    "order_id": 820982911946154508,
    "created_at": "2026-11-21T10:00:00-05:00",
    "processed_at": "2026-11-21T10:00:00-05:00",
    "note": "Things were damaged",
    "refund_line_items": [
        {"id": 1, "quantity": 1, "line_item_id": 866550311766439020, "subtotal": 19.99, "line_item": shopify_line()},
        {"id": 2, "quantity": 1, "line_item_id": 866550311766439020, "subtotal": 19.99, "line_item": shopify_line()},
        {"id": 3, "quantity": 1, "line_item_id": 7, "subtotal": 1.0, "line_item": {"sku": None}},
    ],
    "transactions": [
        {"id": 1, "amount": "39.98", "kind": "refund", "status": "success", "currency": "GBP"},
        {"id": 2, "amount": "5.00", "kind": "refund", "status": "failure", "currency": "GBP"},
        {"id": 3, "amount": "9.00", "kind": "sale", "status": "success", "currency": "GBP"},
    ],
    "order_adjustments": [],
}


def test_a_refund_tells_the_units_that_came_back():
    [told] = read("refunds/create", REFUND).refunds

    assert told.id == "820982911946154508"
    assert told.fields == {
        "refund_id": "890088186047892319",
        "at": "2026-11-21T10:00:00-05:00",
        "lines": [{"sku": "ASSAM-250", "quantity": 2}, {"sku": "line-7", "quantity": 1}],
    }
    assert read("orders/updated", shopify_order(refunds=[REFUND])).refunds == (told,)


def test_a_refund_without_goods_tells_the_money_and_one_of_nothing_tells_nothing():
    [told] = read("refunds/create", {**REFUND, "refund_line_items": []}).refunds
    assert told.fields["amount"] == 3998

    assert read("refunds/create", {**REFUND, "refund_line_items": [], "transactions": []}).refunds == ()


@pytest.mark.parametrize("topic", ["app/uninstalled", "carts/update", "", "orders/CREATE"])
def test_other_topics_are_not_kept(topic):
    assert read(topic, {"anything": 1}) is None


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("orders/create", {}),
        ("orders/create", shopify_order(currency=None)),
        ("orders/create", shopify_order(line_items="none")),
        ("orders/create", shopify_order(line_items=[shopify_line(price="2.555")])),
        ("orders/create", shopify_order(line_items=[shopify_line(price=None)])),
        ("orders/create", shopify_order(updated_at="yesterday")),
        ("refunds/create", {**REFUND, "order_id": None}),
        ("refunds/create", {**REFUND, "refund_line_items": [{"quantity": 1}]}),
        ("customers/update", shopify_customer(id=None)),
        ("products/update", shopify_product(variants=None)),
        ("products/update", shopify_product(title="")),
    ],
)
def test_what_cannot_be_kept_is_refused_and_named(topic, body):
    with pytest.raises(InvalidInput, match="."):
        read(topic, body)
