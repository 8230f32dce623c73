"""Use case: everything that one address ever said, or that was said for it, about being mailed."""

import json
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.mailboxes import Consent
from chalicelib.domain.sign_ups import SignUp, read_stamp
from chalicelib.domain.suppressions import SuppressionChange
from chalicelib.ports import App
from chalicelib.services.consent_texts import with_full_text
from chalicelib.services.keep_consent import (
    SIGN_UP,
    SUPPRESSION,
    consent_from_kept,
    consent_prefix,
    find_sign_up,
    suppression_changes,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentHistory:
    """Proofs, each with its time, words, source and what it said of each topic."""

    consents: tuple[Consent, ...]  # oldest first; the last one stands
    sign_ups: tuple[tuple[datetime, SignUp], ...]  # what was entered into the form, confirmed or not; oldest first
    suppressions: tuple[SuppressionChange, ...]  # changed by hand; oldest first


def consent_history(app: App, mailbox: str) -> ConsentHistory:
    """All that is kept of one mailbox, by its hash; empty where nothing is."""
    names = [key.rpartition("/")[2] for key in app.files.keys(consent_prefix(mailbox))]
    stored = app.mailboxes.get(mailbox)
    standing = [stored.consent] if stored and stored.consent else []
    kept = [_kept(app, mailbox, name) for name in names if not name.endswith((SIGN_UP, SUPPRESSION))]
    earlier = sorted((one for one in kept if one is not None and one not in standing), key=lambda one: one.at)
    asked = [name.removesuffix(SIGN_UP) for name in names if name.endswith(SIGN_UP)]
    wishes = [(read_stamp(at), find_sign_up(app, mailbox, at)) for at in asked]
    return ConsentHistory(
        consents=tuple(with_full_text(app, one) for one in (*earlier, *standing)),
        sign_ups=tuple((at, wish) for at, wish in wishes if wish is not None),
        suppressions=suppression_changes(app, mailbox),
    )


def _kept(app: App, mailbox: str, name: str) -> Consent | None:
    content = app.files.get(f"{consent_prefix(mailbox)}{name}")
    return consent_from_kept(json.loads(content)) if content is not None else None
