"""Runs a whole import in memory, and ports that die at a chosen call."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from chalicelib.ports import App
from chalicelib.services.create_import import create_import
from chalicelib.services.import_part import import_part
from chalicelib.services.read_import import read_import
from chalicelib.services.split_import import split_import

PORTS = ("catalog", "customers", "files", "mailboxes", "orders", "products", "queue")


class Killed(BaseException):
    """The process died here. No handler of the code catches it."""


class Calls:
    """Counts the calls to all wrapped ports, and dies before or after one of them."""

    def __init__(self, die_at: int | None = None, *, after: bool = False) -> None:
        self.count = 0
        self.die_at = die_at
        self.after = after

    def wrap(self, app: App) -> App:
        """The same App with every port counted."""
        values = {name: getattr(app, name) for name in app.__slots__}
        return App(**{**values, **{name: _Counted(values[name], self) for name in PORTS}})


class _Counted:
    def __init__(self, port: Any, calls: Calls) -> None:
        self._port = port
        self._calls = calls

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            calls = self._calls
            calls.count += 1
            if calls.die_at == calls.count and not calls.after:
                raise Killed
            answer = method(*args, **kwargs)
            if calls.die_at == calls.count:
                raise Killed
            return answer

        return call


def work_off(app: App, import_id: str) -> None:
    """Split, then every message of the queue until none is left."""
    split(app, import_id)
    while bodies := app.queue.take("import"):  # type: ignore[attr-defined]
        for body in bodies:
            handle(app, body)


def handle(app: App, body: Mapping[str, Any]) -> None:
    """One message of the import queue, as the worker handles it."""
    if body["do"] == "split":
        split(app, body["import"])
    else:
        import_part(app, body["import"], body["part"])


def split(app: App, import_id: str) -> None:
    split_import(app, import_id, app.clock.real() + timedelta(minutes=4))


def run_import(
    app: App,
    kind: str,
    csv: str | bytes,
    mapping: Mapping[str, str] | None = None,
    *,
    dry_run: bool = False,
) -> dict[str, Any]:
    """Import a file to the end; the answer with all refused rows."""
    content = csv.encode() if isinstance(csv, str) else csv
    started = create_import(app, kind=kind, mapping=mapping or {}, dry_run=dry_run, csv=content)
    work_off(app, started["id"])
    return read_import(app, started["id"], limit=100_000)


def upload_file(app: App, kind: str, content: bytes, mapping: Mapping[str, str] | None = None) -> dict[str, Any]:
    """As `run_import`, of a file that is too large to come inline: it is uploaded to the bucket."""
    started = create_import(app, kind=kind, mapping=mapping or {}, dry_run=False, csv=None)
    app.files.put(f"uploads/{started['id']}.csv", content)
    work_off(app, started["id"])
    return read_import(app, started["id"], limit=100_000)


def counts(answer: Mapping[str, Any]) -> tuple[int, int, int, int]:
    """(created, updated, unchanged, refused)."""
    return answer["created"], answer["updated"], answer["unchanged"], answer["refused"]


def order_csv(orders: Sequence[tuple[str, str, str, Sequence[tuple[str, int, str]]]]) -> str:
    """A file from (order id, customer, time, [(sku, quantity, price)])."""
    rows = [
        f"{order_id},{customer},{at},{sku},{quantity},{price}"
        for order_id, customer, at, lines in orders
        for sku, quantity, price in lines
    ]
    return "\n".join(["order_id,customer_id,placed_at,sku,quantity,unit_price", *rows]) + "\n"


def stored(app: App) -> str:
    """Everything that an import may change, in one comparable text."""
    orders: Any = app.orders
    customers: Any = app.customers
    return json.dumps(
        [
            sorted((key, str(order)) for key, order in orders.lines.items()),
            sorted((key, str(header)) for key, header in orders.by_key.items()),
            sorted((key, str(customer)) for key, customer in customers.items.items()),
        ],
        default=str,
    )
