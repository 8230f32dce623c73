"""What was told of an order after it was placed, kept by its id: it holds in any sequence, also before the order."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.domain.events import Event
from chalicelib.domain.orders import FULFILMENTS, Order
from chalicelib.domain.refunds import Refund
from chalicelib.errors import Conflict, IdempotencyMismatch

MAX_REFUNDS = 100
STATUS_EVENT = "order-status"
REFUND_EVENT = "order-refunded"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChanges:
    """All that was told of one order by cancel, refund and status. Nothing of it is ever taken back."""

    order_id: str
    cancelled_at: datetime | None = None  # the earliest that was told
    statuses: Mapping[str, datetime] = field(default_factory=dict)  # status -> the earliest time that was told
    refunds: Mapping[str, Refund] = field(default_factory=dict)  # by id
    revision: int = 0  # 0: nothing was told yet

    @property
    def status(self) -> str:
        """How the order stands by what was told: `cancelled`, else the furthest step; "" where nobody told one."""
        return "cancelled" if self.cancelled_at else furthest(*self.statuses)


def furthest(*statuses: str) -> str:
    """The step that comes last on an order's way; "" for none. A step that is told late takes nothing back."""
    return max((status for status in statuses if status), key=FULFILMENTS.index, default="")


def with_cancel(changes: OrderChanges, at: datetime) -> OrderChanges:
    """Cancelled; again changes nothing but an earlier time."""
    return replace(changes, cancelled_at=min(changes.cancelled_at or at, at))


def with_status(changes: OrderChanges, status: str, at: datetime) -> OrderChanges:
    """One step told; again changes nothing but an earlier time."""
    return replace(changes, statuses={**changes.statuses, status: min(changes.statuses.get(status, at), at)})


def with_refund(changes: OrderChanges, refund: Refund) -> OrderChanges:
    """One refund told; again changes nothing but an earlier time.

    Raises:
        IdempotencyMismatch: a refund of that id refunds something else. Conflict: there are too many.
    """
    known = changes.refunds.get(refund.refund_id, refund)
    if not known.says_as(refund):
        raise IdempotencyMismatch(
            f"Refund {refund.refund_id!r} of order {changes.order_id!r} refunds something else. "
            "Nothing was changed; give each refund an id of its own."
        )
    merged = replace(known, at=min(known.at, refund.at))
    refunds = {**changes.refunds, refund.refund_id: merged}
    if len(refunds) > MAX_REFUNDS:
        raise Conflict(f"Order {changes.order_id!r} has {MAX_REFUNDS} refunds, the limit. Refund the rest as one.")
    return replace(changes, refunds=refunds)


def apply_changes(order: Order, changes: OrderChanges | None) -> Order:
    """The order as it stands with what was told. Applying more changes later, or these again, ends the same."""
    if changes is None:
        return order
    return replace(
        order,
        status="cancelled" if changes.cancelled_at else order.status,
        fulfilment=furthest(order.fulfilment, *changes.statuses),
        refunds=tuple(changes.refunds[name] for name in sorted(changes.refunds)),
    )


def events_of(changes: OrderChanges, customer_id: str) -> list[Event]:
    """What flows may listen to, one event for each thing that was told, under ids made of it."""
    told = {**changes.statuses, **({"cancelled": changes.cancelled_at} if changes.cancelled_at else {})}
    order_id = changes.order_id
    steps = [_event(customer_id, STATUS_EVENT, order_id, at, "status", status) for status, at in told.items()]
    refunds = changes.refunds.values()
    return steps + [_event(customer_id, REFUND_EVENT, order_id, one.at, "refund_id", one.refund_id) for one in refunds]


def _event(customer_id: str, name: str, order_id: str, at: datetime, what: str, which: str) -> Event:
    return Event(
        event_id=f"{name}:{order_id}:{which}",
        customer_id=customer_id,
        name=name,
        at=at,
        properties={"order_id": order_id, what: which},
    )
