"""Orders in memory, under a lock, obeying ports.Orders."""

from collections.abc import Sequence
from dataclasses import replace
from threading import Lock

from chalicelib.domain.order_changes import OrderChanges
from chalicelib.domain.orders import Order, OrderHeader
from chalicelib.errors import StaleRevision


class MemoryOrders:
    """What storage/orders.py does, in two dicts."""

    def __init__(self) -> None:
        self.lines: dict[str, Order] = {}
        self.by_key: dict[tuple[str, str], OrderHeader] = {}
        self.writes = 0  # changed items
        self.told: dict[str, OrderChanges] = {}
        self._ids: dict[str, set[str]] = {}  # of the orders of each customer
        self._lock = Lock()

    def header(self, customer_id: str, order_id: str) -> OrderHeader | None:
        return self.by_key.get((customer_id, order_id))

    def headers(self, customer_id: str) -> list[OrderHeader]:
        found = [(customer_id, order_id) for order_id in sorted(self._ids.get(customer_id, ()))]
        return [self.by_key[key] for key in found if key in self.by_key]

    def headers_many(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], OrderHeader]:
        return {key: self.by_key[key] for key in keys if key in self.by_key}

    def get(self, order_id: str) -> Order | None:
        return self.lines.get(order_id)

    def get_many(self, order_ids: Sequence[str]) -> dict[str, Order]:
        return {order_id: self.lines[order_id] for order_id in order_ids if order_id in self.lines}

    def create_many(self, orders: Sequence[tuple[Order, OrderHeader]]) -> dict[str, str]:
        with self._lock:
            return {order.order_id: self._create(order, header) for order, header in orders}

    def _create(self, order: Order, header: OrderHeader) -> str:
        held = self.lines.get(order.order_id)
        if held is not None and held.customer_id != order.customer_id:
            return "foreign"
        if (order.customer_id, order.order_id) in self.by_key:
            return "exists"
        self._write(order, header)
        return "created"

    def _write(self, order: Order, header: OrderHeader) -> None:
        self.writes += 2
        self.lines[order.order_id] = order
        self._ids.setdefault(order.customer_id, set()).add(order.order_id)
        self.by_key[order.customer_id, order.order_id] = replace(header, revision=header.revision + 1)

    def move(self, header: OrderHeader, customer_id: str) -> None:
        with self._lock:
            stored = self.by_key.get((header.customer_id, header.order_id))
            if stored is None or stored.revision != header.revision:
                raise StaleRevision(f"Order {header.order_id!r} was changed since it was read.")
            del self.by_key[header.customer_id, header.order_id]
            self._write(
                replace(self.lines[header.order_id], customer_id=customer_id), replace(header, customer_id=customer_id)
            )

    def changes(self, order_ids: Sequence[str]) -> dict[str, OrderChanges]:
        return {order_id: self.told[order_id] for order_id in order_ids if order_id in self.told}

    def put_changes(self, changes: OrderChanges) -> OrderChanges:
        with self._lock:
            stored = self.told.get(changes.order_id)
            if (stored.revision if stored else 0) != changes.revision:
                raise StaleRevision(f"order {changes.order_id!r}")
            self.told[changes.order_id] = replace(changes, revision=changes.revision + 1)
            return self.told[changes.order_id]

    def replace(self, order: Order, header: OrderHeader) -> None:
        with self._lock:
            stored = self.by_key.get((order.customer_id, order.order_id))
            if stored is None or stored.revision != header.revision:
                raise StaleRevision(f"Order {order.order_id!r} was changed since it was read. Read it again and retry.")
            self._write(order, header)
