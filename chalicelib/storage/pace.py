"""Where the senders of one account meet: one item with the next free slot."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain import pace
from chalicelib.storage import keys
from chalicelib.storage.items import pack, unpack

_TRIES = 20
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class PaceCounter:
    """`ports.Pace` on DynamoDB: a read and a conditional write for each lot of slots."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def take(self, count: int, rate: float, now: datetime) -> list[datetime]:
        """The slots won. Under a heavy race it may win none, which the caller treats as no room yet."""
        for _ in range(_TRIES):
            seen = self._next()
            next_at = _EPOCH + seen * _MICROSECOND if seen is not None else None
            slots, after = pace.take(next_at, now, count, rate)
            if not slots or self._advance(seen, round((after - _EPOCH) / _MICROSECOND)):
                return slots
        return []

    def _next(self) -> int | None:
        answer = self._client.get_item(TableName=self._table, Key=pack(keys.PACE), ConsistentRead=True)
        return int(unpack(answer["Item"])["next_at"]) if "Item" in answer else None

    def _advance(self, seen: int | None, after: int) -> bool:
        condition = "attribute_not_exists(next_at)" if seen is None else "next_at = :seen"
        values = {":after": after} if seen is None else {":after": after, ":seen": seen}
        try:
            self._client.update_item(
                TableName=self._table,
                Key=pack(keys.PACE),
                UpdateExpression="SET next_at = :after",
                ConditionExpression=condition,
                ExpressionAttributeValues=pack(values),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True
