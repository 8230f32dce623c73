"""How an order of Shopify becomes ours: who placed it, its lines, money as text, and its state out of two fields.

Source: https://shopify.dev/docs/api/admin-rest/latest/resources/order
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.dates import parse_instant
from chalicelib.domain.deliveries import (
    Delivery,
    GuestId,
    Told,
    address,
    inner,
    locale,
    money,
    needed,
    objects,
    text_id,
    tidy,
    told,
)
from chalicelib.domain.shopify_customers import customer_told, granted
from chalicelib.domain.shopify_refunds import line_sku, refund_told

_GONE = {"voided": "cancelled", "refunded": "returned"}  # financial_status, where it means that nothing was sold
_MOST_CODES = 50


def order_told(body: Mapping[str, Any], guest: GuestId) -> Delivery:
    """The order with whoever placed it. An order without any goods tells nothing. Raises: InvalidInput."""
    order_id = text_id(needed(body, "id"), "id")
    currency = str(needed(body, "currency"))
    placed_at = str(body.get("processed_at") or needed(body, "created_at"))
    as_of = parse_instant(body.get("updated_at") or placed_at)
    lines = [
        line
        for place, one in enumerate(objects(needed(body, "line_items"), "line_items"))
        if (line := _line(one, currency, f"line_items[{place}]"))
    ]
    customer = _customer(body, order_id, placed_at, guest)
    if not lines:
        return Delivery(customers=(customer,))
    codes = objects(body.get("discount_codes"), "discount_codes")[:_MOST_CODES]
    fields = told(
        order_id=order_id,
        customer_id=customer.id,
        placed_at=placed_at,
        currency=currency,
        lines=lines,
        status="cancelled" if body.get("cancelled_at") else _GONE.get(str(body.get("financial_status"))),
        channel=tidy(body.get("source_name"), 200),
        store=tidy(str(body.get("location_id") or ""), 200),
        served_by=tidy(str(body.get("user_id") or ""), 200),
        voucher_code=tidy(codes[0].get("code"), 200) if codes else None,
        shipping=money(
            inner(inner(body, "total_shipping_price_set"), "shop_money").get("amount"), currency, "shipping"
        ),
        tax=money(body.get("total_tax"), currency, "total_tax"),
        discounts=_discounts(codes, currency) or None,
    )
    told_back = (refund_told(one, order_id, currency) for one in objects(body.get("refunds"), "refunds"))
    return Delivery(
        customers=(customer,),
        order=Told(id=order_id, fields=fields, as_of=as_of),
        refunds=tuple(one for one in told_back if one),
    )


def _line(line: Mapping[str, Any], currency: str, where: str) -> dict[str, Any] | None:
    quantity = line.get("quantity")
    if quantity == 0:
        return None
    return {
        "sku": line_sku(line),
        "quantity": quantity,
        "unit_price": money(needed(line, "price"), currency, f"{where}.price"),
    }


def _discounts(codes: list[Mapping[str, Any]], currency: str) -> list[dict[str, Any]]:
    found = [(tidy(code.get("code"), 200), money(code.get("amount"), currency, "discount_codes")) for code in codes]
    return [{"code": code, "amount": amount} for code, amount in found if code and amount is not None]


def _customer(body: Mapping[str, Any], order_id: str, placed_at: str, guest: GuestId) -> Told:
    """The customer of the order; without one, a guest whose id is made of the address, or of the order."""
    said_at = str(body.get("updated_at") or placed_at)
    about = inner(body, "customer")
    mailbox = address(about.get("email") or body.get("email") or body.get("contact_email"))
    spoken = locale(body.get("customer_locale"))
    grant = granted(placed_at, "single_opt_in") if body.get("buyer_accepts_marketing") is True and mailbox else None
    if about.get("id") is not None:
        known = customer_told({**about, "email": mailbox, "updated_at": about.get("updated_at") or said_at})
        more = told(locale=spoken, consent=grant if "email_marketing_consent" not in about else None)
        return Told(id=known.id, fields={**more, **known.fields}, as_of=known.as_of)
    billing = inner(body, "billing_address")
    fields = told(
        email=mailbox,
        first_name=tidy(billing.get("first_name"), 100),
        last_name=tidy(billing.get("last_name"), 100),
        country=tidy(billing.get("country_code"), 100),
        locale=spoken,
        consent=grant,
    )
    return Told(
        id=guest(mailbox) if mailbox else f"guest-order-{order_id}", fields=fields, as_of=parse_instant(said_at)
    )
