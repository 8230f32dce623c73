"""Where withdrawals are kept apart from the tables: append-only files that outlive a restore from a backup."""

import json
from datetime import UTC, datetime

from chalicelib.domain.dates import instant_text
from chalicelib.domain.mailboxes import Mailbox
from chalicelib.ports import App

PREFIX = "unsubscribes/"


def keep_withdrawal(app: App, mailbox: Mailbox, message_id: str) -> None:
    """Write what the person withdrew: all or single topics, the tracking, or mail for some time. Nothing where all is
    granted. Repeating changes nothing.

    The file knows the mailbox by its hash only, and the message whose link was used.
    """
    consent, paused = mailbox.consent, mailbox.paused_until
    if consent is None or (consent.status == "granted" and not (consent.left or consent.tracking_by_person or paused)):
        return
    at = consent.at.astimezone(UTC)
    proof = {
        "mailbox": mailbox.hash,
        "at": instant_text(at),
        "status": consent.status,
        "left": list(consent.left),
        "source": consent.source,
        "message": message_id,
        **({"tracking": consent.tracking} if consent.tracking_by_person else {}),
        **({"paused_until": instant_text(paused)} if paused is not None else {}),
    }
    app.files.create(withdrawal_key(mailbox.hash, at), json.dumps(proof).encode(), "application/json")


def keep_suppression(app: App, mailbox: Mailbox) -> None:
    """Write that the address is suppressed, if it is: a restore must not forget that either."""
    found = mailbox.suppression
    if found is None:
        return
    at = found.at.astimezone(UTC)
    suppression = {"reason": found.reason, "scope": found.scope}
    proof = {"mailbox": mailbox.hash, "at": instant_text(at), "suppression": suppression}
    key = withdrawal_key(mailbox.hash, at).removesuffix(".json") + f"-{found.reason}.json"
    app.files.create(key, json.dumps(proof).encode(), "application/json")


def withdrawal_key(hash_: str, at: datetime) -> str:
    """Where a withdrawal of that time (UTC) stands: below its day."""
    return f"{PREFIX}{at:%Y-%m-%d}/{hash_}-{at:%Y%m%dT%H%M%S%fZ}.json"
