"""How an event lies in the Orders table: beside the headers of its customer, so that one stream tells of both."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.events import Event
from chalicelib.storage import keys
from chalicelib.storage.batching import write_items
from chalicelib.storage.inserts import insert_absent
from chalicelib.storage.items import Attribute, pack, unpack


class EventsTable:
    """`ports.Events` on DynamoDB."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def create_many(self, events: Sequence[Event]) -> set[str]:
        """25 a request; the ids of those that were there."""
        there = insert_absent(self._client, self._table, [_to_item(event) for event in events])
        return {events[place].event_id for place in there}

    def get(self, customer_id: str, event_id: str) -> Event | None:
        """Consistent."""
        key = pack({"pk": keys.customer_orders(customer_id), "sk": keys.event(event_id)})
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return _from_item(answer["Item"]) if "Item" in answer else None

    def of(self, customer_id: str) -> list[Event]:
        """Consistent; by time, then id."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :event)",
            ExpressionAttributeValues=pack({":pk": keys.customer_orders(customer_id), ":event": keys.EVENT_PREFIX}),
            ConsistentRead=True,
        )
        found = [_from_item(item) for page in pages for item in page["Items"]]
        return sorted(found, key=lambda event: (event.at, event.event_id))

    def delete(self, customer_id: str) -> None:
        """Keys first, then 25 a request."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :event)",
            ExpressionAttributeValues=pack({":pk": keys.customer_orders(customer_id), ":event": keys.EVENT_PREFIX}),
            ProjectionExpression="pk, sk",
            ConsistentRead=True,
        )
        found = [{"DeleteRequest": {"Key": item}} for page in pages for item in page["Items"]]
        write_items(self._client, self._table, found)


def _to_item(event: Event) -> dict[str, Any]:
    return {
        "pk": keys.customer_orders(event.customer_id),
        "sk": keys.event(event.event_id),
        "customer": event.customer_id,
        "id": event.event_id,
        "name": event.name,
        "at": event.at.isoformat(),
        "properties": json.dumps(event.properties, ensure_ascii=False) if event.properties else None,
    }


def _from_item(item: dict[str, Attribute]) -> Event:
    values = unpack(item)
    return Event(
        event_id=values["id"],
        customer_id=values["customer"],
        name=values["name"],
        at=datetime.fromisoformat(values["at"]),
        properties=json.loads(values.get("properties", "{}")),
    )
