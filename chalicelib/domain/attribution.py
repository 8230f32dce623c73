"""Which orders a mail brought: those that used its voucher, else those that followed the last click of a person."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.orders import OrderHeader
from chalicelib.domain.returns import Remains
from chalicelib.domain.vouchers import Redemption

CLICK_COUNTS_FOR = timedelta(days=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What one order is worth after what was taken back. Minor units of the shop's currency."""

    order_id: str
    at: datetime  # aware UTC
    total: int
    costed: int = 0  # the part of `total` whose cost is known
    cost: int = 0  # what that part cost the shop


def worth_of(headers: Iterable[OrderHeader], left: Mapping[str, Remains], currency: str) -> dict[str, Worth]:
    """The orders that count, by id, as `domain.statistics` counts them; those in other currencies are left out."""
    found = {}
    for header in headers:
        rest = left.get(header.order_id)
        if header.status != "placed" or header.currency != currency or (rest is not None and not rest.counts):
            continue
        sums = header if rest is None else rest.sums
        found[header.order_id] = Worth(
            order_id=header.order_id, at=header.placed_at, total=sums.total, costed=sums.costed, cost=sums.cost
        )
    return found


@dataclass(slots=True, kw_only=True)
class Takings:
    """What the mails of one message brought. Takings add up. Money in minor units of the shop's currency."""

    redeemed: int = 0  # vouchers of these mails that were used
    discount: int = 0  # what these vouchers gave
    orders: int = 0
    revenue: int = 0
    revenue_by_voucher: int = 0  # the part of `revenue` of orders that used a voucher of these mails
    costed: int = 0  # the part of `revenue` whose cost is known
    cost: int = 0

    @property
    def profit(self) -> int | None:
        """Of the goods whose cost is known, less the discount; None where no cost is known."""
        return self.costed - self.cost - self.discount if self.costed else None

    def add(self, worth: Worth, *, by_voucher: bool) -> None:
        """Count one order."""
        self.orders += 1
        self.revenue += worth.total
        self.revenue_by_voucher += worth.total if by_voucher else 0
        self.costed += worth.costed
        self.cost += worth.cost

    def merge(self, other: "Takings") -> None:
        """Add what another part counted."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    def to_fields(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def takings_of(
    redemptions: Iterable[Redemption],
    worths: Mapping[str, Worth],
    clicks: Iterable[datetime],
    elsewhere: Mapping[str, datetime | None],
    currency: str,
) -> Takings:
    """What one person's mail brought.

    An order that used a voucher of this mail is its own, also one that the shop did not tell of (yet): then the
    redemption says its worth. Any other order belongs to the mail whose link the person clicked last, within five days
    before it; one that used another mail's voucher belongs to that mail.

    Args:
        redemptions: of the voucher in this mail.
        worths: the person's orders.
        clicks: of this person in this mail; no machine's.
        elsewhere: for each order that may not be ours: when the person last clicked in another mail before it, or None
            where it used another mail's voucher.
        currency: the shop's; a discount in another one is not counted.
    """
    found = Takings()
    used = {one.order_id: one for one in redemptions}
    for order_id, one in used.items():
        found.redeemed += 1
        found.discount += one.discount if one.currency == currency else 0
        told = Worth(order_id=order_id, at=one.at, total=one.order_total) if one.currency == currency else None
        worth = worths.get(order_id, told)
        if worth is not None:
            found.add(worth, by_voucher=True)
    times = sorted(clicks)
    for worth in worths.values():
        if worth.order_id not in used and _by_click(worth, times, elsewhere):
            found.add(worth, by_voucher=False)
    return found


def followed(worth: Worth, clicks: Iterable[datetime]) -> datetime | None:
    """The last of the clicks that the order followed within five days; None: it followed none."""
    return max((at for at in clicks if timedelta(0) <= worth.at - at <= CLICK_COUNTS_FOR), default=None)


def _by_click(worth: Worth, clicks: Iterable[datetime], elsewhere: Mapping[str, datetime | None]) -> bool:
    ours = followed(worth, clicks)
    if ours is None:
        return False
    if worth.order_id not in elsewhere:
        return True
    other = elsewhere[worth.order_id]
    return other is not None and other < ours
