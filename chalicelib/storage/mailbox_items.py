"""How a mailbox lies in an item: consent and suppression as short maps, claims by send key, soft bounces as times."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.domain.mailboxes import Claim, Consent, Mailbox, Suppression


def mailbox_to_item(mailbox: Mailbox) -> dict[str, Any]:
    """Plain values, without `rev`. `recent` is there also when it is empty: a claim is set inside it."""
    return {
        "hash": mailbox.hash,
        "consent": mailbox.consent and _consent_to_item(mailbox.consent),
        "suppression": mailbox.suppression and _suppression_to_item(mailbox.suppression),
        "recent": {key: claim_to_item(claim) for key, claim in mailbox.recent.items()},
        "soft": [at.isoformat() for at in mailbox.soft_bounces] or None,
        "asked": [at.isoformat() for at in mailbox.asked] or None,
        "paused": mailbox.paused_until and mailbox.paused_until.isoformat(),
        "lifted": mailbox.lifted_at and mailbox.lifted_at.isoformat(),
    }


def claim_to_item(claim: Claim) -> dict[str, str]:
    """One entry of `recent`."""
    return {"b": claim.batch_id, "at": claim.at.isoformat()}


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
        recent={key: claim_from_item(claim) for key, claim in values.get("recent", {}).items()},
        soft_bounces=tuple(datetime.fromisoformat(at) for at in values.get("soft", ())),
        asked=tuple(datetime.fromisoformat(at) for at in values.get("asked", ())),
        paused_until=datetime.fromisoformat(values["paused"]) if values.get("paused") else None,
        lifted_at=datetime.fromisoformat(values["lifted"]) if values.get("lifted") else None,
        revision=values["rev"],
    )


def claim_from_item(values: Mapping[str, str]) -> Claim:
    """One entry of `recent`."""
    return Claim(batch_id=values["b"], at=datetime.fromisoformat(values["at"]))


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
