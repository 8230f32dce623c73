"""How customers are found: by id, by mailbox, by yearly date, by the next flip, and all of them in parts of a scan."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from chalicelib.domain.customers import Customer
from chalicelib.ports import FLIP_PARTS
from chalicelib.storage import keys
from chalicelib.storage.batching import read_items
from chalicelib.storage.conditional import put_under_revision
from chalicelib.storage.customer_items import customer_from_item, customer_to_item
from chalicelib.storage.inserts import insert_absent
from chalicelib.storage.items import unpack
from chalicelib.storage.revised import put_many_revised

_DATE_INDEX = {"birthday": ("by_birthday", "birthday_shard"), "joined_on": ("by_joining", "joining_shard")}


class CustomersTable:
    """`ports.Customers` on DynamoDB. Reads by id are consistent; indexes and scans lag by moments."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def get(self, customer_id: str) -> Customer | None:
        """One customer."""
        answer = self._client.get_item(TableName=self._table, Key={"id": {"S": customer_id}}, ConsistentRead=True)
        return customer_from_item(unpack(answer["Item"])) if "Item" in answer else None

    def get_many(self, customer_ids: Sequence[str]) -> dict[str, Customer]:
        """Those that exist, by id."""
        wanted = [{"id": {"S": customer_id}} for customer_id in dict.fromkeys(customer_ids)]
        found = (customer_from_item(unpack(item)) for item in read_items(self._client, self._table, wanted))
        return {customer.id: customer for customer in found}

    def put(self, customer: Customer) -> Customer:
        """Write under the revision. Raises: StaleRevision."""
        item = customer_to_item(customer)
        put_under_revision(self._client, self._table, "id", item, customer.revision, f"customer {customer.id!r}")
        return replace(customer, revision=customer.revision + 1)

    def put_many(self, customers: Sequence[Customer]) -> set[str]:
        """25 a request. The ids of those that somebody else wrote since."""
        items = [(customer_to_item(customer), customer.revision) for customer in customers]
        return {customers[place].id for place in put_many_revised(self._client, self._table, "id", items)}

    def create_many(self, customers: Sequence[Customer]) -> None:
        """Those that do not exist yet, 25 a request."""
        items = [{**customer_to_item(customer), "rev": 1} for customer in customers]
        insert_absent(self._client, self._table, items)

    def delete(self, customer_id: str) -> None:
        """Take the record away."""
        self._client.delete_item(TableName=self._table, Key={"id": {"S": customer_id}})

    def by_mailbox(self, mailbox: str) -> list[str]:
        """Ids of the customers with this address."""
        return list(self._query("by_mailbox", "mailbox", mailbox))

    def with_date(self, date_field: Literal["birthday", "joined_on"], month_day: str) -> Iterator[str]:
        """Ids of the customers whose date falls on "MM-DD"."""
        index, attribute = _DATE_INDEX[date_field]
        for shard in keys.date_shards(month_day):
            yield from self._query(index, attribute, shard)

    def due_to_flip(self, now: datetime, limit: int, part: int | None = None) -> list[str]:
        """Ids whose next flip has come, from one part of the index or from all, one query each."""
        found: list[str] = []
        for one in range(FLIP_PARTS) if part is None else [part]:
            if len(found) < limit:
                found += self._due(keys.flip_shard(one), now, limit - len(found))
        return found

    def _due(self, shard: str, now: datetime, limit: int) -> Iterator[str]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="by_flip",
            KeyConditionExpression="flip_shard = :shard AND flip_at <= :now",
            ExpressionAttributeValues={":shard": {"S": shard}, ":now": {"S": keys.instant(now)}},
            PaginationConfig={"MaxItems": limit},
        )
        return (item["id"]["S"] for page in pages for item in page["Items"])

    def _query(self, index: str, attribute: str, value: str) -> Iterator[str]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=index,
            KeyConditionExpression="#attribute = :value",
            ExpressionAttributeNames={"#attribute": attribute},
            ExpressionAttributeValues={":value": {"S": value}},
        )
        return (item["id"]["S"] for page in pages for item in page["Items"])

    def scan(self, segment: int = 0, segments: int = 1, start: str | None = None) -> Iterator[Customer]:
        """Every customer of one part, page by page, in the order of the table; after the id `start`."""
        request: dict[str, Any] = {"TableName": self._table}
        if segments > 1:
            request |= {"Segment": segment, "TotalSegments": segments}
        if start is not None:
            request["ExclusiveStartKey"] = {"id": {"S": start}}
        while True:
            page = self._client.scan(**request)
            yield from (customer_from_item(unpack(item)) for item in page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
