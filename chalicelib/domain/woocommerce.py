"""Which webhooks of WooCommerce are kept, and how its orders, customers and products become ours.

Sources: https://developer.woocommerce.com/docs/apis/rest-api/v3/webhooks/ and, for what a delivery holds,
https://developer.woocommerce.com/docs/apis/rest-api/v3/orders/ (and customers, products). A delivery after a deletion
holds the id alone.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.dates import instant_text, parse_instant
from chalicelib.domain.deliveries import (
    MAX_TITLE,
    Delivery,
    GuestId,
    Told,
    address,
    even_lines,
    inner,
    money,
    needed,
    objects,
    text_id,
    tidy,
    told,
)
from chalicelib.domain.shop import Shop
from chalicelib.domain.shopify import picture
from chalicelib.errors import InvalidInput

# Awaiting payment counts as placed: an order that is never paid is cancelled, and says so.
_STATUSES = {
    **dict.fromkeys(("pending", "processing", "on-hold", "completed"), "placed"),
    **dict.fromkeys(("cancelled", "failed", "trash"), "cancelled"),
    "refunded": "returned",
}
_DRAFTS = ("auto-draft", "checkout-draft", "draft", "new")
_UTC = ZoneInfo("UTC")


def woocommerce_delivery(topic: str, body: Mapping[str, Any], shop: Shop, guest: GuestId) -> Delivery | None:
    """What a delivery tells; None for a topic that is not kept.

    Args:
        topic: the header `X-WC-Webhook-Topic`.
        body: the delivery.
        shop: its currency and zone are those of products and of times without an offset.
        guest: the id of a customer without an account.

    Raises:
        InvalidInput: naming what is missing or wrong.
    """
    readers: Mapping[str, Callable[[], Delivery]] = {
        **dict.fromkeys(("order.created", "order.updated", "order.restored"), lambda: _order(body, shop, guest)),
        "order.deleted": lambda: Delivery(cancelled=text_id(needed(body, "id"), "id")),
        **dict.fromkeys(("customer.created", "customer.updated"), lambda: Delivery(customers=(_customer(body, shop),))),
        **dict.fromkeys(("product.created", "product.updated"), lambda: _product(body, shop)),
    }
    return readers[topic]() if topic in readers else None


def _time(body: Mapping[str, Any], name: str, shop: Shop) -> datetime | None:
    """`<name>_gmt` in UTC, else `<name>` in the shop's zone; neither has an offset."""
    if gmt := body.get(f"{name}_gmt"):
        return parse_instant(gmt, _UTC)
    return parse_instant(body[name], shop.zone) if body.get(name) else None


def _order(body: Mapping[str, Any], shop: Shop, guest: GuestId) -> Delivery:
    order_id, status = text_id(needed(body, "id"), "id"), str(needed(body, "status"))
    currency = str(needed(body, "currency"))
    lines = [
        line
        for place, one in enumerate(objects(needed(body, "line_items"), "line_items"))
        for line in _lines(one, currency, body.get("prices_include_tax") is True, f"line_items[{place}]")
    ]
    if status in _DRAFTS or not lines:
        return Delivery()
    placed_at = _time(body, "date_created", shop)
    as_of = _time(body, "date_modified", shop) or placed_at
    customer = _buyer(body, order_id, as_of, guest)
    coupons = objects(body.get("coupon_lines"), "coupon_lines")[:50]
    fields = told(
        order_id=order_id,
        customer_id=customer.id,
        placed_at=instant_text(placed_at) if placed_at else needed(body, "date_created"),
        currency=currency,
        lines=lines,
        status=_STATUSES.get(status, "placed"),  # a shop's own states are steps on the way
        channel=tidy(body.get("created_via"), 200),
        voucher_code=tidy(coupons[0].get("code"), 200) if coupons else None,
        shipping=money(body.get("shipping_total"), currency, "shipping_total"),
        tax=money(body.get("total_tax"), currency, "total_tax"),
        discounts=[found for coupon in coupons if (found := _discount(coupon, currency))] or None,
    )
    return Delivery(customers=(customer,), order=Told(id=order_id, fields=fields, as_of=as_of))


def _lines(line: Mapping[str, Any], currency: str, taxed: bool, where: str) -> list[dict[str, Any]]:
    """A line's `subtotal` is the worth of all its units before coupons, without the tax that shelf prices may have."""
    quantity = line.get("quantity")
    if quantity == 0:
        return []
    if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 0:
        raise InvalidInput(f"{where}.quantity must be a whole number above 0.")
    worth = money(needed(line, "subtotal"), currency, f"{where}.subtotal") or 0
    tax = money(line.get("subtotal_tax"), currency, f"{where}.subtotal_tax") or 0 if taxed else 0
    sku = next(found for name in ("sku", "variation_id", "product_id", "id") if (found := _text(line.get(name))))
    return even_lines(sku, quantity, worth + tax)


def _text(value: Any) -> str | None:
    return tidy(str(value or ""), 128)


def _discount(coupon: Mapping[str, Any], currency: str) -> dict[str, Any] | None:
    code, amount = tidy(coupon.get("code"), 200), money(coupon.get("discount"), currency, "coupon_lines.discount")
    return {"code": code, "amount": amount} if code and amount is not None else None


def _buyer(body: Mapping[str, Any], order_id: str, as_of: datetime | None, guest: GuestId) -> Told:
    """Whoever has the account; without one, a guest whose id is made of the address, or of the order."""
    billing = inner(body, "billing")
    mailbox = address(billing.get("email"))
    account = _text(body.get("customer_id"))  # 0: none
    return Told(
        id=account or (guest(mailbox) if mailbox else f"guest-order-{order_id}"),
        fields=_person(billing, mailbox),
        as_of=as_of,
        # The bill of an account may name somebody else; it says who the customer is only where nobody did.
        hearsay=account is not None,
    )


def _person(about: Mapping[str, Any], mailbox: str | None) -> dict[str, Any]:
    return told(
        email=mailbox,
        first_name=tidy(about.get("first_name"), 100),
        last_name=tidy(about.get("last_name"), 100),
        country=tidy(about.get("country"), 100),
        region=tidy(about.get("state"), 100),
    )


def _customer(body: Mapping[str, Any], shop: Shop) -> Told:
    billing = inner(body, "billing")
    joined = str(body.get("date_created") or "")[:10] or None  # local time of the shop, without an offset
    named = {name: value for name in ("first_name", "last_name") if (value := body.get(name))}
    return Told(
        id=text_id(needed(body, "id"), "id"),
        fields=_person({**billing, **named}, address(body.get("email"))) | told(joined_on=joined),
        as_of=_time(body, "date_modified", shop) or _time(body, "date_created", shop),
    )


def _product(body: Mapping[str, Any], shop: Shop) -> Delivery:
    """One that is not published yet tells nothing: it would be announced."""
    if body.get("status") not in (None, "publish"):
        return Delivery()
    price = money(body.get("price"), shop.currency, "price")
    regular = money(body.get("regular_price"), shop.currency, "regular_price")
    launched = _time(body, "date_created", shop)
    fields = told(
        name=tidy(unescape(str(needed(body, "name"))), MAX_TITLE),
        category=_first_name(body, "categories"),
        brand=_first_name(body, "brands"),
        price=price,
        image_url=picture(next((image.get("src") for image in objects(body.get("images"), "images")), None)),
        url=picture(body.get("permalink")),
        launched_at=instant_text(launched) if launched else None,
    )
    stock = body.get("stock_quantity")
    gone = {
        "compare_at_price": regular if regular is not None and price is not None and regular > price else None,
        "stock": max(0, stock) if isinstance(stock, int) else None,
    }
    sku = _text(body.get("sku")) or text_id(needed(body, "id"), "id")
    said = Told(id=sku, fields=fields | gone, as_of=_time(body, "date_modified", shop) or launched)
    return Delivery(products=(said,))


def _first_name(body: Mapping[str, Any], name: str) -> str | None:
    """WordPress keeps the names of terms with HTML's entities in them."""
    found = next((one.get("name") for one in objects(body.get(name), name)), None)
    return tidy(unescape(str(found)), 100) if found else None
