"""Use case: a person chooses which mails to get. With the double opt-in, the only way back after a withdrawal."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal

from chalicelib.domain.consent import choose
from chalicelib.domain.mailboxes import ConsentStatus, Mailbox
from chalicelib.ports import App
from chalicelib.services.keep_consent import keep_consent
from chalicelib.services.keep_withdrawal import keep_withdrawal
from chalicelib.services.mirror_consent import mirror_consent
from chalicelib.services.read_preferences import Preferences, preferences_of
from chalicelib.services.retrying import retrying

SOURCE = "preferences page"


def save_preferences(
    app: App, token: str, status: Literal["granted", "withdrawn"], topics: Mapping[str, ConsentStatus]
) -> Preferences:
    """Store the person's own choice for the token's mailbox; what holds now.

    A suppression stays: an address that bounced or complained is not mailed, whatever is chosen.

    Raises:
        InvalidToken: forged, cut short, or made for another purpose.
    """
    hash_, message_id, *_ = app.signer.read("p", token)
    now = app.clock.now()
    mailbox = retrying(lambda: _choose(app, hash_, status, topics, now))
    keep_withdrawal(app, mailbox, message_id)
    mirror_consent(app, mailbox)
    return preferences_of(app, mailbox.consent)


def _choose(
    app: App,
    hash_: str,
    status: Literal["granted", "withdrawn"],
    topics: Mapping[str, ConsentStatus],
    now: datetime,
) -> Mailbox:
    stored = app.mailboxes.get(hash_) or Mailbox(hash=hash_)
    consent = choose(stored.consent, status, topics, now, SOURCE)
    keep_consent(app, hash_, stored.consent, consent)
    return app.mailboxes.put(replace(stored, consent=consent))
