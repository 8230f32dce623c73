"""Use case: an operator suppresses an address, lifts that, or looks at what stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Literal

from chalicelib.domain.addresses import normalise_address
from chalicelib.domain.mailboxes import Mailbox, Suppression
from chalicelib.domain.reading import Faults, Fields
from chalicelib.domain.suppressions import SuppressionChange, lift, suppress
from chalicelib.domain.texts import one_line
from chalicelib.errors import Detail, InvalidInput
from chalicelib.ports import App
from chalicelib.services.keep_consent import keep_suppression_change, suppression_changes
from chalicelib.services.keep_withdrawal import keep_suppression
from chalicelib.services.retrying import retrying

SCOPES = ("all", "marketing")
Scope = Literal["all", "marketing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionStatus:
    """What stands about an address, and what was changed by hand."""

    email: str  # normal form
    suppression: Suppression | None
    changes: tuple[SuppressionChange, ...]  # oldest first


def read_suppression(app: App, email: str) -> SuppressionStatus:
    """What stands; an address that nobody knows is not suppressed. Raises: InvalidInput."""
    address = _address(email)
    hash_ = app.keyed.mailbox(address)
    stored = app.mailboxes.get(hash_)
    changes = suppression_changes(app, hash_)
    return SuppressionStatus(email=address, suppression=stored.suppression if stored else None, changes=changes)


def add_suppression(app: App, email: str, fields: Mapping[str, Any], by: str) -> SuppressionStatus:
    """Suppress the address by hand, for all mail or for marketing; one that reaches as far already stays.

    Args:
        app: the ports.
        email: whose; nobody has to be known by it.
        fields: `scope` (left out: all) and `note`.
        by: who does it, for the record.

    Raises:
        InvalidInput, MalformedRequest: the address or a field is wrong.
    """
    scope, note = _read(fields)
    return _change(app, email, "suppressed", by, note, lambda box, now: suppress(box, _by_operator(scope, now)))


def lift_suppression(app: App, email: str, by: str) -> SuppressionStatus:
    """Take the suppression away, whatever its reason; never a consent: who may be mailed is decided anew.

    Raises:
        InvalidInput: the address is none. Conflict: the person was erased.
    """
    return _change(app, email, "lifted", by, "", lift)


def _by_operator(scope: Scope, now: datetime) -> Suppression:
    return Suppression(reason="operator", scope=scope, at=now)


def _change(
    app: App,
    email: str,
    action: Literal["suppressed", "lifted"],
    by: str,
    note: str,
    change: Callable[[Mailbox, datetime], Mailbox],
) -> SuppressionStatus:
    address = _address(email)
    mailbox = retrying(partial(_write, app, app.keyed.mailbox(address), action, by, note, change))
    keep_suppression(app, mailbox)
    return read_suppression(app, address)


def _write(
    app: App,
    hash_: str,
    action: Literal["suppressed", "lifted"],
    by: str,
    note: str,
    change: Callable[[Mailbox, datetime], Mailbox],
) -> Mailbox:
    stored, now = app.mailboxes.get(hash_) or Mailbox(hash=hash_), app.clock.now()
    changed = change(stored, now)
    if changed == stored:
        return stored
    about = changed.suppression or stored.suppression
    if about is not None:  # first who and when, then the change: what holds is never without its record
        fact = SuppressionChange(at=now, action=action, reason=about.reason, scope=about.scope, by=by, note=note)
        keep_suppression_change(app, hash_, fact)
    return app.mailboxes.put(changed)


def _address(email: str) -> str:
    try:
        return normalise_address(email)
    except InvalidInput as error:
        raise InvalidInput(f"email is not valid: {error.message}.", [Detail("email", error.message)]) from error


def _read(fields: Mapping[str, Any]) -> tuple[Scope, str]:
    faults = Faults()
    body = Fields(fields, "", faults)
    scope: Scope = body.parsed("scope", _scope, "all")
    note = body.parsed("note", lambda value: one_line(value, 200), "")
    body.done()
    faults.refuse("The suppression")
    return scope, note


def _scope(value: Any) -> Scope:
    if value not in SCOPES:
        raise ValueError(f"must be one of {', '.join(SCOPES)}")
    scope: Scope = value
    return scope
