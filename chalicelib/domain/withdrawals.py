"""What a withdrawal that was kept apart from the tables says, and what it does to a mailbox from an older backup."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.consent import TRACKING
from chalicelib.domain.mailboxes import Consent, ConsentStatus, Mailbox, Suppression, Tracking
from chalicelib.domain.suppressions import suppress


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A word of the person's own, or a suppression, as its file tells it."""

    mailbox: str  # hash
    at: datetime  # aware UTC
    status: ConsentStatus | None = None  # None: it tells of a suppression only
    left: tuple[str, ...] = ()
    source: str = ""
    tracking: Tracking | None = None
    paused_until: datetime | None = None
    suppression: Suppression | None = None


def withdrawal_from_fields(fields: Mapping[str, Any]) -> Withdrawal:
    """Read what a file holds."""
    at, paused, suppressed = datetime.fromisoformat(fields["at"]), fields.get("paused_until"), fields.get("suppression")
    return Withdrawal(
        mailbox=fields["mailbox"],
        at=at,
        status=fields.get("status"),
        left=tuple(fields.get("left", ())),
        source=fields.get("source", ""),
        tracking=fields.get("tracking"),
        paused_until=datetime.fromisoformat(paused) if paused else None,
        suppression=Suppression(**suppressed, at=at) if suppressed else None,
    )


def replay(mailbox: Mailbox, word: Withdrawal) -> Mailbox:
    """The mailbox after the word is said again. It only ever takes away; repeating it changes nothing.

    A later word by the person's own hand stands. What the shop's systems stated gives way, whatever its date: they may
    have stated it after the restore, not knowing that the person had left.
    """
    if word.suppression is not None:
        lifted = mailbox.lifted_at is not None and mailbox.lifted_at >= word.at
        return mailbox if lifted else suppress(mailbox, word.suppression)
    current = mailbox.consent
    if word.status is None or (current is not None and current.by_person and current.at >= word.at):
        return mailbox
    ends = [until for until in (mailbox.paused_until, word.paused_until) if until is not None]
    return replace(mailbox, consent=_without(current, word), paused_until=max(ends, default=None))


def _without(current: Consent | None, word: Withdrawal) -> Consent:
    before = current or Consent(status="withdrawn" if word.status == "withdrawn" else "pending", at=word.at)
    topics: dict[str, ConsentStatus] = dict(before.topics)
    if word.status == "withdrawn":
        topics = {name: status for name, status in topics.items() if status != "granted"}
    return replace(
        before,
        status="withdrawn" if word.status == "withdrawn" else before.status,
        at=word.at,
        source=word.source,
        topics={**topics, **dict.fromkeys(word.left, "withdrawn")},
        left=tuple(sorted({*before.left, *word.left})),
        tracking=_less(before.tracking, word.tracking),
        tracking_by_person=before.tracking_by_person or word.tracking is not None,
        by_person=True,
    )


def _less(a: Tracking, b: Tracking | None) -> Tracking:
    return a if b is None else min(a, b, key=TRACKING.index)
