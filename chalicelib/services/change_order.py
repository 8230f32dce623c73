"""Use case: cancel an order, refund it or some of it, or note how far it is on its way to the customer."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from chalicelib.domain.dates import parse_instant
from chalicelib.domain.order_changes import OrderChanges, with_cancel, with_refund, with_status
from chalicelib.domain.order_fields import check_order_id, fulfilment_status
from chalicelib.domain.orders import Order
from chalicelib.domain.reading import Faults, Fields
from chalicelib.domain.refunds import refund_from_fields
from chalicelib.ports import App
from chalicelib.services.retrying import retrying
from chalicelib.services.settle_changes import settle_changes

Told = tuple[OrderChanges, Order | None, Literal["updated", "unchanged", "kept"]]


def cancel_order(app: App, order_id: str, fields: Any) -> Told:
    """Undo what the order did: it counts for nothing any more. `fields` may have `at`, else it is now.

    All three answer what is known of the order by its id, the order itself, and what became of it: "updated",
    "unchanged" (it was told before), or "kept" for the order that has not come yet, and then None for the order.

    Raises:
        MalformedRequest, InvalidInput: naming each wrong field. StaleRevision: rivals kept changing the order.
    """
    at, rest = _at(app, fields)
    faults = Faults()
    Fields(rest, "", faults).done()
    faults.refuse("The cancellation")
    return _change(app, order_id, lambda changes: with_cancel(changes, at))


def refund_order(app: App, order_id: str, fields: Any) -> Told:
    """Refund all of it, units of some lines, or an amount; exactly once by `refund_id`. Raises also:

    IdempotencyMismatch: that id refunds something else.
    """
    at, rest = _at(app, fields)
    refund = refund_from_fields(rest, at)
    return _change(app, order_id, lambda changes: with_refund(changes, refund))


def set_order_status(app: App, order_id: str, fields: Any) -> Told:
    """Note a step on the order's way (`status`); a step that is told late takes nothing back."""
    at, rest = _at(app, fields)
    faults = Faults()
    read = Fields(rest, "", faults)
    read.needed("status")
    status = read.parsed("status", fulfilment_status, "placed")
    read.done()
    faults.refuse("The status")
    return _change(app, order_id, lambda changes: with_status(changes, status, at))


def _at(app: App, fields: Any) -> tuple[datetime, Any]:
    """When it happened, and the other fields."""
    if not isinstance(fields, dict):
        return app.clock.now(), fields
    faults = Faults()
    at = Fields(fields, "", faults).parsed("at", parse_instant, app.clock.now())
    faults.refuse("The change")
    return at, {name: value for name, value in fields.items() if name != "at"}


def _change(app: App, order_id: str, change: Callable[[OrderChanges], OrderChanges]) -> Told:
    name = check_order_id(order_id)
    changes, news = retrying(lambda: _tell(app, name, change))
    order, written = settle_changes(app, changes)
    if order is None:
        return changes, None, "kept"
    return changes, order, "updated" if news or written else "unchanged"


def _tell(app: App, order_id: str, change: Callable[[OrderChanges], OrderChanges]) -> tuple[OrderChanges, bool]:
    """What is known by now, and whether this was news."""
    before = app.orders.changes([order_id]).get(order_id) or OrderChanges(order_id=order_id)
    after = change(before)
    return (before, False) if after == before else (app.orders.put_changes(after), True)
