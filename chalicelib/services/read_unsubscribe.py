"""Use case: what the unsubscribe page asks about. Reads only: scanners open it too."""

from chalicelib.ports import App


def read_unsubscribe(app: App, token: str) -> bool:
    """Whether the token's mailbox is unsubscribed already. Raises: InvalidToken."""
    hash_, *_ = app.signer.read("u", token)
    mailbox = app.mailboxes.get(hash_)
    consent = mailbox.consent if mailbox else None
    return consent is not None and consent.status == "withdrawn" and "granted" not in consent.topics.values()
