"""Use case: the voucher of each person of a batch, made of the send itself, so that a repeat issues the same."""

from collections.abc import Sequence

from chalicelib.domain.customers import Customer
from chalicelib.domain.messages import Batch, Message
from chalicelib.domain.offers import Offer
from chalicelib.domain.shop import Shop
from chalicelib.domain.vouchers import Voucher, voucher_for
from chalicelib.ports import App


def send_vouchers(
    app: App, message: Message, batch: Batch, shop: Shop, offer: Offer | None, people: Sequence[Customer]
) -> dict[str, Voucher]:
    """Issue one voucher to each person, by customer id; nobody gets one where the message has no offer.

    An offer that hands out one shared code issues nothing: everyone gets that code. On a repeat the mail shows what an
    earlier attempt issued, with the end that it had then.
    """
    if offer is None:
        return {}
    now = app.clock.now()
    vouchers: dict[str, Voucher] = {}
    for customer in people:
        code = app.keyed.voucher_code(offer.name, customer.id, message.id)
        voucher = voucher_for(offer, customer.id, code, now, shop.zone, message=(message.id, batch.id))
        if voucher is not None:
            vouchers[customer.id] = voucher
    own = {person: voucher for person, voucher in vouchers.items() if voucher.customer_id is not None}
    app.vouchers.issue(list(own.values()))
    if batch.attempts > 1:
        vouchers |= {person: app.vouchers.get(voucher.code) or voucher for person, voucher in own.items()}
    return vouchers
