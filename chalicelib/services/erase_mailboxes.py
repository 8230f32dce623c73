"""What stays of an erased person's addresses: the keyed hash, suppressed; all of it where others have the address."""

import json
from functools import partial

from chalicelib.domain.erasures import Erasure
from chalicelib.domain.mailboxes import Mailbox, Suppression
from chalicelib.ports import App
from chalicelib.services.consent_texts import forget_text
from chalicelib.services.keep_consent import consent_prefix
from chalicelib.services.keep_withdrawal import keep_suppression
from chalicelib.services.retrying import retrying


def erase_mailboxes(app: App, erasure: Erasure) -> None:
    """Suppress each address, and forget what was agreed, sent and returned there, with all proofs.

    An address that another customer has stays as it is, for it is theirs, too.
    """
    for hash_ in erasure.mailboxes:
        if not shared(app, erasure, hash_):
            _forget_texts(app, erasure, hash_)
            retrying(partial(_suppress, app, hash_))
            app.files.delete(app.files.keys(consent_prefix(hash_)))


def _forget_texts(app: App, erasure: Erasure, hash_: str) -> None:
    """Long words of a consent lie apart, named by it: while it still stands, those that name the person go."""
    consent = (app.mailboxes.get(hash_) or Mailbox(hash=hash_)).consent
    kept = [json.loads(app.files.get(key) or b"{}") for key in app.files.keys(consent_prefix(hash_))]
    for text in {consent.text if consent else "", *(str(proof.get("text", "")) for proof in kept)}:
        forget_text(app, text, erasure.mentioned_in)


def shared(app: App, erasure: Erasure, hash_: str) -> bool:
    """Whether another customer has this address. The index lags by moments, so each one's own record decides."""
    others = [id_ for id_ in app.customers.by_mailbox(hash_) if id_ != erasure.customer_id]
    return any(customer.mailbox == hash_ for customer in app.customers.get_many(others).values())


def _suppress(app: App, hash_: str) -> None:
    stored = app.mailboxes.get(hash_) or Mailbox(hash=hash_)
    kept = stored.suppression if stored.suppression and stored.suppression.reason == "erased" else None
    left = Mailbox(
        hash=hash_,
        suppression=kept or Suppression(reason="erased", scope="all", at=app.clock.now()),
        revision=stored.revision,
    )
    if left != stored:
        left = app.mailboxes.put(left)
    keep_suppression(app, left)  # a restore must not bring the person back
