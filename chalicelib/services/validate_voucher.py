"""Use case: what an order would get for a code now, and why not. Changes nothing."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.baskets import Basket, Grant, basket_from_fields, grant
from chalicelib.domain.codes import show_code
from chalicelib.domain.offers import Offer
from chalicelib.domain.redeeming import over_limits, refusal_now, refusal_of_basket
from chalicelib.domain.vouchers import Voucher
from chalicelib.errors import VoucherRefused
from chalicelib.ports import App
from chalicelib.services.find_voucher import find_voucher


def validate_voucher(app: App, code: str, customer_id: str | None, order: Mapping[str, Any]) -> dict[str, Any]:
    """Answer whether the order would get the offer, and what.

    Args:
        app: the ports.
        code: as typed.
        customer_id: who pays; None where the shop does not know.
        order: `order_id`, `currency`, `lines` of sku, quantity, unit_price (minor units).

    Returns:
        `valid`, `reason` and `message` (null where valid), `code`, `offer`, `benefit`, `stacking`, `discount` (money;
        zero where not valid) and `lines`, each with its `discount`.

    Raises:
        MalformedRequest: the order cannot be read. UnknownVoucher: no such code for this customer.
    """
    basket = basket_from_fields(order)
    voucher, offer = find_voucher(app, code, customer_id)
    granted = granted_now(app, offer, basket)
    who = voucher.customer_id or customer_id
    refused = refusal(app, voucher, offer, basket, granted, who) or over_limits(
        offer, app.vouchers.usage(offer.name, who), granted.discount, who
    )
    return _answer(voucher, offer, granted, refused)


def granted_now(app: App, offer: Offer, basket: Basket) -> Grant:
    """What the offer gives to the basket; the products are read only where their category matters."""
    products = app.products.get_many(basket.skus) if offer.conditions.categories else {}
    return grant(offer, basket, {sku: product.category for sku, product in products.items()})


def refusal(
    app: App, voucher: Voucher, offer: Offer, basket: Basket, granted: Grant, customer_id: str | None
) -> VoucherRefused | None:
    """Why this order cannot use the voucher now, limits aside; None: it can."""
    refused = refusal_now(voucher, offer, app.clock.now())
    if refused is not None:
        return refused
    asks = offer.conditions.segments and voucher.customer_id is None and customer_id is not None
    customer = app.customers.get(customer_id) if asks and customer_id is not None else None
    return refusal_of_basket(voucher, offer, basket, granted, customer.segments if customer else ())


def _answer(voucher: Voucher, offer: Offer, granted: Grant, refused: VoucherRefused | None) -> dict[str, Any]:
    def money(amount: int) -> dict[str, Any]:
        return {"amount": 0 if refused else amount, "currency": offer.currency}

    return {
        "valid": refused is None,
        "reason": refused and refused.reason,
        "message": refused and refused.message,
        "code": show_code(voucher.code),
        "offer": offer.name,
        "benefit": offer.benefit.to_fields(),
        "stacking": {"exclusive": offer.exclusive},
        "discount": money(granted.discount),
        "lines": [{"sku": line.sku, "discount": money(line.discount)} for line in granted.lines],
    }
