"""Use case: what one customer was sent, or not sent and why, did, and belonged to, newest first."""

from typing import Any

from chalicelib.domain.dates import instant_text
from chalicelib.domain.events import Event
from chalicelib.domain.messages import Row
from chalicelib.domain.moves import Move
from chalicelib.errors import NotFound
from chalicelib.ports import App


def customer_timeline(app: App, customer_id: str, limit: int = 100) -> dict[str, Any]:
    """{"items": [{at, kind, what, because, ref}]}. Raises: NotFound."""
    customer = app.customers.get(customer_id)
    if customer is None:
        raise NotFound("customer", customer_id)
    items = [item for row in app.rows.timeline(customer_id, limit) for item in _items(row)]
    items += [_fact(event) for event in app.events.of(customer_id)[-limit:]]
    items += [_moved(move) for move in customer.moves]
    return {"items": sorted(items, key=lambda item: item["at"], reverse=True)[:limit]}


def _moved(move: Move) -> dict[str, Any]:
    return {
        "at": instant_text(move.at),
        "kind": "entered" if move.entered else "left",
        "what": move.segment,
        "because": "",
        "ref": f"segment.{move.segment}",
    }


def _fact(event: Event) -> dict[str, Any]:
    return {
        "at": instant_text(event.at),
        "kind": "event",
        "what": event.name,
        "because": "",
        "ref": event.event_id,
    }


def _items(row: Row) -> list[dict[str, Any]]:
    name = row.message_id.split(".")[1]
    facts = [
        (row.at, row.status, row.waits_for or row.reason),
        (row.opened_at, "opened", ""),
        (row.clicked_at, "clicked", ""),
        (row.unsubscribed_at, "unsubscribed", ""),
    ]
    return [
        {"at": instant_text(at), "kind": kind, "what": name, "because": because, "ref": row.message_id}
        for at, kind, because in facts
        if at is not None
    ]
