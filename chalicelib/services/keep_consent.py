"""Where the proofs of consent are kept apart from the mailbox: files below its hash, each written once."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any

from chalicelib.domain.mailboxes import Consent
from chalicelib.domain.sign_ups import SignUp, stamp
from chalicelib.domain.suppressions import SuppressionChange
from chalicelib.ports import App

JSON = "application/json"
SUPPRESSION = "-suppression.json"
SIGN_UP = "-sign-up.json"  # how the name of such a file ends, after its stamp


def consent_prefix(hash_: str) -> str:
    """Below it stands everything that was kept about the consent of one mailbox."""
    return f"consent/{hash_}/"


def keep_sign_up(app: App, hash_: str, at: datetime, wish: SignUp) -> None:
    """Write what was asked for, without the address itself. The first one of a time stands."""
    content = json.dumps({"at": at.isoformat(), **sign_up_fields(wish)}, ensure_ascii=False).encode()
    app.files.create(_sign_up_key(hash_, stamp(at)), content, JSON)


def sign_up_fields(wish: SignUp) -> dict[str, Any]:
    """What was asked for as plain JSON values, without who it was said to be."""
    fields = {name: value for name, value in asdict(wish).items() if name not in {"email", "first_name"}}
    return {**fields, "topics": list(wish.topics)}


def find_sign_up(app: App, hash_: str, at: str) -> SignUp | None:
    """What was asked for at that stamp; None where nothing is kept, say after an erasure."""
    content = app.files.get(_sign_up_key(hash_, at))
    if content is None:
        return None
    fields = json.loads(content)
    del fields["at"]
    return SignUp(**{"email": "", **fields, "topics": tuple(fields["topics"])})


def _sign_up_key(hash_: str, at: str) -> str:
    return f"{consent_prefix(hash_)}{at}{SIGN_UP}"


def keep_consent(app: App, hash_: str, before: Consent | None, after: Consent | None) -> None:
    """Keep a consent that is about to be replaced, so that every one that ever held can be shown.

    The one that stands is in the mailbox; so nothing is lost whoever dies between this and the write, and keeping the
    same again changes nothing. The shop's statement of the same with another date replaces it without a trace.
    """
    if before is None or before == after or (after is not None and _same_but_for_its_date(before, after)):
        return
    content = json.dumps(consent_fields(before), ensure_ascii=False, sort_keys=True).encode()
    name = f"{stamp(before.at)}-{sha256(content).hexdigest()[:8]}"
    app.files.create(f"{consent_prefix(hash_)}{name}.json", content, JSON)


def _same_but_for_its_date(before: Consent, after: Consent) -> bool:
    if before.by_person or after.by_person:
        return False
    return {**consent_fields(before), "at": None} == {**consent_fields(after), "at": None}


def consent_fields(consent: Consent) -> dict[str, Any]:
    """A consent as plain JSON values."""
    fields = asdict(consent)
    return {**fields, "at": consent.at.isoformat(), "expires_at": _iso(consent.expires_at), "left": list(consent.left)}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def consent_from_kept(fields: Mapping[str, Any]) -> Consent:
    """The consent that `consent_fields` wrote."""
    until = fields["expires_at"]
    times = {
        "at": datetime.fromisoformat(fields["at"]),
        "expires_at": datetime.fromisoformat(until) if until else None,
        "left": tuple(fields["left"]),
    }
    return Consent(**{**fields, **times})


def keep_suppression_change(app: App, hash_: str, change: SuppressionChange) -> None:
    """Write who suppressed the address by hand, or lifted that, and when."""
    content = json.dumps({**asdict(change), "at": change.at.isoformat()}, ensure_ascii=False).encode()
    app.files.create(f"{consent_prefix(hash_)}{stamp(change.at)}-{change.action}{SUPPRESSION}", content, JSON)


def suppression_changes(app: App, hash_: str) -> tuple[SuppressionChange, ...]:
    """What was changed by hand, oldest first."""
    keys = [key for key in app.files.keys(consent_prefix(hash_)) if key.endswith(SUPPRESSION)]
    found = [json.loads(content) for content in map(app.files.get, keys) if content is not None]
    return tuple(SuppressionChange(**{**fields, "at": datetime.fromisoformat(fields["at"])}) for fields in found)
