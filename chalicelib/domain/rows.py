"""How a row moves: only forward, whatever the order in which our own records and SES's events arrive."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.domain.messages import Batch, Row

# `failed` and `sent` are proofs, so both stand over `unknown`; that SES accepted the mail stands over all.
_RANK = {"deferred": 0, "skipped": 1, "unknown": 2, "failed": 3, "sent": 4}
# What SES may report, weakest first; a complaint comes after a delivery, never the other way round.
_DELIVERY_RANK = {"delayed": 0, "delivered": 1, "soft_bounced": 2, "rendering_failed": 3, "rejected": 3, "bounced": 4}
_DELIVERY_RANK["complained"] = 5
_RETURNED = frozenset({"soft_bounced", "rendering_failed", "rejected", "bounced"})


def forward(stored: Row | None, fresh: Row) -> Row:
    """The row that both stand for: the further status, of two alike the earlier one, the first of each later fact.

    The order of the arguments does not matter, so the row ends the same whoever comes first.
    """
    if stored is None:
        return fresh
    further, other = sorted((stored, fresh), key=_furthest_first)
    return replace(
        further,
        mailbox=further.mailbox or other.mailbox,
        ses_id=further.ses_id or other.ses_id,
        voucher=further.voucher or other.voucher,
        variant=further.variant or other.variant,
        delivery=_further_delivery(stored.delivery, fresh.delivery),
        clicked_at=_earlier(stored.clicked_at, fresh.clicked_at),
        opened_at=_earlier(stored.opened_at, fresh.opened_at),
        unsubscribed_at=_earlier(stored.unsubscribed_at, fresh.unsubscribed_at),
    )


def _furthest_first(row: Row) -> tuple[int, datetime, str, str]:
    return -_RANK[row.status], row.at, row.reason, row.deferred_to or ""


def _further_delivery(a: str | None, b: str | None) -> str | None:
    return max((a, b), key=lambda kind: (_DELIVERY_RANK.get(kind or "", -1), kind or ""))


def _earlier(a: datetime | None, b: datetime | None) -> datetime | None:
    known = [at for at in (a, b) if at is not None]
    return min(known) if known else None


@dataclass(slots=True)
class Tally:
    """What became of one message, counted from its batches and rows. No counter is kept anywhere."""

    planned: int = 0
    sent: int = 0
    failed: int = 0
    unknown: int = 0
    pending: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    delivered: int = 0  # sent, and nothing came back: single deliveries are not written to rows
    bounced: int = 0
    complained: int = 0
    opened: int = 0
    clicked: int = 0  # people who are known to have clicked, and clicks of unknown ones
    anonymous_clicks: int = 0  # as they were counted, a second click of the same person too
    unsubscribed: int = 0

    def add(self, batch: Batch, rows: Mapping[str, Row]) -> None:
        """Count one batch. People that another batch took over are counted there."""
        # An event may name a person whom this batch never had: such a row is kept, and counts for nobody.
        found = [rows[person] for person in batch.people if person in rows]
        here = [row for row in found if row.status != "deferred"]
        self.pending += len(batch.people) - len(found)
        self.planned += len(batch.people) - len(found) + len(here)
        self._count(here)
        # Nobody knows whose these are, so a person may be counted twice; but not more people than got the mail.
        unknown = sum(row.status == "sent" and row.clicked_at is None for row in here)
        self.clicked += min(batch.clicks, unknown)
        self.anonymous_clicks += batch.clicks

    def _count(self, rows: Iterable[Row]) -> None:
        for row in rows:
            if row.status == "skipped":
                self.skipped[row.reason] += 1
            else:
                setattr(self, row.status, getattr(self, row.status) + 1)
            self.delivered += row.status == "sent" and row.delivery not in _RETURNED
            self.bounced += row.delivery == "bounced"
            self.complained += row.delivery == "complained"
            self.opened += row.opened_at is not None
            self.clicked += row.clicked_at is not None
            self.unsubscribed += row.unsubscribed_at is not None
