"""Where withdrawals are kept apart from the tables: append-only files that outlive a restore from a backup."""

import json
from datetime import UTC

from chalicelib.domain.dates import instant_text
from chalicelib.domain.mailboxes import Mailbox
from chalicelib.ports import App


def keep_withdrawal(app: App, mailbox: Mailbox, message_id: str) -> None:
    """Write what the person withdrew, all or single topics; nothing where all is granted. Repeating changes nothing.

    The file knows the mailbox by its hash only, and the message whose link was used.
    """
    consent = mailbox.consent
    if consent is None or (consent.status == "granted" and not consent.left):
        return
    at = consent.at.astimezone(UTC)
    proof = {
        "mailbox": mailbox.hash,
        "at": instant_text(at),
        "status": consent.status,
        "left": list(consent.left),
        "source": consent.source,
        "message": message_id,
    }
    key = f"unsubscribes/{at:%Y-%m-%d}/{mailbox.hash}-{at:%Y%m%dT%H%M%S%fZ}.json"
    app.files.create(key, json.dumps(proof).encode(), "application/json")
