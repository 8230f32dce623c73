"""Vouchers and redemptions that the suites of the voucher store share."""

from datetime import UTC, datetime

from chalicelib.domain.baskets import LineDiscount
from chalicelib.domain.benefits import Benefit
from chalicelib.domain.offers import Offer
from chalicelib.domain.vouchers import Redemption, Voucher, redemption_id

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
OFFER = Offer(name="spring", benefit=Benefit(kind="amount", amount=500), currency="GBP")


def personal(code: str, customer_id: str = "c-1") -> Voucher:
    """A fresh voucher of one customer."""
    return Voucher(code=code, offer="spring", customer_id=customer_id, issued_at=NOW)


def redemption(
    code: str, order_id: str, *, discount: int = 500, customer_id: str | None = "c-1", key: str | None = None
) -> Redemption:
    """What an order of one line asks for."""
    return Redemption(
        id=redemption_id(code, order_id),
        code=code,
        offer="spring",
        customer_id=customer_id,
        order_id=order_id,
        order_total=5_000,
        discount=discount,
        currency="GBP",
        lines=(LineDiscount(sku="beans", quantity=2, unit_price=2_500, discount=discount),),
        at=NOW,
        fingerprint=f"{code} {order_id} {customer_id}",
        key=key,
    )
