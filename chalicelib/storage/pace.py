"""Where the senders of one account meet: one item, below 1 KB, written under its revision."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.domain.pace import PaceState
from chalicelib.domain.quotas import Hold, Quota
from chalicelib.storage import keys
from chalicelib.storage.items import pack, unpack

_OURS_SECONDS = 0.5  # so long what we wrote is taken for what stands
_INSTANTS = ("read_at", "not_before", "waiting_until", "line_at", "wake_at")


class PaceItem:
    """`ports.Pace` on DynamoDB.

    What was written a moment ago is what is read next, without asking: a sender changes it again and again. Where
    others were faster the write is refused, and then the table is read.
    """

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table
        self._written: tuple[float, PaceState] | None = None  # when, on the machine's clock, and what

    def load(self) -> PaceState:
        """Consistent but for our own last write."""
        written, self._written = self._written, None
        if written is not None and time.monotonic() - written[0] < _OURS_SECONDS:
            return written[1]
        answer = self._client.get_item(TableName=self._table, Key=pack(keys.PACE), ConsistentRead=True)
        return _from_item(unpack(answer["Item"])) if "Item" in answer else PaceState()

    def save(self, state: PaceState) -> bool:
        """Under the revision."""
        condition = "revision = :seen" if state.revision else "attribute_not_exists(pk)"
        try:
            self._client.put_item(
                TableName=self._table,
                Item=pack(_to_item(state)),
                ConditionExpression=condition,
                **({"ExpressionAttributeValues": pack({":seen": state.revision})} if state.revision else {}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            self._written = None
            return False
        self._written = time.monotonic(), replace(state, revision=state.revision + 1)
        return True


def _to_item(state: PaceState) -> dict[str, Any]:
    instants = {name: getattr(state, name) for name in _INSTANTS}
    width = 2 if state.beats and state.beats.is_wide else 1
    return {
        **keys.PACE,
        "revision": state.revision + 1,
        "rate": float(state.quota.rate),
        "per_day": state.quota.per_day,
        "sent": state.quota.sent,
        "allowed": state.quota.allowed,
        "left": state.left,
        "together": state.together,
        "first": state.first,
        "used": _packed(state.used, width),
        "urgent": _packed(state.urgent, width),
        "width": width,
        "call_seconds": float(state.call_seconds),
        "hold": state.hold and {"reason": state.hold.reason, "until": keys.instant(state.hold.until)},
        **{name: keys.instant(instant) for name, instant in instants.items() if instant is not None},
    }


def _packed(counts: Sequence[int], width: int) -> bytes:
    """Each in so many bytes."""
    return b"".join(count.to_bytes(width, "big") for count in counts)


def _unpacked(packed: bytes, width: int) -> tuple[int, ...]:
    return tuple(int.from_bytes(packed[start : start + width], "big") for start in range(0, len(packed), width))


def _from_item(item: Mapping[str, Any]) -> PaceState:
    hold = item.get("hold")
    return PaceState(
        revision=item["revision"],
        quota=Quota(rate=float(item["rate"]), per_day=item.get("per_day"), sent=item["sent"], allowed=item["allowed"]),
        left=item.get("left"),
        together=item["together"],
        first=item["first"],
        used=_unpacked(item["used"], item["width"]),
        urgent=_unpacked(item["urgent"], item["width"]),
        call_seconds=float(item["call_seconds"]),
        hold=Hold(reason=hold["reason"], until=datetime.fromisoformat(hold["until"])) if hold else None,
        **{name: datetime.fromisoformat(item[name]) for name in _INSTANTS if name in item},
    )
