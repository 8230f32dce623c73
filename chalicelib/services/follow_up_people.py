"""Use case: whom an earlier campaign was sent to, by what they did with it, batch by batch."""

from collections.abc import Iterator

from chalicelib.domain.messages import Batch, FollowUp, FollowUpOf, Message, Row
from chalicelib.ports import App

_BATCHES = 40  # a page: as many people as a page of customers


def follow_up_people(app: App, follow_up: FollowUp, start: str | None) -> tuple[list[str], str | None]:
    """Ids of the people of the next batches, and where the page after this starts; None: this was the last.

    Only people to whom it was sent count, by what is known of them now. Of a campaign that repeats, its latest
    occurrence is meant.
    """
    found: list[str] = []
    for number, (message, batch) in enumerate(_batches(app, follow_up.campaign, start), 1):
        sent = [row for row in app.rows.of(message.id, batch.id).values() if row.status == "sent"]
        found += [row.customer_id for row in sent if _is_meant(app, follow_up.who, row)]
        if number == _BATCHES:
            return found, f"{message.id}#{batch.id}"
    return found, None


def _batches(app: App, campaign: str, start: str | None) -> Iterator[tuple[Message, Batch]]:
    from_message, _, after = (start or "").partition("#")
    for message in sent_messages(app, campaign):
        if message.id >= from_message:
            for batch in app.batches.of(message.id, after=after if message.id == from_message else None):
                yield message, batch


def sent_messages(app: App, campaign: str) -> list[Message]:
    """The messages of a campaign that people got, by id: of one that repeats only the latest occurrence."""
    messages = app.messages.of("c", campaign)
    occurrences = [message for message in messages if message.once_key != f"c.{campaign}"]
    begun = [message for message in occurrences if message.state != "cancelled"]
    return begun[-1:] if occurrences else messages


def _is_meant(app: App, who: FollowUpOf, row: Row) -> bool:
    if who == "clicked":
        return row.clicked_at is not None
    if who == "not_clicked":
        return row.clicked_at is None
    if who == "not_opened":
        return not row.read
    return not has_redeemed(app, row)


def has_redeemed(app: App, row: Row) -> bool:
    """Whether the voucher of this very mail was used; False also where it carried none of the person's own."""
    voucher = app.vouchers.get(row.voucher) if row.voucher else None
    return voucher is not None and voucher.status == "redeemed"
