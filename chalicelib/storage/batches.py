"""How a batch lies in the Sends table: leased, marked, and due until it is done."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from chalicelib.domain.messages import Batch, Lease, Mark, Row
from chalicelib.errors import StaleRevision
from chalicelib.storage import keys
from chalicelib.storage.batching import read_items
from chalicelib.storage.inserts import insert_absent
from chalicelib.storage.items import pack, unpack
from chalicelib.storage.rows import row_to_item


def _to_item(batch: Batch) -> dict[str, Any]:
    return {
        **keys.batch(batch.message_id, batch.id),
        "people": list(batch.people),
        "due": batch.due_at.isoformat(),
        "stream": batch.stream,
        **({"variant": batch.variant} if batch.variant else {}),
        **({"waits_for": batch.waits_for} if batch.waits_for else {}),
        "attempts": 0,
        "due_shard": keys.due_shard(keys.lane(batch.message_id, batch.stream), batch.id),
        "due_at": keys.instant(batch.due_at),
    }


def _from_item(message_id: str, item: Mapping[str, Any]) -> Batch:
    lease, mark = item.get("lease"), item.get("in_flight")
    return Batch(
        message_id=message_id,
        id=item["sk"],
        people=tuple(item["people"]),
        due_at=datetime.fromisoformat(item["due"]),
        stream=item["stream"],
        variant=item.get("variant"),
        waits_for=item.get("waits_for", ""),
        done=item.get("done", False),
        lease=Lease(attempt=lease["attempt"], until=datetime.fromisoformat(lease["until"])) if lease else None,
        in_flight=_mark(mark) if mark else None,
        attempts=item["attempts"],
        deaths=item.get("deaths", 0),
        clicks=item.get("clicks", 0),
        machine_clicks=item.get("machine_clicks", 0),
    )


def _mark(mark: Mapping[str, Any]) -> Mark:
    return Mark(attempt=mark["attempt"], people=tuple(mark["people"]), mailboxes=tuple(mark["mailboxes"]))


class BatchesTable:
    """`ports.Batches` on DynamoDB."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def get(self, message_id: str, batch_id: str) -> Batch | None:
        """Consistent."""
        answer = self._client.get_item(
            TableName=self._table, Key=pack(keys.batch(message_id, batch_id)), ConsistentRead=True
        )
        return _from_item(message_id, unpack(answer["Item"])) if "Item" in answer else None

    def of(self, message_id: str, *, after: str | None = None) -> Iterator[Batch]:
        """All of one message, page by page, consistent."""
        values = {":pk": keys.batches_of(message_id), **({":after": after} if after else {})}
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk > :after" if after else "pk = :pk",
            ExpressionAttributeValues=pack(values),
            ConsistentRead=True,
        )
        for page in pages:
            for item in page["Items"]:
                yield _from_item(message_id, unpack(item))

    def create_many(self, batches: Sequence[Batch]) -> None:
        """Write each if absent, 25 a request."""
        insert_absent(self._client, self._table, [_to_item(batch) for batch in batches])

    def due(self, now: datetime, limit: int) -> list[tuple[str, str | None]]:
        """What is due, lane by lane, oldest first; the index may lag by a moment."""
        found: list[tuple[str, str | None]] = []
        for lane in keys.LANES:
            if len(found) < limit:
                found += self._due_in(lane, now, limit - len(found))
        return found

    def _due_in(self, lane: str, now: datetime, limit: int) -> list[tuple[str, str | None]]:
        found: list[dict[str, Any]] = []
        for shard in keys.due_shards(lane):
            answer = self._client.query(
                TableName=self._table,
                IndexName="by_due",
                KeyConditionExpression="due_shard = :shard AND due_at <= :now",
                ExpressionAttributeValues=pack({":shard": shard, ":now": keys.instant(now)}),
                Limit=limit,
            )
            found += [unpack(item) for item in answer["Items"]]
        found.sort(key=itemgetter("due_at"))
        return [keys.due_work(key) for key in found[:limit]]

    def undone(self) -> Iterator[Batch]:
        """From the index of what is due, which holds every batch until it is done; then by key."""
        for found in self._waiting():
            wanted = [pack(keys.batch(message_id, batch_id)) for message_id, batch_id in found if batch_id]
            for item in map(unpack, read_items(self._client, self._table, wanted)):
                yield _from_item(keys.message_of(item), item)

    def to_plan(self) -> list[str]:
        """They stand in the same index, without a batch."""
        return sorted({message_id for found in self._waiting() for message_id, batch_id in found if batch_id is None})

    def _waiting(self) -> Iterator[list[tuple[str, str | None]]]:
        for shard in keys.all_due_shards():
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                IndexName="by_due",
                KeyConditionExpression="due_shard = :shard",
                ExpressionAttributeValues=pack({":shard": shard}),
            )
            for page in pages:
                yield [keys.due_work(unpack(item)) for item in page["Items"]]

    def rename(self, batch: Batch, person: str, stand_in: str, row: Row | None, now: datetime) -> bool:
        """Batch, new row, old row."""
        writes = [{"Update": self._renamed(batch, person, stand_in, now)}]
        if row is not None:
            old = {"TableName": self._table, "Key": pack(keys.row(batch.message_id, batch.id, person))}
            there = {**old, "ConditionExpression": "attribute_exists(pk)"}
            new = {"TableName": self._table, "Item": pack(row_to_item(row, 1))}
            writes += [{"Delete": there}, {"Put": new}]
        try:
            self._client.transact_write_items(TransactItems=writes)
        except self._client.exceptions.TransactionCanceledException as error:
            if "ConditionalCheckFailed" in {reason.get("Code") for reason in error.response["CancellationReasons"]}:
                return False
            raise
        return True

    def _renamed(self, batch: Batch, person: str, stand_in: str, now: datetime) -> dict[str, Any]:
        update, values = "SET people = :people", {":people": _with(batch.people, person, stand_in)}
        if batch.in_flight is not None:
            update += ", in_flight.people = :marked"
            values[":marked"] = _with(batch.in_flight.people, person, stand_in)
        return {
            "TableName": self._table,
            "Key": pack(keys.batch(batch.message_id, batch.id)),
            "UpdateExpression": f"{update} REMOVE lease",
            "ConditionExpression": "people = :seen AND attempts = :attempts"
            " AND (attribute_not_exists(lease) OR lease.#until < :now)",
            "ExpressionAttributeNames": {"#until": "until"},
            "ExpressionAttributeValues": pack(
                {**values, ":seen": list(batch.people), ":attempts": batch.attempts, ":now": keys.instant(now)}
            ),
        }

    def postpone(self, message_id: str, batch_id: str, now: datetime, until: datetime) -> Batch | None:
        """Make it due again at `until` if it is due now: of two feeders one wins."""
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=pack(keys.batch(message_id, batch_id)),
                UpdateExpression="SET due_at = :until",
                ConditionExpression="due_at <= :now",
                ExpressionAttributeValues=pack({":now": keys.instant(now), ":until": keys.instant(until)}),
                ReturnValues="ALL_NEW",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return None
        return _from_item(message_id, unpack(answer["Attributes"]))

    def revive(self, message_id: str, batch_id: str, now: datetime) -> None:
        """Due at once: only what is not done has a due time in the index."""
        key, values = keys.batch(message_id, batch_id), {":now": keys.instant(now)}
        self._change(key, "SET due_at = :now REMOVE deaths", "attribute_exists(due_at)", values)

    def lease(self, batch: Batch, attempt: str, now: datetime, until: datetime) -> Batch | None:
        """Take the batch; the answer is read in the same write, so the mark in it is the newest."""
        lease = {"attempt": attempt, "until": keys.instant(until)}
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=pack(keys.batch(batch.message_id, batch.id)),
                UpdateExpression="SET lease = :lease ADD attempts :one, deaths :one",
                ConditionExpression="attribute_not_exists(#done) AND attribute_exists(pk)"
                " AND (attribute_not_exists(lease) OR lease.#until < :now OR lease.attempt = :attempt)",
                ExpressionAttributeNames={"#done": "done", "#until": "until"},
                ExpressionAttributeValues=pack(
                    {":lease": lease, ":one": 1, ":now": keys.instant(now), ":attempt": attempt}
                ),
                ReturnValues="ALL_NEW",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return None
        return _from_item(batch.message_id, unpack(answer["Attributes"]))

    def mark(self, batch: Batch, people: Sequence[tuple[str, str]]) -> None:
        """Write whose mails go to SES next; it takes the place of the mark before."""
        mark = {
            "attempt": _attempt(batch),
            "people": [person for person, _ in people],
            "mailboxes": [mailbox for _, mailbox in people],
        }
        self._under_lease(batch, "SET in_flight = :mark", {":mark": mark})

    def finish(self, batch: Batch) -> None:
        """Done: no lease, no mark, not in the index."""
        self._under_lease(
            batch, "SET #done = :yes REMOVE lease, in_flight, deaths, due_shard, due_at", {":yes": True}, done=True
        )

    def hand_back(self, batch: Batch, due_at: datetime) -> None:
        """Give the lease up, mark cleared, due again at `due_at`."""
        self._under_lease(batch, "SET due_at = :due REMOVE lease, in_flight, deaths", {":due": keys.instant(due_at)})

    def count_click(self, message_id: str, batch_id: str, *, by_machine: bool = False) -> None:
        """One more; the lease and the mark stay as they are."""
        name = "machine_clicks" if by_machine else "clicks"
        self._change(keys.batch(message_id, batch_id), f"ADD {name} :one", "attribute_exists(pk)", {":one": 1})

    def _under_lease(self, batch: Batch, update: str, values: dict[str, Any], *, done: bool = False) -> None:
        key = keys.batch(batch.message_id, batch.id)
        held = self._change(
            key,
            update,
            "lease.attempt = :attempt",
            {**values, ":attempt": _attempt(batch)},
            {"#done": "done"} if done else {},
        )
        if not held:
            raise StaleRevision(f"batch {batch.id!r} of {batch.message_id!r}: another attempt has taken it over")

    def _change(
        self,
        key: dict[str, str],
        update: str,
        condition: str,
        values: dict[str, Any],
        names: Mapping[str, str] | None = None,
    ) -> bool:
        try:
            self._client.update_item(
                TableName=self._table,
                Key=pack(key),
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeValues=pack(values),
                **({"ExpressionAttributeNames": names} if names else {}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True


def _with(people: Sequence[str], person: str, stand_in: str) -> list[str]:
    return [stand_in if one == person else one for one in people]


def _attempt(batch: Batch) -> str:
    if batch.lease is None:
        raise ValueError(f"batch {batch.id!r} was not leased by the caller")
    return batch.lease.attempt
