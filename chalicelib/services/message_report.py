"""Use case: what became of a message, counted from its rows. No counter is kept, so none can drift."""

from collections.abc import Iterable
from typing import Any

from chalicelib.domain.messages import Message
from chalicelib.domain.outcomes import Tally
from chalicelib.domain.redeeming import Use
from chalicelib.ports import App


def tally(app: App, messages: Iterable[Message]) -> Tally:
    """Count all rows of the messages, batch by batch."""
    total = Tally()
    for message in messages:
        for batch in app.batches.of(message.id):
            total.add(batch, app.rows.of(message.id, batch.id))
    return total


def report_fields(app: App, total: Tally, offer: str | None) -> dict[str, Any]:
    """The report as the API shows it; redemptions are those of the offer."""
    use = app.vouchers.usage(offer) if offer else Use()
    currency = app.catalog.shop().currency
    return {
        "planned": total.planned,
        "sent": total.sent,
        "skipped": dict(sorted(total.skipped.items())),
        "failed": total.failed,
        "unknown": total.unknown,
        "pending": total.pending,
        "delivered": total.delivered,
        "bounced": total.bounced,
        "complained": total.complained,
        "opened": total.opened,
        "clicked": total.clicked,
        "machine_opens": total.machine_opened,
        "human_clicks": total.human_clicks,
        "machine_clicks": total.machine_clicks,
        "anonymous_clicks": total.anonymous_clicks,
        "unsubscribed": total.unsubscribed,
        "redeemed": use.total,
        "discount": {"amount": use.spent, "currency": currency},
    }
