"""Use case: record what SES reports about sends. Repeats, disorder and lateness change nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from chalicelib.domain.mail_events import MailEvent
from chalicelib.domain.mailboxes import Mailbox, Suppression
from chalicelib.domain.messages import Row
from chalicelib.domain.suppressions import suppress
from chalicelib.errors import StaleRevision
from chalicelib.ports import App
from chalicelib.services.add_to_row import add_to_row
from chalicelib.services.keep_withdrawal import keep_suppression
from chalicelib.services.watch_campaigns import note_harm

_SOFT_LIMIT, _SOFT_DAYS = 5, timedelta(days=14)
_SOFT_KEPT = 2 * _SOFT_LIMIT  # so that one that comes late still finds those around it
_TRIES = 8
_HARM = frozenset({"bounced", "complained"})  # kinds that may pause a campaign
# They prove that SES accepted the mail, and no more: writing them to every row would cost as much as the row itself.
_ONLY_PROOFS = frozenset({"sent", "delivered", "delayed"})


def record_events(app: App, events: Sequence[MailEvent]) -> None:
    """Move each row forward and, where the address is at fault or the person complained, suppress the mailbox.

    That SES took, delayed or delivered it is written only where the row is `unknown` or missing, as most rows need no
    such proof: the event files keep the rest.
    """
    # An event may belong to a launch that this table never held.
    known = {id_ for id_ in {event.message_id for event in events} if app.messages.get(id_) is not None}
    ours = [event for event in events if event.message_id in known]
    proofs = [event.row_key for event in ours if event.kind in _ONLY_PROOFS]
    rows = app.rows.get_many(proofs)
    ours = _without_untracked_opens(app, ours)
    for event in ours:
        row = rows.get(event.row_key) if event.kind in _ONLY_PROOFS else None
        if row is None or row.status != "sent":
            _record(app, event)
    for message_id in sorted({event.message_id for event in ours if event.kind in _HARM}):
        note_harm(app, message_id)


def _without_untracked_opens(app: App, events: Sequence[MailEvent]) -> list[MailEvent]:
    """Without the opens of those who said by their own hand, after the mail had left, not to be followed.

    All others were asked at the send: only the mail of those who agreed reports opens at all.
    """
    openers = {event.customer_id for event in events if event.kind == "opened"}
    if not openers:
        return list(events)
    hashes = {id_: customer.mailbox for id_, customer in app.customers.get_many(sorted(openers)).items()}
    boxes = app.mailboxes.get_many(sorted({hash_ for hash_ in hashes.values() if hash_}))
    refused = {id_ for id_, hash_ in hashes.items() if hash_ in boxes and _refuses(boxes[hash_])}
    return [event for event in events if event.kind != "opened" or event.customer_id not in refused]


def _refuses(box: Mailbox) -> bool:
    consent = box.consent
    return consent is not None and consent.tracking_by_person and consent.tracking != "full"


def _record(app: App, event: MailEvent) -> None:
    row = add_to_row(app, _row(event))
    if event.suppresses or event.soft:
        _suppress(app, row, event)


def _row(event: MailEvent) -> Row:
    """What the event proves: a mail that SES reports on was accepted by SES."""
    opened = event.at if event.kind == "opened" else None
    report = None if event.kind in {*_ONLY_PROOFS, "opened"} else event.kind
    proves_sent = event.kind != "rendering_failed"
    return Row(
        message_id=event.message_id,
        batch_id=event.batch_id,
        customer_id=event.customer_id,
        status="sent" if proves_sent else "failed",
        reason="" if proves_sent else f"rendering_failed: {event.cause}",
        at=event.at,
        ses_id=event.ses_id,
        delivery=report,
        delivery_at=event.at if report else None,
        opened_at=None if event.sign or event.early else opened,
        early_opened_at=opened if event.early and not event.sign else None,
        machine_opened_at=opened if event.sign else None,
    )


def _suppress(app: App, row: Row | None, event: MailEvent) -> None:
    mailbox = (row.mailbox if row else None) or _marked_mailbox(app, event) or _told_mailbox(app, event)
    if mailbox is None:
        return
    for _ in range(_TRIES):
        box = app.mailboxes.get(mailbox) or Mailbox(hash=mailbox)
        changed = _after(box, event)
        try:
            if changed != box:
                app.mailboxes.put(changed)
        except StaleRevision:
            continue
        keep_suppression(app, changed)  # on a repeat too: the first attempt may have died before it
        return
    raise StaleRevision(f"mailbox {mailbox}: changed {_TRIES} times while it was suppressed")


def _marked_mailbox(app: App, event: MailEvent) -> str | None:
    """Where the mail went that has no row of ours yet: its address may have changed since."""
    batch = app.batches.get(event.message_id, event.batch_id)
    mark = batch.in_flight if batch else None
    return dict(zip(mark.people, mark.mailboxes, strict=True)).get(event.customer_id) if mark else None


def _told_mailbox(app: App, event: MailEvent) -> str | None:
    """Where SES says that it went: the row of an erased person stands under another name."""
    return app.keyed.mailbox(event.address) if event.address else None


def _after(box: Mailbox, event: MailEvent) -> Mailbox:
    """The mailbox after the event; the same where it says nothing new."""
    if box.suppression is not None and box.suppression.scope == "all":
        return box
    if box.lifted_at is not None and event.at <= box.lifted_at:
        return box
    if event.suppresses:
        reason: Literal["hard_bounce", "complaint"] = "complaint" if event.kind == "complained" else "hard_bounce"
        return suppress(box, Suppression(reason=reason, scope="all", at=event.at))
    times = sorted({*box.soft_bounces, event.at})
    often = any(last - first < _SOFT_DAYS for first, last in zip(times, times[_SOFT_LIMIT - 1 :], strict=False))
    suppression = box.suppression
    if often and suppression is None:
        suppression = Suppression(reason="soft_bounces", scope="marketing", at=event.at)
    return replace(box, soft_bounces=tuple(times[-_SOFT_KEPT:]), suppression=suppression)
