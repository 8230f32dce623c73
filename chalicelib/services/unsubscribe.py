"""Use case: a person withdraws from all marketing, by the link in a mail or the button of their mail program."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.consent import withdraw
from chalicelib.domain.mailboxes import Mailbox
from chalicelib.ports import App
from chalicelib.services.keep_consent import keep_consent
from chalicelib.services.keep_withdrawal import keep_withdrawal
from chalicelib.services.mirror_consent import mirror_consent
from chalicelib.services.retrying import retrying


@dataclass(frozen=True, slots=True)
class Unsubscribed:
    """What the page says."""

    first_time: bool  # False: it was done before


def unsubscribe(app: App, token: str) -> Unsubscribed:
    """Withdraw consent for the token's mailbox; whoever repeats it is told that it was done.

    Before the answer stand the mailbox, which every later claim is refused by, and a file apart from it, append-only,
    that outlives a restore of the tables. What fails rises: the answer is never 200 without both.

    Raises:
        InvalidToken: forged, cut short, or made for another purpose.
    """
    hash_, message_id, batch_id, customer_id = app.signer.read("u", token)
    source = f"unsubscribe link of message {message_id}"
    mailbox, first_time = retrying(lambda: _withdraw(app, hash_, source))
    # All that follows is done on a repeat too: the first attempt may have died before it.
    keep_withdrawal(app, mailbox, message_id)
    if mailbox.consent is not None and mailbox.consent.source == source:
        _mark_row(app, message_id, batch_id, customer_id, mailbox.consent.at)
    mirror_consent(app, mailbox)
    return Unsubscribed(first_time=first_time)


def _withdraw(app: App, hash_: str, source: str) -> tuple[Mailbox, bool]:
    """The mailbox, and whether it changed. One that an erasure or a restore took away is made again."""
    stored = app.mailboxes.get(hash_) or Mailbox(hash=hash_)
    consent = withdraw(stored.consent, app.clock.now(), source)
    if consent == stored.consent:
        return stored, False
    try:
        keep_consent(app, hash_, stored.consent, consent)
    finally:  # whoever wants to leave does, also where the proof of the old consent cannot be kept
        left = app.mailboxes.put(replace(stored, consent=consent))
    return left, True


def _mark_row(app: App, message_id: str, batch_id: str, customer_id: str, at: datetime) -> None:
    row = app.rows.get(message_id, batch_id, customer_id)
    if row is not None and row.unsubscribed_at is None:
        app.rows.add(replace(row, unsubscribed_at=at))
