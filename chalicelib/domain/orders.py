"""What an order is: lines, a header small enough to query by the hundred, and what came back."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from chalicelib.domain.order_sums import sums_of
from chalicelib.domain.refunds import Refund

OrderStatus = Literal["placed", "cancelled", "returned"]
STATUSES = ("placed", "cancelled", "returned")  # whether it counts
FULFILMENTS = ("placed", "paid", "packed", "ready", "shipped", "delivered")  # how far a placed one is, in this sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One line. A negative quantity takes goods back."""

    sku: str
    quantity: int  # never 0
    unit_price: int  # minor units, 0 or more


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order of one customer, idempotent by `order_id`."""

    order_id: str
    customer_id: str
    placed_at: datetime  # aware UTC
    currency: str
    lines: tuple[OrderLine, ...]
    status: str = "placed"
    fulfilment: str = ""  # the furthest step that was told; "": none
    refunds: tuple[Refund, ...] = ()  # by id
    voucher_code: str | None = None
    store: str | None = None
    channel: str | None = None
    served_by: str | None = None
    shipping: int | None = None  # minor units, not in `total`
    tax: int | None = None  # minor units, not in `total`
    discounts: tuple[tuple[str, int], ...] = ()  # code and minor units, not in `total`
    categories: Mapping[str, str] = field(default_factory=dict)  # sku -> category, as of the write
    brands: Mapping[str, str] = field(default_factory=dict)  # sku -> brand, as of the write
    costs: Mapping[str, int] = field(default_factory=dict)  # sku -> cost of one unit, as of the write
    as_of: datetime | None = None  # when the shop system last changed it, as its webhook says; None: nobody said

    @property
    def total(self) -> int:
        """Minor units over all lines; negative where goods came back."""
        return sum(line.quantity * line.unit_price for line in self.lines)

    @property
    def takes_back(self) -> bool:
        """Whether any line has a negative quantity, or anything was refunded."""
        return bool(self.refunds) or any(line.quantity < 0 for line in self.lines)

    @property
    def shown_status(self) -> str:
        """As the API writes it: cancelled, returned, or how far it is."""
        return self.fulfilment or self.status if self.status == "placed" else self.status

    @property
    def skus(self) -> set[str]:
        """What the lines name."""
        return {line.sku for line in self.lines}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHeader:
    """What the statistics need of an order, without its lines."""

    order_id: str
    customer_id: str
    placed_at: datetime
    currency: str
    total: int  # minor units
    categories: Mapping[str, int] = field(default_factory=dict)  # category -> minor units, as of the write
    brands: Mapping[str, int] = field(default_factory=dict)  # brand -> minor units, as of the write
    skus: tuple[str, ...] = ()  # what was bought, each once, sorted; not what was only taken back
    costed: int = 0  # the part of `total` whose cost was known at the write
    cost: int = 0  # what that part cost the shop
    status: str = "placed"
    takes_back: bool = False  # has negative lines or refunds: the statistics need its lines and those it takes from
    as_of: datetime | None = None  # of the order
    fingerprint: str = ""  # hash of the order's content: tells `unchanged` from `updated`
    revision: int = 0


def header_of(order: Order, revision: int = 0, *, content: str = "") -> OrderHeader:
    """The header of an order.

    Args:
        order: as it stands.
        revision: that of the header it will replace, 0 for none.
        content: the fingerprint of what the shop said when it placed the order, where more was told since.
    """
    sums = sums_of(((line.sku, line.quantity, line.unit_price) for line in order.lines), order)
    return OrderHeader(
        order_id=order.order_id,
        customer_id=order.customer_id,
        placed_at=order.placed_at,
        currency=order.currency,
        total=sums.total,
        categories=sums.categories,
        brands=sums.brands,
        skus=tuple(sorted({line.sku for line in order.lines if line.quantity > 0})),
        costed=sums.costed,
        cost=sums.cost,
        status=order.status,
        takes_back=order.takes_back,
        as_of=order.as_of,
        fingerprint=content or fingerprint(order),
        revision=revision,
    )


def fingerprint(order: Order) -> str:
    """32 hex digits of everything that the shop said in placing the order. The sequence of lines says nothing."""
    said = [
        sorted([line.sku, line.quantity, line.unit_price] for line in order.lines),
        order.placed_at.isoformat(),
        [order.customer_id, order.currency, order.shown_status, order.voucher_code],
        [order.store, order.channel, order.served_by, order.shipping, order.tax, order.discounts],
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]
