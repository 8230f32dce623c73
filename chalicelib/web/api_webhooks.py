"""Webhooks of shop systems over HTTP: signed by the system's own secret instead of our key."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.domain.deliveries import Delivery
from chalicelib.domain.shopify import shopify_delivery
from chalicelib.domain.woocommerce import woocommerce_delivery
from chalicelib.errors import NotFound, UnsupportedType
from chalicelib.ports import App
from chalicelib.services.take_delivery import take_delivery
from chalicelib.web.answers import json_text
from chalicelib.web.bodies import content_type, parse_object
from chalicelib.web.routing import request, v1
from chalicelib.web.schemas import Json
from chalicelib.web.signatures import raw_bytes, refuse_old, signed_body
from chalicelib.wiring import get_app, get_webhook_secrets

# Shopify's ids are 64 bits wide: its own sample order is 820982911946154508.
_LARGEST_ID = 2**63 - 1
_PING = b"webhook_id="

_log = logging.getLogger("habitue")
_log.setLevel(logging.INFO)


@v1("POST", "/webhooks/shopify", key=False)
def take_shopify() -> Json:
    """Keep what a webhook of Shopify tells.

    https://shopify.dev/docs/apps/build/webhooks/verify-deliveries
    """
    secrets = _secrets("shopify")
    raw = signed_body(request(), "X-Shopify-Hmac-Sha256", secrets)
    app = get_app()
    refuse_old(request(), "X-Shopify-Triggered-At", app.clock.real())
    topic, body = _header("X-Shopify-Topic"), _object(raw)
    shop = app.catalog.shop()
    return _take(app, "shopify", topic, shopify_delivery(topic, body, shop.currency, _guest(app)))


@v1("POST", "/webhooks/woocommerce", key=False)
def take_woocommerce() -> Json:
    """Keep what a webhook of WooCommerce tells.

    https://developer.woocommerce.com/docs/apis/rest-api/v3/webhooks/
    """
    secrets = _secrets("woocommerce")
    if _is_ping():
        return {"result": "ignored", "topic": "ping"}
    raw = signed_body(request(), "X-WC-Webhook-Signature", secrets)
    app = get_app()
    topic, body = _header("X-WC-Webhook-Topic"), _object(raw)
    return _take(app, "woocommerce", topic, woocommerce_delivery(topic, body, app.catalog.shop(), _guest(app)))


def _secrets(system: str) -> list[str]:
    found = get_webhook_secrets(system)
    if not found:
        raise NotFound("secret of webhooks, SSM parameter", f"{system}-secret")
    return found


def _is_ping() -> bool:
    """When a webhook is saved, WooCommerce posts its number alone, unsigned, and wants a 200. It changes nothing.

    https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/includes/class-wc-webhook.php
    """
    raw = raw_bytes(request())
    return raw.startswith(_PING) and len(raw) < 40 and raw.removeprefix(_PING).isdigit()


def _header(name: str) -> str:
    return str(request().headers.get(name, "")).strip()[:100]


def _object(raw: bytes) -> Mapping[str, Any]:
    if content_type(request()) not in ("application/json", ""):
        raise UnsupportedType(f"The delivery is {content_type(request())!r}. Choose JSON for the webhook.")
    return parse_object(raw, largest=_LARGEST_ID)


def _guest(app: App) -> Callable[[str], str]:
    return lambda address: f"guest-{app.keyed.mailbox(address)}"


def _take(app: App, system: str, topic: str, delivery: Delivery | None) -> Json:
    result = "ignored" if delivery is None else take_delivery(app, delivery)
    line = {"event": "webhook", "system": system, "topic": topic if delivery is not None else "other", "result": result}
    _log.info(json_text(line))
    return {"result": result, "topic": topic}
