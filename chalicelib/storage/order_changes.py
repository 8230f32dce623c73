"""How what was told of an order later lies in an item: its times as texts, its refunds as one JSON text."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.domain.order_changes import OrderChanges
from chalicelib.domain.refunds import Refund


def changes_to_item(changes: OrderChanges) -> dict[str, Any]:
    """The attributes of the item, its key and revision aside."""
    return {
        "id": changes.order_id,
        "cancelled": changes.cancelled_at and changes.cancelled_at.isoformat(),
        "statuses": {status: at.isoformat() for status, at in changes.statuses.items()} or None,
        "refunds": refunds_text(changes.refunds.values()),
    }


def changes_from_item(values: Mapping[str, Any]) -> OrderChanges:
    """What an item tells."""
    cancelled = values.get("cancelled")
    return OrderChanges(
        order_id=values["id"],
        cancelled_at=datetime.fromisoformat(cancelled) if cancelled else None,
        statuses={status: datetime.fromisoformat(at) for status, at in values.get("statuses", {}).items()},
        refunds={refund.refund_id: refund for refund in refunds_from_text(values.get("refunds"))},
        revision=values["rev"],
    )


def refunds_text(refunds: Iterable[Refund]) -> str | None:
    """Refunds as one text; None for none."""
    told = [[one.refund_id, one.at.isoformat(), dict(one.units), one.amount] for one in refunds]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) if told else None


def refunds_from_text(text: str | None) -> tuple[Refund, ...]:
    """The refunds of a text, in its order."""
    return tuple(
        Refund(refund_id=name, at=datetime.fromisoformat(at), units=units, amount=amount)
        for name, at, units, amount in json.loads(text or "[]")
    )
