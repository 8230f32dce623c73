"""What a voucher and a redemption are, and which request makes which redemption."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Literal
from zoneinfo import ZoneInfo

from chalicelib.domain.baskets import LineDiscount
from chalicelib.domain.codes import normalise_code
from chalicelib.domain.offers import Offer

VoucherStatus = Literal["issued", "activated", "redeemed", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """A code that carries an offer. Its state only moves forward, save withdrawn -> issued with the same send."""

    code: str  # normal form, without dashes
    offer: str  # the offer's name
    customer_id: str | None = None  # None: a shared code, which anyone may use and which is never used up
    message_id: str = ""  # the send that carries it; empty: issued outside of a send
    batch_id: str = ""
    issued_at: datetime  # aware UTC
    expires_at: datetime | None = None  # aware UTC, valid strictly before; None: no end of its own
    status: VoucherStatus = "issued"
    activated_at: datetime | None = None
    redemption_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaining:
    """What was left of the offer's limits after one redemption, as read when it was made. None: no such limit."""

    total: int | None = None  # redemptions
    per_customer: int | None = None  # redemptions of this customer
    budget: int | None = None  # minor units


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """One use of a voucher by one order. Written once and answered again to every repeat."""

    id: str  # from code and order: the same order cannot use the same code twice
    code: str
    offer: str
    customer_id: str | None = None
    message_id: str = ""
    batch_id: str = ""
    order_id: str
    order_total: int  # minor units, before the discount
    discount: int  # minor units
    currency: str
    lines: tuple[LineDiscount, ...] = ()
    at: datetime  # aware UTC
    fingerprint: str  # hash of the request's body: tells a repeat from a different request
    key: str | None = None  # hash of the caller's Idempotency-Key
    remaining: Remaining = field(default_factory=Remaining)


def voucher_for(
    offer: Offer,
    customer_id: str,
    code: str,
    issued_at: datetime,
    zone: ZoneInfo,
    *,
    message: tuple[str, str] = ("", ""),
) -> Voucher | None:
    """The voucher that brings this offer to this customer; None where the offer has no code.

    Args:
        offer: what it carries.
        customer_id: for whom.
        code: the keyed code of this offer for this send; a shared code takes its place.
        issued_at: aware UTC.
        zone: the shop's, for `days_from_issue`.
        message: (message id, batch id) of the send that carries it.
    """
    if offer.code.kind == "none":
        return None
    shared = offer.code.kind == "shared"
    return Voucher(
        code=normalise_code(offer.code.value or "") if shared else code,
        offer=offer.name,
        customer_id=None if shared else customer_id,
        message_id="" if shared else message[0],
        batch_id="" if shared else message[1],
        issued_at=issued_at,
        expires_at=offer.expires_at(issued_at, zone),
    )


def redemption_id(code: str, order_id: str) -> str:
    """The id of this code's use by this order: always the same, 32 hex digits."""
    return _digest("redemption", code, order_id)


def key_hash(idempotency_key: str) -> str:
    """What is stored of a caller's Idempotency-Key."""
    return _digest("key", idempotency_key)


def _digest(*parts: str) -> str:
    # The length before each part keeps ("a", "bc") and ("ab", "c") apart.
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return sha256(joined.encode()).hexdigest()[:32]
