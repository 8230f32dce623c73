from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from chalicelib.domain.shopify import shopify_delivery
from chalicelib.domain.woocommerce import woocommerce_delivery
from chalicelib.errors import Conflict, InvalidInput
from chalicelib.services.place_order import place_order
from chalicelib.services.put_customer import put_customer
from chalicelib.services.refresh_many import refresh_many
from chalicelib.services.take_delivery import take_delivery
from chalicelib.services.unsubscribe import unsubscribe
from tests.domain.shop_systems import (
    shopify_customer,
    shopify_line,
    shopify_order,
    shopify_product,
    woo_customer,
    woo_order,
    woo_product,
)
from tests.fakes import make_app

ORDER, CUSTOMER = "820982911946154508", "115310627314723954"
FIRST = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def app():
    return make_app()


def take(app, topic, body):
    guest = lambda address: f"guest-{app.keyed.mailbox(address)}"  # noqa: E731
    if "/" in topic:
        delivery = shopify_delivery(topic, body, "GBP", guest)
    else:
        delivery = woocommerce_delivery(topic, body, app.catalog.shop(), guest)
    assert delivery is not None
    return take_delivery(app, delivery)


def at(minutes):
    return (FIRST + timedelta(minutes=minutes)).isoformat()


def test_an_order_is_stored_with_its_customer_and_a_replay_changes_nothing(app):
    """E11, F4."""
    assert take(app, "orders/create", shopify_order()) == "created"
    order, customer, writes = app.orders.get(ORDER), app.customers.get(CUSTOMER), app.orders.writes

    for topic in ("orders/create", "orders/paid", "orders/updated"):
        assert take(app, topic, shopify_order()) == "unchanged"

    assert (order.total, order.customer_id) == (3998, CUSTOMER)
    assert (customer.email, customer.consent_status) == ("ada@example.com", "granted")
    assert app.orders.get(ORDER) == order
    assert app.customers.get(CUSTOMER) == customer
    assert app.orders.writes == writes


STORY = [
    ("orders/create", shopify_order(updated_at=at(0))),
    ("orders/updated", shopify_order(updated_at=at(1), line_items=[shopify_line(quantity=3)])),
    ("orders/paid", shopify_order(updated_at=at(2), line_items=[shopify_line(quantity=3)])),
    ("orders/cancelled", shopify_order(updated_at=at(3), cancelled_at=at(3))),
]


@pytest.mark.parametrize("sequence", list(permutations(range(4))))
def test_in_whatever_sequence_deliveries_come_the_newest_stands(app, sequence):
    """E11: also the cancellation before the order itself."""
    for place in sequence:
        take(app, *STORY[place])

    order = app.orders.get(ORDER)
    assert (order.status, order.lines[0].quantity) == ("cancelled", 2)
    assert order.as_of == FIRST + timedelta(minutes=3)
    assert app.orders.header(CUSTOMER, ORDER).as_of == order.as_of


def test_the_same_content_as_of_a_later_time_refuses_what_was_said_in_between(app):
    take(app, "orders/create", shopify_order(updated_at=at(0)))
    assert take(app, "orders/updated", shopify_order(updated_at=at(2))) == "unchanged"

    late = shopify_order(updated_at=at(1), line_items=[shopify_line(quantity=9)])
    assert take(app, "orders/updated", late) == "unchanged"
    assert app.orders.get(ORDER).lines[0].quantity == 2


def test_what_the_api_says_holds_and_older_deliveries_stay_refused(app):
    take(app, "orders/create", shopify_order(updated_at=at(5)))
    fields = {
        "order_id": ORDER,
        "customer_id": CUSTOMER,
        "placed_at": "2026-11-21T00:00:00Z",
        "lines": [{"sku": "ASSAM-250", "quantity": 2, "unit_price": 1999}],
        "store": "Bath",
    }
    assert place_order(app, fields)[1] == "updated"

    assert take(app, "orders/updated", shopify_order(updated_at=at(4), location_id=7)) == "unchanged"
    assert app.orders.get(ORDER).store == "Bath"


def test_older_news_of_a_customer_change_nothing(app):
    take(app, "customers/update", shopify_customer(updated_at=at(2), first_name="Adele"))

    older = shopify_customer(updated_at=at(1), first_name="Ada", email="old@example.com")
    assert take(app, "customers/create", older) == "unchanged"
    customer = app.customers.get(CUSTOMER)
    assert (customer.first_name, customer.email, customer.as_of) == (
        "Adele",
        "ada@example.com",
        FIRST.replace(minute=2),
    )

    assert take(app, "customers/update", shopify_customer(updated_at=at(3), first_name="Ada")) == "updated"
    assert app.customers.get(CUSTOMER).first_name == "Ada"


def test_older_news_of_a_product_change_nothing(app):
    assert take(app, "products/update", shopify_product(updated_at=at(2), title="Assam leaf")) == "created"
    assert take(app, "products/create", shopify_product(updated_at=at(1))) == "unchanged"
    assert app.products.get("ASSAM-250").name == "Assam leaf, 250 g"

    assert take(app, "products/update", shopify_product(updated_at=at(3), published_at=None)) == "ignored"
    assert take(app, "products/update", shopify_product(updated_at=at(3))) == "updated"
    assert app.products.get("ASSAM-250").name == "Assam, 250 g"


def test_a_webhook_never_undoes_the_persons_own_withdrawal(app):
    """C7."""
    take(app, "customers/create", shopify_customer())
    mailbox = app.keyed.mailbox("ada@example.com")
    unsubscribe(app, app.signer.sign("u", [mailbox, "c.spring.1", "b-1", CUSTOMER]))
    consent = {"state": "subscribed", "opt_in_level": "single_opt_in", "consent_updated_at": at(60)}

    take(app, "customers/update", shopify_customer(updated_at=at(61), email_marketing_consent=consent))

    assert app.mailboxes.get(mailbox).consent.status == "withdrawn"
    assert app.customers.get(CUSTOMER).consent_status == "withdrawn"


def test_a_consent_withdrawn_at_the_shop_counts(app):
    take(app, "customers/create", shopify_customer())
    consent = {"state": "unsubscribed", "opt_in_level": None, "consent_updated_at": at(1)}

    assert (
        take(app, "customers/update", shopify_customer(updated_at=at(1), email_marketing_consent=consent)) == "updated"
    )
    assert app.customers.get(CUSTOMER).consent_status == "withdrawn"


def test_one_address_is_one_guest(app):
    take(app, "order.created", woo_order())
    take(app, "order.created", woo_order(id=728))

    guest = f"guest-{app.keyed.mailbox('john.doe@example.com')}"
    assert [app.orders.get(order_id).customer_id for order_id in ("727", "728")] == [guest, guest]
    assert app.customers.get(guest).email == "john.doe@example.com"
    assert app.customers.get(guest).consent_status is None


def test_a_bill_fills_in_an_unknown_account_and_never_changes_a_known_one(app):
    take(app, "order.created", woo_order(customer_id=25))
    assert app.customers.get("25").email == "john.doe@example.com"

    take(app, "customer.updated", woo_customer(email="account@example.com"))
    take(app, "order.created", woo_order(id=729, customer_id=25))
    assert app.customers.get("25").email == "account@example.com"


def test_a_deleted_order_is_cancelled_once_and_stays_so_for_older_news(app):
    take(app, "order.created", woo_order())

    assert [take(app, "order.deleted", {"id": 727}) for _ in range(2)] == ["updated", "unchanged"]
    assert take(app, "order.updated", woo_order(status="completed")) == "unchanged"
    assert app.orders.get("727").status == "cancelled"


def test_a_deletion_that_comes_first_waits_for_its_order(app):
    """E11."""
    assert take(app, "order.deleted", {"id": 727}) == "updated"
    take(app, "order.created", woo_order())

    assert app.orders.get("727").status == "cancelled"


REFUND = {
    "id": 5,
    "order_id": int(ORDER),
    "created_at": at(5),
    "refund_line_items": [{"quantity": 1, "line_item_id": 1, "line_item": shopify_line()}],
    "transactions": [],
}


@pytest.mark.parametrize("sequence", list(permutations(range(3))))
def test_a_refund_counts_once_in_whatever_sequence_it_comes_and_however_often(app, sequence):
    """E11: by its own topic and inside the order."""
    story = [
        ("orders/create", shopify_order(updated_at=at(0))),
        ("refunds/create", REFUND),
        ("orders/updated", shopify_order(updated_at=at(5), financial_status="partially_refunded", refunds=[REFUND])),
    ]
    for place in (*sequence, *sequence):
        take(app, *story[place])

    refresh_many(app, [CUSTOMER])
    assert [refund.units for refund in app.orders.get(ORDER).refunds] == [{"ASSAM-250": 1}]
    assert app.customers.get(CUSTOMER).stats.spent == 1999
    assert [take(app, *one) for one in story] == ["unchanged"] * 3


def test_whoever_is_erased_is_not_brought_back_by_older_news(app):
    """C7, F4."""
    redact = {"shop_domain": "shop.example.com", "customer": {"id": int(CUSTOMER)}}
    assert take(app, "customers/redact", redact) == "unchanged"
    take(app, "orders/create", shopify_order())
    assert take(app, "customers/redact", redact) == "updated"
    assert app.customers.get(CUSTOMER) is None

    assert take(app, "customers/update", shopify_customer()) == "unchanged"
    assert take(app, "orders/create", shopify_order()) == "unchanged"
    assert take(app, "customers/redact", redact) == "unchanged"
    assert app.customers.get(CUSTOMER) is None

    later = shopify_customer(updated_at=(app.clock.now() + timedelta(hours=1)).isoformat())
    assert take(app, "customers/create", later) == "created"  # as someone new, whom nobody mails
    assert app.mailboxes.get(app.keyed.mailbox("ada@example.com")).suppression.reason == "erased"


def test_a_product_of_woocommerce_is_stored(app):
    assert take(app, "product.created", woo_product()) == "created"
    assert app.products.get("794").price == 2199


def test_what_cannot_be_kept_is_refused_and_nothing_of_it_is_stored(app):
    with pytest.raises(InvalidInput):
        take(app, "products/create", shopify_product(variants=[{"id": 1, "price": "-1.00"}]))
    put_customer(app, "other", {})
    take(app, "orders/create", shopify_order())
    with pytest.raises(Conflict, match="another customer"):
        take(app, "orders/updated", shopify_order(updated_at=at(9), customer=shopify_customer(id=7)))

    assert list(app.products.all()) == []
    assert app.orders.get(ORDER).customer_id == CUSTOMER
