"""Which webhooks of Shopify are kept, and how a product with its variants becomes ours.

Source: https://shopify.dev/docs/api/webhooks/latest (topics and a payload of each); the product:
https://shopify.dev/docs/api/admin-rest/latest/resources/product
"""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.domain.dates import parse_instant
from chalicelib.domain.deliveries import (
    MAX_TITLE,
    Delivery,
    GuestId,
    Told,
    inner,
    money,
    needed,
    objects,
    text_id,
    tidy,
)
from chalicelib.domain.product_fields import web_address
from chalicelib.domain.shopify_customers import customer_told, deleted_id, redacted_id
from chalicelib.domain.shopify_orders import order_told
from chalicelib.domain.shopify_refunds import refund_told
from chalicelib.errors import InvalidInput

_ONLY_VARIANT = "Default Title"  # what Shopify calls the variant of a product that has none


def shopify_delivery(topic: str, body: Mapping[str, Any], currency: str, guest: GuestId) -> Delivery | None:
    """What a delivery tells; None for a topic that is not kept.

    Args:
        topic: the header `X-Shopify-Topic`.
        body: the delivery.
        currency: the shop's: a product names none.
        guest: the id of a customer without an account.

    Raises:
        InvalidInput: naming what is missing or wrong.
    """
    readers: Mapping[str, Callable[[], Delivery]] = {
        **dict.fromkeys(
            ("orders/create", "orders/updated", "orders/paid", "orders/cancelled"), lambda: order_told(body, guest)
        ),
        "refunds/create": lambda: _refund(body, currency),
        "customers/delete": lambda: Delivery(erased=deleted_id(body)),
        "customers/redact": lambda: Delivery(erased=redacted_id(body)),
        **dict.fromkeys(("customers/create", "customers/update"), lambda: Delivery(customers=(customer_told(body),))),
        **dict.fromkeys(("products/create", "products/update"), lambda: _products(body, currency)),
    }
    return readers[topic]() if topic in readers else None


def _refund(body: Mapping[str, Any], currency: str) -> Delivery:
    told = refund_told(body, text_id(needed(body, "order_id"), "order_id"), currency)
    return Delivery(refunds=(told,) if told else ())


def _products(body: Mapping[str, Any], currency: str) -> Delivery:
    """Each variant is a product. One that is not published yet tells nothing: it would be announced."""
    if body.get("status") not in (None, "active") or not body.get("published_at"):
        return Delivery()
    said = parse_instant(body["updated_at"]) if body.get("updated_at") else None
    images = {image.get("id"): image.get("src") for image in objects(body.get("images"), "images")}
    variants = objects(needed(body, "variants"), "variants")
    return Delivery(
        products=tuple(
            Told(id=_sku(variant), fields=_fields(body, variant, images, currency), as_of=said) for variant in variants
        )
    )


def _sku(variant: Mapping[str, Any]) -> str:
    return tidy(variant.get("sku"), 128) or text_id(needed(variant, "id"), "variants.id")


def _fields(
    body: Mapping[str, Any], variant: Mapping[str, Any], images: Mapping[Any, Any], currency: str
) -> dict[str, Any]:
    title, choice = tidy(needed(body, "title"), MAX_TITLE), tidy(variant.get("title"), MAX_TITLE)
    name = title if choice in (None, _ONLY_VARIANT) else f"{title}, {choice}"
    stock = variant.get("inventory_quantity")
    fields: dict[str, Any] = {
        "name": str(name)[:MAX_TITLE],
        "category": tidy(body.get("product_type"), 100) or tidy(inner(body, "category").get("name"), 100),
        "brand": tidy(body.get("vendor"), 100),
        "price": money(variant.get("price"), currency, "variants.price"),
        "image_url": picture(images.get(variant.get("image_id")) or inner(body, "image").get("src")),
        "launched_at": body["published_at"],
    }
    # Said also where they are empty: a sale ends, a stock is no longer counted. Oversold stock is below zero.
    gone = {
        "compare_at_price": money(variant.get("compare_at_price"), currency, "variants.compare_at_price"),
        "stock": max(0, stock) if isinstance(stock, int) else None,
    }
    return {name: value for name, value in fields.items() if value is not None} | gone


def picture(value: Any) -> str | None:
    """The address of a picture that a mail can show, or None."""
    try:
        return web_address(value)
    except InvalidInput:
        return None
