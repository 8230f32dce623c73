"""Use case: which mails an address gets, topic by topic."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.consent import topic_status
from chalicelib.domain.mailboxes import Consent, ConsentStatus
from chalicelib.ports import App
from chalicelib.services.shop_topics import shop_topics


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What the preferences page shows."""

    status: ConsentStatus
    topics: Mapping[str, ConsentStatus]  # every topic that the shop mails on, as it holds for this address


def read_preferences(app: App, token: str) -> Preferences:
    """The token's mailbox; one that never consented has everything withdrawn. Raises: InvalidToken."""
    hash_, *_ = app.signer.read("p", token)
    mailbox = app.mailboxes.get(hash_)
    return preferences_of(app, mailbox.consent if mailbox else None)


def preferences_of(app: App, consent: Consent | None) -> Preferences:
    """The preferences that a consent stands for, over all topics in use."""
    names = sorted({*shop_topics(app), *(consent.topics if consent else ())})
    if consent is None:
        return Preferences(status="withdrawn", topics=dict.fromkeys(names, "withdrawn"))
    return Preferences(status=consent.status, topics={name: topic_status(consent, name) for name in names})
