"""How an order lies in the Orders table: its lines by order id, its header with the customer, lines always first."""

from collections.abc import Iterable, Sequence
from dataclasses import replace as replaced
from datetime import datetime
from typing import Any

from chalicelib.domain.order_changes import OrderChanges
from chalicelib.domain.orders import Order, OrderHeader
from chalicelib.errors import StaleRevision
from chalicelib.storage import keys
from chalicelib.storage.batching import read_items, run_statements
from chalicelib.storage.conditional import put_under_revision
from chalicelib.storage.items import Attribute, pack, unpack
from chalicelib.storage.order_changes import changes_from_item, changes_to_item
from chalicelib.storage.order_lines import lines_from_item, lines_to_item

Pair = tuple[Order, OrderHeader]


class OrdersTable:
    """`ports.Orders` on DynamoDB. A header exists only where its lines do."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def header(self, customer_id: str, order_id: str) -> OrderHeader | None:
        """Consistent."""
        return self.headers_many([(customer_id, order_id)]).get((customer_id, order_id))

    def headers(self, customer_id: str) -> list[OrderHeader]:
        """All of one customer, consistent, in order of id."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :order)",
            ExpressionAttributeValues=pack(
                {":pk": keys.customer_orders(customer_id), ":order": keys.ORDER_HEADER_PREFIX}
            ),
            ConsistentRead=True,
        )
        return [_header_from_item(item) for page in pages for item in page["Items"]]

    def headers_many(self, keys_: Sequence[tuple[str, str]]) -> dict[tuple[str, str], OrderHeader]:
        """Those that exist, by (customer id, order id). Consistent, 100 a request."""
        wanted = [pack(_header_key(*key)) for key in dict.fromkeys(keys_)]
        found = (_header_from_item(item) for item in read_items(self._client, self._table, wanted))
        return {(header.customer_id, header.order_id): header for header in found}

    def get(self, order_id: str) -> Order | None:
        """Consistent."""
        return self.get_many([order_id]).get(order_id)

    def get_many(self, order_ids: Sequence[str]) -> dict[str, Order]:
        """Those that exist, by id. Consistent, 100 a request."""
        wanted = [pack(_lines_key(order_id)) for order_id in dict.fromkeys(order_ids)]
        found = (lines_from_item(unpack(item)) for item in read_items(self._client, self._table, wanted))
        return {order.order_id: order for order in found}

    def create_many(self, orders: Sequence[Pair]) -> dict[str, str]:
        """Lines first, then the header, each if absent, 25 a request. The order ids must differ."""
        written = self._insert([_lines_item(order) for order, _ in orders])
        fresh = [pair for pair, new in zip(orders, written, strict=True) if new]
        created = self._insert([_header_item(header) for _, header in fresh])
        outcome = {
            order.order_id: "created" if new else "exists" for (order, _), new in zip(fresh, created, strict=True)
        }
        held = [pair for pair, new in zip(orders, written, strict=True) if not new]
        return outcome | self._settle(held)

    def _insert(self, items: Iterable[dict[str, Attribute]]) -> list[bool]:
        """Whether each was absent and is now written."""
        statements = [_insert_statement(self._table, item) for item in items]
        answers = run_statements(self._client, statements)
        return [_inserted(answer) for answer in answers]

    def _settle(self, orders: Sequence[Pair]) -> dict[str, str]:
        """What the orders are whose lines were there already."""
        stored = self.get_many([order.order_id for order, _ in orders])
        ours = [pair for pair in orders if _same_customer(pair[0], stored)]
        headers = self.headers_many([(order.customer_id, order.order_id) for order, _ in ours])
        outcome = {order.order_id: "foreign" for order, _ in orders}
        for order, header in ours:
            there = (order.customer_id, order.order_id) in headers
            outcome[order.order_id] = "exists" if there else self._complete(order, header)
        return outcome

    def _complete(self, order: Order, header: OrderHeader) -> str:
        """Write an order whose writer died after the lines, which may have been others."""
        refused = self._write_both(order, header, "attribute_not_exists(pk)", {})
        return {(): "created", ("header",): "exists"}.get(refused, "foreign")

    def replace(self, order: Order, header: OrderHeader) -> None:
        """Lines and header in one transaction, under the header's revision."""
        revision = pack({":revision": header.revision})
        if self._write_both(order, header, "rev = :revision", revision):
            raise StaleRevision(f"Order {order.order_id!r} was changed since it was read. Read it again and retry.")

    def move(self, header: OrderHeader, customer_id: str) -> None:
        """New header, old header and lines in one transaction."""
        old = {"Key": pack(_header_key(header.customer_id, header.order_id)), "TableName": self._table}
        under = {"ConditionExpression": "rev = :rev", "ExpressionAttributeValues": pack({":rev": header.revision})}
        lines = {
            "TableName": self._table,
            "Key": pack(_lines_key(header.order_id)),
            "UpdateExpression": "SET customer = :new",
            "ConditionExpression": "customer = :old",
            "ExpressionAttributeValues": pack({":new": customer_id, ":old": header.customer_id}),
        }
        new = {"TableName": self._table, "Item": _header_item(replaced(header, customer_id=customer_id))}
        try:
            self._client.transact_write_items(
                TransactItems=[{"Delete": {**old, **under}}, {"Update": lines}, {"Put": new}]
            )
        except self._client.exceptions.TransactionCanceledException as error:
            if "ConditionalCheckFailed" in {reason.get("Code") for reason in error.response["CancellationReasons"]}:
                raise StaleRevision(f"Order {header.order_id!r} was changed since it was read.") from error
            raise

    def changes(self, order_ids: Sequence[str]) -> dict[str, OrderChanges]:
        """Those of which anything was told. Consistent, 100 a request."""
        wanted = [pack(_changes_key(order_id)) for order_id in dict.fromkeys(order_ids)]
        found = (changes_from_item(unpack(item)) for item in read_items(self._client, self._table, wanted))
        return {changes.order_id: changes for changes in found}

    def put_changes(self, changes: OrderChanges) -> OrderChanges:
        """Write under the revision. Raises: StaleRevision."""
        item = {key: value for key, value in changes_to_item(changes).items() if value is not None}
        what = f"order {changes.order_id!r}"
        put_under_revision(
            self._client, self._table, "pk", _changes_key(changes.order_id) | item, changes.revision, what
        )
        return replaced(changes, revision=changes.revision + 1)

    def _write_both(
        self, order: Order, header: OrderHeader, condition: str, values: dict[str, Attribute]
    ) -> tuple[str, ...]:
        """Write lines and header; the names of the items whose condition failed, then nothing is written."""
        lines = {
            "TableName": self._table,
            "Item": _lines_item(order),
            "ConditionExpression": "attribute_not_exists(pk) OR customer = :customer",
            "ExpressionAttributeValues": pack({":customer": order.customer_id}),
        }
        head = {"TableName": self._table, "Item": _header_item(header), "ConditionExpression": condition}
        if values:
            head["ExpressionAttributeValues"] = values
        try:
            self._client.transact_write_items(TransactItems=[{"Put": lines}, {"Put": head}])
        except self._client.exceptions.TransactionCanceledException as error:
            codes = [reason.get("Code") for reason in error.response["CancellationReasons"]]
            failed = zip(("lines", "header"), codes, strict=True)
            refused = tuple(name for name, code in failed if code == "ConditionalCheckFailed")
            if not refused:
                raise
            return refused
        return ()


def _same_customer(order: Order, stored: dict[str, Order]) -> bool:
    there = stored.get(order.order_id)
    return there is None or there.customer_id == order.customer_id


def _insert_statement(table: str, item: dict[str, Attribute]) -> dict[str, Any]:
    fields = ", ".join(f"'{name}': ?" for name in item)
    return {"Statement": f'INSERT INTO "{table}" VALUE {{{fields}}}', "Parameters": list(item.values())}


def _inserted(answer: dict[str, Any]) -> bool:
    error = answer.get("Error")
    if error and error.get("Code") != "DuplicateItem":
        raise RuntimeError(f"Orders: an insert was refused: {error.get('Code')}: {error.get('Message')}")
    return not error


def _header_key(customer_id: str, order_id: str) -> dict[str, str]:
    return {"pk": keys.customer_orders(customer_id), "sk": keys.order_header(order_id)}


def _lines_key(order_id: str) -> dict[str, str]:
    return {"pk": keys.order_lines(order_id), "sk": keys.ORDER_LINES}


def _changes_key(order_id: str) -> dict[str, str]:
    return {"pk": keys.order_lines(order_id), "sk": keys.ORDER_CHANGES}


def _lines_item(order: Order) -> dict[str, Attribute]:
    return pack(_lines_key(order.order_id) | lines_to_item(order))


def _header_item(header: OrderHeader) -> dict[str, Attribute]:
    return pack(
        _header_key(header.customer_id, header.order_id)
        | {
            "customer": header.customer_id,
            "id": header.order_id,
            "at": header.placed_at.isoformat(),
            "currency": header.currency,
            "total": header.total,
            "categories": dict(header.categories),
            "brands": dict(header.brands) or None,
            "skus": list(header.skus) or None,
            "costed": header.costed or None,
            "cost": header.cost or None,
            "status": header.status,
            "back": header.takes_back or None,
            "as_of": header.as_of.isoformat() if header.as_of else None,
            "content": header.fingerprint,
            "rev": header.revision + 1,
        }
    )


def _header_from_item(item: dict[str, Attribute]) -> OrderHeader:
    values = unpack(item)
    return OrderHeader(
        order_id=values["id"],
        customer_id=values["customer"],
        placed_at=datetime.fromisoformat(values["at"]),
        currency=values["currency"],
        total=values["total"],
        categories=values["categories"],
        brands=values.get("brands", {}),
        skus=tuple(values.get("skus", ())),
        costed=values.get("costed", 0),
        cost=values.get("cost", 0),
        status=values["status"],
        takes_back=values.get("back", False),
        as_of=datetime.fromisoformat(values["as_of"]) if "as_of" in values else None,
        fingerprint=values["content"],
        revision=values["rev"],
    )
