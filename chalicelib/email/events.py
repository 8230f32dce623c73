"""SES's event JSON -> MailEvent.

Shapes: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.clicks import EARLY, open_sign
from chalicelib.domain.mail_events import EventKind, MailEvent
from chalicelib.domain.send_tags import NamedSend, read_tags

# Bounces that say nothing about the address: the mail was at fault, or the shop's own server.
_NOT_THE_ADDRESS = frozenset({"MessageTooLarge", "AttachmentRejected", "ContentRejected", "CustomTimeoutExceeded"})
_KINDS: dict[str, tuple[EventKind, str]] = {
    "Send": ("sent", "send"),
    "Delivery": ("delivered", "delivery"),
    "Reject": ("rejected", "reject"),
    "DeliveryDelay": ("delayed", "deliveryDelay"),
    "Rendering Failure": ("rendering_failed", "failure"),
}
_CAUSES = ("reason", "delayType", "errorMessage")
# A receiver takes back that the mail was spam: https://www.iana.org/assignments/marf-parameters
_NO_COMPLAINT = "not-spam"
# SES tries a new event destination with this text in the place of an event.
_TRIAL = "Successfully validated SNS topic"


def read_event(event: Any) -> MailEvent | None:
    """The fact that one event states; None for a kind or a mail that is not ours to record.

    Raises:
        ValueError: it is no event of SES's.
    """
    try:
        return _read(event)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no event of SES's: {type(error).__name__}") from error


def _read(event: Mapping[str, Any]) -> MailEvent | None:
    send = read_tags(event["mail"].get("tags") or {})
    if send is None:
        return None  # a mail that this service did not send
    kind = str(event.get("eventType", ""))
    if kind == "Bounce":
        return _bounce(event, send)
    if kind == "Complaint":
        return _complaint(event, send)
    if kind == "Open":
        return _open(event, send)
    if kind not in _KINDS:
        return None
    name, part = _KINDS[kind]
    details = event.get(part) or {}
    cause = next((str(details[field]) for field in _CAUSES if details.get(field)), "")
    return _event(name, event, send, details.get("timestamp"), cause)


def _bounce(event: Mapping[str, Any], send: NamedSend) -> MailEvent:
    bounce = event["bounce"]
    kind, part = str(bounce.get("bounceType", "")), str(bounce.get("bounceSubType", ""))
    about_address = part not in _NOT_THE_ADDRESS
    return _event(
        "bounced" if kind == "Permanent" else "soft_bounced",
        event,
        send,
        bounce.get("timestamp"),
        f"{kind}/{part}",
        suppresses=kind == "Permanent" and about_address,
        soft=kind in {"Transient", "Undetermined"} and about_address,
    )


def _complaint(event: Mapping[str, Any], send: NamedSend) -> MailEvent:
    complaint = event["complaint"]
    cause = str(complaint.get("complaintFeedbackType") or complaint.get("complaintSubType") or "")
    if cause == _NO_COMPLAINT:
        return _event("delivered", event, send, complaint.get("timestamp"), cause)
    return _event("complained", event, send, complaint.get("timestamp"), cause, suppresses=True)


def _open(event: Mapping[str, Any], send: NamedSend) -> MailEvent:
    details = event["open"]
    opened = _event("opened", event, send, details.get("timestamp"), "")
    early = opened.at - _instant(event["mail"]["timestamp"]) <= EARLY
    return replace(opened, sign=open_sign(str(details.get("userAgent") or "")), early=early)


def _event(
    kind: EventKind,
    event: Mapping[str, Any],
    send: NamedSend,
    at: str | None,
    cause: str,
    *,
    suppresses: bool = False,
    soft: bool = False,
) -> MailEvent:
    mail = event["mail"]
    return MailEvent(
        kind=kind,
        at=_instant(at or mail["timestamp"]),
        message_id=send.message_id,
        batch_id=send.batch_id,
        customer_id=send.customer_id,
        ses_id=str(mail["messageId"]),
        address=str(next(iter(mail.get("destination") or ()), "")) if suppresses or soft else "",
        cause=cause,
        suppresses=suppresses,
        soft=soft,
    )


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def read_notification(body: str) -> Mapping[str, Any] | None:
    """The event in a queue message, as SNS wraps it or raw; None for SES's trial of a new destination.

    Raises:
        ValueError: it is neither.
    """
    if body.startswith(_TRIAL):
        return None
    content = json.loads(body)
    if isinstance(content, dict) and isinstance(content.get("Message"), str) and "mail" not in content:
        if content["Message"].startswith(_TRIAL):
            return None
        content = json.loads(content["Message"])
    if not isinstance(content, dict) or "mail" not in content:
        raise ValueError("no event of SES's")
    return content
