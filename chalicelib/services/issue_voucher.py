"""Use case: give one customer a voucher outside of a mail."""

from chalicelib.domain.offers import Offer
from chalicelib.domain.redeeming import in_segments, refusal_now
from chalicelib.domain.vouchers import Voucher, voucher_for
from chalicelib.errors import Conflict, NotFound, VoucherRefused
from chalicelib.ports import App
from chalicelib.services.get_offer import get_offer


def issue_voucher(app: App, name: str, customer_id: str) -> Voucher:
    """Issue a new voucher of the offer to the customer; of an offer with a shared code, that code.

    Raises:
        NotFound: no such offer or customer. Conflict: the offer has no codes.
        VoucherRefused: the offer is stopped or over, or the customer is in none of its segments.
    """
    offer = get_offer(app, name)
    customer = app.customers.get(customer_id)
    if customer is None:
        raise NotFound("customer", customer_id)
    if not in_segments(offer, customer.segments):
        wanted = ", ".join(offer.conditions.segments)
        raise VoucherRefused("not_in_segment", f"Offer {name!r} is for {wanted}; customer {customer_id!r} is in none.")
    voucher = _fresh(app, offer, customer_id)
    if voucher.customer_id is not None:
        app.vouchers.issue([voucher])
    return voucher


def _fresh(app: App, offer: Offer, customer_id: str) -> Voucher:
    now = app.clock.now()
    # No send is behind it: a fresh id takes the place of the message's, so that each call makes another code.
    code = app.keyed.voucher_code(offer.name, customer_id, f"by-hand:{app.ids.new()}")
    voucher = voucher_for(offer, customer_id, code, now, app.catalog.shop().zone)
    if voucher is None:
        raise Conflict(f"Offer {offer.name!r} has no codes to issue: its `code.kind` is none.")
    refused = refusal_now(voucher, offer, now)
    if refused is not None and refused.reason != "not_started":
        raise refused
    return voucher
