"""Take one order of the shop, idempotent by its id."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.domain.order_fields import order_from_fields
from chalicelib.domain.orders import Order
from chalicelib.errors import Conflict
from chalicelib.ports import App
from chalicelib.services.store_orders import store_orders


def place_order(app: App, fields: Any, *, as_of: datetime | None = None) -> tuple[Order, str]:
    """The order as it stands, and what became of it: "created", "updated" or "unchanged".

    Args:
        app: the ports.
        fields: as the API takes them.
        as_of: when the shop system last changed the order; what is stored as of later stays "unchanged".

    Raises:
        MalformedRequest, InvalidInput: naming each wrong field.
        Conflict: the id belongs to an order of another customer.
        StaleRevision: rivals kept changing the order.
    """
    order = replace(order_from_fields(fields, app.catalog.shop().currency), as_of=as_of)
    outcome = store_orders(app, [order])[order.order_id]
    if outcome == "foreign":
        raise Conflict(
            f"Order {order.order_id!r} belongs to another customer than {order.customer_id!r}. "
            "Give each order an id of its own."
        )
    return app.orders.get(order.order_id) or order, outcome
