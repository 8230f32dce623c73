"""How a send lies in the Sends table: one row per person and message, below its batch."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from chalicelib.domain.clicks import Click
from chalicelib.domain.messages import Row, RowKey
from chalicelib.domain.rows import forward
from chalicelib.errors import StaleRevision
from chalicelib.storage import keys
from chalicelib.storage.batching import read_items
from chalicelib.storage.inserts import insert_absent
from chalicelib.storage.items import pack, unpack

_FIELDS = tuple(member.name for member in fields(Row))
_INSTANTS = ("at", "delivery_at", "clicked_at", "opened_at", "early_opened_at", "machine_opened_at", "unsubscribed_at")
_TRIES = 20  # of each writer; the writers of one row are the sender and a handful of late events


def row_to_item(row: Row, revision: int) -> dict[str, Any]:
    """The attributes of a row with its key; its revision is the next one."""
    known = {name: value for name in _FIELDS if (value := getattr(row, name)) not in (None, "", ())}
    if row.clicks:
        known["clicks"] = [f"{keys.instant(click.at)} {click.link} {click.sign}" for click in row.clicks]
    for name in _INSTANTS:
        if name in known:
            known[name] = keys.instant(known[name])
    return {**keys.row(*row.key), **known, "revision": revision}


def _from_item(item: Mapping[str, Any]) -> Row:
    # A newer version that runs beside this one during a deployment may have written more.
    known = {name: value for name, value in item.items() if name in _FIELDS}
    for name in _INSTANTS:
        if name in known:
            known[name] = datetime.fromisoformat(known[name])
    if "clicks" in known:
        known["clicks"] = tuple(map(_click, known["clicks"]))
    return Row(**known)


def _click(text: str) -> Click:
    at, link, sign = text.split(" ")
    return Click(at=datetime.fromisoformat(at), link=link, sign=sign)


class RowsTable:
    """`ports.Rows` on DynamoDB."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def of(self, message_id: str, batch_id: str) -> dict[str, Row]:
        """By customer id. Consistent."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=pack({":pk": keys.rows_of(message_id, batch_id)}),
            ConsistentRead=True,
        )
        rows = [_from_item(unpack(item)) for page in pages for item in page["Items"]]
        return {row.customer_id: row for row in rows}

    def get(self, message_id: str, batch_id: str, customer_id: str) -> Row | None:
        """Consistent."""
        row, _ = self._read(message_id, batch_id, customer_id)
        return row

    def get_many(self, wanted: Sequence[RowKey]) -> dict[RowKey, Row]:
        """Those that exist. Consistent."""
        items = read_items(self._client, self._table, [pack(keys.row(*key)) for key in dict.fromkeys(wanted)])
        rows = [_from_item(unpack(item)) for item in items]
        return {row.key: row for row in rows}

    def _read(self, message_id: str, batch_id: str, customer_id: str) -> tuple[Row | None, int]:
        answer = self._client.get_item(
            TableName=self._table, Key=pack(keys.row(message_id, batch_id, customer_id)), ConsistentRead=True
        )
        if "Item" not in answer:
            return None, 0
        item = unpack(answer["Item"])
        return _from_item(item), item["revision"]

    def record(self, rows: Sequence[Row]) -> None:
        """Write each, 25 a request; one that is there only moves forward."""
        there = insert_absent(self._client, self._table, [row_to_item(row, 1) for row in rows])
        for index in sorted(there):
            self.merge(rows[index])

    def merge(self, row: Row) -> Row:
        """Add what came later, under the row's revision; a race is read again."""
        for _ in range(_TRIES):
            stored, revision = self._read(*row.key)
            merged = forward(stored, row)
            if merged == stored or self._put(merged, revision):
                return merged
        raise StaleRevision(f"row of {row.customer_id!r} in {row.message_id!r}: changed {_TRIES} times while written")

    def add(self, row: Row) -> Row | None:
        """As `merge`, but a row that is not there, or goes meanwhile, stays away."""
        for _ in range(_TRIES):
            stored, revision = self._read(*row.key)
            if stored is None:
                return None
            merged = forward(stored, row)
            if merged == stored or self._put(merged, revision):
                return merged
        raise StaleRevision(f"a row in {row.message_id!r}: changed {_TRIES} times while written")

    def join(self, row: Row) -> bool:
        """The batch is only asked."""
        asked = {
            "TableName": self._table,
            "Key": pack(keys.batch(row.message_id, row.batch_id)),
            "ConditionExpression": "contains(people, :person)",
            "ExpressionAttributeValues": pack({":person": row.customer_id}),
        }
        put = {
            "TableName": self._table,
            "Item": pack(row_to_item(row, 1)),
            "ConditionExpression": "attribute_not_exists(pk)",
        }
        try:
            self._client.transact_write_items(TransactItems=[{"ConditionCheck": asked}, {"Put": put}])
        except self._client.exceptions.TransactionCanceledException as error:
            if "ConditionalCheckFailed" in {reason.get("Code") for reason in error.response["CancellationReasons"]}:
                return False
            raise
        return True

    def delete(self, key: RowKey) -> None:
        """Take it away."""
        self._client.delete_item(TableName=self._table, Key=pack(keys.row(*key)))

    def keys_of(self, customer_id: str) -> list[RowKey]:
        """From the index, all pages."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="by_customer",
            KeyConditionExpression="customer_id = :id",
            ExpressionAttributeValues=pack({":id": customer_id}),
        )
        return [keys.row_key(unpack(item)) for page in pages for item in page["Items"]]

    def _put(self, row: Row, revision: int) -> bool:
        try:
            self._client.put_item(
                TableName=self._table,
                Item=pack(row_to_item(row, revision + 1)),
                ConditionExpression="revision = :seen" if revision else "attribute_not_exists(pk)",
                **({"ExpressionAttributeValues": pack({":seen": revision})} if revision else {}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True
