"""Use case: use a voucher for an order, once."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.baskets import basket_from_fields
from chalicelib.domain.vouchers import Redemption, key_hash, redemption_id
from chalicelib.ports import App
from chalicelib.services.find_voucher import find_voucher
from chalicelib.services.validate_voucher import granted_now, refusal


def redeem_voucher(
    app: App, code: str, customer_id: str | None, order: Mapping[str, Any], idempotency_key: str | None = None
) -> Redemption:
    """Redeem, and give the same answer to every repeat of the same request.

    A repeat is told by the idempotency key, or by code and order id together; it is answered also after the offer
    has ended. Nothing is changed where it is refused.

    Args:
        app: the ports.
        code: as typed.
        customer_id: who pays; None where the shop does not know.
        order: `order_id`, `currency`, `lines` of sku, quantity, unit_price (minor units).
        idempotency_key: the caller's; None: code and order id alone.

    Raises:
        MalformedRequest: the order cannot be read. UnknownVoucher: no such code for this customer.
        VoucherRefused: with the reason. OfferExhausted: a limit of the offer is reached.
        IdempotencyMismatch: the key, or code and order, have redeemed something else. Busy: try again.
    """
    basket = basket_from_fields(order)
    voucher, offer = find_voucher(app, code, customer_id)
    fingerprint = basket.fingerprint(voucher.code, customer_id)
    name, key = redemption_id(voucher.code, basket.order_id), idempotency_key and key_hash(idempotency_key)
    earlier = app.vouchers.earlier(name, key, fingerprint)
    if earlier is not None:
        return earlier
    who = voucher.customer_id or customer_id
    granted = granted_now(app, offer, basket)
    refused = refusal(app, voucher, offer, basket, granted, who)
    if refused is not None:
        raise refused
    wanted = Redemption(
        id=name,
        code=voucher.code,
        offer=offer.name,
        customer_id=who,
        message_id=voucher.message_id,
        batch_id=voucher.batch_id,
        order_id=basket.order_id,
        order_total=basket.total,
        discount=granted.discount,
        currency=basket.currency,
        lines=granted.lines,
        at=app.clock.now(),
        fingerprint=fingerprint,
        key=key,
    )
    return app.vouchers.redeem(voucher, offer, wanted)
