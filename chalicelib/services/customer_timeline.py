"""Use case: what one customer was sent, or not sent and why, did, and belonged to, newest first."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chalicelib.domain.clicks import by_people
from chalicelib.domain.dates import instant_text
from chalicelib.domain.events import Event
from chalicelib.domain.messages import Row
from chalicelib.domain.moves import Move
from chalicelib.domain.rows import clicks_of
from chalicelib.domain.skip_words import words_of
from chalicelib.domain.vouchers import Redemption
from chalicelib.errors import MalformedRequest, NotFound
from chalicelib.ports import App

_RETURNED = {
    "bounced": "The address does not exist, or refuses all mail; it is not mailed any more.",
    "soft_bounced": "The mail came back; the next one may arrive.",
    "complained": "The person marked the mail as spam; the address is not mailed any more.",
    "rejected": "SES found a virus in the mail and did not send it.",
}

Item = dict[str, Any]
Place = tuple[str, str, str]  # what the items are sorted by: time, kind, ref


def customer_timeline(app: App, customer_id: str, limit: int = 100, cursor: str | None = None) -> Item:
    """{"items": [{at, kind, what, because, words, ref}], "next"}: a page, and the cursor of the one after it.

    `because` is a reason's name, `words` a sentence. The `ref` of what was sent, or may have been, is the address of
    that very mail, as it was kept; all others name the message, segment, event or redemption.

    Raises:
        NotFound: no such customer. MalformedRequest: no such cursor.
    """
    customer = app.customers.get(customer_id)
    if customer is None:
        raise NotFound("customer", customer_id)
    rows = app.rows.get_many(app.rows.keys_of(customer_id)).values()
    items = [item for row in rows for item in _of_row(app, row)]
    items += [_redeemed(redemption) for redemption in app.vouchers.of(customer_id)[1]]
    items += [_fact(event) for event in app.events.of(customer_id)]
    items += [_moved(move) for move in customer.moves]
    items.sort(key=_place, reverse=True)
    before = _read(cursor) if cursor else None
    left = [item for item in items if before is None or _place(item) < before]
    more = len(left) > limit
    return {"items": left[:limit], "next": "|".join(_place(left[limit - 1])) if more else None}


def _place(item: Item) -> Place:
    return item["at"], item["kind"], item["ref"]


def _read(cursor: str) -> Place:
    parts = cursor.split("|", 2)
    if len(parts) != 3:  # noqa: PLR2004
        raise MalformedRequest(f"No timeline goes on after the cursor {cursor[:70]!r}. Take `next` of the page before.")
    return parts[0], parts[1], parts[2]


def _item(at: datetime, kind: str, what: str, ref: str, because: str = "", words: str = "") -> Item:
    return {"at": instant_text(at), "kind": kind, "what": what, "because": because, "words": words, "ref": ref}


def _moved(move: Move) -> Item:
    return _item(move.at, "entered" if move.entered else "left", move.segment, f"segment.{move.segment}")


def _fact(event: Event) -> Item:
    return _item(event.at, "event", event.name, event.event_id)


def _redeemed(redemption: Redemption) -> Item:
    words = f"Order {redemption.order_id}"
    return _item(redemption.at, "redeemed", redemption.offer, redemption.id, redemption.message_id, words)


def _of_row(app: App, row: Row) -> Iterator[Item]:
    name = row.message_id.split(".")[1]
    ref = row.message_id
    if row.status in {"sent", "unknown"}:
        ref = f"{app.catalog.shop().links_url}/v/{app.signer.sign('v', row.key)}"
    because = row.waits_for or row.reason
    yield _item(row.at, row.status, name, ref, because, words_of(row.status, because))
    if row.delivery in _RETURNED and row.delivery_at is not None:
        yield _item(row.delivery_at, row.delivery, name, row.message_id, "", _RETURNED[row.delivery])
    facts = (
        (row.opened_at or row.early_opened_at, "opened", ""),
        (row.machine_opened_at, "opened_by_machine", "A proxy or a scanner fetched the pictures."),
        (row.unsubscribed_at, "unsubscribed", ""),
    )
    for at, kind, words in facts:
        if at is not None:
            yield _item(at, kind, name, row.message_id, "", words)
    yield from _clicks(row, name)


def _clicks(row: Row, name: str) -> Iterator[Item]:
    """Each click of a person that is kept; those of machines as one."""
    clicks = clicks_of(row)
    people = by_people(clicks)
    for click in people:
        yield _item(click.at, "clicked", name, row.message_id)
    machines = [click for click in clicks if click not in people]
    if machines:
        signs = sorted({click.sign or "burst" for click in machines})
        words = f"A scanner or a robot followed links of the mail: {len(machines)} clicks."
        yield _item(machines[0].at, "clicked_by_machine", name, row.message_id, ", ".join(signs), words)
