"""Use case: which mails an address gets, topic by topic, and what else its owner chose."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.consent import topic_status
from chalicelib.domain.mailboxes import ConsentStatus, Mailbox, Tracking
from chalicelib.ports import App
from chalicelib.services.shop_topics import shop_topics


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What the preferences page shows."""

    status: ConsentStatus
    topics: Mapping[str, ConsentStatus]  # every topic that the shop mails on, as it holds for this address
    tracking: Tracking
    paused_until: datetime | None  # None: not paused, or the pause is over


def read_preferences(app: App, token: str) -> Preferences:
    """The token's mailbox; one that never consented has everything withdrawn. Raises: InvalidToken."""
    hash_, *_ = app.signer.read("p", token)
    return preferences_of(app, app.mailboxes.get(hash_) or Mailbox(hash=hash_))


def preferences_of(app: App, mailbox: Mailbox) -> Preferences:
    """The preferences that a mailbox holds, over all topics in use: the shop's own list first, then by name."""
    consent, own = mailbox.consent, list(app.catalog.shop().topics)
    others = {*shop_topics(app), *(consent.topics if consent else ())} - set(own)
    names = [*own, *sorted(others)]
    return Preferences(
        status=consent.status if consent else "withdrawn",
        topics={name: topic_status(consent, name) if consent else "withdrawn" for name in names},
        tracking=consent.tracking if consent else "none",
        paused_until=still_paused(mailbox, app.clock.now()),
    )


def still_paused(mailbox: Mailbox, now: datetime) -> datetime | None:
    """The end of a pause that is not over."""
    until = mailbox.paused_until
    return until if until is not None and now < until else None
