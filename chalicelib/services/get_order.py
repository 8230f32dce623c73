"""Show one order."""

from chalicelib.domain.orders import Order
from chalicelib.errors import NotFound
from chalicelib.ports import App


def get_order(app: App, order_id: str) -> Order:
    """The order with this id. Raises NotFound."""
    order = app.orders.get(order_id)
    if order is None:
        raise NotFound("order", order_id)
    return order
