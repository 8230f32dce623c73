"""Bring an order in line with what was told of it by its id: cancelled, refunded, its status."""

from collections.abc import Sequence
from functools import partial

from chalicelib.domain.order_changes import OrderChanges, apply_changes, events_of
from chalicelib.domain.orders import Order, header_of
from chalicelib.ports import App
from chalicelib.services.retrying import retrying


def settle_changes(app: App, changes: OrderChanges) -> tuple[Order | None, bool]:
    """The order as it stands now, and whether it was written; None where it was not placed yet.

    The changes are written before they are applied, and whoever places an order looks for changes after it has
    written the order. So of two at once one sees the other, and whichever is repeated after a death settles it.
    """
    order, written = retrying(partial(_apply, app, changes))
    if order is not None:
        app.events.create_many(events_of(changes, order.customer_id))
    return order, written


def _apply(app: App, changes: OrderChanges) -> tuple[Order | None, bool]:
    known = app.orders.get(changes.order_id)
    header = app.orders.header(known.customer_id, changes.order_id) if known else None
    # The lines are read after the header: lines that are older than its revision would be written back as new.
    order = app.orders.get(changes.order_id)
    if header is None or order is None:
        return None, False
    applied = apply_changes(order, changes)
    if applied == order:
        return order, False
    app.orders.replace(applied, header_of(applied, header.revision, content=header.fingerprint))
    return applied, True


def settle_told(app: App, order_ids: Sequence[str]) -> None:
    """Settle those of the orders, just written or found written, of which anything was told."""
    for changes in app.orders.changes(order_ids).values():
        settle_changes(app, changes)
