"""The orders of one part of an import: grouped from their rows, stored in bulk, one customer's beside each other."""

from collections.abc import Mapping

from chalicelib.domain.imports import RefusedRow, Stored
from chalicelib.domain.order_rows import DraftOrder, OrderRows
from chalicelib.domain.orders import Order
from chalicelib.errors import InvalidInput
from chalicelib.ports import App
from chalicelib.services.store_orders import store_orders


class ImportedOrders:
    """Collects rows and stores the orders that they make."""

    def __init__(self, app: App) -> None:
        shop = app.catalog.shop()
        self._app = app
        self._rows = OrderRows(shop.currency, shop.zone)

    def add(self, row: int, cells: Mapping[str, str]) -> None:
        """Take one order line."""
        self._rows.add(row, cells)

    def store(self, *, dry_run: bool) -> Stored:
        """Store all orders; those of another customer, or too large, are refused with all their rows."""
        refused = list(self._rows.refused)
        orders = self._orders(refused)
        # A customer's orders go one after the other, so that a batch of the stream holds few customers.
        orders.sort(key=lambda order: (order.customer_id, order.order_id))
        outcomes: dict[str, str] = {}
        for order_id, outcome in store_orders(self._app, orders, dry_run=dry_run).items():
            if outcome == "foreign":
                reason = f"order {order_id[:40]!r} belongs to another customer"
                refused += _all_rows(self._rows.orders[order_id], "order_id", reason)
            else:
                outcomes[order_id] = outcome
        return Stored(outcomes, refused)

    def _orders(self, refused: list[RefusedRow]) -> list[Order]:
        orders = []
        for draft in self._rows.orders.values():
            try:
                orders.append(draft.finish())
            except InvalidInput as error:
                refused += _all_rows(draft, "order_id", error.message)
        return orders


def _all_rows(draft: DraftOrder, field: str, reason: str) -> list[RefusedRow]:
    return [RefusedRow(row, field, reason) for row in draft.rows]
