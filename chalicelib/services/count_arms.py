"""Use case: how the arms of a test did, counted from the rows."""

from chalicelib.domain.intervals import Share
from chalicelib.domain.messages import Message
from chalicelib.domain.outcomes import Tally
from chalicelib.ports import App
from chalicelib.services.follow_up_people import has_redeemed


def count_clicks(app: App, message: Message) -> list[tuple[str, Share]]:
    """For each arm, in order: of the people who got the mail, those who clicked by hand."""
    tallies = {arm.name: Tally() for arm in message.variants}
    for batch in app.batches.of(message.id):
        if batch.variant in tallies:
            tallies[batch.variant].add(batch, app.rows.of(message.id, batch.id))
    return [(name, Share(min(tally.clicked, tally.sent), tally.sent)) for name, tally in tallies.items()]


def count_redemptions(app: App, message: Message) -> list[tuple[str, Share]]:
    """For each arm, in order: of the people who got the mail, those who have used its voucher."""
    sent = {arm.name: 0 for arm in message.variants}
    used = dict(sent)
    for batch in app.batches.of(message.id):
        if batch.variant in sent:
            rows = [row for row in app.rows.of(message.id, batch.id).values() if row.status == "sent"]
            sent[batch.variant] += len(rows)
            used[batch.variant] += sum(has_redeemed(app, row) for row in rows)
    return [(name, Share(used[name], of)) for name, of in sent.items()]
