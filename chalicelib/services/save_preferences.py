"""Use case: a person chooses which mails to get. With the double opt-in, the only way back after a withdrawal."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from chalicelib.domain.consent import choose
from chalicelib.domain.mailboxes import ConsentStatus, Mailbox, Tracking, with_consent
from chalicelib.ports import App
from chalicelib.services.keep_consent import keep_consent
from chalicelib.services.keep_withdrawal import keep_withdrawal
from chalicelib.services.mirror_consent import mirror_consent
from chalicelib.services.read_preferences import Preferences, preferences_of, still_paused
from chalicelib.services.retrying import retrying

SOURCE = "preferences page"
PAUSES = (30, 60, 90)  # days that a pause may last


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a person chose. What is None stays as it is."""

    status: Literal["granted", "withdrawn"]
    topics: Mapping[str, ConsentStatus]
    tracking: Tracking | None = None
    pause_days: int | None = None  # from now on, one of PAUSES; 0: no pause


@dataclass(frozen=True, slots=True)
class Saved:
    """What holds now."""

    preferences: Preferences
    changed: bool  # False: it was so before


def save_preferences(app: App, token: str, choice: Choice) -> Saved:
    """Store the person's own choice for the token's mailbox.

    A suppression stays: an address that bounced or complained is not mailed, whatever is chosen.

    Raises:
        InvalidToken: forged, cut short, or made for another purpose.
    """
    hash_, message_id, *_ = app.signer.read("p", token)
    now = app.clock.now()
    mailbox, changed = retrying(partial(_choose, app, hash_, choice, now))
    # All that follows is done on a repeat too: the first attempt may have died before it.
    keep_withdrawal(app, mailbox, message_id)
    mirror_consent(app, mailbox)
    return Saved(preferences_of(app, mailbox), changed)


def _choose(app: App, hash_: str, choice: Choice, now: datetime) -> tuple[Mailbox, bool]:
    stored = app.mailboxes.get(hash_) or Mailbox(hash=hash_)
    consent = choose(stored.consent, choice.status, choice.topics, now, SOURCE, choice.tracking)
    paused = _pause(stored, choice.pause_days, now)
    if consent == stored.consent and paused == still_paused(stored, now):
        return stored, False
    if consent == stored.consent:  # a pause is a word of its own time, too: its proof has its own file
        consent = replace(consent, at=max(now, consent.at), source=SOURCE)
    keep_consent(app, hash_, stored.consent, consent)
    return app.mailboxes.put(replace(with_consent(stored, consent), paused_until=paused)), True


def _pause(stored: Mailbox, days: int | None, now: datetime) -> datetime | None:
    if days is None:
        return still_paused(stored, now)
    return now + timedelta(days=days) if days in PAUSES else None
