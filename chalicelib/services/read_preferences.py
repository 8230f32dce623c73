"""Use case: which mails an address gets, topic by topic."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.consent import topic_status
from chalicelib.domain.mailboxes import Consent, ConsentStatus
from chalicelib.ports import App


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
    names = sorted({*_topics(app), *(consent.topics if consent else ())})
    if consent is None:
        return Preferences(status="withdrawn", topics=dict.fromkeys(names, "withdrawn"))
    return Preferences(status=consent.status, topics={name: topic_status(consent, name) for name in names})


def _topics(app: App) -> set[str]:
    """The shop's own topic and those of its campaigns and flows."""
    documents = [*app.catalog.list("campaign"), *app.catalog.list("flow")]
    named = {document.body.get("topic") for document in documents}
    return {app.catalog.shop().default_topic, *(name for name in named if isinstance(name, str) and name)}
