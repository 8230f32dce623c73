"""Ports: vouchers, their redemptions and budgets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # what answers a click imports the ports, and needs none of these
    from chalicelib.domain.offers import Offer
    from chalicelib.domain.redeeming import Use
    from chalicelib.domain.vouchers import Redemption, Voucher


class Vouchers(Protocol):
    """Vouchers, redemptions, budgets."""

    def get(self, code: str) -> Voucher | None: ...

    def get_many(self, codes: Sequence[str]) -> dict[str, Voucher]:
        """Those that exist, by code. Consistent, any number."""
        ...

    def issue(self, vouchers: Sequence[Voucher]) -> None:
        """Write each if absent: issuing again changes nothing. 25 a request."""
        ...

    def withdraw(self, code: str) -> None:
        """Return to stock a voucher whose mail proved not to be sent; a used one stays."""
        ...

    def of(self, customer_id: str) -> tuple[list[Voucher], list[Redemption]]:
        """All of one customer, by code and by id. The index may lag by a moment."""
        ...

    def move(self, customer_id: str, to: str) -> None:
        """Make all of one customer another's: counters, redemptions, vouchers. Repeating goes on where it ended."""
        ...

    def activate(self, code: str, at: datetime) -> Voucher:
        """First activation wins; repeating changes nothing."""
        ...

    def redemption(self, redemption_id: str) -> Redemption | None: ...

    def redemptions_by_id(self, ids: Sequence[str]) -> dict[str, Redemption]:
        """Those that exist, by id. Consistent, any number."""
        ...

    def redeem(self, voucher: Voucher, offer: Offer, redemption: Redemption) -> Redemption:
        """In one transaction: voucher, budget and count of the offer, count per customer, redemption row.

        The same redemption id again gives the first answer. Raises: OfferExhausted, VoucherRefused,
        IdempotencyMismatch (another body under the same id).
        """
        ...

    def earlier(self, redemption_id: str, key: str | None, fingerprint: str) -> Redemption | None:
        """What this redemption id, or this hash of an idempotency key, already did; None: nothing yet.

        Raises: IdempotencyMismatch (it did something else).
        """
        ...

    def usage(self, offer: str, customer_id: str | None = None) -> Use:
        """How much of the offer has been used so far, in all and by this customer. Consistent."""
        ...
