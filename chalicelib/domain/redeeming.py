"""Why a voucher cannot be used: every reason, in the order in which a shop wants to hear them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.baskets import Basket, Grant
from chalicelib.domain.offers import Offer
from chalicelib.domain.vouchers import Remaining, Voucher
from chalicelib.errors import OfferExhausted, VoucherRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How much of an offer has been used so far."""

    total: int = 0  # redemptions
    spent: int = 0  # minor units of discount
    by_customer: int = 0  # redemptions of the customer in question


def refusal_now(voucher: Voucher, offer: Offer, at: datetime) -> VoucherRefused | None:
    """Why the voucher cannot be used by any order now; None: it can.

    Reasons: `stopped`, `used`, `not_started`, `expired`.
    """
    if offer.stopped:
        return VoucherRefused("stopped", f"Offer {offer.name!r} was stopped; none of its codes is accepted any more.")
    if voucher.status == "redeemed":
        return VoucherRefused("used", "This code has been used. It counts once; the customer needs another one.")
    starts = offer.validity.starts_at
    if starts is not None and at < starts:
        return VoucherRefused("not_started", f"This code can be used from {starts.isoformat()} on.")
    ends = _end(voucher, offer)
    if ends is not None and at >= ends:
        return VoucherRefused("expired", f"This code could be used until {ends.isoformat()}.")
    return None


def _end(voucher: Voucher, offer: Offer) -> datetime | None:
    # The voucher keeps the end it was issued with; an offer that was shortened since ends it earlier. A shared code
    # has no end of its own.
    own = voucher.expires_at if voucher.customer_id is not None else None
    return min((end for end in (own, offer.validity.ends_at) if end is not None), default=None)


def refusal_of_basket(
    voucher: Voucher, offer: Offer, basket: Basket, granted: Grant, segments: Collection[str]
) -> VoucherRefused | None:
    """Why this order does not get the offer; None: it does.

    Args:
        voucher: a personal one was checked against the offer's segments when it was issued.
        offer: what it carries.
        basket: the order.
        granted: what the offer would give to it.
        segments: names of the customer's segments; empty for a customer who was not named.

    Reasons: `wrong_currency`, `not_in_segment`, `minimum_basket`, `wrong_category`.
    """
    if basket.currency != offer.currency:
        message = f"The order is in {basket.currency}, the offer in {offer.currency}; they must be the same."
        return VoucherRefused("wrong_currency", message)
    if voucher.customer_id is None and not in_segments(offer, segments):
        wanted = ", ".join(offer.conditions.segments)
        return VoucherRefused("not_in_segment", f"This code is for customers in {wanted}; name a `customer_id` of one.")
    least = offer.conditions.min_basket
    if least is not None and basket.total < least:
        message = f"The order is worth {basket.total} {offer.currency} in minor units; the offer needs {least}."
        return VoucherRefused("minimum_basket", message)
    if not granted.eligible:
        wanted = ", ".join(offer.conditions.categories)
        return VoucherRefused("wrong_category", f"The offer is for products of {wanted}; the order has none of them.")
    return None


def in_segments(offer: Offer, segments: Collection[str]) -> bool:
    """Whether a member of these segments may have the offer."""
    wanted = offer.conditions.segments
    return not wanted or not set(wanted).isdisjoint(segments)


def over_limits(offer: Offer, use: Use, discount: int, customer_id: str | None) -> VoucherRefused | None:
    """Why one more redemption would break a limit of the offer; None: it would not.

    A discount that does not fit into what is left of the budget is refused, not cut.
    Reasons: `customer_needed`, `customer_limit`, `exhausted`.
    """
    limits = offer.limits
    if limits.per_customer is not None and customer_id is None:
        message = "This offer counts uses per customer: name the `customer_id` with the order."
        return VoucherRefused("customer_needed", message)
    if limits.per_customer is not None and use.by_customer >= limits.per_customer:
        message = f"This customer has used offer {offer.name!r} {use.by_customer} time(s), its limit for one customer."
        return VoucherRefused("customer_limit", message)
    if limits.total is not None and use.total >= limits.total:
        return OfferExhausted(
            f"Offer {offer.name!r} was redeemed {use.total} times, its limit. Raise `limits.total`, or put a new offer."
        )
    if limits.budget is not None and use.spent + discount > limits.budget:
        return OfferExhausted(
            f"Offer {offer.name!r} has given {use.spent} of its budget of {limits.budget} (minor units, "
            f"{offer.currency}); {discount} more does not fit. Raise `limits.budget`, or put a new offer."
        )
    return None


def remaining_after(offer: Offer, use: Use, discount: int) -> Remaining:
    """What one more redemption leaves of each limit that the offer has."""
    limits = offer.limits
    return Remaining(
        total=None if limits.total is None else limits.total - use.total - 1,
        per_customer=None if limits.per_customer is None else limits.per_customer - use.by_customer - 1,
        budget=None if limits.budget is None else limits.budget - use.spent - discount,
    )
