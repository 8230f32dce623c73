"""How a mailbox lies in an item: consent and suppression as short maps, claims by send key, times as seconds."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.dates import instant_text
from chalicelib.domain.mailboxes import Claim, Consent, Mailbox, Sent, Suppression


def mailbox_to_item(mailbox: Mailbox) -> dict[str, Any]:
    """Plain values, without `rev`. `recent` is there also when it is empty: a claim is set inside it."""
    return {
        "hash": mailbox.hash,
        "consent": mailbox.consent and _consent_to_item(mailbox.consent),
        "suppression": mailbox.suppression and _suppression_to_item(mailbox.suppression),
        "recent": recent_to_item(mailbox),
        "sends": sends_to_item(mailbox),
        "click": mailbox.last_click_at and _seconds(mailbox.last_click_at),
        "soft": [at.isoformat() for at in mailbox.soft_bounces] or None,
        "asked": [at.isoformat() for at in mailbox.asked] or None,
        "paused": mailbox.paused_until and mailbox.paused_until.isoformat(),
        "lifted": mailbox.lifted_at and mailbox.lifted_at.isoformat(),
    }


def recent_to_item(mailbox: Mailbox) -> dict[str, Any]:
    """The claims by send key."""
    return {key: _claim_to_item(claim) for key, claim in mailbox.recent.items()}


def sends_to_item(mailbox: Mailbox) -> dict[str, list[int]]:
    """Topic -> times, oldest first: seven bytes a mail."""
    times: dict[str, list[int]] = {}
    for sent in mailbox.sends:
        times.setdefault(sent.topic, []).append(_seconds(sent.at))
    return times


def _claim_to_item(claim: Claim) -> dict[str, Any]:
    values = {
        "b": claim.batch_id,
        "at": instant_text(claim.at.replace(microsecond=0)),
        "t": claim.topic,
        "u": claim.until and _seconds(claim.until),
    }
    return {name: value for name, value in values.items() if value is not None}


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _consent_to_item(consent: Consent) -> dict[str, Any]:
    values = {
        "status": consent.status,
        "basis": consent.basis,
        "at": consent.at.isoformat(),
        "source": consent.source,
        "text": consent.text,
        "origin": consent.origin,
        "expires_at": consent.expires_at and consent.expires_at.isoformat(),
        "topics": dict(consent.topics),
        "tracking": consent.tracking,
        "tracking_by_person": consent.tracking_by_person,
        "by_person": consent.by_person,
        "left": list(consent.left),
    }
    return {name: value for name, value in values.items() if value}


def _suppression_to_item(suppression: Suppression) -> dict[str, str]:
    return {"reason": suppression.reason, "scope": suppression.scope, "at": suppression.at.isoformat()}


def mailbox_from_item(values: Mapping[str, Any]) -> Mailbox:
    """The mailbox that the plain values stand for."""
    consent, suppression = values.get("consent"), values.get("suppression")
    return Mailbox(
        hash=values["hash"],
        consent=_consent_from_item(consent) if consent else None,
        suppression=_suppression_from_item(suppression) if suppression else None,
        recent={key: _claim_from_item(claim) for key, claim in values.get("recent", {}).items()},
        sends=_sends_from_item(values.get("sends", {})),
        last_click_at=_instant(values["click"]) if values.get("click") else None,
        soft_bounces=tuple(datetime.fromisoformat(at) for at in values.get("soft", ())),
        asked=tuple(datetime.fromisoformat(at) for at in values.get("asked", ())),
        paused_until=datetime.fromisoformat(values["paused"]) if values.get("paused") else None,
        lifted_at=datetime.fromisoformat(values["lifted"]) if values.get("lifted") else None,
        revision=values["rev"],
    )


def _claim_from_item(values: Mapping[str, Any]) -> Claim:
    return Claim(
        batch_id=values["b"],
        at=datetime.fromisoformat(values["at"]),
        topic=values.get("t"),  # neither topic nor end was noted at first
        until=_instant(values["u"]) if values.get("u") else None,
    )


def _sends_from_item(values: Mapping[str, Iterable[int]]) -> tuple[Sent, ...]:
    sends = [Sent(topic=topic, at=_instant(at)) for topic, times in values.items() for at in times]
    return tuple(sorted(sends, key=lambda sent: (sent.at, sent.topic)))


def _consent_from_item(values: Mapping[str, Any]) -> Consent:
    expires_at = values.get("expires_at")
    return Consent(
        status=values["status"],
        basis=values["basis"],
        at=datetime.fromisoformat(values["at"]),
        source=values.get("source", ""),
        text=values.get("text", ""),
        origin=values.get("origin", ""),
        expires_at=datetime.fromisoformat(expires_at) if expires_at else None,
        topics=values.get("topics", {}),
        tracking=values["tracking"],
        tracking_by_person=values.get("tracking_by_person", False),
        by_person=values.get("by_person", False),
        left=tuple(values.get("left", ())),
    )


def _suppression_from_item(values: Mapping[str, Any]) -> Suppression:
    return Suppression(reason=values["reason"], scope=values["scope"], at=datetime.fromisoformat(values["at"]))
