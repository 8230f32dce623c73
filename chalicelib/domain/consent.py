"""Whose word on consent counts: what a shop's record may change, what only the person may, and who may be mailed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from chalicelib.domain.dates import parse_instant
from chalicelib.domain.mailboxes import Consent, ConsentStatus, Mailbox, Tracking
from chalicelib.domain.reading import slug
from chalicelib.domain.texts import one_line, several_lines
from chalicelib.errors import Detail, InvalidInput

STATUSES: tuple[ConsentStatus, ...] = ("granted", "pending", "withdrawn")
BASES = ("opt_in", "double", "soft", "implied")
TRACKING = ("none", "aggregate", "full")
MAX_TOPICS = 50
# Clocks differ; a consent from further ahead would outlast every withdrawal that the shop records until then.
_AHEAD = timedelta(days=1)
# Answers show them; a client that sends back what it read must not be refused, and cannot set them.
_READ_ONLY = ("origin", "paused_until")
_FIELDS = ("status", "basis", "at", "source", "text", "expires_at", "topics", "tracking")


def consent_from_fields(value: Any, *, now: datetime, tracking: str = "none") -> Consent:
    """A consent as the shop's systems state it.

    Args:
        value: the API's `consent` object.
        now: when it is read. A withdrawal or a pending one without `at` was said now; a grant needs its time.
        tracking: what applies where the object names none.

    Raises:
        InvalidInput: every field that is not valid, at once.
    """
    if not isinstance(value, Mapping):
        raise InvalidInput("consent must be an object with a status", [Detail("consent", "must be an object")])
    details = [
        Detail(f"consent.{name}", f"is no field of a consent; it has {', '.join(_FIELDS)}")
        for name in value
        if name not in (*_FIELDS, *_READ_ONLY)
    ]
    found: dict[str, Any] = {}
    for name, parse in _PARSERS.items():
        if value.get(name) is not None:
            try:
                found[name] = parse(value[name])
            except (InvalidInput, ValueError, TypeError) as error:
                details.append(Detail(f"consent.{name}", str(error)))
    details += _gaps(value, found, now)
    if details:
        listed = "; ".join(f"{detail.where} {detail.message}" for detail in details)
        raise InvalidInput(f"The consent is not valid: {listed}.", details)
    return Consent(**{"at": now, "tracking": tracking, **found})


def _gaps(value: Mapping[str, Any], found: Mapping[str, Any], now: datetime) -> list[Detail]:
    if value.get("status") is None:
        return [Detail("consent.status", f"is needed: one of {', '.join(STATUSES)}")]
    if value["status"] == "granted" and value.get("at") is None:
        return [Detail("consent.at", "is needed: when the person said so")]
    if "at" in found and found["at"] > now + _AHEAD:
        return [Detail("consent.at", f"{value['at']!r} lies in the future")]
    return []


def _one_of(allowed: tuple[str, ...], value: Any) -> str:
    if value not in allowed:
        raise ValueError(f"{str(value)[:40]!r} is not one of {', '.join(allowed)}")
    return str(value)


def _topics(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or len(value) > MAX_TOPICS:
        raise TypeError(f"must be an object of at most {MAX_TOPICS} topics, each with a status")
    return {slug(name): _one_of(STATUSES, status) for name, status in value.items() if status is not None}


_PARSERS: Mapping[str, Callable[[Any], Any]] = {
    "status": lambda value: _one_of(STATUSES, value),
    "basis": lambda value: _one_of(BASES, value),
    "at": parse_instant,
    # Answers show them empty where nobody named them.
    "source": lambda value: one_line(value, 200) if value != "" else "",
    "text": lambda value: several_lines(value, 2000) if value != "" else "",
    "expires_at": parse_instant,
    "topics": _topics,
    "tracking": lambda value: _one_of(TRACKING, value),
}


def merge_consent(current: Consent | None, stated: Consent) -> Consent:
    """What stands after the shop's systems stated a consent. Stating the same again changes nothing.

    - A grant, and a pending one, apply only with a later `at` than what stands, and never over a withdrawal by the
      person's own hand; a pending one never over anything that the person said.
    - A withdrawal applies, and ends what single topics were granted before; only a grant by the person's own hand
      stands against one that was said earlier.
    - Topics that the statement does not name stay as they are; topics that the person left stay left. A statement
      that does not apply still takes away the topics that it withdraws.
    """
    if current is None:
        return stated
    if stated.status == "withdrawn":
        return _withdrawn(current, stated)
    refused = current.status == "withdrawn" if stated.status == "granted" else True
    if stated.at <= current.at or (current.by_person and refused):
        lost = {name: status for name, status in stated.topics.items() if status == "withdrawn"}
        return replace(current, topics={**current.topics, **lost}) if lost else current
    return _beside_own_words(current, stated, {**current.topics, **stated.topics})


def _withdrawn(current: Consent, stated: Consent) -> Consent:
    if current.by_person and (current.status == "withdrawn" or stated.at < current.at):
        return current
    kept = {name: status for name, status in current.topics.items() if status != "granted"}
    return _beside_own_words(current, stated, {**kept, **stated.topics})


def _beside_own_words(current: Consent, stated: Consent, topics: Mapping[str, ConsentStatus]) -> Consent:
    """What the shop's systems state, but for the topics that the person left, and the tracking that they chose."""
    chosen = current.tracking_by_person
    return replace(
        stated,
        topics={**topics, **dict.fromkeys(current.left, "withdrawn")},
        left=current.left,
        tracking=current.tracking if chosen else stated.tracking,
        tracking_by_person=chosen,
    )


def withdraw(current: Consent | None, at: datetime, source: str) -> Consent:
    """The person's own withdrawal of all marketing. Repeating it changes nothing: the first one stands."""
    if current is None:
        return Consent(status="withdrawn", at=at, source=source, by_person=True)
    if current.status == "withdrawn" and current.by_person and "granted" not in current.topics.values():
        return current
    kept = {name: status for name, status in current.topics.items() if status != "granted"}
    return replace(current, status="withdrawn", at=max(at, current.at), source=source, by_person=True, topics=kept)


def choose(
    current: Consent | None,
    status: Literal["granted", "withdrawn"],
    topics: Mapping[str, ConsentStatus],
    at: datetime,
    source: str,
    tracking: Tracking | None = None,
) -> Consent:
    """The person's own choice on the preferences page. Topics that the page did not show stay as they are.

    Choosing the same again changes nothing. Without `tracking` that stays as it is, too.
    """
    before = current or Consent(status="withdrawn", at=at)
    merged: dict[str, ConsentStatus] = {**before.topics, **topics}
    if status == "withdrawn":
        merged = {name: merged[name] for name in merged if merged[name] != "granted" or name in topics}
    left = {name for name, chosen in topics.items() if chosen == "withdrawn"}
    still = {name for name in before.left if topics.get(name) != "granted"}
    chosen = replace(
        before,
        status=status,
        at=max(at, before.at),
        source=source,
        by_person=True,
        expires_at=None if status == "granted" else before.expires_at,
        topics=merged,
        left=tuple(sorted(left | still)),
        tracking=tracking or before.tracking,
        tracking_by_person=tracking is not None or before.tracking_by_person,
    )
    said_already = current is not None and replace(chosen, at=current.at, source=current.source) == current
    return current if current is not None and said_already else chosen


def topic_status(consent: Consent, topic: str) -> ConsentStatus:
    """What holds for one topic: its own entry, else the status of all."""
    return consent.topics.get(topic, consent.status)


_REFUSALS: Mapping[ConsentStatus, str] = {"pending": "unconfirmed", "withdrawn": "unsubscribed"}


def may_mail(
    mailbox: Mailbox, *, topic: str, stream: Literal["marketing", "transactional"], at: datetime
) -> str | None:
    """Why this address must not get this mail now; None where it may.

    Transactional mail asks for no consent; a suppression of scope "all" (a hard bounce, a complaint, an erasure)
    stops it too. Reasons: `suppressed`, `no_consent`, `unconfirmed`, `unsubscribed`, `left_topic`, `consent_expired`,
    `paused_by_customer` (until `paused_until`, when it ends by itself).
    """
    consent, suppression = mailbox.consent, mailbox.suppression
    if suppression is not None and (suppression.scope == "all" or stream == "marketing"):
        return "suppressed"
    if stream == "transactional":
        return None
    if consent is None:
        return "no_consent"
    status = topic_status(consent, topic)
    if status != "granted":
        left = consent.status == "granted" and status == "withdrawn"
        return "left_topic" if left else _REFUSALS[status]
    if consent.expires_at is not None and at >= consent.expires_at:
        return "consent_expired"
    if mailbox.paused_until is not None and at < mailbox.paused_until:
        return "paused_by_customer"
    return None
