"""How a row moves: only forward, whatever the order in which our own records and SES's events arrive."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.clicks import Click, by_people, merged
from chalicelib.domain.messages import Row

# `failed` and `sent` are proofs, so both stand over `unknown`; that SES accepted the mail stands over all.
_RANK = {"deferred": 0, "skipped": 1, "unknown": 2, "failed": 3, "sent": 4}
# What SES may report, weakest first; a complaint comes after a delivery, never the other way round.
_DELIVERY_RANK = {"delayed": 0, "delivered": 1, "soft_bounced": 2, "rendering_failed": 3, "rejected": 3, "bounced": 4}
_DELIVERY_RANK["complained"] = 5


def forward(stored: Row | None, fresh: Row) -> Row:
    """The row that both stand for: the further status, of two alike the earlier one, the first of each later fact.

    The order of the arguments does not matter, so the row ends the same whoever comes first.
    """
    if stored is None:
        return fresh
    further, other = sorted((stored, fresh), key=_furthest_first)
    delivery, delivery_at = _further_delivery(stored, fresh)
    clicks = merged(clicks_of(stored), clicks_of(fresh)) if stored.clicks or fresh.clicks else ()
    return replace(
        further,
        mailbox=further.mailbox or other.mailbox,
        provider=further.provider or other.provider,
        ses_id=further.ses_id or other.ses_id,
        voucher=further.voucher or other.voucher,
        variant=further.variant or other.variant,
        delivery=delivery,
        delivery_at=delivery_at,
        clicked_at=_first(clicks) if clicks else _earlier(stored.clicked_at, fresh.clicked_at),
        clicks=clicks,
        opened_at=_earlier(stored.opened_at, fresh.opened_at),
        early_opened_at=_earlier(stored.early_opened_at, fresh.early_opened_at),
        machine_opened_at=_earlier(stored.machine_opened_at, fresh.machine_opened_at),
        unsubscribed_at=_earlier(stored.unsubscribed_at, fresh.unsubscribed_at),
    )


def _first(clicks: tuple[Click, ...]) -> datetime | None:
    """When a person first clicked."""
    return next((click.at for click in by_people(clicks)), None)


def clicks_of(row: Row) -> tuple[Click, ...]:
    """All that is known of the row's clicks; an older row knows only when the first one was, and of no sign."""
    if row.clicks or row.clicked_at is None:
        return row.clicks
    return (Click(at=row.clicked_at),)


def _furthest_first(row: Row) -> tuple[int, datetime, str, str]:
    return -_RANK[row.status], row.at, row.reason, row.deferred_to or ""


def _further_delivery(one: Row, other: Row) -> tuple[str | None, datetime | None]:
    """The further of two reports, and when it came first."""
    further = max((one.delivery, other.delivery), key=lambda kind: (_DELIVERY_RANK.get(kind or "", -1), kind or ""))
    times = [row.delivery_at for row in (one, other) if row.delivery == further and row.delivery_at is not None]
    return further, min(times, default=None)


def _earlier(a: datetime | None, b: datetime | None) -> datetime | None:
    known = [at for at in (a, b) if at is not None]
    return min(known) if known else None
