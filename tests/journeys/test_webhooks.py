"""Webhooks through the packaged stack: the bytes that were signed arrive as they are, and what they tell counts."""

import json
import time
from base64 import b64encode
from hmac import digest
from typing import Any

import pytest

from chalicelib.local.install import SECRETS_PREFIX
from tests.domain.shop_systems import shopify_customer, shopify_line, shopify_order, shopify_product, woo_order
from tests.journeys.storefront import Storefront, open_page

pytestmark = pytest.mark.stack
SECRET = "a secret, of the shop"
FLAG = "Zoë 🏳️"


@pytest.fixture(scope="module")
def connected(shop: Storefront) -> Storefront:
    """A shop whose systems are connected while it runs."""
    for system in ("shopify", "woocommerce"):
        name = f"{SECRETS_PREFIX}/{system}-secret"
        shop.stack.client("ssm").put_parameter(Name=name, Value=SECRET, Type="SecureString", Overwrite=True)
    deadline = time.monotonic() + 60
    while deliver(shop, "shopify", "shop/update", {})[0] != 200:
        assert time.monotonic() < deadline
        time.sleep(1)
    return shop


def deliver(shop: Storefront, system: str, topic: str, body: Any, secret: str = SECRET) -> tuple[int, Any]:
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    names = {"shopify": ("X-Shopify-Hmac-Sha256", "X-Shopify-Topic")}
    signature, subject = names.get(system, ("X-WC-Webhook-Signature", "X-WC-Webhook-Topic"))
    signed = b64encode(digest(secret.encode(), raw, "sha256")).decode()
    headers = {"Content-Type": "application/json", signature: signed, subject: topic}
    answer = open_page("POST", f"{shop.stack.url}/v1/webhooks/{system}", raw, headers)
    return answer.status, json.loads(answer.data)


def test_an_order_of_shopify_counts_once_and_its_refund_takes_back(connected: Storefront) -> None:
    """E11, F4."""
    shop = connected
    customer = shopify_customer(id=77_001, email="hook-1@example.com", first_name=FLAG)
    order = shopify_order(id=77_101, customer=customer, email="hook-1@example.com")
    refund = {
        "id": 77_201,
        "order_id": 77_101,
        "created_at": "2026-11-21T10:00:00Z",
        "refund_line_items": [{"quantity": 1, "line_item_id": 1, "line_item": shopify_line()}],
        "transactions": [],
    }
    assert deliver(shop, "shopify", "refunds/create", refund)[1]["result"] == "updated"  # before its order
    results = [deliver(shop, "shopify", "orders/create", order)[1]["result"] for _ in range(3)]
    shop.settle()

    assert results == ["created", "unchanged", "unchanged"]
    found = shop.call("GET", "/customers/77001")
    assert (found["first_name"], found["email"]) == (FLAG, "hook-1@example.com")
    assert (found["stats"]["orders"], found["stats"]["spent"]["amount"]) == (1, 1999)


def test_an_order_of_woocommerce_makes_a_guest_and_its_cancellation_counts(connected: Storefront) -> None:
    shop = connected
    order = woo_order(id=88_101, currency="GBP")
    order["billing"] = {**order["billing"], "email": "hook-2@example.com"}
    assert deliver(shop, "woocommerce", "order.created", order)[1]["result"] == "created"
    later = {**order, "status": "cancelled", "date_modified_gmt": "2026-11-20T20:00:00"}
    assert deliver(shop, "woocommerce", "order.updated", later)[1]["result"] == "updated"
    assert deliver(shop, "woocommerce", "order.updated", order)[1]["result"] == "unchanged"
    shop.settle()

    [guest] = shop.call("GET", "/customers?email=hook-2@example.com")["customers"]
    assert guest["id"].startswith("guest-")
    assert (guest["stats"]["orders"], guest["stats"]["spent"]["amount"]) == (0, 0)


def test_a_product_of_shopify_is_there_at_once(connected: Storefront) -> None:
    product = shopify_product()
    product["variants"][0]["sku"] = "HOOK-250"
    product["variants"] = product["variants"][:1]
    assert deliver(connected, "shopify", "products/update", product)[1]["result"] == "created"

    assert connected.call("GET", "/products/HOOK-250")["price"]["amount"] == 1999


def test_strangers_and_ten_megabytes_are_refused(connected: Storefront) -> None:
    """F4."""
    assert deliver(connected, "shopify", "orders/create", shopify_order(id=77_301), "a guess")[0] == 401
    assert deliver(connected, "shopify", "orders/create", b'{"id": "' + b"x" * (10 << 20) + b'"}')[0] == 413
    assert deliver(connected, "woocommerce", "order.created", b'{"id": NaN}')[0] == 400
    assert connected.answer("GET", "/orders/77301")[0] == 404
